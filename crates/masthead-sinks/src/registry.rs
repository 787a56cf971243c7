use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use masthead_record::{Cause, Guarantee, Sink};

use crate::nearest::nearest;
use crate::{SinkSpec, SpecError, Target, csv, exec, jsonl, sqlite, warc};

/// The kinds that come with this crate. A new one is a module and a line here.
const BUILTIN: &[fn() -> SinkKind] = &[jsonl::kind, csv::kind, sqlite::kind, exec::kind, warc::kind];

type Factory = dyn Fn(&SinkSpec) -> Result<Box<dyn Sink>, Cause> + Send + Sync;

/// What the target of a kind of sink is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TargetForm {
    /// Any text, taken as it stands: no options follow it, so that it may hold a `?`.
    #[default]
    Text,
    /// A file's path. It can't hold a `?`, which begins the options.
    File,
    /// A file's path, or `-` for stdout.
    FileOrStdout,
    /// A folder's path.
    Folder,
}

/// A kind of sink: its name, how to make one, and what is said of it in lists.
pub struct SinkKind {
    name: &'static str,
    description: &'static str,
    example: &'static str,
    guarantee: Guarantee,
    target: TargetForm,
    shared: bool,
    options: Vec<(&'static str, &'static str)>,
    factory: Box<Factory>,
}

impl SinkKind {
    /// A kind called `name`, whose sinks `factory` makes. A factory only looks at the spec: it is the sink's
    /// [`open`](Sink::open) that touches files or networks.
    ///
    /// Its target is any text, it has no options and promises [`Guarantee::AtLeastOnce`] until told otherwise.
    pub fn new(
        name: &'static str,
        factory: impl Fn(&SinkSpec) -> Result<Box<dyn Sink>, Cause> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            description: "",
            example: name,
            guarantee: Guarantee::AtLeastOnce,
            target: TargetForm::Text,
            shared: false,
            options: Vec::new(),
            factory: Box::new(factory),
        }
    }

    /// The same kind under another name.
    #[must_use]
    pub fn renamed(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// Says in one line what it writes.
    #[must_use]
    pub fn described(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// Gives a whole spec as an example, `jsonl:news.jsonl`.
    #[must_use]
    pub fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    /// Says what its sinks promise over crashes.
    #[must_use]
    pub fn guarantees(mut self, guarantee: Guarantee) -> Self {
        self.guarantee = guarantee;
        self
    }

    /// Says what its target is.
    #[must_use]
    pub fn writes_to(mut self, target: TargetForm) -> Self {
        self.target = target;
        self
    }

    /// Says that several crawls may write to one target, as to a database.
    #[must_use]
    pub fn shared(mut self) -> Self {
        self.shared = true;
        self
    }

    /// Adds an option, with one line on what it does.
    #[must_use]
    pub fn option(mut self, name: &'static str, description: &'static str) -> Self {
        self.options.push((name, description));
        self
    }

    /// Its name, the part of a spec before the colon.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it writes, in one line.
    #[must_use]
    pub fn description(&self) -> &'static str {
        self.description
    }

    /// A whole spec.
    #[must_use]
    pub fn example_spec(&self) -> &'static str {
        self.example
    }

    /// What its sinks promise over crashes.
    #[must_use]
    pub fn guarantee(&self) -> Guarantee {
        self.guarantee
    }

    /// Its options: name and what it does.
    #[must_use]
    pub fn options(&self) -> &[(&'static str, &'static str)] {
        &self.options
    }

    fn option_names(&self) -> Vec<&'static str> {
        self.options.iter().map(|(name, _)| *name).collect()
    }

    fn target(&self, text: &str, base: &Path) -> Result<Target, SpecError> {
        let (kind, example) = (self.name, self.example);
        match self.target {
            TargetForm::Text => return Ok(Target::Text(text.to_owned())),
            TargetForm::FileOrStdout if text == "-" => return Ok(Target::Stdout),
            TargetForm::File | TargetForm::FileOrStdout | TargetForm::Folder => {}
        }
        if text.is_empty() {
            return Err(SpecError::NoTarget { kind, example });
        }
        let is_file = self.target != TargetForm::Folder;
        if is_file && text.ends_with(std::path::is_separator) || matches!(text, "." | "..") {
            return Err(SpecError::Folder { kind, target: text.to_owned(), example });
        }
        match std::path::absolute(base.join(text)) {
            Ok(path) if is_file => Ok(Target::File(path)),
            Ok(path) => Ok(Target::Folder(path)),
            Err(source) => Err(SpecError::Path { kind, target: text.to_owned(), source }),
        }
    }

    fn check_option(&self, name: &str) -> Result<(), SpecError> {
        if self.options.iter().any(|(known, _)| *known == name) {
            return Ok(());
        }
        let known = self.option_names();
        let nearest = nearest(name, known.iter().copied());
        Err(SpecError::UnknownOption { kind: self.name, option: name.to_owned(), known, nearest })
    }

    fn parse_options(&self, query: &str) -> Result<BTreeMap<String, String>, SpecError> {
        let mut options = BTreeMap::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            self.check_option(name)?;
            if value.is_empty() {
                return Err(SpecError::NoValue { kind: self.name, option: name.to_owned() });
            }
            if options.insert(name.to_owned(), value.to_owned()).is_some() {
                return Err(SpecError::RepeatedOption { kind: self.name, option: name.to_owned() });
            }
        }
        Ok(options)
    }
}

