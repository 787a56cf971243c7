//! The profile language: YAML text in, a compiled [`Profile`] out, or all faults at once.
//!
//! | step | module |
//! |---|---|
//! | text → tree with places | `yaml`, `node`, `source`; what YAML takes otherwise than the author: `traps`, `lexer`, `refused` |
//! | overlays (`extends:`) | `extends` |
//! | tree against the table of the language | `check`, `grammar` |
//! | tree → [`Profile`], everything compiled | `build`, `compile`, `words` |
//! | what other tools write, told apart | `foreign`, `xpath` (selectors), `patterns` (regexes), `dialects` (paths, formats), `meant` (words) |
//! | faults and how they are shown | `fault`, `show`, `suggest` |
//! | from the same table | `schema` (JSON Schema), `reference` (`docs/profile-keys.md`) |

mod access;
mod build;
mod check;
mod compile;
mod corrections;
mod dialects;
mod extends;
mod fault;
mod foreign;
mod grammar;
mod inventory;
mod lexer;
mod load;
mod meant;
pub(crate) mod model;
mod node;
mod patterns;
mod reference;
mod refused;
mod schema;
mod show;
mod source;
mod suggest;
#[cfg(test)]
mod tests;
mod traps;
mod words;
mod written;
mod xpath;
mod yaml;

pub use corrections::{Correction, CorrectionError, correct_tests};
pub use extends::{Bases, NoBases};
pub use fault::{Fault, Faults};
pub use inventory::{WrittenDrop, WrittenRule};
pub use load::load;
pub use model::{CookieValue, Politeness, Profile, Test};
pub use reference::render_reference;
pub use schema::schema;
pub use source::Source;
pub use words::duration;
