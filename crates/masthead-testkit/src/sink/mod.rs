//! The contract of [`masthead_record::Sink`], as a suite that runs on any sink.
//!
//! The suite plays the driver: it opens the sink, saves the positions that the sink returns, drops it at every step
//! of many schedules, opens it again and delivers from the position that `open` returned. Then it reads back what the
//! output holds. Nothing is random: a sink that fails once fails each time.
//!
//! ```
//! use masthead_testkit::sink::{Fault, MemoryTarget, assert_sink_contract, sink_contract};
//!
//! assert_sink_contract(&|| Box::new(MemoryTarget::new(None)));
//! assert!(!sink_contract(&|| Box::new(MemoryTarget::new(Some(Fault::DoublesAfterOpen)))).is_empty());
//! ```

mod broken;
mod items;
mod random;
mod scenarios;
mod target;
mod trial;
mod violation;

pub use broken::{Fault, MemoryTarget};
pub use items::{article, removed};
pub use scenarios::{assert_sink_contract, sink_contract};
pub use target::{Keeps, Kept, SinkUnderTest};
pub use violation::{Check, Violation};
