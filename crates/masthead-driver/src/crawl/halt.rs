use std::sync::OnceLock;

use crate::report::End;
use crate::stop::Stop;

/// Why the crawl ends, once it does. The first reason holds.
#[derive(Debug, Default)]
pub(crate) struct Halt {
    end: OnceLock<End>,
    stop: Stop,
}

impl Halt {
    /// Claims nothing more; what is in flight is finished.
    pub(crate) fn set(&self, end: End) {
        // A second reason is not told: what it would stop is stopped.
        drop(self.end.set(end));
        self.stop.stop();
    }

    pub(crate) fn is_set(&self) -> bool {
        self.stop.is_stopped()
    }

    /// Returns when a reason was given.
    pub(crate) async fn halted(&self) {
        self.stop.stopped().await;
    }

    pub(crate) fn end(&self) -> End {
        self.end.get().cloned().unwrap_or(End::Finished)
    }
}
