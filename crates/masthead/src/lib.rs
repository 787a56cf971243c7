//! The command `crawl`, and what a program of your own builds on.
//!
//! A `crawl` with a sink of your own is one short `main.rs`:
//!
//! ```no_run
//! use masthead::sinks::jsonl;
//!
//! fn main() -> std::process::ExitCode {
//!     // Here a sink that is there already; `crates/example-sink` has a whole one of its own.
//!     masthead::Cli::new().sink_kind(jsonl::kind().renamed("mine")).run()
//! }
//! ```
//!
//! To run crawls inside a program of your own, without a command line, there are [`Job`] and [`run()`]:
//!
//! ```no_run
//! use masthead::{Job, Pages, bundled};
//! use masthead::core::profile::{NoBases, Source, load};
//!
//! let found = bundled::lookup("koreatimes", None)?;
//! let profile = load(Source::new(found.name, found.text), &NoBases)?;
//! let report = masthead::run(Job::new(profile, Pages::Offline), &())?;
//! println!("{report}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod args;
mod cli;
mod commands;
mod display;
mod exit_code;
mod interrupt;
mod logging;
mod output;
mod page_file;
mod profiles;

pub use cli::Cli;
pub use masthead_core as core;
pub use masthead_driver::*;
pub use masthead_record as record;
