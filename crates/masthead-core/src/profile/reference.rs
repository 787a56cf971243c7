//! The list of all keys, `docs/profile-keys.md`, made from the table of the language.

use std::fmt::Write;

use super::grammar::{self, Key, MapKind, Needs};

/// The reference of all keys as Markdown: every map of the language with its keys, what they take and an example.
#[must_use]
pub fn render_reference() -> String {
    let mut out = String::from(
        "# Keys of a profile\n\nThis list is made from the program's own table (`crates/masthead-core/src/profile/grammar`); \
         a test compares the two. What the keys mean together stands in [profile-language.md](profile-language.md). \
         A key in **bold** must be written.\n",
    );
    for kind in grammar::maps() {
        section(&mut out, kind).unwrap_or_default();
    }
    out
}

fn section(out: &mut String, kind: &MapKind) -> std::fmt::Result {
    writeln!(out, "\n## {}\n\n{}", kind.title, kind.doc)?;
    match kind.needs {
        Needs::Nothing => {}
        Needs::One(names) => {
            writeln!(out, "\nExactly one of: {}.", super::show::listed(names.iter().copied()))?
        }
        Needs::Some(names) => {
            writeln!(out, "\nAt least one of: {}.", super::show::listed(names.iter().copied()))?
        }
    }
    writeln!(out, "\n| key | what it says | takes | example |\n|---|---|---|---|")?;
    kind.keys().try_for_each(|key| row(out, key))
}

fn row(out: &mut String, key: &Key) -> std::fmt::Result {
    let name = if key.required { format!("**`{}`**", key.name) } else { format!("`{}`", key.name) };
    let cells = [name, key.doc.to_owned(), key.shape.summary(), format!("`{}: {}`", key.name, key.example)];
    let escaped: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    writeln!(out, "| {} |", escaped.join(" | "))
}
