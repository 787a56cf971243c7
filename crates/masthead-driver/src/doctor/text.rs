//! A diagnosis in words.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use super::alarms::{Broken, What};
use super::change::Share;
use super::{Diagnosis, Repair};

impl Display for Diagnosis {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = self.profile.as_deref().unwrap_or("no crawl yet");
        if self.pages == 0 {
            return writeln!(f, "{name}: no article was read yet");
        }
        let since = self.first.as_deref().and_then(|first| first.get(..10)).unwrap_or_default();
        let pages = self.pages;
        match self.alarms.as_slice() {
            [] => {
                writeln!(f, "{name}: {pages} article pages since {since}; nothing has changed for the worse")?
            }
            [_] => writeln!(f, "{name}: {pages} article pages since {since}; 1 alarm")?,
            all => writeln!(f, "{name}: {pages} article pages since {since}; {} alarms", all.len())?,
        }
        for alarm in &self.alarms {
            writeln!(f, "  {}", alarm.message)?;
        }
        Ok(())
    }
}

/// `title: rule 1 (…) fell from 98 % to 0 % of the pages since …; … serves instead; the same text is at … on 37 of 37 pages`
pub(super) fn message(
    broken: &Broken,
    instead: Option<&str>,
    repair: Option<&Repair>,
    zone: Option<&str>,
) -> String {
    let mut parts = vec![fell(broken, zone)];
    match (&broken.what, instead) {
        (What::Rule { .. }, Some(instead)) => parts.push(format!("`{instead}` serves instead")),
        (What::Rule { .. }, None) => parts.push("nothing serves instead".to_owned()),
        _ => {}
    }
    if let Some(repair) = repair {
        let Repair { rule, pages, of, witness } = repair;
        let same = match witness {
            None => "the same value is".to_owned(),
            Some(witness) => format!("what the page's own {witness} says is"),
        };
        parts.push(format!("{same} at `{rule}` on {pages} of {of} pages that were kept"));
    } else if broken.field().is_some() && !matches!(broken.what, What::Residual { .. }) {
        parts.push("no pages that were kept show where the value is now".to_owned());
    }
    parts.join("; ")
}

/// What fell, from where to where, since when.
pub(super) fn fell(broken: &Broken, zone: Option<&str>) -> String {
    let (before, after) = (percent(broken.fall.before), percent(broken.fall.after));
    let since = local(broken.fall.since, zone).strftime("%Y-%m-%d %H:%M").to_string();
    let of = match broken.group.as_deref() {
        Some("-") | None => "the pages".to_owned(),
        Some(layout) => format!("the pages of layout {layout}"),
    };
    match &broken.what {
        What::Rule { rule, .. } => format!(
            "{}: rule {} (`{}`, {}) fell from {before} to {after} of {of} since {since}",
            rule.field, rule.number, rule.source, rule.rule
        ),
        What::Field { field } => {
            format!("{field}: found on {after} of {of} since {since}, on {before} before")
        }
        What::Contradicted { rule } => format!(
            "{}: rule {} (`{}`, {}) gives something else since {since}: the page's own metadata agrees with it on {after} of {of}, on {before} before",
            rule.field, rule.number, rule.source, rule.rule
        ),
        What::Residual { before, after } => format!(
            "body: text that belongs to nothing rose from {} to {} of the words on {of} since {since}",
            whole(*before),
            whole(*after)
        ),
        What::NoLayout => {
            let missed = Share { well: broken.fall.after.of - broken.fall.after.well, ..broken.fall.after };
            let missed_before =
                Share { well: broken.fall.before.of - broken.fall.before.well, ..broken.fall.before };
            format!(
                "layouts: none matches {} of the pages since {since}, {} before",
                percent(missed),
                percent(missed_before)
            )
        }
    }
}

fn percent(share: Share) -> String {
    whole(share.rate())
}

/// Whole percents. All and nothing are said only where they are meant.
fn whole(rate: f64) -> String {
    let shown = (rate * 100.0).round();
    let shown = if rate > 0.0 && shown < 1.0 { 1.0 } else { shown };
    let shown = if rate < 1.0 && shown > 99.0 { 99.0 } else { shown };
    format!("{shown} %")
}

/// On the profile's clocks, else in UTC.
fn local(at: Duration, zone: Option<&str>) -> ZonedDateTime {
    let milliseconds = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
    let instant = Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH);
    let zone = zone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    instant.to_zoned_datetime(zone)
}

/// RFC 3339 with seconds, on the profile's clocks.
pub(super) fn rfc3339(at: Duration, zone: Option<&str>) -> String {
    local(at, zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
