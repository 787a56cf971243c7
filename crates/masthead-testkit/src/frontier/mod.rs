//! The contract of frontiers and outboxes, and a store in memory that keeps it.
//!
//! [`frontier_contract`] runs each rule of the contract against stores of one kind, each rule on a place of its own
//! and with a clock in the suite's hand. [`MemoryStore`] is the same rules in their plainest form: the model that a
//! random test compares a real store with, and a store for tests of whatever drives one.

mod bench;
mod clock;
mod contract;
mod memory;

pub use bench::{Bench, Place, Store, article, discovered, fetched, record};
pub use clock::ManualClock;
pub use contract::{Violation, frontier_contract};
pub use memory::{MemoryPlace, MemoryStore};
