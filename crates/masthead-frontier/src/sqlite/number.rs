//! SQLite's integers are signed; ours are not. The highest bit is never needed.

use rusqlite::Row;

use super::fault::Attempt;

pub(super) fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A `LIMIT`.
pub(super) fn limit(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A column that is never negative.
pub(super) fn unsigned(row: &Row<'_>, column: usize) -> Attempt<u64> {
    Ok(row.get::<_, i64>(column)?.unsigned_abs())
}
