//! What a record as a whole gives to doubt: words that belong to nothing, times that contradict each other.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use masthead_record::Content;
use regex::Regex;
use url::Url;

use super::body::Body;
use super::finding::Finding;
use super::read::Page;
use crate::profile::model::Layout;

/// A year and a month in an address, with or without a day: `/2026/07/`, `/2026-07-31/`, `/20260731/`.
static DAY_IN_PATH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let year_and_month = r"(?<year>(?:19|20)\d\d)[/-](?<month>0[1-9]|1[0-2])(?:[/-](?:0[1-9]|[12]\d|3[01]))?";
    let digits = r"(?<y>(?:19|20)\d\d)(?<m>0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])";
    Regex::new(&format!(r"/(?:{year_and_month}|{digits})(?:[/_.-]|$)")).ok()
});

/// Words of the container that nothing took, or that are all link.
pub(super) fn on_body(body: &Body, findings: &mut Vec<Finding>) {
    let ledger = &body.ledger;
    if ledger.residual > 0 {
        let example: String =
            ledger.residual_text.first().map(|text| text.chars().take(60).collect()).unwrap_or_default();
        let message =
            format!("{} words in the container belong to nothing, such as \"{example}\"", ledger.residual);
        findings.push(Finding::note("body", message));
    }
    if ledger.linked > 0 {
        findings
            .push(Finding::note("body", format!("{} words are in blocks that are all link", ledger.linked)));
    }
}

/// Times that disagree with the layout, with each other, with the address, or with when the page was fetched.
pub(super) fn on_times(layout: &Layout, page: &Page<'_>, content: &Content, findings: &mut Vec<Finding>) {
    let published = content.published.as_deref();
    if let (Some(seen), Some(day)) = (&layout.seen, published.and_then(day))
        && (seen.from.is_some_and(|from| day < from) || seen.until.is_some_and(|until| day > until))
    {
        let id = layout.id.as_deref().unwrap_or("article");
        let message = format!("{day} is outside of the days when layout `{id}` was seen");
        findings.push(Finding::warning("published", message));
    }
    if let (Some(published), Some(updated)) = (published, content.updated.as_deref())
        && is_before(updated, published)
    {
        findings.push(Finding::warning("updated", "before `published`"));
    }
    for (field, time) in [("published", published), ("updated", content.updated.as_deref())] {
        if let (Some(time), Some(fetched)) = (time, page.fetched)
            && is_before(fetched, time)
        {
            let message = format!("{time} is after {fetched} when the page was fetched");
            findings.push(Finding::warning(field, message));
        }
    }
    if let (Some(day), Some((from, until))) = (published.and_then(day), days_of(page.url))
        && (day < from || day > until)
    {
        let message = format!("{day} is not the month that the address says");
        findings.push(Finding::warning("published", message));
    }
}

/// Whether one time lies before another. Where one is a bare day, whole days are compared, and one day is allowed for
/// the zones.
fn is_before(one: &str, other: &str) -> bool {
    match (one.parse::<Timestamp>(), other.parse::<Timestamp>()) {
        (Ok(one), Ok(other)) => one < other,
        _ => match (day(one), day(other).map(Date::yesterday)) {
            (Some(one), Some(Ok(other))) => one < other,
            _ => false,
        },
    }
}

fn day(time: &str) -> Option<Date> {
    time.get(..10)?.parse().ok()
}

/// The first and the last day of the month that an address names, and a day more at each end: addresses are made in one
/// zone, and times are told in another.
fn days_of(url: &Url) -> Option<(Date, Date)> {
    let found = DAY_IN_PATH.as_ref()?.captures(url.path())?;
    let number =
        |names: [&str; 2]| names.iter().find_map(|name| found.name(name))?.as_str().parse::<i16>().ok();
    let month = i8::try_from(number(["month", "m"])?).ok()?;
    let first = Date::new(number(["year", "y"])?, month, 1).ok()?;
    Some((first.yesterday().ok()?, first.last_of_month().tomorrow().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(path: &str) -> Option<String> {
        let url = Url::parse("https://paper.example").unwrap().join(path).unwrap();
        days_of(&url).map(|(from, until)| format!("{from} {until}"))
    }

    #[test]
    fn months_in_addresses() {
        let july = Some("2026-06-30 2026-08-01".to_owned());
        for path in ["/2026/07/a", "/news/2026-07-31/a", "/a/20260731_x.html", "/2026/07", "/2026/07/31/a"] {
            assert_eq!(days(path), july, "{path}");
        }
        for path in ["/20263112/a", "/article-2026-07", "/x/202607319/a", "/2026/13/a", "/?d=/2026/07/"] {
            assert_eq!(days(path), None, "{path}");
        }
    }

    #[test]
    fn a_bare_day_is_before_another_only_by_more_than_the_zones() {
        assert!(is_before("2026-07-01T10:00:00+09:00", "2026-07-01T10:00:01+09:00"));
        assert!(!is_before("2026-07-01T23:00:00Z", "2026-07-02"));
        assert!(is_before("2026-06-30T23:00:00Z", "2026-07-02"));
        assert!(!is_before("2026-07-01", "2026-07-01"));
    }
}
