use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

/// The time that pace is kept by. Tests replace it, or pause tokio's.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The time since some moment that never changes; it never goes back.
    fn now(&self) -> Duration;

    /// Returns when the time has passed.
    async fn sleep(&self, time: Duration);
}

/// Tokio's clock.
#[derive(Clone, Copy, Debug)]
pub struct TokioClock {
    origin: Instant,
}

impl TokioClock {
    /// A clock that stands at zero now.
    #[must_use]
    pub fn new() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Default for TokioClock {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Clock for TokioClock {
    fn now(&self) -> Duration {
        self.origin.elapsed()
    }

    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}
