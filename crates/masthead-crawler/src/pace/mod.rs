//! How fast a host is asked: one request a period, never a burst; pauses that the host asks for; retries that come
//! later and never back to back.

mod backoff;
mod clock;
mod departure;
mod host;
mod hosts;
mod retry_after;

pub use backoff::Backoff;
pub use clock::{Clock, TokioClock};
pub use departure::Departure;
pub use host::{HostPace, Turn};
pub use hosts::HostPaces;
pub use retry_after::retry_after;
