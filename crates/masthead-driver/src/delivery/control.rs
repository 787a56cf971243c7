use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What the driver tells its lanes.
#[derive(Debug, Default)]
pub(super) struct Control {
    finishing: Mutex<Option<Instant>>,
    changed: Condvar,
}

impl Control {
    /// Nothing more will be committed.
    pub(super) fn finish(&self) {
        self.finishing().get_or_insert_with(Instant::now);
        self.changed.notify_all();
    }

    /// For how long nothing more has been committed; `None` while the crawl runs.
    pub(super) fn finishing_for(&self) -> Option<Duration> {
        self.finishing().map(|since| since.elapsed())
    }

    /// Waits; not longer than until the crawl ends.
    pub(super) fn pause(&self, time: Duration) {
        let running = |finishing: &mut Option<Instant>| finishing.is_none();
        drop(self.changed.wait_timeout_while(self.finishing(), time, running));
    }

    fn finishing(&self) -> MutexGuard<'_, Option<Instant>> {
        self.finishing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
