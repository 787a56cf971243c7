use std::fmt;
use std::sync::Arc;

use crate::{Clock, SystemClock};

/// Called at named steps, so that a test can end the process there: `before-commit` (all is written, nothing is
/// durable) and `after-commit` (all is durable, nobody was told).
pub type Hook = Arc<dyn Fn(&'static str) + Send + Sync>;

/// How a store is opened.
#[derive(Clone)]
pub struct StoreOptions {
    /// The outbox's limit, in items: while it holds so many, nothing is claimed. Default 10,000.
    pub max_spool: u64,
    /// What the store takes for the time.
    pub clock: Arc<dyn Clock>,
    /// Called at named steps.
    pub hook: Option<Hook>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { max_spool: 10_000, clock: Arc::new(SystemClock::default()), hook: None }
    }
}

impl fmt::Debug for StoreOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreOptions").field("max_spool", &self.max_spool).finish_non_exhaustive()
    }
}
