//! Where a share has changed: the history is cut into stretches that differ, by the likelihood ratio of two shares
//! against one (the G test), and the last stretch is held against those before it.

use std::time::Duration;

/// Pages of one moment: of so many, so many were well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) at: Duration,
    pub(super) well: u64,
    pub(super) of: u64,
}

/// A change must be so unlikely by chance: twice the logarithm of the likelihood ratio. For one moment chosen beforehand
/// 30 is one in twenty millions; the moment is the most unlikely of thousands, and there are dozens of histories.
const RATIO: f64 = 30.0;
/// Both sides of a change must have so many pages.
const LEAST: u64 = 20;
/// Stretches whose shares differ by less are one.
const LEAST_STEP: f64 = 0.1;
/// A chance so small is none: for a few pages at the very end.
const CHANCE: f64 = 1e-5;
/// So few pages at the end may be an alarm, where each of them lacks what nearly all had.
const FEW: u64 = 3;
/// What nearly all pages had.
const NEARLY_ALL: f64 = 0.95;

/// What counts as a fall.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bar {
    /// The share before it must have been so high.
    pub(super) from: f64,
    /// The share must have fallen by so much.
    pub(super) by: f64,
    /// Whether a few pages at the end may do.
    pub(super) few: bool,
}

/// A share before and after.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fall {
    pub(super) before: Share,
    pub(super) after: Share,
    /// The first page that was not well.
    pub(super) since: Duration,
}

/// Of so many pages, so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) well: u64,
    pub(super) of: u64,
}

impl Share {
    pub(super) fn rate(self) -> f64 {
        if self.of == 0 { 0.0 } else { self.well as f64 / self.of as f64 }
    }

    fn over(points: &[Point]) -> Self {
        Self {
            well: points.iter().map(|point| point.well).sum(),
            of: points.iter().map(|point| point.of).sum(),
        }
    }

    fn and(self, other: Self) -> Self {
        Self { well: self.well + other.well, of: self.of + other.of }
    }

    /// The logarithm of the likelihood of its own rate.
    fn likelihood(self) -> f64 {
        let term = |n: u64| if n == 0 { 0.0 } else { n as f64 * (n as f64 / self.of as f64).ln() };
        term(self.well) + term(self.of - self.well)
    }
}

/// Whether a history ends in a share that has fallen.
pub(super) fn fall(points: &[Point], bar: Bar) -> Option<Fall> {
    let stretches = stretches(points);
    slow(points, &stretches, bar).or_else(|| if bar.few { sudden(points, &stretches) } else { None })
}

/// The last stretch against the nearest one before it that was so much better.
fn slow(points: &[Point], stretches: &[Stretch], bar: Bar) -> Option<Fall> {
    let (last, earlier) = stretches.split_last()?;
    let low = last.share.rate();
    let best = earlier.iter().rposition(|stretch| stretch.share.rate() - low >= bar.by)?;
    let before = stretches.get(best)?;
    // Where it has been as low twice before, it comes and goes by itself.
    let lows = earlier.iter().take(best).filter(|stretch| stretch.share.rate() <= low + LEAST_STEP).count();
    if before.share.rate() < bar.from || lows >= 2 {
        return None;
    }
    let after = points.get(before.until..)?;
    Some(Fall { before: before.share, after: Share::over(after), since: first_unwell(after)? })
}

/// A few pages at the very end, none of which is well: too few for a stretch of their own.
fn sudden(points: &[Point], stretches: &[Stretch]) -> Option<Fall> {
    let last = stretches.last()?;
    let all = points.get(last.from..)?;
    let run = all.iter().rev().take_while(|point| point.well == 0).count();
    let (before, after) = all.split_at(all.len() - run);
    let (was, is) = (Share::over(before), Share::over(after));
    if is.of < FEW || was.of < LEAST || was.rate() < NEARLY_ALL || is.of <= 2 * longest_run(before) {
        return None;
    }
    // One half more than was seen: what has never happened yet is not impossible.
    let miss = ((was.of - was.well) as f64 + 0.5) / (was.of as f64 + 1.0);
    (miss.powf(is.of as f64) <= CHANCE).then_some(Fall {
        before: was,
        after: is,
        since: first_unwell(after)?,
    })
}

