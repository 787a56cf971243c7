//! Where records are kept.
//!
//! A sink is named by a [`SinkSpec`], in text `KIND:TARGET?option=value&…`, such as `jsonl:koreatimes.jsonl`. A
//! [`Registry`] knows the kinds that there are, reads specs and makes sinks of them. The trait that a sink implements
//! is [`masthead_record::Sink`].
//!
//! ```
//! use masthead_sinks::Registry;
//!
//! let registry = Registry::builtin();
//! let spec = registry.parse("jsonl:news.jsonl", "/srv/crawls".as_ref())?;
//! assert_eq!(spec.file_outputs(), ["/srv/crawls/news.jsonl"].map(std::path::PathBuf::from));
//! let sink = registry.make(&spec)?;
//! # assert_eq!(sink.guarantee(), masthead_record::Guarantee::ExactlyOnce);
//! # Ok::<(), masthead_sinks::SpecError>(())
//! ```

pub mod append;
pub mod csv;
pub mod exec;
mod fields;
pub mod jsonl;
mod nearest;
mod registry;
mod spec;
pub mod sqlite;
pub mod warc;

pub use registry::{Registry, RegistryError, SinkKind, TargetForm};
pub use spec::{SinkSpec, SpecError, Target, incomplete_path};

/// Runs the code of `docs/add-a-sink.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/add-a-sink.md")]
struct AddASink;
