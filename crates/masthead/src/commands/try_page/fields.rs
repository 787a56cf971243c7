//! The table of fields, and what was tried for those that are missing.

use masthead_core::{AlternativeTrace, Trace};
use masthead_record::Record;

use super::rows::{Row, rows};
use super::styled::{BAD, FAINT, GOOD, ODD, PLAIN, STRONG, Sheet, Styled};

/// Columns of a table: field, value, rule and source, alternatives, witnesses.
const TITLES: [&str; 5] = ["field", "value", "rule", "alternatives", "witnesses"];
/// No column but the value's is wider.
const WIDEST: [usize; 5] = [24, 0, 36, 30, 24];
/// Where less is left for the values, each field takes several lines instead.
const LEAST: usize = 24;
const GAP: usize = 2;
/// Columns of the field's name where each field takes several lines.
const NAMES: usize = 14;

pub(super) fn show(sheet: &mut Sheet, record: &Record, trace: &Trace) {
    let (rows, empty) = rows(record, trace);
    let cells: Vec<[Styled; 5]> = rows.iter().map(cells).collect();
    sheet.heading("Fields", Styled::of(FAINT, "  matches of each alternative, ✓ taken, ✗ refused"));
    match columns(&cells, sheet.width) {
        Some(columns) => table(sheet, &rows, cells, &columns),
        None => stacked(sheet, &rows, cells),
    }
    if !empty.is_empty() {
        let text = format!("neither a rule nor on the page: {}", empty.join(", "));
        sheet.labelled(Styled::default(), GAP, Styled::of(FAINT, &text));
    }
    missing(sheet, record, trace);
}

fn cells(row: &Row) -> [Styled; 5] {
    let value = match (&row.value, row.missing) {
        (Some(value), _) => Styled::plain(value),
        (None, true) => Styled::of(BAD, "missing"),
        (None, false) => Styled::of(FAINT, "none"),
    };
    let rule = row.rule.as_deref().map(Styled::plain).unwrap_or_default();
    let gap = if rule.is_empty() { "" } else { " " };
    let rule = row.source.iter().fold(rule, |rule, source| rule.and(FAINT, &format!("{gap}{source}")));
    let mut alternatives = Styled::default();
    for (index, alternative) in row.alternatives.iter().enumerate() {
        let between = if index == 0 { "" } else { " · " };
        alternatives = alternatives
            .and(FAINT, between)
            .and(PLAIN, &format!("{}: {}", index + 1, alternative.matched))
            .join(mark(alternative, row.asked));
    }
    let mut witnesses = Styled::default();
    if !row.agrees.is_empty() {
        witnesses = witnesses.and(GOOD, &format!("= {}", row.agrees.join(", ")));
    }
    if !row.disagrees.is_empty() {
        let names: Vec<&str> = row.disagrees.iter().map(|(name, _)| name.as_str()).collect();
        let gap = if witnesses.is_empty() { "" } else { " " };
        witnesses = witnesses.and(ODD, &format!("{gap}≠ {}", names.join(", ")));
    }
    [Styled::of(STRONG, &row.field), value, rule, alternatives, witnesses]
}

/// Whether an alternative was taken, in how many of the items, or refused.
fn mark(alternative: &AlternativeTrace, asked: usize) -> Styled {
    if alternative.chosen > 0 && alternative.chosen == asked {
        Styled::of(GOOD, " ✓")
    } else if alternative.chosen > 0 {
        Styled::of(GOOD, &format!(" ✓ {}/{asked}", alternative.chosen))
    } else if alternative.refused.is_some() {
        Styled::of(BAD, " ✗")
    } else {
        Styled::default()
    }
}

/// The widths of the columns; `None` where they don't fit side by side.
fn columns(cells: &[[Styled; 5]], width: usize) -> Option<[usize; 5]> {
    let mut columns = TITLES.map(str::len);
    for row in cells {
        for ((column, cell), widest) in columns.iter_mut().zip(row).zip(WIDEST) {
            *column = (*column).max(cell.width().min(widest));
        }
    }
    let [field, value, rule, alternatives, witnesses] = columns;
    let others = field + rule + alternatives + witnesses + 4 * GAP;
    let left = width.checked_sub(others).filter(|left| *left >= LEAST)?;
    let longest = cells.iter().map(|[_, value, ..]| value.width()).max().unwrap_or(value);
    Some([field, left.min(longest.max(value)), rule, alternatives, witnesses])
}

