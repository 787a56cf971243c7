use std::time::Duration;

use masthead_frontier::{Observation, Observed, Sample, Seen};

use super::{Broken, Kept, same};
use crate::frontier::Bench;

/// The suite's clock begins at this moment.
const BEGIN: u64 = 1_000_000;
const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;

fn counts(seen: &[(u64, &str, u64)]) -> Seen {
    let observation = |&(ago, key, n): &(u64, &str, u64)| Observation {
        ago: Duration::from_secs(ago),
        key: key.to_owned(),
        n,
    };
    Seen { observations: seen.iter().map(observation).collect(), samples: Vec::new() }
}

fn observed(at: u64, key: &str, n: u64) -> Observed {
    Observed { at: Duration::from_secs(at), key: key.to_owned(), n }
}

fn sample(number: u64, good: bool, bytes: usize) -> Sample {
    Sample {
        ago: Duration::ZERO,
        url: format!("https://a.example/{number}"),
        group: "new".to_owned(),
        good,
        said: format!("said {number}"),
        text: vec![7; bytes],
    }
}

pub(super) async fn observations_of_a_moment_add_up(bench: Bench) -> Kept {
    bench.store.observe(counts(&[(5, "b", 1), (0, "a", 2)])).await?;
    bench.store.observe(counts(&[(0, "a", 3), (0, "b", 4)])).await?;
    let bench = bench.reopen();
    let expected = [observed(BEGIN - 5, "b", 1), observed(BEGIN, "a", 5), observed(BEGIN, "b", 4)];
    same!(bench.store.observations().await?, expected, "what was counted");
    Ok(())
}

pub(super) async fn old_observations_are_folded(bench: Bench) -> Kept {
    let of_hour = BEGIN - BEGIN % HOUR;
    bench.store.observe(counts(&[(90, "a", 1), (60, "a", 2), (60, "b", 5)])).await?;
    same!(bench.store.observations().await?.len(), 3, "rows at first");
    bench.advance(4 * HOUR);
    bench.store.observe(counts(&[(0, "a", 1)])).await?;
    let last = observed(BEGIN + 4 * HOUR, "a", 1);
    let expected = [observed(of_hour, "a", 3), observed(of_hour, "b", 5), last];
    same!(bench.store.observations().await?, expected, "rows after four hours");
    bench.advance(4 * DAY);
    bench.store.observe(counts(&[(0, "c", 1)])).await?;
    let of_day = BEGIN - BEGIN % DAY;
    let expected =
        [observed(of_day, "a", 4), observed(of_day, "b", 5), observed(BEGIN + 4 * HOUR + 4 * DAY, "c", 1)];
    same!(bench.store.observations().await?, expected, "rows after four days");
    Ok(())
}

pub(super) async fn samples_are_bounded(bench: Bench) -> Kept {
    let many = |range: std::ops::Range<u64>, good| Seen {
        samples: range.map(|number| sample(number, good, 9)).collect(),
        observations: Vec::new(),
    };
    bench.store.observe(many(0..8, true)).await?;
    bench.store.observe(many(100..150, false)).await?;
    bench.store.observe(many(3..4, true)).await?;
    let bench = bench.reopen();
    let kept = bench.store.samples().await?;
    let good: Vec<&str> =
        kept.iter().filter(|kept| kept.good).filter_map(|kept| kept.url.rsplit('/').next()).collect();
    same!(good, ["4", "5", "6", "7", "3"], "the newest without a fault; one that is kept anew is the newest");
    same!(kept.iter().filter(|kept| !kept.good).count(), Sample::MOST_BAD, "the newest with a fault");
    same!(
        kept.iter().find(|kept| kept.url.ends_with("/110")).map(|kept| (&*kept.said, kept.text.len())),
        Some(("said 110", 9)),
        "what is kept of one"
    );
    let big = Sample::MOST_BYTES;
    let large = (200..212).map(|number| sample(number, false, big)).chain([sample(300, false, big + 1)]);
    bench.store.observe(Seen { samples: large.collect(), observations: Vec::new() }).await?;
    let kept = bench.store.samples().await?;
    let together: usize = kept.iter().map(|kept| kept.text.len()).sum();
    same!(
        (kept.len(), together),
        (10, Sample::MOST_BYTES_TOGETHER),
        "the newest that fit, each no larger than it may be"
    );
    Ok(())
}
