//! What was carried over, and what was not.

use serde::Serialize;

/// An account of one import: every rule of the config is in `carried` or `not_carried`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// The config's file name.
    pub config: String,
    /// The profile's name.
    pub profile: String,
    /// The profile's hosts.
    pub hosts: Vec<String>,
    /// How many rules the config has: `carried` and `not_carried` together.
    pub rules: usize,
    /// Rules that have an equal.
    pub carried: Vec<Carried>,
    /// Rules that have none, and why.
    pub not_carried: Vec<NotCarried>,
    /// Lines about the other program's own ways, which ask for nothing here.
    pub settled: Vec<Settled>,
    /// Lines that are no rules: unknown keys and lines without one.
    pub faults: Vec<Fault>,
    /// Addresses that the config names as tests.
    pub tests: Vec<String>,
}

/// A rule that has an equal.
#[derive(Clone, Debug, Serialize)]
pub struct Carried {
    /// Its line in the config, counted from 1.
    pub line: usize,
    /// Its key.
    pub key: String,
    /// The rule as the config has it, without its key.
    pub rule: String,
    /// What it became; several only where all of them are left out of the body. None for a constant.
    pub selections: Vec<CarriedSelection>,
}

/// A selector with what stands beside it.
#[derive(Clone, Debug, Serialize)]
pub struct CarriedSelection {
    /// The CSS selector, without an attribute.
    pub css: String,
    /// The attribute whose value is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// A regex that the element's text must match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub having: Option<String>,
    /// Which of all matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nth: Option<i32>,
}

/// A rule that has no equal.
#[derive(Clone, Debug, Serialize)]
pub struct NotCarried {
    /// Its line in the config, counted from 1.
    pub line: usize,
    /// Its key.
    pub key: String,
    /// The rule as the config has it, without its key.
    pub rule: String,
    /// Why it has none.
    pub reason: String,
}

/// A line that asks for nothing here.
#[derive(Clone, Debug, Serialize)]
pub struct Settled {
    /// Its line in the config, counted from 1.
    pub line: usize,
    /// Its key.
    pub key: String,
    /// Why nothing is to be done.
    pub reason: &'static str,
}

/// A line that is no rule.
#[derive(Clone, Debug, Serialize)]
pub struct Fault {
    /// Its line in the config, counted from 1.
    pub line: usize,
    /// The line.
    pub text: String,
    /// What is wrong with it.
    pub message: String,
}

impl Report {
    /// Whether every line of the config was understood and every rule carried.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.not_carried.is_empty() && self.faults.is_empty()
    }
}
