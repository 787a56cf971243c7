use std::fmt;

use super::verdict::Closed;

/// Whether a URL may be fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The answer.
    pub allowed: bool,
    /// What it rests on.
    pub reason: Reason,
}

/// Why a URL may or may not be fetched; `Display` says it to people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// A rule of the file.
    Rule {
        /// The rule's line, from 1.
        line: u32,
        /// The rule as written.
        text: String,
    },
    /// The file speaks to this crawler, but no rule matches.
    NoRule,
    /// No group of the file speaks to this crawler, nor to everyone.
    NoGroup,
    /// robots.txt itself is always allowed.
    RobotsFile,
    /// The host has no robots.txt: the status that it answered.
    Missing(u16),
    /// The host's robots.txt can't be read, so nothing is allowed.
    Closed(Closed),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule { line, text } => write!(f, "line {line}: {text}"),
            Self::NoRule => f.write_str("no rule matches"),
            Self::NoGroup => f.write_str("no group names this crawler"),
            Self::RobotsFile => f.write_str("robots.txt itself is always allowed"),
            Self::Missing(status) => write!(f, "no robots.txt (status {status})"),
            Self::Closed(closed) => closed.fmt(f),
        }
    }
}
