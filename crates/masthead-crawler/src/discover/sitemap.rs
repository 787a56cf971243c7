//! `sitemapindex` and `urlset`, with the news extension
//! (<https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap>), and sitemaps in plain text.

use super::entry::{Draft, Entries};
use super::xml::{Name, Step, Xml, append, tidy};

/// Reads the entries of an index or a sitemap.
///
/// Real files forget to close `<url>`, so a second `<loc>` begins an entry too. `image:loc` and other extensions'
/// fields are told apart by their prefix, which differs from that of the entry's own fields.
pub(super) fn entries(xml: &mut Xml<'_>, into: &mut Entries<'_>) {
    let mut sitemap = Sitemap::default();
    while let Some(step) = xml.step() {
        match step {
            Step::Open(name, _) => sitemap.open(name, into),
            Step::Close(name) => sitemap.close(&name, into),
            Step::Text(text) if sitemap.field.is_some() => append(&mut sitemap.text, &text),
            Step::Text(_) => {}
        }
        if into.full {
            return;
        }
    }
    // Markup that breaks off ends a text; a file that just ends may have ended in the middle of it.
    if xml.broken {
        sitemap.end_field(into);
    }
    sitemap.end_entry(into);
}

#[derive(Default)]
struct Sitemap {
    draft: Option<Draft>,
    /// The prefix of `url` or `sitemap`, which the entry's own fields share.
    prefix: String,
    /// Whether an element `news` is open.
    in_news: bool,
    field: Option<(Name, Field)>,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Location,
    LastModified,
    NewsTitle,
    NewsDate,
    NewsKeywords,
}

impl Sitemap {
    fn open(&mut self, name: Name, into: &mut Entries<'_>) {
        if self.field.is_some() {
            return;
        }
        match name.local.as_str() {
            "url" | "sitemap" => {
                self.end_entry(into);
                self.draft = Some(Draft::default());
                self.prefix.clone_from(&name.prefix);
            }
            "news" => self.in_news = true,
            _ => {
                self.text.clear();
                self.field = self.field_of(&name).map(|field| (name, field));
            }
        }
    }

    fn field_of(&self, name: &Name) -> Option<Field> {
        self.draft.as_ref()?;
        let own = name.prefix == self.prefix;
        match name.local.as_str() {
            "loc" if own => Some(Field::Location),
            "lastmod" if own => Some(Field::LastModified),
            "title" if self.in_news => Some(Field::NewsTitle),
            "publication_date" if self.in_news => Some(Field::NewsDate),
            "keywords" if self.in_news => Some(Field::NewsKeywords),
            _ => None,
        }
    }

    fn close(&mut self, name: &Name, into: &mut Entries<'_>) {
        if let Some((open, _)) = &self.field {
            if open == name {
                self.end_field(into);
            }
            return;
        }
        match name.local.as_str() {
            "url" | "sitemap" => self.end_entry(into),
            "news" => self.in_news = false,
            _ => {}
        }
    }

    fn end_field(&mut self, into: &mut Entries<'_>) {
        let Some((_, field)) = self.field.take() else { return };
        let Some(text) = tidy(&self.text) else { return };
        if field == Field::Location && self.draft.as_ref().is_some_and(|draft| draft.url.is_some()) {
            self.end_entry(into);
        }
        let draft = self.draft.get_or_insert_default();
        match field {
            Field::Location => draft.url = Some(text),
            Field::LastModified => draft.updated = Some(text),
            Field::NewsTitle => draft.title = Some(text),
            Field::NewsDate => draft.published = Some(text),
            Field::NewsKeywords => draft.tags = text.split(',').filter_map(tidy).collect(),
        }
    }

    fn end_entry(&mut self, into: &mut Entries<'_>) {
        self.in_news = false;
        if let Some(draft) = self.draft.take() {
            into.push(draft);
        }
    }
}

/// A sitemap in plain text: a URL a line. False where no line is one, for then it is something else.
pub(super) fn plain_text(text: &str, into: &mut Entries<'_>) -> bool {
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line.starts_with("http://") || line.starts_with("https://") {
            into.push(Draft { url: Some(line.to_owned()), ..Draft::default() });
        } else {
            into.unusable += 1;
        }
        if into.full {
            break;
        }
    }
    !into.entries.is_empty()
}
