//! From XPath to CSS (Selectors Level 4), where a selector takes the same nodes.
//!
//! The rule of this module: never a selector that takes other nodes. What can't be said exactly is an error with its
//! reason. Both languages are read over a tree of HTML as a browser makes it; the names of elements and attributes are lower
//! case there, and what stands in `noscript` is text.

mod advance;
mod attribute;
mod compound;
mod condition;
mod exists;
mod moves;
mod path;
mod position;
mod selection;
mod text;

pub(crate) use selection::{Found, Selection, Taken, found};

/// Why something has no equal.
pub(crate) type Reason = String;

#[cfg(test)]
mod tests;
