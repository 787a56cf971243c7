use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use masthead_core::Finding;
use masthead_frontier::{Emitted, Outcome, Purpose, Task};
use masthead_record::{Item, Record};

use super::observe::PageSeen;
use crate::report::{ArticleCounts, Counts};

/// What a run has done so far.
#[derive(Debug, Default)]
pub(crate) struct Tally(Mutex<Numbers>);

/// The numbers of a report.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    pub(crate) pages: BTreeMap<Purpose, u64>,
    pub(crate) bytes: u64,
    /// Answers by host.
    pub(super) hosts: BTreeMap<String, Answers>,
    pub(crate) articles: ArticleCounts,
    /// Records of the profile's own, by kind.
    pub(crate) records: BTreeMap<String, ArticleCounts>,
    pub(crate) failures: Counts,
    pub(crate) skipped: Counts,
    pub(crate) disallowed: Counts,
    pub(crate) layouts: BTreeMap<String, u64>,
    pub(crate) auto: BTreeMap<String, u64>,
    pub(crate) findings: Counts,
}

/// One host's answers in this run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answers {
    pub(super) count: u64,
    first: Instant,
    last: Instant,
}

impl Answers {
    /// Answers a minute; 0 before the second.
    pub(super) fn per_minute(&self) -> f64 {
        let seconds = self.last.duration_since(self.first).as_secs_f64();
        if seconds > 0.0 { self.count.saturating_sub(1) as f64 * 60.0 / seconds } else { 0.0 }
    }
}

/// What was read from an article's page besides its record.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    pub(super) findings: Vec<Finding>,
    pub(super) auto: Vec<String>,
    /// The rule of robots.txt that closes the page.
    pub(super) disallowed: Option<String>,
    /// What an article's page has shown of the profile.
    pub(super) seen: Option<Box<PageSeen>>,
}

impl Tally {
    pub(crate) fn numbers(&self) -> MutexGuard<'_, Numbers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an answer.
    pub(super) fn answer(&self, host: &str, purpose: Purpose, bytes: u64) {
        let mut numbers = self.numbers();
        *numbers.pages.entry(purpose).or_default() += 1;
        numbers.bytes += bytes;
        let now = Instant::now();
        let answers =
            numbers.hosts.entry(host.to_owned()).or_insert(Answers { count: 0, first: now, last: now });
        answers.count += 1;
        answers.last = now;
    }

    /// Counts what was committed.
    pub(super) fn committed(
        &self,
        task: &Task,
        outcome: &Outcome,
        items: &[Item],
        emitted: &[Emitted],
        remarks: &Remarks,
    ) {
        let mut numbers = self.numbers();
        match outcome {
            Outcome::Failed { reason, retry_in: None } => numbers.failures.add(reason, &task.url),
            Outcome::Gone { status } => {
                numbers.skipped.add(&format!("not there (status {status})"), &task.url)
            }
            Outcome::Skipped { reason } => match &remarks.disallowed {
                Some(rule) => numbers.disallowed.add(rule, &task.url),
                None => numbers.skipped.add(reason, &task.url),
            },
            _ => {}
        }
        for item in items {
            let emitted = emitted.iter().find(|emitted| emitted.id == *item.id());
            numbers.item(task, item, emitted);
        }
        for field in &remarks.auto {
            *numbers.auto.entry(field.clone()).or_default() += 1;
        }
        for finding in &remarks.findings {
            numbers.findings.add(&kind_of(finding), &task.url);
        }
    }
}

impl Numbers {
    fn item(&mut self, task: &Task, item: &Item, emitted: Option<&Emitted>) {
        match item {
            Item::Removed(_) => self.articles.removed += u64::from(emitted.is_some()),
            Item::Record(record) => self.record(task, record, emitted),
            _ => {}
        }
    }

    fn record(&mut self, task: &Task, record: &Record, emitted: Option<&Emitted>) {
        let counts = if record.content.fields.is_some() {
            self.records.entry(record.kind.clone()).or_default()
        } else {
            let layout = record.layout.as_deref().unwrap_or("-");
            *self.layouts.entry(layout.to_owned()).or_default() += 1;
            &mut self.articles
        };
        let known = task.previous.iter().flat_map(|previous| &previous.records);
        let count = match emitted {
            None if known.into_iter().any(|(id, _)| *id == record.id) => &mut counts.unchanged,
            None => &mut counts.duplicates,
            Some(emitted) if emitted.revision > 1 => &mut counts.revised,
            Some(emitted) if emitted.incomplete => &mut counts.incomplete,
            Some(_) => &mut counts.whole,
        };
        *count += 1;
    }
}

/// A finding without what differs from page to page: quoted text and numbers.
fn kind_of(finding: &Finding) -> String {
    let mut kind = finding.field.as_ref().map(|field| format!("{field}: ")).unwrap_or_default();
    for (index, part) in finding.message.split('"').enumerate() {
        if index % 2 == 1 {
            kind.push('…');
            continue;
        }
        for word in part.split_inclusive(' ') {
            let is_number = word.starts_with(|c: char| c.is_ascii_digit());
            kind.push_str(if is_number {
                "N "
            } else if word.starts_with("http") {
                "URL "
            } else {
                word
            });
        }
    }
    kind.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use masthead_core::Level;

    #[test]
    fn findings_of_one_kind_are_one() {
        let finding = |message: &str| {
            kind_of(&Finding { level: Level::Note, field: Some("body".into()), message: message.into() })
        };
        let kind = "body: N words in the container belong to nothing, such as …";
        assert_eq!(finding("17 words in the container belong to nothing, such as \"Buy now\""), kind);
        assert_eq!(finding("3 words in the container belong to nothing, such as \"x\""), kind);
    }
}
