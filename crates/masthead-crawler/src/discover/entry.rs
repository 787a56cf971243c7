use url::Url;

/// What a sitemap or a feed holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is, which says what its entries lead to.
    pub kind: Kind,
    /// In the order of the file.
    pub entries: Vec<Entry>,
    /// How many entries had no http or https URL.
    pub unusable: usize,
    /// Why what follows the last entry was not read, where it was not.
    pub cut: Option<Cut>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An index: its entries are sitemaps.
    Index,
    /// A sitemap (<https://www.sitemaps.org/protocol.html>), perhaps with news or in plain text: its entries are pages.
    Sitemap,
    /// RSS (0.9 to 2.0), Atom (RFC 4287) or JSON Feed (1.0, 1.1): its entries are pages.
    Feed,
}

/// Why a file was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// It is larger than [`MAX_BYTES`](super::MAX_BYTES) unpacked.
    Bytes,
    /// It has more than [`MAX_ENTRIES`](super::MAX_ENTRIES).
    Entries,
    /// It breaks off, or is not XML or JSON from some place on.
    Broken,
}

/// A page (or a sitemap) and what the file says of it, all as written, white space tidied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it is.
    pub url: Url,
    /// The title: of a feed's entry or a news sitemap's.
    pub title: Option<String>,
    /// When it was published, in whatever form.
    pub published: Option<String>,
    /// When it last changed (`lastmod`, `updated`), in whatever form.
    pub updated: Option<String>,
    /// A feed's summary, or the text in full where there is none; may hold HTML.
    pub summary: Option<String>,
    /// The authors.
    pub authors: Vec<String>,
    /// Categories or keywords.
    pub tags: Vec<String>,
}

/// An entry while it is being read.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) url: Option<String>,
    pub(super) title: Option<String>,
    pub(super) published: Option<String>,
    pub(super) updated: Option<String>,
    pub(super) summary: Option<String>,
    /// The text in full.
    pub(super) content: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) tags: Vec<String>,
}

impl Draft {
    /// Takes from another what this one lacks; without a summary, the text in full stands for it.
    pub(super) fn fill_from(&mut self, other: Self) {
        self.title = self.title.take().or(other.title);
        self.published = self.published.take().or(other.published);
        self.updated = self.updated.take().or(other.updated);
        let content = self.content.take().or(other.content);
        self.summary = self.summary.take().or(other.summary).or(content);
        if self.authors.is_empty() {
            self.authors = other.authors;
        }
    }

    /// `None` where the URL is missing or not to be fetched.
    pub(super) fn finish(self, base: &Url) -> Option<Entry> {
        let url = base.join(&self.url?).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let Self { url: _, content: _, title, published, updated, summary, authors, tags } = self;
        Some(Entry { url, title, published, updated, summary, authors, tags })
    }
}

/// Collects entries up to the limit.
pub(super) struct Entries<'a> {
    pub(super) base: &'a Url,
    limit: usize,
    pub(super) entries: Vec<Entry>,
    pub(super) unusable: usize,
    pub(super) full: bool,
}

impl<'a> Entries<'a> {
    pub(super) fn new(base: &'a Url, limit: usize) -> Self {
        Self { base, limit, entries: Vec::new(), unusable: 0, full: false }
    }

    pub(super) fn push(&mut self, draft: Draft) {
        match draft.finish(self.base) {
            None => self.unusable += 1,
            Some(_) if self.entries.len() >= self.limit => self.full = true,
            Some(entry) => self.entries.push(entry),
        }
    }
}