fn table(sheet: &mut Sheet, rows: &[Row], cells: Vec<[Styled; 5]>, columns: &[usize; 5]) {
    let line = |cells: [Styled; 5]| {
        cells.into_iter().zip(columns).fold(Styled::default(), |line, (cell, &width)| {
            let before = if line.is_empty() { "" } else { "  " };
            line.and(PLAIN, before).join(cell.cut(width).fill(width))
        })
    };
    sheet.line(line(TITLES.map(|title| Styled::of(FAINT, title))));
    for (row, cells) in rows.iter().zip(cells) {
        sheet.line(line(cells));
        below(sheet, row, columns[0] + GAP);
    }
}

fn stacked(sheet: &mut Sheet, rows: &[Row], cells: Vec<[Styled; 5]>) {
    for (row, [field, value, rule, alternatives, witnesses]) in rows.iter().zip(cells) {
        let mut tried = rule;
        for part in [alternatives, witnesses].into_iter().filter(|part| !part.is_empty()) {
            let gap = if tried.is_empty() { "" } else { "  " };
            tried = tried.and(PLAIN, gap).join(part);
        }
        let value = value.cut(sheet.width.saturating_sub(NAMES));
        if field.width() < NAMES {
            sheet.line(field.fill(NAMES).join(value));
        } else {
            sheet.line(field);
            sheet.line(Styled::default().fill(NAMES).join(value));
        }
        sheet.labelled(Styled::default(), NAMES, tried);
        below(sheet, row, NAMES);
    }
}

/// What a row has no place for: why alternatives were refused, what other witnesses say.
fn below(sheet: &mut Sheet, row: &Row, indent: usize) {
    if !row.missing {
        let refused = row.alternatives.iter().enumerate().filter(|(_, tried)| tried.refused.is_some());
        for (index, alternative) in refused {
            sheet.labelled(Styled::default(), indent, tried(index, alternative));
        }
    }
    for (name, text) in &row.disagrees {
        let text = Styled::of(ODD, &format!("≠ {name}: ")).and(PLAIN, text).cut(2 * sheet.width);
        sheet.labelled(Styled::default(), indent, text);
    }
}

/// One alternative, and why it gave nothing.
fn tried(index: usize, alternative: &AlternativeTrace) -> Styled {
    let text = Styled::of(BAD, "✗ ").and(PLAIN, &format!("{} {}", index + 1, alternative.source));
    let text = text.and(FAINT, &format!(" ({}) ", alternative.rule));
    match &alternative.refused {
        None => text.and(PLAIN, "no match"),
        Some(refused) => {
            let matched = match alternative.matched {
                0 => String::new(),
                count => format!("{count} matched, "),
            };
            let text = text.and(PLAIN, &format!("{matched}{}", refused.why));
            if refused.text.is_empty() { text } else { text.and(FAINT, &format!(": \"{}\"", refused.text)) }
        }
    }
}

fn missing(sheet: &mut Sheet, record: &Record, trace: &Trace) {
    if record.content.missing.is_empty() {
        return;
    }
    let count = format!("  {} required and not found", record.content.missing.len());
    sheet.heading("Missing", Styled::of(BAD, &count));
    for name in &record.content.missing {
        sheet.line(Styled::of(STRONG, &format!("  {name}")));
        let by_part = trace.fields.iter().find(|field| field.name.starts_with(&format!("{name}.")));
        let Some(field) = trace.field(name).or(by_part) else {
            let text =
                Styled::plain("the profile has no rule for it, and the page says nothing of it by itself");
            sheet.labelled(Styled::default(), 4, text);
            continue;
        };
        for (index, alternative) in field.alternatives.iter().enumerate() {
            sheet.labelled(Styled::default(), 4, tried(index, alternative));
        }
    }
}
