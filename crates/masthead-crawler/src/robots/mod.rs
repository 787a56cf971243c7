//! robots.txt: RFC 9309, read with the leniency that real files need. `docs/robots.md` says what is decided where
//! the RFC is silent or files disobey it.
//!
//! Parsing takes linear time. So does a match: patterns are cut at their `*` and each piece is searched once, so that
//! a hostile file can't make it backtrack.

mod agent;
mod content;
#[cfg(test)]
mod cost;
mod decision;
mod line;
mod pattern;
mod rules;
mod timing;
mod verdict;

pub use agent::product_token;
pub use content::{MAX_BYTES, storable_text};
pub use decision::{Decision, Reason};
pub use rules::{AgentRules, Robots};
pub use timing::RequestRate;
pub use verdict::{Closed, RobotsVerdict};
