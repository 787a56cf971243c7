//! A profile as the engine uses it: every selector, pattern, format and zone is compiled, every name resolved.
//! Whoever holds a [`Profile`] holds a sound one.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use regex::Regex;
use serde_json::Value;

use crate::path::JsonPath;
use crate::select::Selector;
use crate::timestamp::{Format, Locale};

/// Where a rule stands: a line of a file (an overlay and its base are two files).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct At {
    /// The file's name as provenance shows it, without folders.
    pub(crate) file: Arc<str>,
    /// From 1.
    pub(crate) line: u32,
}

impl At {
    /// For rules that nobody wrote.
    pub(crate) fn nowhere() -> Self {
        Self { file: Arc::from(""), line: 0 }
    }
}

/// A site's profile, checked and compiled.
#[derive(Clone, Debug)]
pub struct Profile {
    pub(crate) name: String,
    /// Names or addresses, lower case, without a port; sub-domains of a name are included.
    pub(crate) hosts: Vec<String>,
    /// `timezone:`; the zone of clock times that say none.
    pub(crate) zone: Option<TimeZone>,
    /// `language:` at the top level.
    pub(crate) language: Option<String>,
    /// What `article:` says, for profiles without layouts; else the layouts' common part is already merged into them.
    /// Never empty: a profile without `layouts:` has one layout without an id.
    pub(crate) layouts: Vec<Layout>,
    /// Whether its pages may be articles: not where it has `records:` and says nothing of articles.
    pub(crate) reads_articles: bool,
    /// `records:`, in the order of the file.
    pub(crate) records: Vec<RecordKind>,
    pub(crate) skip: Vec<Skip>,
    pub(crate) discover: Discover,
    pub(crate) politeness: Politeness,
    /// `render:`; pages need a browser.
    pub(crate) render: bool,
    /// `cookies:`, in the order of the file.
    pub(crate) cookies: Vec<(String, CookieValue)>,
    pub(crate) tests: Vec<Test>,
    /// Of all texts that it is made of; empty for one that is made of none.
    pub(crate) fingerprint: String,
}

/// What a cookie holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CookieValue {
    /// As it is.
    Text(String),
    /// A secret by the name of its slot, which only the command line or a job file fills.
    Slot(String),
}

/// A kind of record of the profile's own.
#[derive(Clone, Debug)]
pub(crate) struct RecordKind {
    /// The record's `kind`; never `article` or `removed`.
    pub(crate) name: String,
    pub(crate) when: Condition,
    /// One record an item; without it, one a page.
    pub(crate) each: Option<Selector>,
    /// In the order of the file.
    pub(crate) fields: Vec<(String, RecordField)>,
    /// Names of fields; empty where nothing is said.
    pub(crate) key: Vec<String>,
    pub(crate) having: Option<Regex>,
    pub(crate) drop: Vec<Drop>,
    pub(crate) expect: Option<Expect>,
}

/// A field of a record of the profile's own.
#[derive(Clone, Debug)]
pub(crate) enum RecordField {
    Value(Rule),
    /// `{each, fields}`: a list of objects.
    Items(Items),
}

/// Items inside a record.
#[derive(Clone, Debug)]
pub(crate) struct Items {
    pub(crate) at: At,
    pub(crate) each: Selector,
    pub(crate) fields: Vec<(String, RecordField)>,
    pub(crate) having: Option<Regex>,
    pub(crate) drop: Vec<Drop>,
    pub(crate) expect: Option<Expect>,
}

/// One look of the site's articles, with `article:` merged in field by field.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) id: Option<String>,
    /// Empty (always holds) for the layout of a profile without `layouts:`.
    pub(crate) when: Condition,
    pub(crate) seen: Option<Seen>,
    pub(crate) fields: Fields,
}

/// The span of days in which pages of a layout were published, both ends included; a check, not a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) from: Option<jiff::civil::Date>,
    pub(crate) until: Option<jiff::civil::Date>,
}

/// All parts that are given must hold; an empty condition holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Condition {
    pub(crate) has: Vec<Selector>,
    pub(crate) lacks: Vec<Selector>,
    pub(crate) url: Vec<Regex>,
    /// Of several meta tags of one name any may match.
    pub(crate) meta: Vec<(String, Regex)>,
}

