//! The report for people.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use super::{ArticleCounts, Counts, CrawlReport, End};

/// How many lines a list takes before it is cut.
const MAX_LINES: usize = 8;

impl Display for CrawlReport {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({}): {}", self.profile, self.mode, self.end)?;
        self.counts(f)?;
        by_name(f, "layouts", &self.layouts)?;
        by_name(f, "from metadata", &self.auto)?;
        list(f, "damaged", &self.damaged)?;
        list(f, "failed", &self.failures)?;
        list(f, "skipped", &self.skipped)?;
        list(f, "closed by robots.txt", &self.disallowed)?;
        list(f, "findings", &self.findings)?;
        if self.robots_ignored {
            writeln!(f, "  robots.txt was ignored, as the profile says")?;
        }
        if !self.alarms.is_empty() {
            writeln!(f, "  something has changed (`crawl doctor` says more)")?;
            self.alarms.iter().take(MAX_LINES).try_for_each(|alarm| writeln!(f, "    {alarm}"))?;
        }
        for output in &self.outputs {
            let what = if output.incomplete { "incomplete records" } else { "records" };
            writeln!(f, "  {:<14} {} {what}", output.name, output.delivered)?;
            let said = matches!(&self.end, End::Failed { message } if output.error.as_ref().is_some_and(|error| message.contains(error)));
            if let Some(error) = output.error.as_ref().filter(|_| !said) {
                writeln!(f, "  {:<14} {error}", "")?;
            }
        }
        writeln!(f, "  {:<14} {}", "state", self.state.display())?;
        self.shortfalls().iter().try_for_each(|sentence| writeln!(f, "  {sentence}"))
    }
}

impl CrawlReport {
    fn counts(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let pages: u64 = self.pages.values().sum();
        let kinds: Vec<_> = self.pages.iter().map(|(purpose, count)| format!("{purpose} {count}")).collect();
        let kinds = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
        writeln!(f, "  {:<14} {pages}{kinds}, {}, {:.1} s", "pages", Bytes(self.bytes), self.seconds)?;
        writeln!(f, "  {:<14} {}", "articles", counted(&self.articles))?;
        for (kind, counts) in &self.records {
            writeln!(f, "  {kind:<14} {}", counted(counts))?;
        }
        let whole = self.articles.whole + self.records.values().map(|counts| counts.whole).sum::<u64>();
        if self.total.whole != whole {
            writeln!(f, "  {:<14} {} whole in all runs", "", self.total.whole)?;
        }
        if self.waiting > 0 {
            writeln!(f, "  {:<14} {} pages", "waiting", self.waiting)?;
        }
        Ok(())
    }
}

fn counted(counts: &ArticleCounts) -> String {
    let parts = [
        (counts.whole, "whole"),
        (counts.incomplete, "incomplete"),
        (counts.revised, "revised"),
        (counts.unchanged, "unchanged"),
        (counts.duplicates, "under a second URL"),
        (counts.removed, "removed"),
    ];
    let shown = parts.iter().enumerate().filter(|(index, (count, _))| *index == 0 || *count > 0);
    shown.map(|(_, (count, what))| format!("{count} {what}")).collect::<Vec<_>>().join(", ")
}

impl Display for End {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finished => f.write_str("finished"),
            Self::Limit { articles } => {
                write!(f, "the limit of {articles} articles is reached (a higher --limit goes on)")
            }
            Self::Budget { flag } => write!(f, "{flag} is reached (run it again to go on)"),
            Self::Stopped => f.write_str("stopped"),
            Self::Silence { host, because, .. } => {
                write!(f, "{host} is left alone ({})", because.as_deref().unwrap_or("it asked for silence"))
            }
            Self::Failed { message } => write!(f, "could not go on: {message}"),
        }
    }
}

/// Seconds, as a person would say them.
pub(super) struct Span(pub(super) u64);

impl Display for Span {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            seconds @ 0..120 => write!(f, "{seconds} s"),
            seconds @ 120..7_200 => write!(f, "{} min", seconds.div_ceil(60)),
            seconds => write!(f, "{} h", seconds.div_ceil(3_600)),
        }
    }
}

struct Bytes(u64);

impl Display for Bytes {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            bytes @ 0..1_000 => write!(f, "{bytes} B"),
            bytes @ 1_000..1_000_000 => write!(f, "{} kB", bytes / 1_000),
            bytes => write!(f, "{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
        }
    }
}

fn by_name(f: &mut Formatter<'_>, what: &str, counts: &BTreeMap<String, u64>) -> fmt::Result {
    if counts.is_empty() {
        return Ok(());
    }
    let parts: Vec<_> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    writeln!(f, "  {what:<14} {}", parts.join(", "))
}

fn list(f: &mut Formatter<'_>, what: &str, counts: &Counts) -> fmt::Result {
    if counts.is_empty() {
        return Ok(());
    }
    writeln!(f, "  {what:<14} {}", counts.total())?;
    for entry in counts.iter().take(MAX_LINES) {
        let example = entry.examples.first().map(|url| format!(" ({url})")).unwrap_or_default();
        writeln!(f, "    {} × {}{example}", entry.count, entry.what)?;
    }
    match counts.iter().count().saturating_sub(MAX_LINES) {
        0 => Ok(()),
        more => writeln!(f, "    and {more} kinds more (--json names them)"),
    }
}
