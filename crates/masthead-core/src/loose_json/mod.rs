//! JSON as it stands on pages: with comments, trailing commas and raw line breaks, cut off, or followed by JavaScript.
//!
//! One reader serves two places. In a script's text ([`crate::script_json`]) a value that is not JSON is JavaScript
//! and nothing is guessed. In a script of its own ([`crate::metadata`], JSON-LD) the author meant JSON, so quotes and
//! commas that were forgotten are put in, and what stands before a fault that can't be healed is kept.

mod escape;
mod reader;

pub(crate) use escape::push_escape;
pub(crate) use reader::{Manners, read};