/// What `skip:` names: pages that are not wanted. A skip by URL alone is never requested.
#[derive(Clone, Debug)]
pub(crate) struct Skip {
    pub(crate) why: String,
    pub(crate) when: Condition,
}

/// The rules of an article. A field that is `None` was not written: it is `auto`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    pub(crate) title: Option<Rule>,
    pub(crate) subtitle: Option<Rule>,
    pub(crate) section: Option<Rule>,
    pub(crate) summary: Option<Rule>,
    pub(crate) byline: Option<Byline>,
    pub(crate) published: Option<Rule>,
    pub(crate) updated: Option<Rule>,
    pub(crate) tags: Option<Rule>,
    pub(crate) language: Option<Rule>,
    pub(crate) body: Option<BodyRule>,
    pub(crate) images: Option<Each>,
    pub(crate) related: Option<Each>,
    pub(crate) paywalled: Option<Condition>,
    pub(crate) extra: Vec<Extra>,
    pub(crate) pages: Option<Pages>,
}

/// Where the other parts of an article are.
#[derive(Clone, Debug)]
pub(crate) enum Pages {
    /// From part to part, at most so many together.
    Next { link: Link, max: u32 },
    /// The whole on one page.
    Single(Link),
}

/// An element and its attribute that holds a URL; `href` where none is named.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) selector: Selector,
    pub(crate) attribute: String,
}

/// The three ways to write `byline:`.
#[derive(Clone, Debug)]
pub(crate) enum Byline {
    /// A value: the names' text, or a list of them.
    Value(Rule),
    /// `{name, email, url}`, each a value of its own.
    Parts { name: Option<Rule>, email: Option<Rule>, url: Option<Rule>, optional: bool },
    /// `{each: .author, name: a, url: a@href}`.
    Each(Each),
}

/// A field of the profile's own.
#[derive(Clone, Debug)]
pub(crate) struct Extra {
    pub(crate) name: String,
    pub(crate) rule: Rule,
}

/// A value: alternatives, of which the first that is valid for the field's type wins.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    /// At least one.
    pub(crate) chain: Vec<Alternative>,
    /// Whether the record is whole without it. Where nothing is written: false for title, published and body.
    pub(crate) optional: bool,
    /// `type:`, or the type that the field has.
    pub(crate) kind: ValueType,
}

/// The type that a value must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueType {
    Text,
    Int,
    Decimal,
    Bool,
    /// An instant with an offset, or a day where there is no time.
    Time,
    /// A day.
    Date,
    /// An absolute http(s) URL.
    Url,
    Json,
    /// People's names.
    People,
    /// A list of texts, split at `, ; 、 ，` unless `then` is written.
    List,
}

/// One alternative of a chain, with its options.
#[derive(Clone, Debug)]
pub(crate) struct Alternative {
    pub(crate) at: At,
    pub(crate) source: Source,
    pub(crate) all: bool,
    /// Counted from 1; negative from the end; never 0.
    pub(crate) nth: Option<i32>,
    pub(crate) having: Option<Regex>,
    pub(crate) line: Option<Regex>,
    pub(crate) pattern: Option<Match>,
    pub(crate) drop: Vec<Drop>,
    pub(crate) claim: bool,
    pub(crate) formats: Vec<Format>,
    pub(crate) zone: Option<TimeZone>,
    pub(crate) locale: Option<Locale>,
    pub(crate) then: Vec<Step>,
    pub(crate) form: TextForm,
    pub(crate) expect: Option<Expect>,
}

impl Alternative {
    /// A source without options.
    pub(crate) fn of_source(at: At, source: Source) -> Self {
        Self {
            at,
            source,
            all: false,
            nth: None,
            having: None,
            line: None,
            pattern: None,
            drop: Vec::new(),
            claim: true,
            formats: Vec::new(),
            zone: None,
            locale: None,
            then: Vec::new(),
            form: TextForm::Text,
            expect: None,
        }
    }
}

