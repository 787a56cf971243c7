//! The record of an article, and the [`Sink`] trait of whatever keeps it.
//!
//! This crate is what a sink of one's own depends on: it brings serde, serde_json and a hash, nothing more.

mod id;
mod item;
mod record;
mod sink;

pub use id::RecordId;
pub use item::{Item, Removed};
pub use record::{
    Alternatives, Author, Block, BlockKind, Content, Image, Ledger, Provenance, Record, Related, ZoneFrom,
};
pub use sink::{Cause, Delivery, Guarantee, Position, Rejected, Sink, SinkError, StreamId, When};
