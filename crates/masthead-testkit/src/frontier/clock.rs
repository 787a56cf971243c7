use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use masthead_frontier::Clock;

/// A clock that stands still until it is moved. Begins at 1,000,000 seconds.
#[derive(Debug)]
pub struct ManualClock(Mutex<Duration>);

impl Default for ManualClock {
    fn default() -> Self {
        Self(Mutex::new(Duration::from_secs(1_000_000)))
    }
}

impl ManualClock {
    fn lock(&self) -> MutexGuard<'_, Duration> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves the clock on.
    pub fn advance(&self, by: Duration) {
        let mut now = self.lock();
        *now = now.saturating_add(by);
    }

    /// Sets the clock back, as a person may do to a system's.
    pub fn set_back(&self, by: Duration) {
        let mut now = self.lock();
        *now = now.saturating_sub(by);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        *self.lock()
    }
}
