//! Extraction: a page and a profile in, a record out.

mod auto;
mod body;
mod byline;
mod claims;
mod condition;
mod context;
mod each;
mod field;
mod finding;
mod images;
mod ledger;
mod links;
mod missing;
mod read;
mod refusal;
mod related;
pub(crate) mod signals;
mod source;
mod steps;
mod trace;
mod typed;

#[cfg(test)]
mod tests;

pub use finding::{Finding, Level};
pub use links::{Link, Role as LinkRole};
pub use read::{Options, Outcome, Page, Reading, links_of, read, read_traced};
pub use trace::{AlternativeTrace, DropTrace, FieldTrace, LayoutTrace, Part, Refused, Trace};
