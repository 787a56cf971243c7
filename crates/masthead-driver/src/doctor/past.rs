//! A state's observations as histories: of each group of pages, and of all.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use masthead_frontier::Observed;

use super::change::Point;
use crate::observed::{By, Key, PageKey, WordKind};

/// Pages that have shown the same at one moment.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) at: Duration,
    pub(super) page: PageKey,
    pub(super) n: u64,
}

/// What a state knows of the pages that it has read, the oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Past {
    pub(super) pages: Vec<Row>,
    words: Vec<(Duration, String, WordKind, u64)>,
}

impl Past {
    pub(super) fn new(observations: &[Observed]) -> Self {
        let mut past = Self::default();
        for observed in observations {
            match Key::parse(&observed.key) {
                Some(Key::Page(page)) => past.pages.push(Row { at: observed.at, page, n: observed.n }),
                Some(Key::Words(words)) => {
                    past.words.push((observed.at, words.group, words.kind, observed.n));
                }
                None => {}
            }
        }
        past
    }

    /// The groups of pages for which a layout matched.
    pub(super) fn groups(&self) -> BTreeSet<&str> {
        self.pages.iter().filter(|row| row.page.matched).map(|row| row.page.group()).collect()
    }

    /// The rows of a group; of all pages that have a layout where none is named.
    pub(super) fn of<'a>(&'a self, group: Option<&'a str>) -> impl Iterator<Item = &'a Row> + Clone {
        self.pages
            .iter()
            .filter(move |row| row.page.matched && group.is_none_or(|group| row.page.group() == group))
    }

    /// The share of words that belonged to nothing, in a span of time.
    pub(super) fn residual(&self, group: &str, from: Duration, until: Duration) -> f64 {
        let within = self.words.iter().filter(|(at, of, ..)| of == group && (from..until).contains(at));
        let (mut all, mut residual) = (0, 0);
        for (.., kind, n) in within {
            all += n;
            residual += if *kind == WordKind::Residual { *n } else { 0 };
        }
        if all == 0 { 0.0 } else { residual as f64 / all as f64 }
    }

    /// When the last page was read.
    pub(super) fn last(&self) -> Duration {
        self.pages.last().map(|row| row.at).unwrap_or_default()
    }
}

/// How many pages were well, moment by moment.
pub(super) fn points<'a>(rows: impl Iterator<Item = &'a Row>, well: impl Fn(&PageKey) -> bool) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    for row in rows {
        let count = if well(&row.page) { row.n } else { 0 };
        match points.last_mut() {
            Some(last) if last.at == row.at => {
                last.well += count;
                last.of += row.n;
            }
            _ => points.push(Point { at: row.at, well: count, of: row.n }),
        }
    }
    points
}

/// How many pages each served, by field.
pub(super) fn served<'a>(rows: impl Iterator<Item = &'a Row>) -> BTreeMap<String, BTreeMap<String, u64>> {
    let mut served: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for row in rows {
        for (field, by) in &row.page.fields {
            *served.entry(field.clone()).or_default().entry(by.to_string()).or_default() += row.n;
        }
    }
    served
}

/// Who served a field most, on the pages from a moment on where a rule did not.
pub(super) fn instead<'a>(
    rows: impl Iterator<Item = &'a Row>,
    field: &str,
    since: Duration,
    rule: Option<&str>,
) -> By {
    let mut counts: BTreeMap<By, u64> = BTreeMap::new();
    for row in rows.filter(|row| row.at >= since) {
        let by = row.page.by(field);
        if !matches!((&by, rule), (By::Rule(id), Some(rule)) if id == rule) {
            *counts.entry(by).or_default() += row.n;
        }
    }
    counts.into_iter().max_by_key(|(_, n)| *n).map_or(By::Missing { required: false }, |(by, _)| by)
}