/// `match:` with the fields that its groups fill.
#[derive(Clone, Debug)]
pub(crate) struct Match {
    pub(crate) regex: Regex,
    /// Names of fields by group, group 1 first: from `into:`, or the names of the groups; `None` for an unnamed group.
    /// Empty where neither names nor `into` are written: the value is the first group, or the whole match.
    pub(crate) into: Vec<Option<String>>,
}

/// What to leave out of a node.
#[derive(Clone, Debug)]
pub(crate) struct Drop {
    pub(crate) at: At,
    /// The rule as written, for the ledger: `.ad`, `line: ^Read also`.
    pub(crate) text: String,
    pub(crate) what: DropWhat,
}

#[derive(Clone, Debug)]
pub(crate) enum DropWhat {
    Nodes { css: Selector, having: Option<Regex> },
    Lines(Regex),
}

impl DropWhat {
    /// The pattern of the lines that it leaves out.
    pub(crate) fn line(&self) -> Option<&Regex> {
        match self {
            Self::Lines(regex) => Some(regex),
            Self::Nodes { .. } => None,
        }
    }
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// `SELECTOR` or `SELECTOR@ATTRIBUTE`; without a selector (`@ATTRIBUTE`, `:scope`) it is the item of an `each` itself.
    Css {
        selector: Option<Selector>,
        attribute: Option<String>,
    },
    Meta(String),
    JsonLd(JsonPath),
    Microdata(String),
    /// JSON in a script: `needle` is its id or a word that it contains.
    Script {
        needle: String,
        path: JsonPath,
    },
    Url(Regex),
    Feed(String),
    List(String),
    Json(JsonPath),
    Value(Value),
    Auto,
}

impl Source {
    /// The word for it in profiles and provenance.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Css { .. } => "css",
            Self::Meta(_) => "meta",
            Self::JsonLd(_) => "jsonld",
            Self::Microdata(_) => "microdata",
            Self::Script { .. } => "script",
            Self::Url(_) => "url",
            Self::Feed(_) => "feed",
            Self::List(_) => "list",
            Self::Json(_) => "json",
            Self::Value(_) => "value",
            Self::Auto => "auto",
        }
    }
}

impl Source {
    /// Whether its values are nodes of the page.
    pub(crate) fn is_node(&self) -> bool {
        matches!(self, Self::Css { .. })
    }
}

/// As an author writes it, for findings.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Css { selector, attribute } => {
                f.write_str(selector.as_ref().map_or("", |selector| selector.text()))?;
                attribute.as_ref().map_or(Ok(()), |name| write!(f, "@{name}"))
            }
            Self::JsonLd(path) | Self::Json(path) => write!(f, "{}: {}", self.word(), path.text()),
            Self::Script { needle, path } => write!(f, "script: {needle}, path: {}", path.text()),
            Self::Meta(name) | Self::Microdata(name) | Self::Feed(name) | Self::List(name) => {
                write!(f, "{}: {name}", self.word())
            }
            Self::Url(regex) => write!(f, "url: {regex}"),
            Self::Value(value) => write!(f, "value: {value}"),
            Self::Auto => f.write_str("auto"),
        }
    }
}

/// `as:`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TextForm {
    #[default]
    Text,
    /// For text that is HTML itself: in a body it becomes a part of the page.
    Html,
    Markdown,
}

/// A step of `then:`.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    After(String),
    Before(String),
    Match(Regex),
    Replace(Regex, String),
    Split(String),
    Join(String),
    Prefix(String),
    Suffix(String),
    Map(Vec<(String, String)>),
    Query(String),
    Lower,
    Upper,
}

/// `expect: {count: 1..2, matches: REGEX}`: what is otherwise becomes a finding.
#[derive(Clone, Debug)]
pub(crate) struct Expect {
    /// Both ends included.
    pub(crate) count: Option<(usize, usize)>,
    pub(crate) matches: Option<Regex>,
}

/// Items with fields: images, related, authors.
#[derive(Clone, Debug)]
pub(crate) struct Each {
    pub(crate) at: At,
    pub(crate) each: Selector,
    /// In the order of the file; selectors may begin with `>`, `+` or `~`.
    pub(crate) fields: Vec<(String, Rule)>,
    pub(crate) drop: Vec<Drop>,
    /// Items that have nothing of these are no items; from `having:` on the `each`.
    pub(crate) having: Option<Regex>,
    pub(crate) expect: Option<Expect>,
}

