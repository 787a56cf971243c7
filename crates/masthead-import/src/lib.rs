//! What would this foreign site config be in our language?
//!
//! Pure: text in, text and a report out. The one format that is read is that of FiveFilters Full-Text RSS
//! (`ftr-site-config`), whose rules are XPath 1.0. A rule is carried over where our language takes the same nodes, and
//! only there; all others stand in the profile as comments, and in the report with the reason.
//!
//! ```
//! let config = "title: //h1[@id='head']\nbody: //div[contains(@class, 'text')]\n";
//! let imported = masthead_import::import("paper.example.txt", config)?;
//! assert!(imported.yaml.contains("- 'h1#head'"));
//! assert!(imported.report.is_whole());
//! # Ok::<(), masthead_import::ImportError>(())
//! ```

mod config;
mod css;
mod hosts;
mod keys;
mod profile;
mod report;
mod rule;
mod xpath;
mod yaml;

use config::Directive;
use css::Found;
use rule::{Outcome, Place};

pub use report::{Carried, CarriedSelection, Fault, NotCarried, Report, Settled};

/// A profile, and the account of how it came about.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The profile as YAML, with the origin of every rule in a comment.
    pub yaml: String,
    /// What was carried over and what was not.
    pub report: Report,
}

/// Why there is no profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportError {
    /// Neither the file's name nor a test address names a site.
    NoHost,
    /// There is no line that says something.
    Empty,
}

impl std::fmt::Display for ImportError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoHost => "nothing names the site: call the file HOST.txt, or add a `test_url`",
            Self::Empty => "no line is `key: value`",
        })
    }
}

impl std::error::Error for ImportError {}

/// Makes a profile of a config. `file` is the config's name: `paper.example.txt` says which site it is for.
///
/// # Errors
/// Where the config says nothing, or nothing names its site.
pub fn import(file: &str, text: &str) -> Result<Imported, ImportError> {
    let config = config::parse(text);
    if config.directives.is_empty() {
        return Err(ImportError::Empty);
    }
    let tests: Vec<String> =
        config.directives.iter().filter(|one| one.key == "test_url").map(|one| one.value.clone()).collect();
    let (hosts, elsewhere) = hosts::hosts(file, &tests);
    if hosts.is_empty() {
        return Err(ImportError::NoHost);
    }
    let report = Report {
        config: file.rsplit(['/', '\\']).next().unwrap_or(file).to_owned(),
        profile: profile::name(file),
        hosts,
        tests,
        faults: config
            .faults
            .into_iter()
            .map(|fault| Fault { line: fault.line, text: fault.text, message: fault.message })
            .collect(),
        ..Report::default()
    };
    let mut import = Import { report, placed: Vec::new() };
    let has_body = import.take(&config.directives);
    import.keep_one_link();
    if !has_body {
        import.refuse(
            |place| matches!(place, Place::Drop | Place::Unwrap),
            "without a rule for the body there is nothing to leave it out of",
        );
    }
    let auto = !config.directives.iter().any(|one| one.key == "autodetect_on_failure" && one.value == "no");
    let yaml = import.finish(auto, &elsewhere);
    Ok(Imported { yaml, report: import.report })
}

/// A rule with its place in the profile.
struct Placed {
    line: usize,
    key: String,
    written: String,
    rule: String,
    place: Place,
    found: Found,
}

struct Import {
    report: Report,
    placed: Vec<Placed>,
}

impl Import {
    /// Takes all lines in order; says whether a rule for the body is among them.
    fn take(&mut self, directives: &[Directive]) -> bool {
        for (index, directive) in directives.iter().enumerate() {
            let (line, key) = (directive.line, directive.key.clone());
            match rule::outcome(directive, directives.get(index + 1)) {
                Outcome::Carried(place, found) => self.placed.push(Placed {
                    line,
                    key,
                    written: directive.written(),
                    rule: directive.value.clone(),
                    place,
                    found,
                }),
                Outcome::NotCarried(reason) => {
                    let rule = directive.value.clone();
                    self.report.not_carried.push(NotCarried { line, key, rule, reason });
                }
                Outcome::Settled(reason) => self.report.settled.push(Settled { line, key, reason }),
                Outcome::Note => {}
            }
        }
        self.placed.iter().any(|one| one.place == Place::Body)
    }

    /// An article's `pages` names one link.
    fn keep_one_link(&mut self) {
        let is_link = |place: Place| matches!(place, Place::Single | Place::Next);
        let first = self.placed.iter().find(|one| is_link(one.place)).map(|one| one.line);
        let (kept, more): (Vec<_>, Vec<_>) =
            self.placed.drain(..).partition(|one| !is_link(one.place) || Some(one.line) == first);
        self.placed = kept;
        more.into_iter()
            .for_each(|one| self.put_aside(one, "`pages` takes one link, and there is one before"));
    }

    fn refuse(&mut self, which: fn(Place) -> bool, reason: &str) {
        let (refused, kept): (Vec<_>, Vec<_>) = self.placed.drain(..).partition(|one| which(one.place));
        self.placed = kept;
        refused.into_iter().for_each(|one| self.put_aside(one, reason));
    }

    fn put_aside(&mut self, one: Placed, reason: &str) {
        let reason = reason.to_owned();
        self.report.not_carried.push(NotCarried { line: one.line, key: one.key, rule: one.rule, reason });
    }

    fn finish(&mut self, auto: bool, elsewhere: &[String]) -> String {
        self.report.not_carried.sort_by_key(|one| one.line);
        self.report.carried = self.placed.iter().map(carried).collect();
        self.report.rules = self.report.carried.len() + self.report.not_carried.len();
        profile::write(&self.report, &self.placed, auto, elsewhere)
    }
}

fn carried(one: &Placed) -> Carried {
    let selections = match &one.found {
        Found::Constant(_) => Vec::new(),
        Found::Nodes(selections) => selections
            .iter()
            .map(|selection| CarriedSelection {
                css: selection.css(),
                attribute: selection.attribute.clone(),
                having: selection.having.clone(),
                nth: selection.nth,
            })
            .collect(),
    };
    Carried { line: one.line, key: one.key.clone(), rule: one.rule.clone(), selections }
}
