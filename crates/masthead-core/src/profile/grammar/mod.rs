//! The language as a table: every map with its keys, what each takes, a sentence and an example.
//!
//! From this one table come the check of a profile, the JSON Schema and the reference of keys.

mod article;
mod discover;
mod site;
mod tests;
mod value;

pub(super) use site::PROFILE;
pub(super) use tests::EXPECTED;

/// What may stand in a place.
#[derive(Debug)]
pub(super) enum Shape {
    Leaf(Leaf),
    List(&'static Shape),
    /// One, or a list of them.
    OneOrMany(&'static Shape),
    /// A list of exactly two.
    Pair(&'static Shape, &'static Shape),
    Map(&'static MapKind),
    /// A map whose keys the author chooses.
    Named(Names, &'static Shape),
    /// Of several shapes, the one that takes what stands there: text, a list or a map.
    Either(&'static [&'static Shape]),
    /// Of several maps, the first that has one of these keys; else the last.
    MapBy(&'static [(&'static [&'static str], &'static MapKind)], &'static MapKind),
    OrNull(&'static Shape),
}

/// Which names an author may give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// Letters, digits, `_` and `-`, beginning with a letter.
    Plain,
    /// Any text: the names of meta tags, or the texts of a table.
    Any,
}

/// A value that is neither list nor map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Leaf {
    Text,
    /// The name of a profile or field: letters, digits, `.`, `_`, `-`.
    Name,
    /// CSS.
    Selector,
    /// CSS, `SELECTOR@ATTRIBUTE`, or `auto`.
    Value,
    Regex,
    Duration,
    Size,
    Zone,
    Format,
    Language,
    Path,
    Url,
    /// A URL that may hold one `{1..50}`.
    NumberedUrl,
    Host,
    Bool,
    /// `true`, for keys where `false` would mean to leave them out.
    True,
    Integer(i64, i64),
    /// `2`, `1..2`, `1..`
    Count,
    /// `2019-08-21`, `2019-08` or `2019`
    Day,
    /// RFC 3339.
    Instant,
    /// A path below a root.
    RelativePath,
    Word(&'static [&'static str]),
    /// A text, number or truth value, taken as YAML takes it.
    Scalar,
    Anything,
}

impl Leaf {
    /// What it is, for people.
    pub(super) fn describe(self) -> String {
        match self {
            Self::Text => "text".into(),
            Self::Name => "a name".into(),
            Self::Selector => "a CSS selector".into(),
            Self::Value => "a CSS selector, `SELECTOR@ATTRIBUTE` or `auto`".into(),
            Self::Regex => "a regex".into(),
            Self::Duration => "a duration such as `2s`".into(),
            Self::Size => "a size such as `5MB`".into(),
            Self::Zone => "a time zone such as `Asia/Seoul`".into(),
            Self::Format => "a time format such as `%Y-%m-%d`".into(),
            Self::Language => "a language tag such as `en`".into(),
            Self::Path => "a JSON path such as `author[].name`".into(),
            Self::Url | Self::NumberedUrl => "a URL".into(),
            Self::Host => "a host name".into(),
            Self::Bool => "`true` or `false`".into(),
            Self::True => "`true`".into(),
            Self::Integer(from, to) if from == to => format!("`{from}`"),
            Self::Integer(from, to) => format!("a whole number from {from} to {to}"),
            Self::Count => "a count such as `2`, `1..2` or `1..`".into(),
            Self::Day => "a date or a year".into(),
            Self::Instant => "a time with an offset".into(),
            Self::RelativePath => "a relative path".into(),
            Self::Word(words) => super::show::listed(words.iter().copied()),
            Self::Scalar => "text, a number, `true` or `false`".into(),
            Self::Anything => "anything".into(),
        }
    }
}

impl Shape {
    /// What may stand there, for people; of a map, all its keys.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Map(kind) => format!("a map with {}", super::show::listed(kind.keys().map(|key| key.name))),
            other => other.summary(),
        }
    }

    /// The same in few words, maps by their names.
    pub(super) fn summary(&self) -> String {
        match self {
            Self::Leaf(leaf) => leaf.describe(),
            Self::List(item) => format!("a list, each {}", item.summary()),
            Self::OneOrMany(item) => format!("{}, or a list of them", item.summary()),
            Self::Pair(first, second) => format!("a list of two: {}, {}", first.summary(), second.summary()),
            Self::Map(kind) => format!("a map ({})", kind.title),
            Self::Named(_, item) => format!("a map of names, each with {}", item.summary()),
            Self::Either(shapes) => either(shapes),
            Self::MapBy(choices, other) => {
                let maps = choices.iter().map(|(_, kind)| kind.title).chain([other.title]);
                format!("a map ({})", maps.collect::<Vec<_>>().join("; or "))
            }
            Self::OrNull(shape) => format!("{}, or `null`", shape.summary()),
        }
    }
}

