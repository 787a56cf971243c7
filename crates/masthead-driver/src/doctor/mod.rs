//! Is the profile still right? A state's pages are held against its own past: what broke, since when, and what would
//! serve instead.

mod alarms;
mod change;
mod past;
mod repair;
#[cfg(test)]
mod switches;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use masthead_frontier::{Observed, SqliteStore};
use serde::Serialize;

use crate::job::JobError;
use crate::observed::{KnownRule, Rules};
use alarms::{Broken, What};
use past::Past;

/// What a state says of its profile.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Diagnosis {
    /// The folder of the state.
    pub state: PathBuf,
    /// The profile's name; absent where no crawl has begun.
    pub profile: Option<String>,
    /// Article pages that were read.
    pub pages: u64,
    /// Those of them that no layout matched.
    pub unmatched: u64,
    /// When the first page was read, RFC 3339; absent where there is none.
    pub first: Option<String>,
    /// What was counted, by layout; `-` where the profile has none.
    pub layouts: BTreeMap<String, LayoutCounts>,
    /// What has changed for the worse.
    pub alarms: Vec<Alarm>,
}

/// What was counted on the pages of a layout.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LayoutCounts {
    /// Article pages.
    pub pages: u64,
    /// The share of the words of their bodies' containers that belonged to nothing, 0 to 1.
    pub residual: f64,
    /// Who served each field, on how many pages: rules as they are written, `auto`, or `missing`.
    pub fields: BTreeMap<String, BTreeMap<String, u64>>,
}

/// Something that has changed for the worse.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Alarm {
    /// What.
    pub kind: AlarmKind,
    /// The layout whose pages show it; absent where it is about all pages.
    pub layout: Option<String>,
    /// The field.
    pub field: Option<String>,
    /// The rule that serves no more.
    pub rule: Option<BrokenRule>,
    /// Of the pages before.
    pub before: PageShare,
    /// Of the pages since.
    pub after: PageShare,
    /// When the first page was read that shows it, RFC 3339.
    pub since: String,
    /// What serves the field now: a rule, or `auto`; absent where nothing does.
    pub instead: Option<String>,
    /// What could serve.
    pub repair: Option<Repair>,
    /// All of it in a sentence.
    pub message: String,
}

/// What an [`Alarm`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum AlarmKind {
    /// A rule serves no more.
    Rule,
    /// A field is found no more.
    Field,
    /// A rule serves something else than before: the shares are of pages on which another witness agrees with it.
    Contradicted,
    /// Text belongs to nothing; the shares are of pages on which little is left.
    Residual,
    /// Pages that no layout matches; the shares are of pages that one matches.
    Layout,
}

/// A rule that serves no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BrokenRule {
    /// Its place in the field's chain, from 1.
    pub number: usize,
    /// `FILE:LINE`
    pub place: String,
    /// As written.
    pub source: String,
}

/// A share of pages.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PageShare {
    /// 0 to 1.
    pub rate: f64,
    /// Of so many pages.
    pub pages: u64,
}

/// A rule that gives the value on pages that were kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Repair {
    /// As a profile writes it: `h2.art-tit`, `time.when@datetime`.
    pub rule: String,
    /// On how many pages it gives the value alone.
    pub pages: usize,
    /// Of how many.
    pub of: usize,
    /// Which part of the page says what the value is: `og`, `jsonld`, `h1`, …; absent where what serves now says it.
    pub witness: Option<String>,
}

/// Holds what a state's pages show against what they have shown before. Changes nothing, and may run beside a crawl.
///
/// # Errors
/// Where there is no state, or it can't be read.
pub fn doctor(folder: &Path) -> anyhow::Result<Diagnosis> {
    if !SqliteStore::exists(folder) {
        return Err(JobError::NoState { folder: folder.to_owned() }.into());
    }
    let history = SqliteStore::history(folder)
        .with_context(|| format!("can't look at the state {}", folder.display()))?;
    let rules = history.notes.get(Rules::NOTE).map(|note| Rules::read(note)).unwrap_or_default();
    let past = Past::new(&history.observations);
    let alarms = alarms::find(&past, &rules).into_iter().map(|broken| {
        let repair = repair::find(&broken, &history.samples);
        alarm(&broken, repair, &rules)
    });
    Ok(Diagnosis {
        state: folder.to_owned(),
        profile: history.identity.map(|identity| identity.profile),
        pages: past.pages.iter().map(|row| row.n).sum(),
        unmatched: past.pages.iter().filter(|row| !row.page.matched).map(|row| row.n).sum(),
        first: past.pages.first().map(|row| text::rfc3339(row.at, rules.zone.as_deref())),
        layouts: past
            .groups()
            .into_iter()
            .map(|group| (group.to_owned(), counts(&past, &rules, group)))
            .collect(),
        alarms: alarms.collect(),
    })
}

/// What has broken, in a few words each, without a repair: for the end of a crawl.
pub(crate) fn in_short(observations: &[Observed], note: Option<&str>) -> Vec<String> {
    let rules = note.map(Rules::read).unwrap_or_default();
    let broken = alarms::find(&Past::new(observations), &rules);
    broken.iter().map(|broken| text::fell(broken, rules.zone.as_deref())).collect()
}

fn counts(past: &Past, rules: &Rules, group: &str) -> LayoutCounts {
    let pages: u64 = past.of(Some(group)).map(|row| row.n).sum();
    let mut fields: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for (field, served) in past::served(past.of(Some(group))) {
        let counts = fields.entry(field).or_default();
        let mut without = pages;
        for (by, n) in served {
            without -= n.min(without);
            let name = match by.as_str() {
                "auto" => "auto".to_owned(),
                "!" => "missing".to_owned(),
                id => rules.rule(group, id).map_or_else(|| "an earlier rule".to_owned(), |rule| rule.source),
            };
            *counts.entry(name).or_default() += n;
        }
        if without > 0 {
            *counts.entry("missing".to_owned()).or_default() += without;
        }
    }
    LayoutCounts { pages, residual: past.residual(group, Duration::ZERO, Duration::MAX), fields }
}

fn alarm(broken: &Broken, repair: Option<Repair>, rules: &Rules) -> Alarm {
    let share = |share: change::Share| PageShare { rate: share.rate(), pages: share.of };
    let instead = instead(broken, rules);
    let message = text::message(broken, instead.as_deref(), repair.as_ref(), rules.zone.as_deref());
    Alarm {
        kind: match broken.what {
            What::Rule { .. } => AlarmKind::Rule,
            What::Field { .. } => AlarmKind::Field,
            What::Contradicted { .. } => AlarmKind::Contradicted,
            What::Residual { .. } => AlarmKind::Residual,
            What::NoLayout => AlarmKind::Layout,
        },
        layout: broken.group.clone().filter(|group| group != "-"),
        field: broken.field().map(str::to_owned),
        rule: broken.rule().map(|KnownRule { number, rule, source, .. }| BrokenRule {
            number: *number,
            place: rule.clone(),
            source: source.clone(),
        }),
        before: share(broken.fall.before),
        after: share(broken.fall.after),
        since: text::rfc3339(broken.fall.since, rules.zone.as_deref()),
        instead,
        repair,
        message,
    }
}

/// What serves now, as the profile writes it.
fn instead(broken: &Broken, rules: &Rules) -> Option<String> {
    use crate::observed::By;

    let What::Rule { instead, .. } = &broken.what else { return None };
    match instead {
        By::Rule(id) => rules.rule(broken.group.as_deref().unwrap_or("-"), id).map(|rule| rule.source),
        By::Auto => Some("auto".to_owned()),
        By::Missing { .. } => None,
    }
}
