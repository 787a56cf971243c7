use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What a store takes for the time. Tests have a hand on theirs.
pub trait Clock: Send + Sync {
    /// The time since 1970-01-01T00:00:00Z. The store never lets its own time run backwards.
    fn now(&self) -> Duration;
}

/// The system's clock, read once; from then on time passes steadily, whatever is done to the system's clock.
#[derive(Clone, Debug)]
pub struct SystemClock {
    started: Instant,
    wall: Duration,
}

impl Default for SystemClock {
    fn default() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { started: Instant::now(), wall }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.wall.saturating_add(self.started.elapsed())
    }
}
