//! XPath 1.0, as far as site configs use it.
//!
//! <https://www.w3.org/TR/1999/REC-xpath-19991116/>. The whole grammar is read except variables and names with a
//! prefix; what an expression means is told by [`crate::css`]. Length and depth are bounded: a config is a stranger's.

mod ast;
mod lex;
mod parse;

pub(crate) use ast::{Axis, Comparison, Expression, NodeTest, Path, Start, Step};
pub(crate) use parse::parse;

#[cfg(test)]
mod tests;
