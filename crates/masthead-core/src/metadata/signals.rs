use std::fmt;

/// The parts of a page in which it speaks of itself, each in page order, entities decoded as an HTML parser does it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Signals<'a> {
    /// The page's address, absolute.
    pub(crate) url: &'a str,
    /// `<meta>`: the `name`, `property`, `itemprop` or `http-equiv` as written, and the `content`. A tag with two of
    /// these attributes is listed twice.
    pub(crate) metas: Vec<(&'a str, &'a str)>,
    /// The texts of scripts of type `application/ld+json`.
    pub(crate) jsonld: Vec<&'a str>,
    /// `<html lang>`.
    pub(crate) html_lang: Option<&'a str>,
    /// The text of `<title>`.
    pub(crate) title: Option<&'a str>,
    /// The texts of `<h1>`.
    pub(crate) h1: Vec<String>,
    /// `<time datetime>`.
    pub(crate) times: Vec<Time<'a>>,
    /// The `itemprop` of elements and their values: `content`, `datetime`, `href` or `src` where the element has one
    /// for it, else the text. `author` is listed with the text of its `name` where it has one.
    pub(crate) microdata: Vec<(&'a str, String)>,
    /// The texts of `rel=author` links.
    pub(crate) rel_author: Vec<String>,
    /// `<link rel=canonical>`.
    pub(crate) canonical: Option<&'a str>,
}

impl<'a> Signals<'a> {
    /// The contents of the meta tags of one name, whatever its case.
    pub(crate) fn metas(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.metas
            .iter()
            .filter(move |(written, _)| written.eq_ignore_ascii_case(name))
            .map(|(_, content)| *content)
    }

    /// The values of one `itemprop`, which may hold several names.
    pub(crate) fn microdata(&self, name: &str) -> impl Iterator<Item = &str> {
        let has = move |written: &str| written.split_ascii_whitespace().any(|word| word == name);
        self.microdata.iter().filter(move |(written, _)| has(written)).map(|(_, value)| value.as_str())
    }
}

/// A `<time>` element.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Time<'a> {
    /// Its `datetime`.
    pub(crate) datetime: &'a str,
    /// Whether it has `pubdate` or `itemprop=datePublished`.
    pub(crate) is_published: bool,
}

/// Who says it, by trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Source {
    /// The main node of the page's JSON-LD.
    JsonLd,
    /// An `itemprop`.
    Microdata,
    /// `og:` or `article:` meta tags.
    OpenGraph,
    /// Other meta tags.
    Meta,
    /// A `rel=author` link.
    Link,
    /// `<time>`.
    Time,
    /// `<h1>`.
    H1,
    /// `<title>`.
    Title,
    /// `<html lang>`.
    Html,
    /// The page's address.
    Url,
}

impl Source {
    /// The word for it in provenance.
    #[must_use]
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::JsonLd => "jsonld",
            Self::Microdata => "microdata",
            Self::OpenGraph => "og",
            Self::Meta => "meta",
            Self::Link => "link",
            Self::Time => "time",
            Self::H1 => "h1",
            Self::Title => "title",
            Self::Html => "html",
            Self::Url => "url",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What one place of the page says about a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Witness<T> {
    /// The place.
    pub(crate) source: Source,
    /// What it says; never empty.
    pub(crate) value: T,
}

impl<T> Witness<T> {
    pub(crate) fn new(source: Source, value: T) -> Self {
        Self { source, value }
    }
}
