//! Drives a crawl from profile to sink.
//!
//! ```no_run
//! use masthead_driver::{Job, Pages, bundled};
//! use masthead_core::profile::{NoBases, Source, load};
//!
//! let found = bundled::lookup("koreatimes", None)?;
//! let profile = load(Source::new(found.name, found.text), &NoBases)?;
//! let report = masthead_driver::run(Job::new(profile, Pages::Offline), &())?;
//! println!("{report}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | module | question |
//! |---|---|
//! | [`Job`], [`run()`] | what is to be crawled, and how is it begun |
//! | `crawl` | what is fetched next, and what comes of a page |
//! | `delivery` | how does a record reach every sink exactly once |
//! | [`CrawlReport`], [`status()`] | what happened, and where does the crawl stand |
//! | [`doctor()`] | what has a site broken, since when, and what would serve |
//! | [`bundled`] | which profiles and recorded pages ship with the program |

pub mod bundled;
mod crash_point;
mod crawl;
mod delivery;
mod doctor;
mod job;
pub mod live;
mod look;
mod observed;
mod progress;
mod recording;
mod report;
mod run;
mod state;
mod status;
mod stop;

pub use doctor::{Alarm, AlarmKind, BrokenRule, Diagnosis, LayoutCounts, PageShare, Repair, doctor};
pub use job::{Job, JobError, Pages, Secret};
pub use look::{Look, LookError};
pub use masthead_crawler::fetch::{Fetch, FetchError, HttpFetcher, HttpOptions, Proxy, Request, Response};
pub use masthead_crawler::pace::{HostPaces, TokioClock};
pub use masthead_crawler::robots;
pub use masthead_frontier::{CrawlMode, Purpose, StoreError, TaskState};
pub use masthead_record::Guarantee;
pub use masthead_sinks as sinks;
pub use masthead_sinks::{Registry, SinkKind, SinkSpec, SpecError};
pub use progress::{HostLine, Progress, Snapshot};
pub use report::{ArticleCounts, Counted, Counts, CrawlReport, End, OutputReport, Total};
pub use run::{exit_code, run};
pub use status::{HostWaits, ReasonStatus, Status, TaskStatus, is_state, status};
pub use stop::Stop;