/// Lists stand last: they hold what stands before them.
fn either(shapes: &[&Shape]) -> String {
    let is_chain = |shape: &Shape| matches!(shape, Shape::List(Shape::Either(_)));
    let mut parts: Vec<String> =
        shapes.iter().filter(|shape| !is_chain(shape)).map(|shape| shape.summary()).collect();
    if parts.len() < shapes.len() {
        parts.push("a list of these".to_owned());
    }
    parts.join(", or ")
}

/// A map of the language.
#[derive(Debug)]
pub(super) struct MapKind {
    /// Its name in the JSON Schema.
    pub(super) name: &'static str,
    /// Its name in the reference and in messages.
    pub(super) title: &'static str,
    pub(super) doc: &'static str,
    pub(super) keys: &'static [&'static [Key]],
    pub(super) needs: Needs,
}

/// Which of a map's keys must be there, besides those that are required.
#[derive(Clone, Copy, Debug)]
pub(super) enum Needs {
    Nothing,
    /// Exactly one of these.
    One(&'static [&'static str]),
    /// At least one of these.
    Some(&'static [&'static str]),
}

impl MapKind {
    pub(super) fn keys(&self) -> impl Iterator<Item = &'static Key> {
        self.keys.iter().flat_map(|group| group.iter())
    }

    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys().find(|key| key.name == name)
    }
}

/// A key of a map.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) shape: &'static Shape,
    pub(super) required: bool,
    /// One sentence, or two.
    pub(super) doc: &'static str,
    /// A value for it, in YAML.
    pub(super) example: &'static str,
}

const fn key(name: &'static str, shape: &'static Shape, doc: &'static str, example: &'static str) -> Key {
    Key { name, shape, required: false, doc, example }
}

const fn required(
    name: &'static str,
    shape: &'static Shape,
    doc: &'static str,
    example: &'static str,
) -> Key {
    Key { name, shape, required: true, doc, example }
}

static TEXT: Shape = Shape::Leaf(Leaf::Text);
static NAME: Shape = Shape::Leaf(Leaf::Name);
static SELECTOR: Shape = Shape::Leaf(Leaf::Selector);
static SELECTORS: Shape = Shape::OneOrMany(&SELECTOR);
static REGEX: Shape = Shape::Leaf(Leaf::Regex);
static REGEXES: Shape = Shape::OneOrMany(&REGEX);
static BOOL: Shape = Shape::Leaf(Leaf::Bool);
static TRUE: Shape = Shape::Leaf(Leaf::True);
static ZONE: Shape = Shape::Leaf(Leaf::Zone);
static LANGUAGE: Shape = Shape::Leaf(Leaf::Language);
static PATH: Shape = Shape::Leaf(Leaf::Path);
static URL: Shape = Shape::Leaf(Leaf::Url);
static AUTO: Shape = Shape::Leaf(Leaf::Word(&["auto"]));

/// Every map of the language, in the order of the reference.
pub(super) fn maps() -> Vec<&'static MapKind> {
    vec![
        &site::PROFILE,
        &article::ARTICLE,
        &article::LAYOUT,
        &value::VALUE_MAP,
        &value::TIME_MAP,
        &value::OWN_MAP,
        &value::STEP,
        &value::DROP_RULE,
        &value::EXPECTATION,
        &article::BODY_MAP,
        &article::BYLINE_PARTS,
        &article::AUTHORS,
        &article::IMAGES,
        &article::RELATED,
        &article::CONDITION,
        &article::SEEN,
        &article::SCRIPT,
        &article::PARTS,
        &article::RECORDS,
        &article::ITEMS,
        &discover::DISCOVER,
        &discover::LIST,
        &discover::POLITENESS,
        &discover::SKIP,
        &site::COOKIE,
        &tests::TEST,
        &tests::EXPECTED,
        &tests::EXPECTED_BODY,
        &tests::EXPECTED_ITEMS,
        &tests::EXPECTED_ITEM,
    ]
}
