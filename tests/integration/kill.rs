//! Kills the program at named steps and at random moments. After restarts until it ends by itself, the outputs hold
//! the records of a run without kills: none lost, none twice, each byte the same. Their order may differ, as it may
//! between any two runs: hosts are worked on side by side.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

const TRIALS: u64 = 100;
const MOST_KILLS: u64 = 11;
/// Trials that run side by side; most of their time they wait for the pace.
const SIDE_BY_SIDE: usize = 3;
/// One of the tests at a time: each measures how long a run takes.
static ALONE: Mutex<()> = Mutex::new(());

/// Every named step, and at which of its passings the program dies.
const POINTS: [&str; 8] = [
    "before-commit",
    "after-commit",
    "in-the-middle-of-a-line",
    "after-write",
    "after-sync-before-save",
    "after-save",
    "at-prune",
    "at-claim",
];
const PASSINGS: [u64; 4] = [1, 2, 5, 17];

/// A crawl in a folder of its own.
struct Crawl {
    folder: tempfile::TempDir,
}

/// What became of an attempt to kill it.
enum Killed {
    InTime,
    /// It had ended by itself.
    TooLate,
}

/// Each line of both outputs, and how often it stands there.
type Lines = BTreeMap<String, usize>;

impl Crawl {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn start(&self, crash: Option<&str>) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crawl"));
        command.args(["--profile", "koreatimes", "--offline", "--delay", "5ms", "--sink"]);
        command.arg(format!("jsonl:{}", self.path("out.jsonl").display()));
        command.arg("--state").arg(self.path("state")).current_dir(self.folder.path());
        // Nobody's own profile takes the place of the one that ships.
        command.env("XDG_CONFIG_HOME", self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).env_remove("MASTHEAD_CRASH");
        if let Some(crash) = crash {
            command.env("MASTHEAD_CRASH", crash);
        }
        command.spawn().unwrap()
    }

    /// Runs it to its end.
    fn finish(&self) {
        let status = self.start(None).wait().unwrap();
        assert!(status.success(), "it gave up: {status}");
    }

    fn kill_after(&self, time: Duration) -> Killed {
        let mut child = self.start(None);
        // The one sleep among the tests: the moment is what is tested.
        thread::sleep(time);
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "it gave up: {status}");
            return Killed::TooLate;
        }
        child.kill().unwrap();
        // It may have ended in between.
        if died(child.wait().unwrap()) { Killed::InTime } else { Killed::TooLate }
    }

    fn lines(&self) -> Lines {
        let mut lines = Lines::new();
        for name in ["out.jsonl", "out.incomplete.jsonl"] {
            for line in fs::read_to_string(self.path(name)).unwrap_or_default().lines() {
                *lines.entry(line.to_owned()).or_default() += 1;
            }
        }
        lines
    }

    /// Whether pages were still to be fetched, and some record was not yet delivered. Looks at a copy, so that nothing
    /// of the state is touched.
    fn was_in_the_middle(&self) -> bool {
        let copy = tempfile::tempdir().unwrap();
        let Ok(entries) = fs::read_dir(self.path("state")) else { return false };
        for entry in entries {
            let entry = entry.unwrap();
            fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
        masthead_driver::status(copy.path()).is_ok_and(|status| !status.finished && status.undelivered > 0)
    }
}

/// What differs: lines that are missing, and lines that are too many.
fn compare(expected: &Lines, found: &Lines) -> (usize, usize) {
    let beyond = |a: &Lines, b: &Lines| -> usize {
        a.iter().map(|(line, count)| count.saturating_sub(b.get(line).copied().unwrap_or(0))).sum()
    };
    (beyond(expected, found), beyond(found, expected))
}

/// A run without kills, and how long it takes.
fn reference() -> (Lines, Duration) {
    let crawl = Crawl::new();
    let started = Instant::now();
    assert!(crawl.start(None).wait().unwrap().success(), "the crawl without kills fell short");
    let duration = started.elapsed();
    let lines = crawl.lines();
    assert!(lines.len() >= 30, "{} records are too few to tell anything", lines.len());
    assert!(lines.values().all(|count| *count == 1));
    (lines, duration)
}

fn died(status: ExitStatus) -> bool {
    status.code().is_none()
}

#[test]
fn killed_at_every_named_step() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (expected, _) = reference();
    let trials: Vec<(&str, u64)> =
        POINTS.iter().flat_map(|point| PASSINGS.map(|count| (*point, count))).collect();
    let deaths = Mutex::new(BTreeMap::<&str, usize>::new());
    side_by_side(trials.len(), |index| {
        let (point, count) = trials[index];
        let crawl = Crawl::new();
        let crash = format!("{point}:{count}");
        // Twice at the same step: what a first restart repeats must bear a crash as well.
        for _ in 0..2 {
            if died(crawl.start(Some(&crash)).wait().unwrap()) {
                *deaths.lock().unwrap().entry(point).or_default() += 1;
            }
        }
        crawl.finish();
        assert_eq!(compare(&expected, &crawl.lines()), (0, 0), "{crash}: (lost, doubled)");
    });
    let deaths = deaths.into_inner().unwrap();
    eprintln!("killed at named steps: {deaths:?}, {} trials: 0 lost, 0 doubled", trials.len());
    for point in POINTS {
        assert!(deaths.contains_key(point), "nothing died at {point}: is the feature crash-points on?");
    }
}

#[test]
fn killed_at_random_moments() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (expected, duration) = reference();
    let (kills, in_the_middle) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let started = Instant::now();
    side_by_side(TRIALS as usize, |trial| {
        let mut random = Random::new(trial as u64);
        let mut crawl = Crawl::new();
        let (mut killed, mut caught) = (0, false);
        let wanted = 1 + random.below(MOST_KILLS);
        while killed < wanted {
            // The first kill finds the program at work; the others come at any moment, the first steps included. Many
            // kills come fast, so that the program doesn't end before the last of them.
            let (earliest, latest) = (if killed == 0 { 25 } else { 5 }, 90 - 5 * wanted);
            let moment = duration * u32::try_from(earliest + random.below(latest - earliest)).unwrap() / 100;
            match crawl.kill_after(moment) {
                Killed::InTime => killed += 1,
                // This time it was quicker than the run that was measured.
                Killed::TooLate if killed == 0 => crawl = Crawl::new(),
                Killed::TooLate => break,
            }
            caught |= crawl.was_in_the_middle();
        }
        kills.fetch_add(killed as usize, Ordering::Relaxed);
        crawl.finish();
        in_the_middle.fetch_add(usize::from(caught), Ordering::Relaxed);
        assert_eq!(compare(&expected, &crawl.lines()), (0, 0), "trial {trial}: (lost, doubled)");
    });
    let (kills, in_the_middle) = (kills.into_inner(), in_the_middle.into_inner());
    eprintln!(
        "{TRIALS} trials, {kills} kills, {in_the_middle} trials with work in flight and undelivered records at a kill, {} \
         records each: 0 lost, 0 doubled; a run without kills takes {duration:.1?}, all of them {:.0?}",
        expected.len(),
        started.elapsed()
    );
    assert!(in_the_middle >= 90, "only {in_the_middle} trials were caught in the middle of their work");
}

/// Does `work` for each index, some at a time. The first panic ends it.
fn side_by_side(count: usize, work: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        return;
                    }
                    work(index);
                }
            });
        }
    });
}

/// Numbers that a seed decides (SplitMix64, Steele, Lea and Flood, 2014).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}
