//! Contract suites for sinks and frontiers.

pub mod frontier;
pub mod sink;
