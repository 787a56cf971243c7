//! The store on SQLite.
//!
//! One thread owns the connection that writes; whatever waits for it when it begins shares one transaction and one
//! sync, each call all or nothing by a savepoint of its own (`writer`). The sinks' threads read through a second
//! connection, so that they see only what is committed and never hold up the crawl.

mod claim;
mod commit;
mod fault;
mod file;
mod frontier;
mod glimpse;
mod history;
mod number;
mod options;
mod outbox;
mod records;
mod run;
mod schema;
mod stats;
mod store;
mod tasks;
#[cfg(test)]
mod tests;
mod writer;

pub use glimpse::Glimpse;
pub use history::History;
pub use options::{Hook, StoreOptions};
pub use store::SqliteStore;
