//! Records of kinds of the profile's own.

use masthead_record::Record;
use serde_json::Value;

use super::styled::{BAD, FAINT, PLAIN, STRONG, Sheet, Styled};

/// So many records of a page are shown.
const MOST: usize = 20;
/// Columns of the fields' names.
const LABELS: usize = 14;

/// Each record's fields; a field without a value is said to be none.
pub(super) fn show(sheet: &mut Sheet, records: &[Record]) {
    if records.is_empty() {
        return;
    }
    let count = format!(" {} on this page", records.len());
    sheet.heading("Records", Styled::of(FAINT, &count));
    for record in records.iter().take(MOST) {
        sheet.labelled(Styled::of(STRONG, &record.kind), LABELS, Styled::of(FAINT, record.id.as_str()));
        for (name, value) in record.content.fields.iter().flatten() {
            let text = match value {
                Value::Null if record.content.missing.contains(name) => {
                    Styled::of(BAD, "required, not found")
                }
                Value::Null => Styled::of(FAINT, "none"),
                Value::String(text) => Styled::of(PLAIN, text),
                other => Styled::of(PLAIN, &other.to_string()),
            };
            sheet.labelled(Styled::of(PLAIN, &format!("  {name}")), LABELS, text);
        }
    }
    if let Some(more) = records.len().checked_sub(MOST).filter(|more| *more > 0) {
        sheet.labelled(Styled::default(), LABELS, Styled::of(FAINT, &format!("and {more} more")));
    }
}
