//! robots.txt: RFC 9309, read with the leniency that real files need. `docs/robots.md` says what is decided where
//! the RFC is silent or files disobey it.
//!
//! Parsing and matching take linear time: patterns are cut at their `*` and each piece is searched once, so that a
//! hostile file can't make a match backtrack.

mod agent;
mod line;
mod pattern;
mod rules;
mod timing;
mod verdict;

pub use agent::product_token;
pub use line::MAX_BYTES;
pub use rules::{AgentRules, Decision, Reason, Robots};
pub use timing::RequestRate;
pub use verdict::{Closed, RobotsVerdict};
