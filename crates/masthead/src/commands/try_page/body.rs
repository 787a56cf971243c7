//! The body, and what became of every word in its container.

use std::collections::BTreeMap;

use masthead_core::Trace;
use masthead_record::{BlockKind, Ledger, Provenance, Record};

use super::styled::{BAD, FAINT, GOOD, ODD, PLAIN, Sheet, Styled};

const LABELS: usize = 12;
/// Words shown of a long text, at either end.
const WORDS: usize = 10;
/// Samples shown of what was dropped by one rule, and of the residual text.
const SAMPLES: usize = 3;
const MORE_SAMPLES: usize = 8;

pub(super) fn show(sheet: &mut Sheet, record: &Record, trace: &Trace) {
    let nothing = Provenance::default();
    let provenance = record.provenance.as_ref().and_then(|sources| sources.get("body")).unwrap_or(&nothing);
    let text = record.content.body.as_deref().unwrap_or_default();
    sheet.heading("Body", Styled::plain(&format!("  {}, {}", blocks(record), counted(count(text), "word"))));
    rule(sheet, provenance, trace);
    if !text.is_empty() {
        let words: Vec<&str> = text.split_whitespace().collect();
        let first = words.iter().take(WORDS).copied().collect::<Vec<_>>().join(" ");
        let last =
            words.iter().skip(words.len().saturating_sub(WORDS)).copied().collect::<Vec<_>>().join(" ");
        label(sheet, "starts", Styled::plain(&first));
        label(sheet, "ends", Styled::plain(&last));
    }
    if record.content.paywalled {
        label(sheet, "paywalled", Styled::of(ODD, "yes"));
    }
    if let Some(ledger) = &record.ledger {
        show_ledger(sheet, ledger, provenance, trace);
    }
}

fn label(sheet: &mut Sheet, label: &str, text: Styled) {
    sheet.labelled(Styled::of(FAINT, &format!("  {label}")), LABELS, text);
}

/// `1 word`, `2 words`
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn count(text: &str) -> usize {
    text.split_whitespace().count()
}

/// `5 paragraphs, 1 heading`
fn blocks(record: &Record) -> String {
    let names = [
        (BlockKind::Paragraph, "paragraph"),
        (BlockKind::Heading, "heading"),
        (BlockKind::Quote, "quote"),
        (BlockKind::List, "list"),
        (BlockKind::Table, "table"),
        (BlockKind::Code, "code block"),
    ];
    let counts = names.into_iter().filter_map(|(kind, name)| {
        let count = record.content.blocks.iter().filter(|block| block.kind == kind).count();
        (count > 0 || kind == BlockKind::Paragraph).then(|| counted(count, name))
    });
    counts.collect::<Vec<_>>().join(", ")
}

fn rule(sheet: &mut Sheet, provenance: &Provenance, trace: &Trace) {
    let source = provenance.source.as_deref().unwrap_or("nothing gave it");
    let rule = provenance.rule.as_deref().map(|rule| format!("{rule} ")).unwrap_or_default();
    let mut text = Styled::plain(&rule).and(FAINT, source);
    for (index, alternative) in
        trace.field("body").map(|body| body.alternatives.as_slice()).unwrap_or_default().iter().enumerate()
    {
        let mark = match (&alternative.refused, alternative.chosen) {
            (_, 1..) => Styled::of(GOOD, " ✓"),
            (Some(refused), _) => Styled::of(BAD, " ✗ ").and(FAINT, &refused.why),
            (None, _) => Styled::default(),
        };
        let before = if index == 0 { "  " } else { " · " };
        text =
            text.and(FAINT, before).and(PLAIN, &format!("{}: {}", index + 1, alternative.matched)).join(mark);
    }
    label(sheet, "rule", text);
    if let Some(path) = &provenance.path {
        label(sheet, "container", Styled::plain(path));
    }
}

fn show_ledger(sheet: &mut Sheet, ledger: &Ledger, provenance: &Provenance, trace: &Trace) {
    let (claimed, dropped): (usize, usize) = (ledger.claimed.values().sum(), ledger.dropped.values().sum());
    let all = claimed + dropped + ledger.residual;
    let sums = format!(
        "{all} words in the container = {claimed} claimed + {dropped} dropped + {} residual",
        ledger.residual
    );
    sheet.heading("Ledger", Styled::default());
    sheet.labelled(Styled::default(), 2, Styled::plain(&sums));
    let fields: Vec<String> =
        ledger.claimed.iter().map(|(field, words)| format!("{field} {words}")).collect();
    label(sheet, "claimed", Styled::plain(&format!("{claimed}  {}", fields.join(", "))));
    label(sheet, "dropped", Styled::plain(&dropped.to_string()));
    drops(sheet, ledger, provenance, trace);
    let style = if ledger.residual == 0 { GOOD } else { ODD };
    label(sheet, "residual", Styled::of(style, &ledger.residual.to_string()));
    samples(sheet, &ledger.residual_text, MORE_SAMPLES, 4);
    let style = if ledger.linked == 0 { PLAIN } else { ODD };
    label(
        sheet,
        "linked",
        Styled::of(style, &ledger.linked.to_string()).and(FAINT, "  words of blocks that are all link"),
    );
    label(
        sheet,
        "outside",
        Styled::plain(&ledger.outside.to_string()).and(FAINT, "  visible words beyond the container"),
    );
}

/// Each rule that drops, in the profile's order, with its words and samples; also those that found nothing.
fn drops(sheet: &mut Sheet, ledger: &Ledger, provenance: &Provenance, trace: &Trace) {
    let mut left: BTreeMap<&str, usize> =
        ledger.dropped.iter().map(|(rule, &words)| (rule.as_str(), words)).collect();
    let place = provenance.rule.as_deref().unwrap_or_default();
    for drop in &trace.drops {
        let words = left.remove(drop.text.as_str()).unwrap_or_default();
        drop_rule(sheet, ledger, &drop.rule, &drop.text, Some(drop.matched), words);
    }
    // `start_after`, `stop_at` and `blocks` stand in the body's own rule.
    for (rule, words) in left {
        drop_rule(sheet, ledger, place, rule, None, words);
    }
}

fn drop_rule(
    sheet: &mut Sheet,
    ledger: &Ledger,
    place: &str,
    rule: &str,
    matched: Option<usize>,
    words: usize,
) {
    let found = match matched {
        Some(0) => "no match".to_owned(),
        Some(matched) => format!("{matched} matched, {}", counted(words, "word")),
        None => counted(words, "word"),
    };
    let style = if matched == Some(0) { FAINT } else { PLAIN };
    let text = Styled::plain(rule).and(FAINT, &format!(" ({place}) ")).and(style, &found);
    sheet.labelled(Styled::default(), 4, text);
    samples(sheet, ledger.dropped_text.get(rule).map(Vec::as_slice).unwrap_or_default(), SAMPLES, 6);
}

fn samples(sheet: &mut Sheet, texts: &[String], most: usize, indent: usize) {
    for text in texts.iter().take(most) {
        let words = format!("{}  ", count(text));
        sheet.line(Styled::plain(&" ".repeat(indent)).and(PLAIN, &words).and(FAINT, &format!("\"{text}\"")));
    }
    if let Some(more) = texts.len().checked_sub(most).filter(|more| *more > 0) {
        sheet.line(Styled::plain(&" ".repeat(indent)).and(FAINT, &format!("and {more} more")));
    }
}
