//! How fast a host is asked: one request a period, never a burst; pauses that the host asks for; retries that come
//! later and never back to back.

mod backoff;
mod clock;
mod host;
mod retry_after;

pub use backoff::Backoff;
pub use clock::{Clock, TokioClock};
pub use host::{HostPace, Turn};
pub use retry_after::retry_after;
