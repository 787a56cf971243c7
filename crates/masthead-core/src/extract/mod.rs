//! Extraction: a page and a profile in, a record out.

mod article;
mod auto;
mod body;
mod byline;
mod claims;
mod condition;
mod context;
mod doubts;
mod each;
mod field;
mod finding;
mod images;
mod ledger;
mod links;
mod markup;
mod missing;
mod onward;
mod read;
mod records;
mod refusal;
mod related;
pub(crate) mod signals;
mod source;
mod steps;
mod trace;
mod typed;
mod whole;

#[cfg(test)]
mod tests;

pub use finding::{Finding, Level};
pub use links::{Link, Role as LinkRole};
pub use onward::More;
pub use read::{Options, Outcome, Page, Reading, links_of, read, read_list, read_parts, read_traced};
pub use trace::{AlternativeTrace, DropTrace, FieldTrace, LayoutTrace, Part, Refused, Trace};