impl fmt::Debug for SinkKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SinkKind").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Why a kind of sink can't be registered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// Another kind has the name.
    #[error("there is a sink `{0}` already: register this one under another name")]
    Taken(&'static str),
    /// The name can't stand in a spec.
    #[error("`{0}` is no name for a sink: use lower-case letters, digits and `-`, with a letter first")]
    Name(&'static str),
}

/// The kinds of sinks that there are, in the order of their registration.
#[derive(Debug, Default)]
pub struct Registry {
    kinds: Vec<SinkKind>,
}

impl Registry {
    /// The kinds that come with Masthead.
    #[must_use]
    pub fn builtin() -> Self {
        Self { kinds: BUILTIN.iter().map(|kind| kind()).collect() }
    }

    /// Adds a kind.
    ///
    /// # Errors
    /// Where its name is taken, or could not stand in a spec.
    pub fn register(&mut self, kind: SinkKind) -> Result<(), RegistryError> {
        let name = kind.name;
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(good) {
            return Err(RegistryError::Name(name));
        }
        if self.kinds.iter().any(|known| known.name == name) {
            return Err(RegistryError::Taken(name));
        }
        self.kinds.push(kind);
        Ok(())
    }

    /// Every kind.
    pub fn kinds(&self) -> impl Iterator<Item = &SinkKind> {
        self.kinds.iter()
    }

    /// Reads `KIND:TARGET?option=value&…`. A relative path is one below `base`, an absolute path.
    ///
    /// # Errors
    /// Where the text names no kind, target or option that there is.
    pub fn parse(&self, text: &str, base: &Path) -> Result<SinkSpec, SpecError> {
        let Some((name, rest)) = text.split_once(':') else {
            return Err(self.no_colon(text));
        };
        let kind = self.kind(name)?;
        let (target, query) = match kind.target {
            TargetForm::Text => (rest, ""),
            _ => rest.split_once('?').unwrap_or((rest, "")),
        };
        let target = kind.target(target, base)?;
        Ok(SinkSpec::new(name.to_owned(), target, kind.parse_options(query)?))
    }

    /// Puts a spec together from its parts, as a job file gives them. A relative path is one below `base`.
    ///
    /// # Errors
    /// Like [`Registry::parse`].
    pub fn spec(
        &self,
        kind: &str,
        target: &str,
        options: BTreeMap<String, String>,
        base: &Path,
    ) -> Result<SinkSpec, SpecError> {
        let known = self.kind(kind)?;
        let target = known.target(target, base)?;
        options.keys().try_for_each(|name| known.check_option(name))?;
        Ok(SinkSpec::new(kind.to_owned(), target, options))
    }

    /// Whether several crawls may write to the target of a spec.
    #[must_use]
    pub fn is_shared(&self, spec: &SinkSpec) -> bool {
        self.kind(&spec.kind).is_ok_and(|kind| kind.shared)
    }

    /// Makes the sink; it is not open yet.
    ///
    /// # Errors
    /// Where the kind is unknown, or refuses an option's value.
    pub fn make(&self, spec: &SinkSpec) -> Result<Box<dyn Sink>, SpecError> {
        let kind = self.kind(&spec.kind)?;
        (kind.factory)(spec).map_err(|source| SpecError::Refused { kind: kind.name, source })
    }

    fn kind(&self, name: &str) -> Result<&SinkKind, SpecError> {
        self.kinds.iter().find(|kind| kind.name == name).ok_or_else(|| {
            let known: Vec<_> = self.kinds.iter().map(|kind| kind.name).collect();
            SpecError::UnknownKind {
                kind: name.to_owned(),
                nearest: nearest(name, known.iter().copied()),
                known,
            }
        })
    }

    fn no_colon(&self, text: &str) -> SpecError {
        if let Some(kind) = self.kinds.iter().find(|kind| kind.name == text) {
            return SpecError::NoTarget { kind: kind.name, example: kind.example };
        }
        let extension = Path::new(text).extension().and_then(|extension| extension.to_str());
        let meant = self.kinds.iter().find(|kind| Some(kind.name) == extension);
        let example = match (meant, self.kinds.first()) {
            (Some(kind), _) => format!("{}:{text}", kind.name),
            (None, Some(kind)) => kind.example.to_owned(),
            (None, None) => "KIND:TARGET".to_owned(),
        };
        SpecError::NoKind { text: text.to_owned(), example }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_options() -> Registry {
        let mut registry = Registry::builtin();
        let kind = SinkKind::new("rows", |_| Err("no such sink".into()))
            .writes_to(TargetForm::File)
            .example("rows:a.rows")
            .option("rotate", "begins a new file after this time")
            .option("compress", "compresses the file");
        registry.register(kind).unwrap();
        registry.register(SinkKind::new("text", |_| Err("no such sink".into()))).unwrap();
        registry
    }

    fn parse(text: &str) -> Result<SinkSpec, String> {
        with_options().parse(text, Path::new("/base")).map_err(|error| error.to_string())
    }

    #[test]
    fn a_spec_is_a_kind_a_target_and_options() {
        let spec = parse("rows:./a/뉴스.rows?rotate=1d&compress=zstd").unwrap();
        assert_eq!(spec.kind, "rows");
        assert_eq!(spec.file_outputs(), [Path::new("/base/a/뉴스.rows")]);
        assert_eq!(spec.options.get("rotate").map(String::as_str), Some("1d"));
        assert_eq!(spec.to_string(), "rows:/base/a/뉴스.rows?compress=zstd&rotate=1d");
        assert_eq!(parse(&spec.to_string()).unwrap(), spec);
        let incomplete = spec.incomplete().unwrap();
        assert_eq!(incomplete.file_outputs(), [Path::new("/base/a/뉴스.incomplete.jsonl")]);
        assert_eq!((incomplete.kind.as_str(), incomplete.options.len()), ("jsonl", 0));
    }

    #[test]
    fn stdout_and_text_write_no_files() {
        for (text, target) in [
            ("jsonl:-", Target::Stdout),
            ("text:a b?c=d&e", Target::Text("a b?c=d&e".to_owned())),
            ("text:", Target::Text(String::new())),
        ] {
            let spec = parse(text).unwrap();
            assert_eq!((spec.file_outputs().len(), spec.incomplete()), (0, None), "{text}");
            assert_eq!(spec.target, target);
        }
        assert_eq!(parse("jsonl:/x.jsonl").unwrap().file_outputs(), [Path::new("/x.jsonl")]);
    }

    #[test]
    fn faults_say_what_there_is() {
        for (text, expected) in [
            ("out.jsonl", "`out.jsonl` names no kind of sink: write KIND:TARGET, such as `jsonl:out.jsonl`"),
            ("", "`` names no kind of sink: write KIND:TARGET, such as `jsonl:news.jsonl`"),
            ("jsonl", "the sink `jsonl` needs a target, such as `jsonl:news.jsonl`"),
            ("jsonl:", "the sink `jsonl` needs a target, such as `jsonl:news.jsonl`"),
            (
                "json:a",
                "there is no sink `json` (did you mean `jsonl`?): there is jsonl, csv, sqlite, exec, warc, rows, text",
            ),
            ("parquet:a", "there is no sink `parquet`: there is jsonl, csv, sqlite, exec, warc, rows, text"),
            ("jsonl:a?rotate=1d", "the sink `jsonl` has no option `rotate`: it has none"),
            (
                "rows:a?rotat=1d",
                "the sink `rows` has no option `rotat` (did you mean `rotate`?): it has rotate, compress",
            ),
            ("rows:a?rotate", "the option `rotate` of the sink `rows` has no value: write `rotate=VALUE`"),
            (
                "rows:a?rotate=1d&rotate=2d",
                "the option `rotate` of the sink `rows` stands twice: leave one out",
            ),
            (
                "rows:a/",
                "the sink `rows` writes a file, and `a/` is a folder: name a file in it, such as `rows:a.rows`",
            ),
        ] {
            assert_eq!(parse(text).unwrap_err(), expected, "{text}");
        }
    }

    #[test]
    fn names_are_unique_and_can_stand_in_a_spec() {
        let mut registry = Registry::builtin();
        for (name, expected) in [
            ("jsonl", "there is a sink `jsonl` already: register this one under another name"),
            (
                "a:b",
                "`a:b` is no name for a sink: use lower-case letters, digits and `-`, with a letter first",
            ),
        ] {
            let error = registry.register(SinkKind::new(name, |_| Err("".into()))).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn parts_are_checked_as_text_is() {
        let registry = with_options();
        let options = BTreeMap::from([("rotates".to_owned(), "1d".to_owned())]);
        assert!(matches!(
            registry.spec("rows", "a", options, Path::new("/base")),
            Err(SpecError::UnknownOption { nearest: Some("rotate"), .. })
        ));
        let spec = registry.spec("text", "a?b", BTreeMap::new(), Path::new("/base")).unwrap();
        assert!(matches!(registry.make(&spec), Err(SpecError::Refused { kind: "text", .. })));
    }
}
