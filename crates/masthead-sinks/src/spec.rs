use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use masthead_record::Cause;

use crate::jsonl;

/// Which sink, writing where, and how. [`Registry::parse`](crate::Registry::parse) reads one from text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SinkSpec {
    /// The sink's kind, by its name in the registry.
    pub kind: String,
    /// Where it writes.
    pub target: Target,
    /// Its options, by name.
    pub options: BTreeMap<String, String>,
}

/// Where a sink writes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Target {
    /// A file, by its absolute path.
    File(PathBuf),
    /// The process's standard output, written `-`.
    Stdout,
    /// A folder, by its absolute path.
    Folder(PathBuf),
    /// Anything else, in the words of the sink's kind.
    Text(String),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) | Self::Folder(path) => path.display().fmt(f),
            Self::Stdout => f.write_str("-"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl SinkSpec {
    pub(crate) fn new(kind: String, target: Target, options: BTreeMap<String, String>) -> Self {
        Self { kind, target, options }
    }

    /// The absolute paths of the files that this sink writes. A crawl's state belongs to them.
    #[must_use]
    pub fn file_outputs(&self) -> Vec<PathBuf> {
        match &self.target {
            Target::File(path) => vec![path.clone()],
            Target::Stdout | Target::Folder(_) | Target::Text(_) => Vec::new(),
        }
    }

    /// A JSON Lines sink for incomplete records, in a file beside this one's; none where this one writes no file. It is
    /// JSON Lines whatever this one writes: such a record is for people who mend a profile, and its line has all of it.
    #[must_use]
    pub fn incomplete(&self) -> Option<Self> {
        match &self.target {
            Target::File(path) => {
                let target = Target::File(incomplete_path(path));
                Some(Self::new(jsonl::NAME.to_owned(), target, BTreeMap::new()))
            }
            Target::Stdout | Target::Folder(_) | Target::Text(_) => None,
        }
    }
}

impl fmt::Display for SinkSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.target)?;
        for (i, (name, value)) in self.options.iter().enumerate() {
            write!(f, "{}{name}={value}", if i == 0 { '?' } else { '&' })?;
        }
        Ok(())
    }
}

/// Where incomplete records go: `koreatimes.csv` → `koreatimes.incomplete.jsonl`, in the same folder.
#[must_use]
pub fn incomplete_path(path: &Path) -> PathBuf {
    let mut name = path.file_stem().map_or_else(OsString::new, OsString::from);
    name.push(".incomplete.jsonl");
    path.with_file_name(name)
}

/// Why a text names no sink. Each message says what there is instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// No colon.
    #[error("`{text}` names no kind of sink: write KIND:TARGET, such as `{example}`")]
    NoKind {
        /// What was given.
        text: String,
        /// What was probably meant.
        example: String,
    },
    /// A kind that nobody registered.
    #[error("there is no sink `{kind}`{}: there is {}", did_you_mean(*.nearest), .known.join(", "))]
    UnknownKind {
        /// What was given.
        kind: String,
        /// Every kind that there is.
        known: Vec<&'static str>,
        /// The one that was probably meant.
        nearest: Option<&'static str>,
    },
    /// Nothing after the colon.
    #[error("the sink `{kind}` needs a target, such as `{example}`")]
    NoTarget {
        /// The sink's kind.
        kind: &'static str,
        /// A whole spec.
        example: &'static str,
    },
    /// A folder where a file is wanted.
    #[error(
        "the sink `{kind}` writes a file, and `{target}` is a folder: name a file in it, such as `{example}`"
    )]
    Folder {
        /// The sink's kind.
        kind: &'static str,
        /// What was given.
        target: String,
        /// A whole spec.
        example: &'static str,
    },
    /// A path that the system can't make absolute.
    #[error("the sink `{kind}` can't write to `{target}`")]
    Path {
        /// The sink's kind.
        kind: &'static str,
        /// What was given.
        target: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// An option that the kind doesn't have.
    #[error("the sink `{kind}` has no option `{option}`{}: {}", did_you_mean(*.nearest), has_options(.known))]
    UnknownOption {
        /// The sink's kind.
        kind: &'static str,
        /// What was given.
        option: String,
        /// Every option that the kind has.
        known: Vec<&'static str>,
        /// The one that was probably meant.
        nearest: Option<&'static str>,
    },
    /// An option without `=`.
    #[error("the option `{option}` of the sink `{kind}` has no value: write `{option}=VALUE`")]
    NoValue {
        /// The sink's kind.
        kind: &'static str,
        /// The option's name.
        option: String,
    },
    /// An option given twice.
    #[error("the option `{option}` of the sink `{kind}` stands twice: leave one out")]
    RepeatedOption {
        /// The sink's kind.
        kind: &'static str,
        /// The option's name.
        option: String,
    },
    /// The kind itself refused.
    #[error("the sink `{kind}` can't be made of this")]
    Refused {
        /// The sink's kind.
        kind: &'static str,
        /// The kind's own reason.
        source: Cause,
    },
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"))
}

fn has_options(known: &[&str]) -> String {
    if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn incomplete_records_go_beside_the_whole_ones() {
        for (path, expected) in [
            ("koreatimes.jsonl", "koreatimes.incomplete.jsonl"),
            ("/a/b.c.jsonl", "/a/b.c.incomplete.jsonl"),
            ("out.csv", "out.incomplete.jsonl"),
            ("news", "news.incomplete.jsonl"),
            (".news", ".news.incomplete.jsonl"),
            ("x/뉴스.jsonl", "x/뉴스.incomplete.jsonl"),
        ] {
            assert_eq!(incomplete_path(Path::new(path)), Path::new(expected), "{path}");
        }
    }
}