/// The body's chain.
#[derive(Clone, Debug)]
pub(crate) struct BodyRule {
    /// At least one.
    pub(crate) chain: Vec<BodyAlternative>,
    pub(crate) optional: bool,
}

/// One alternative of the body's chain.
#[derive(Clone, Debug)]
pub(crate) struct BodyAlternative {
    pub(crate) at: At,
    pub(crate) source: Source,
    /// Joins all matches in page order; else the first counts and more are a finding.
    pub(crate) all: bool,
    pub(crate) nth: Option<i32>,
    pub(crate) having: Option<Regex>,
    pub(crate) split: Split,
    /// An allow-list; empty: everything.
    pub(crate) blocks: Vec<Selector>,
    pub(crate) drop: Vec<Drop>,
    pub(crate) unwrap: Vec<Selector>,
    pub(crate) glue: Vec<Selector>,
    pub(crate) start_after: Option<Selector>,
    pub(crate) stop_at: Option<Selector>,
    pub(crate) keep: Vec<Selector>,
    /// Steps for bodies that are text (from jsonld, script, meta).
    pub(crate) then: Vec<Step>,
    pub(crate) form: TextForm,
}

/// What makes a block of bare text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Split {
    /// Only p, h1–h6, li, blockquote, pre and table are blocks.
    #[default]
    Paragraph,
    /// Every visual line is a paragraph.
    Br,
}

/// `discover:`
#[derive(Clone, Debug, Default)]
pub(crate) struct Discover {
    /// Absolute.
    pub(crate) seeds: Vec<url::Url>,
    pub(crate) feeds: Vec<url::Url>,
    pub(crate) sitemaps: Vec<Sitemap>,
    /// On path and query: an article.
    pub(crate) articles: Vec<Regex>,
    /// On path and query: a list page.
    pub(crate) follow: Vec<Regex>,
    /// Numbered lists, expanded: `/list?page={1..50}` gives fifty absolute URLs on the first host.
    pub(crate) pages: Vec<url::Url>,
    /// Links to the next list page.
    pub(crate) next: Vec<Selector>,
    /// What list pages say about an article, for [`Source::List`].
    pub(crate) list: Option<Each>,
    /// Names of query parameters to drop, `*` at the end for a prefix.
    pub(crate) ignore_query: Vec<String>,
}

/// Where sitemaps are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sitemap {
    /// Those that robots.txt names.
    Robots,
    At(url::Url),
}

/// `politeness:`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Politeness {
    /// From request start to request start on one host.
    pub delay: Duration,
    /// Requests in flight on one host.
    pub concurrency: u32,
    /// For the whole response.
    pub timeout: Duration,
    /// After the first try.
    pub retries: u32,
    /// Decoded bytes of an HTML page.
    pub max_body: Option<u64>,
    /// Hops.
    pub max_redirects: u32,
    /// The longest silence that is waited for.
    pub max_wait: Duration,
    /// Whether robots.txt is obeyed.
    pub obey_robots: bool,
}

impl Default for Politeness {
    fn default() -> Self {
        Self {
            delay: Duration::from_secs(2),
            concurrency: 1,
            timeout: Duration::from_secs(30),
            retries: 2,
            max_body: None,
            max_redirects: 10,
            max_wait: Duration::from_secs(600),
            obey_robots: true,
        }
    }
}

/// One test of a profile: a stored page and what must come out.
#[derive(Clone, Debug)]
pub struct Test {
    /// Below the folder of pages.
    pub page: String,
    /// The page's URL.
    pub url: String,
    /// When it was fetched, RFC 3339 in UTC.
    pub fetched: Option<String>,
    /// The file that it stands in, as [`crate::profile::Source`] names it: with `extends:` it may be another profile's.
    pub file: String,
    /// The test's line in that file.
    pub line: u32,
    /// `expect:` as written: keys are checked, values are compared field by field (see [`crate::compare`]).
    pub expect: serde_json::Map<String, Value>,
    /// `todo:`, the known gaps; empty where none is written.
    pub todo: serde_json::Map<String, Value>,
}
