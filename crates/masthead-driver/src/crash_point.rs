//! Named steps at which a test can end the process, as suddenly as a power cut does for what the program knows.
//!
//! The cargo feature `crash-points`, which tests alone switch on, gives them their effect.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use masthead_record::Item;

/// Ends the process where `MASTHEAD_CRASH=name:count` says that the `count`-th passing of this point does (from 1).
/// No destructor runs and nothing is flushed.
pub(crate) fn crash_point(name: &'static str) {
    if is_wanted(name) {
        std::process::abort();
    }
}

/// The point `in-the-middle-of-a-line`: ends the process after half of an item's JSON was appended to an output's file,
/// as a crash in the middle of a write leaves it.
pub(crate) fn crash_in_line(file: Option<&Path>, item: &Item) {
    let Some(file) = file else { return };
    if !is_wanted("in-the-middle-of-a-line") {
        return;
    }
    let line = serde_json::to_vec(item).unwrap_or_default();
    let half = line.get(..line.len() / 2).unwrap_or_default();
    if let Ok(mut file) = OpenOptions::new().append(true).open(file) {
        drop(file.write_all(half));
    }
    std::process::abort();
}

#[cfg(not(feature = "crash-points"))]
fn is_wanted(_name: &str) -> bool {
    false
}

#[cfg(feature = "crash-points")]
fn is_wanted(name: &str) -> bool {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static WANTED: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);

    let wanted = WANTED.get_or_init(|| {
        let text = std::env::var("MASTHEAD_CRASH").ok()?;
        let (name, count) = text.split_once(':')?;
        Some((name.to_owned(), count.parse().ok()?))
    });
    let Some((wanted, count)) = wanted else { return false };
    wanted == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *count
}
