use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{Clock, HostPace};

/// The paces of all hosts that a process asks. Crawls that share it never ask one host faster together than the
/// slowest of them would alone.
pub struct HostPaces {
    clock: Arc<dyn Clock>,
    paces: Mutex<Paces>,
}

#[derive(Default)]
struct Paces {
    of: HashMap<String, Arc<HostPace>>,
    /// When so many are known, those that have nothing more to remember are forgotten.
    look_at: usize,
}

/// Below so many hosts nothing is worth forgetting.
const FEW: usize = 1024;

impl HostPaces {
    /// No host is known yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, paces: Mutex::default() }
    }

    /// A host's pace: at most one request a `delay`, and `concurrency` in flight. What another crawl wished of the same
    /// host holds as well, as far as it is slower.
    pub fn of(&self, host: &str, delay: Duration, concurrency: usize) -> Arc<HostPace> {
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pace) = paces.of.get(host) {
            pace.slow_to(delay);
            return Arc::clone(pace);
        }
        paces.forget_idle();
        let pace = Arc::new(HostPace::new(Arc::clone(&self.clock), delay, concurrency, Duration::ZERO));
        paces.of.insert(host.to_owned(), Arc::clone(&pace));
        pace
    }
}

impl Paces {
    fn forget_idle(&mut self) {
        if self.of.len() < self.look_at.max(FEW) {
            return;
        }
        self.of.retain(|_, pace| Arc::strong_count(pace) > 1 || !pace.due_in().is_zero());
        self.look_at = self.of.len().saturating_mul(2);
    }
}

impl fmt::Debug for HostPaces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostPaces").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::TokioClock;
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn two_crawls_of_one_host_share_its_pace() {
        let clock = Arc::new(TokioClock::new());
        let paces = HostPaces::new(Arc::clone(&clock) as Arc<dyn Clock>);
        let mine = paces.of("a.example", SECOND, 1);
        drop(mine.turn().await);
        let theirs = paces.of("a.example", SECOND * 3, 1);
        drop(theirs.turn().await);
        drop(mine.turn().await);
        assert_eq!(clock.now(), SECOND * 6, "0, 3, 6: the slower wish holds for both");
        assert_eq!(paces.of("b.example", SECOND, 1).due_in(), Duration::ZERO, "another host");
    }

    #[tokio::test(start_paused = true)]
    async fn hosts_with_nothing_to_remember_are_forgotten() {
        let paces = HostPaces::new(Arc::new(TokioClock::new()));
        let busy = paces.of("busy.example", SECOND, 1);
        drop(paces.of("due.example", SECOND * 60, 1).turn().await);
        for number in 0..2 * FEW {
            drop(paces.of(&format!("{number}.example"), SECOND, 1));
        }
        let known = paces.paces.lock().unwrap();
        assert!(known.of.len() < 2 * FEW, "{}", known.of.len());
        assert!(known.of.contains_key("busy.example") && known.of.contains_key("due.example"));
        drop(busy);
    }
}
