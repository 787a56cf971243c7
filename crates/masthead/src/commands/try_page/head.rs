//! The top: which page, by which layout, and why by this one.

use masthead_core::{LayoutTrace, Outcome, Part, Profile, Reading, Trace};

use super::found::Found;
use super::no_record;
use super::styled::{BAD, FAINT, GOOD, ODD, PLAIN, STRONG, Sheet, Styled};
use crate::args;

/// Columns of the labels.
const LABELS: usize = 10;

pub(super) fn show(
    sheet: &mut Sheet,
    args: &args::Try,
    profile: &Profile,
    found: &Found,
    reading: &Reading,
    trace: &Trace,
) {
    let mut line = |label: &str, text: Styled| sheet.labelled(Styled::of(STRONG, label), LABELS, text);
    let page = if args.page == "-" { "standard input" } else { args.page.as_str() };
    line("Page", Styled::plain(page));
    let from = if found.url_from.is_empty() { String::new() } else { format!(" ({})", found.url_from) };
    line("URL", Styled::plain(found.url.as_str()).and(FAINT, &from));
    line("Profile", Styled::plain(profile.name()));
    match &reading.outcome {
        Outcome::Article(record) => {
            let same = if record.url == found.url.as_str() { " (the same)" } else { "" };
            line("Canonical", Styled::plain(&record.url).and(FAINT, same));
            layouts(&mut line, trace);
            let (word, style) = if record.is_incomplete() { ("incomplete", BAD) } else { ("whole", GOOD) };
            line("Record", Styled::of(style, word).and(FAINT, &truncated(&record.truncated)));
        }
        outcome => {
            layouts(&mut line, trace);
            match reading.records.len() {
                0 => line("Record", Styled::of(BAD, "none: ").and(PLAIN, &no_record(outcome))),
                _ => line("Record", Styled::of(PLAIN, "no article, but records of the profile's own")),
            }
            if !trace.skip.is_empty() {
                line("", Styled::of(ODD, "skip ").join(parts(&trace.skip)));
            }
            line("Links", Styled::plain(&format!("{} that the profile follows", reading.links.len())));
        }
    }
}

fn truncated(budgets: &[String]) -> String {
    if budgets.is_empty() {
        return String::new();
    }
    let mut said = String::new();
    let limits: Vec<&str> = budgets.iter().map(String::as_str).filter(|budget| *budget != "pages").collect();
    if !limits.is_empty() {
        said = format!(", from a part of the page: it is beyond the limits {}", limits.join(", "));
    }
    if limits.len() < budgets.len() {
        said.push_str(", without the other pages of the article");
    }
    said
}

/// The layout that was taken first, then why those before and after it were not.
fn layouts(line: &mut impl FnMut(&str, Styled), trace: &Trace) {
    let taken = trace.layouts.iter().position(|layout| layout.held);
    let mut label = "Layout";
    let mut say = |text: Styled| line(std::mem::take(&mut label), text);
    if let Some(layout) = taken.and_then(|taken| trace.layouts.get(taken)) {
        say(Styled::of(GOOD, &name(layout)).join(why(layout)));
    } else if !trace.layouts.is_empty() {
        say(Styled::of(BAD, "none holds"));
    }
    for (index, layout) in trace.layouts.iter().enumerate().filter(|(index, _)| Some(*index) != taken) {
        let before = match taken {
            Some(taken) if layout.held && taken < index => "holds too, further down: ",
            _ => "not ",
        };
        say(Styled::of(FAINT, before).and(PLAIN, &name(layout)).join(why(layout)));
    }
}

fn name(layout: &LayoutTrace) -> String {
    layout.id.clone().unwrap_or_else(|| "the only one".to_owned())
}

fn why(layout: &LayoutTrace) -> Styled {
    if layout.parts.is_empty() {
        return Styled::of(FAINT, ": no `when`, it always holds");
    }
    Styled::plain(": ").join(parts(&layout.parts))
}

fn parts(parts: &[Part]) -> Styled {
    let mut text = Styled::default();
    for (index, part) in parts.iter().enumerate() {
        let (word, style) = if part.held { ("holds", GOOD) } else { ("fails", BAD) };
        let between = if index == 0 { "" } else { ", " };
        text = text.and(PLAIN, &format!("{between}{} ", part.text)).and(style, word);
    }
    text
}
