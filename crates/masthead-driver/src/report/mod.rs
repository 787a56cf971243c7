//! What a crawl did, for people and for programs.

mod counted;
mod text;

use std::collections::BTreeMap;
use std::path::PathBuf;

use masthead_frontier::{CrawlMode, Purpose};
use serde::{Serialize, Serializer};

pub use counted::{Counted, Counts};

/// What a run did and where it left the crawl. `Display` gives it for people, `Serialize` for programs.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct CrawlReport {
    /// The profile's name.
    pub profile: String,
    /// Where the pages came from.
    pub mode: CrawlMode,
    /// The folder of the crawl's state.
    pub state: PathBuf,
    /// Which round of the crawl this was, from 1. A finished crawl that runs again begins another.
    pub round: u32,
    /// Why the run ended.
    pub end: End,
    /// Whether robots.txt was ignored because the profile says so.
    pub robots_ignored: bool,
    /// Records of the archives that can't be read, by what is wrong with them; the examples are files.
    pub damaged: Counts,
    /// Answers received, by what was asked for.
    #[serde(serialize_with = "by_purpose")]
    pub pages: BTreeMap<Purpose, u64>,
    /// Bytes of all bodies, decoded.
    pub bytes: u64,
    /// What the articles' pages gave.
    pub articles: ArticleCounts,
    /// Records of kinds of the profile's own, by kind.
    pub records: BTreeMap<String, ArticleCounts>,
    /// Pages that were given up, by reason.
    pub failures: Counts,
    /// Pages that were left out on purpose, by reason.
    pub skipped: Counts,
    /// Pages that robots.txt closes, by rule.
    pub disallowed: Counts,
    /// Articles by the layout that they were read with; `-` for a profile without layouts.
    pub layouts: BTreeMap<String, u64>,
    /// Records in which a field came from the page's metadata and not from a rule of the profile, by field.
    pub auto: BTreeMap<String, u64>,
    /// What a person should look at, the commonest first.
    pub findings: Counts,
    /// What has changed for the worse against the state's own past: see [`doctor`](crate::doctor()).
    pub alarms: Vec<String>,
    /// The outputs, in the order in which they were named.
    pub outputs: Vec<OutputReport>,
    /// Records that the whole crawl has given so far, by what they are now.
    pub total: Total,
    /// Pages that still wait.
    pub waiting: u64,
    /// How long the run took, in seconds.
    pub seconds: f64,
}

/// Why a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
#[non_exhaustive]
pub enum End {
    /// Nothing is left to fetch.
    Finished,
    /// The limit on articles was reached.
    Limit {
        /// The limit.
        articles: u64,
    },
    /// `--max-time`, `--max-bytes` or `--max-pages` was reached.
    Budget {
        /// Which, as on the command line.
        flag: &'static str,
    },
    /// Somebody stopped it.
    Stopped,
    /// Every host that has work must be left alone for longer than `max_wait`.
    Silence {
        /// The first host that may be asked again.
        host: String,
        /// In how many seconds.
        seconds: u64,
        /// Why it must be left alone until then.
        #[serde(skip_serializing_if = "Option::is_none")]
        because: Option<String>,
    },
    /// It could not go on.
    Failed {
        /// What is wrong, and what to do.
        message: String,
    },
}

/// What the articles' pages gave in a run, or the pages of one kind of record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ArticleCounts {
    /// New records with every required field.
    pub whole: u64,
    /// New records without some required field.
    pub incomplete: u64,
    /// Known records with other content: a higher revision was emitted.
    pub revised: u64,
    /// Known records with the same content.
    pub unchanged: u64,
    /// Pages that gave the record of another page.
    pub duplicates: u64,
    /// Records whose page is gone.
    pub removed: u64,
}

/// One output of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OutputReport {
    /// As it was named.
    pub name: String,
    /// Records written in this run.
    pub delivered: u64,
    /// Records that it refused; they are kept in the state as dead letters.
    pub dead_letters: u64,
    /// Items that the state still holds for it.
    pub behind: u64,
    /// Whether it gets the records that miss required fields.
    pub incomplete: bool,
    /// Why it could not go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// What the whole crawl has come to, all runs together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Total {
    /// With every required field.
    pub whole: u64,
    /// Without some required field.
    pub incomplete: u64,
    /// Whose page is gone.
    pub removed: u64,
    /// Pages that were given up.
    pub failed: u64,
}

impl CrawlReport {
    /// How the program should end: 0 done, 1 done but something fell short, 3 could not go on.
    ///
    /// What falls short: a crawl that was stopped or silenced; records that an output refused or has not got; a
    /// finished crawl without a whole record; and one in which more than one page in ten failed or gave an incomplete
    /// record.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        if matches!(self.end, End::Failed { .. }) {
            return 3;
        }
        u8::from(!self.shortfalls().is_empty())
    }

    /// What fell short, a sentence each.
    #[must_use]
    pub fn shortfalls(&self) -> Vec<String> {
        let mut found = Vec::new();
        match &self.end {
            End::Stopped => {
                found.push("The crawl was stopped before its end; run it again to go on.".to_owned())
            }
            End::Silence { host, seconds, .. } => found.push(format!(
                "{} pages wait; {host} may be asked again in {}, which is longer than max_wait: run the crawl again then.",
                self.waiting,
                text::Span(*seconds)
            )),
            End::Finished if self.total.whole == 0 => {
                found.push("No whole article was found; `crawl extract --explain` shows what the profile sees on a page.".to_owned());
            }
            _ => {}
        }
        // Of the whole crawl: the last run of one that was interrupted may have seen a few bad pages only.
        let short = self.total.incomplete + self.total.failed;
        let all = self.total.whole + short;
        if short * 10 > all {
            found.push(format!("{short} of {all} pages failed or gave an incomplete record."));
        }
        if !self.damaged.is_empty() {
            found.push(format!("{} records of the archive can't be read.", self.damaged.total()));
        }
        for output in &self.outputs {
            if output.dead_letters > 0 {
                let (name, count) = (&output.name, output.dead_letters);
                found.push(format!("{name} refused {count} records; the state keeps them."));
            }
            if output.behind > 0 {
                let (name, count) = (&output.name, output.behind);
                found.push(format!("{name} has not yet got {count} records; run it again to deliver them."));
            }
        }
        found
    }
}

fn by_purpose<S: Serializer>(pages: &BTreeMap<Purpose, u64>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pages.iter().map(|(purpose, count)| (purpose.as_str(), count)))
}

#[cfg(test)]
mod tests;