/// The most pages in a row that were not well.
fn longest_run(points: &[Point]) -> u64 {
    let (mut longest, mut run) = (0, 0);
    for point in points {
        run = if point.well == 0 { run + point.of } else { 0 };
        // Of a moment with both kinds the order is not known.
        longest =
            longest.max(run).max(if point.well > 0 && point.of > 1 { point.of - point.well } else { 0 });
    }
    longest
}

fn first_unwell(points: &[Point]) -> Option<Duration> {
    points.iter().find(|point| point.well < point.of).map(|point| point.at)
}

/// Points between two changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    from: usize,
    until: usize,
    share: Share,
}

/// Cuts a history at its changes, the greatest first.
fn stretches(points: &[Point]) -> Vec<Stretch> {
    let mut done = Vec::new();
    let mut open = vec![(0, points.len())];
    while let Some((from, until)) = open.pop() {
        let part = points.get(from..until).unwrap_or_default();
        match cut(part) {
            // The later part first: what is taken from the end is the earlier one.
            Some(at) => open.extend([(from + at, until), (from, from + at)]),
            None => done.push(Stretch { from, until, share: Share::over(part) }),
        }
    }
    done
}

/// The moment that parts two shares best, if they differ.
fn cut(points: &[Point]) -> Option<usize> {
    let all = Share::over(points);
    let mut left = Share::default();
    let mut best: Option<(f64, usize)> = None;
    for (index, point) in points.iter().enumerate() {
        if left.of >= LEAST && all.of - left.of >= LEAST {
            let right = Share { well: all.well - left.well, of: all.of - left.of };
            let ratio = 2.0 * (left.likelihood() + right.likelihood() - all.likelihood());
            let differs = (left.rate() - right.rate()).abs() >= LEAST_STEP;
            if differs && ratio >= RATIO && best.is_none_or(|(most, _)| ratio > most) {
                best = Some((ratio, index));
            }
        }
        left = left.and(Share { well: point.well, of: point.of });
    }
    best.map(|(_, index)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Bar = Bar { from: 0.8, by: 0.4, few: false };
    const REQUIRED: Bar = Bar { from: 0.8, by: 0.3, few: true };

    /// Numbers that look random and are the same every time (splitmix64).
    struct Random(u64);

    impl Random {
        fn next(&mut self) -> f64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
        }

        /// A page a second, each well with this chance.
        fn pages(&mut self, from: u64, count: u64, rate: f64) -> Vec<Point> {
            let mut page =
                |at| Point { at: Duration::from_secs(at), well: u64::from(self.next() < rate), of: 1 };
            (from..from + count).map(&mut page).collect()
        }
    }

    /// The same pages, summed up by so many.
    fn folded(points: &[Point], by: usize) -> Vec<Point> {
        points
            .chunks(by)
            .map(|chunk| {
                let share = Share::over(chunk);
                Point { at: chunk[0].at, well: share.well, of: share.of }
            })
            .collect()
    }

    #[test]
    fn what_is_stable_gives_no_alarm() {
        let mut random = Random(1);
        for history in 0..1_000 {
            let count = 10 + (random.next() * 3_000.0) as u64;
            let rate = [1.0, 0.999, 0.98, 0.95, 0.9, 0.7, 0.5, 0.02][history % 8];
            let pages = random.pages(0, count, rate);
            for points in [&pages, &folded(&pages, 25)] {
                assert_eq!(fall(points, RULE), None, "history {history}: {count} pages at {rate}");
                assert_eq!(fall(points, REQUIRED), None, "history {history}: {count} pages at {rate}");
            }
        }
    }

    #[test]
    fn what_comes_in_clusters_gives_no_alarm() {
        let mut random = Random(2);
        for history in 0..200 {
            // Whole series of pages without: a gallery, a live blog, a section that has none.
            let mut pages = Vec::new();
            while pages.len() < 2_000 {
                let from = pages.len() as u64;
                let usual = 20 + (random.next() * 100.0) as u64;
                pages.extend(random.pages(from, usual, 0.97));
                let without = 1 + (random.next() * 8.0) as u64;
                pages.extend(random.pages(from + usual, without, 0.0));
            }
            assert_eq!(fall(&pages, RULE), None, "history {history}");
            assert_eq!(fall(&pages, REQUIRED), None, "history {history}");
        }
    }

    #[test]
    fn a_switch_is_an_alarm_and_says_when() {
        let mut random = Random(3);
        for history in 0..300 {
            let before = 40 + (random.next() * 2_000.0) as u64;
            let after = 20 + (random.next() * 100.0) as u64;
            let mut points = random.pages(0, before, 0.98);
            points.extend(random.pages(before, after, 0.02));
            let found =
                fall(&points, RULE).unwrap_or_else(|| panic!("history {history}: {before} and {after}"));
            let missed = found.since.as_secs().abs_diff(before);
            assert!(missed <= 6, "history {history}: {missed} pages from the switch at {before}");
            assert!(found.before.rate() > 0.9 && found.after.rate() < 0.2, "{found:?}");
        }
    }

    #[test]
    fn three_pages_are_enough_where_nothing_was_ever_missing() {
        let pages = |well: u64, lost: u64| -> Vec<Point> {
            let page = |at| Point { at: Duration::from_secs(at), well: u64::from(at < well), of: 1 };
            (0..well + lost).map(page).collect()
        };
        let found = fall(&pages(100, 3), REQUIRED).unwrap();
        assert_eq!((found.since.as_secs(), found.after), (100, Share { well: 0, of: 3 }));
        assert_eq!(fall(&pages(100, 2), REQUIRED), None);
        assert_eq!(fall(&pages(19, 3), REQUIRED), None, "too little is known of what was before");
        assert_eq!(fall(&pages(100, 3), RULE), None, "a field that is not required waits for more");
    }

    /// Pages one after another: `.` is well, anything else is not.
    fn written(pages: &str) -> Vec<Point> {
        let page = |(at, c)| Point { at: Duration::from_secs(at), well: u64::from(c == '.'), of: 1 };
        (0..).zip(pages.chars()).map(page).collect()
    }

    #[test]
    fn a_few_pages_are_too_few_where_some_were_always_missing() {
        // One in twenty-five: three in a row come by chance, once in some ten thousand pages.
        let before = format!("{}x", ".".repeat(24)).repeat(4) + ".";
        assert_eq!(fall(&written(&format!("{before}xxx")), REQUIRED), None);
        assert!(fall(&written(&format!("{before}xxxx")), REQUIRED).is_some());
        // A row of two has been before: twice as many come by themselves.
        let before = format!("{}xx{}", ".".repeat(300), ".".repeat(300));
        assert_eq!(fall(&written(&format!("{before}xxxx")), REQUIRED), None);
        assert!(fall(&written(&format!("{before}xxxxx")), REQUIRED).is_some());
    }

    #[test]
    fn what_comes_and_goes_in_long_stretches_is_no_alarm() {
        let season = format!("{}{}", ".".repeat(100), "x".repeat(40));
        assert!(fall(&written(&season), RULE).is_some());
        assert!(fall(&written(&season.repeat(2)), RULE).is_some(), "once is no habit");
        assert_eq!(fall(&written(&season.repeat(3)), RULE), None);
    }

    #[test]
    fn what_was_mended_is_no_alarm_and_what_breaks_again_is_one() {
        let mut random = Random(4);
        let mut points = random.pages(0, 300, 0.98);
        points.extend(random.pages(300, 60, 0.0));
        points.extend(random.pages(360, 300, 0.99));
        assert_eq!(fall(&points, RULE), None);
        points.extend(random.pages(660, 40, 0.0));
        assert_eq!(fall(&points, RULE).map(|found| found.since.as_secs()), Some(660));
    }

    #[test]
    fn a_fall_in_two_steps_is_one_since_its_first() {
        let mut random = Random(5);
        let mut points = random.pages(0, 300, 1.0);
        points.extend(random.pages(300, 200, 0.3));
        points.extend(random.pages(500, 200, 0.0));
        let found = fall(&points, RULE).unwrap();
        assert!(found.since.as_secs().abs_diff(300) <= 3, "{found:?}");
    }
}
