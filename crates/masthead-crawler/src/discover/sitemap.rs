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

#[cfg(test)]
mod tests {
    use url::Url;

    use crate::discover::{Found, Kind, read};

    fn found(body: impl AsRef<[u8]>) -> Found {
        read(body.as_ref(), &Url::parse("https://example.com/maps/all.xml").unwrap()).unwrap()
    }

    fn urls(found: &Found) -> Vec<&str> {
        found.entries.iter().map(|entry| entry.url.as_str()).collect()
    }

    #[test]
    fn an_index_names_sitemaps() {
        let found = found(
            "<?xml version='1.0'?><sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>
             <sitemap><loc>https://example.com/maps/1.xml.gz</loc><lastmod>2026-01-02T08:00:00+09:00</lastmod></sitemap>
             <sitemap><loc><![CDATA[ 2.xml?a=1&b=2 ]]></loc></sitemap><sitemap><lastmod>2026-01-01</lastmod></sitemap></sitemapindex>",
        );
        assert_eq!((found.kind, found.cut, found.unusable), (Kind::Index, None, 1));
        assert_eq!(
            urls(&found),
            ["https://example.com/maps/1.xml.gz", "https://example.com/maps/2.xml?a=1&b=2"]
        );
        assert_eq!(found.entries[0].updated.as_deref(), Some("2026-01-02T08:00:00+09:00"));
    }

    #[test]
    fn a_url_a_line() {
        let found = found(
            "\u{feff}https://example.com/a?x=1&y=2\r\n\r\n  https://example.com/뉴스  \r\nno URL\r\n/relative",
        );
        assert_eq!((found.kind, found.cut, found.unusable), (Kind::Sitemap, None, 2));
        assert_eq!(urls(&found), ["https://example.com/a?x=1&y=2", "https://example.com/%EB%89%B4%EC%8A%A4"]);
    }

    #[test]
    fn old_encodings() {
        let map = "<urlset><url><loc>https://example.com/a</loc><news:news><news:title>항구의 안개</news:title></news:news></url></urlset>";
        let declared = format!("<?xml version='1.0' encoding='euc-kr'?>{map}");
        let (bytes, ..) = encoding_rs::EUC_KR.encode(&declared);
        assert_eq!(found(&bytes).entries[0].title.as_deref(), Some("항구의 안개"));
        let wide: Vec<u8> = format!("\u{feff}{map}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(found(wide).entries[0].title.as_deref(), Some("항구의 안개"));
    }

    #[test]
    fn what_is_not_closed_still_ends() {
        let found = found(
            "<urlset><url><loc>https://example.com/a</loc><url><loc>https://example.com/b</loc>
             <loc>https://example.com/c</loc><image:image><image:loc>https://example.com/c.jpg</image:loc></image:image></urlset>",
        );
        assert_eq!(urls(&found), ["https://example.com/a", "https://example.com/b", "https://example.com/c"]);
    }

    #[test]
    fn keywords_are_split_and_titles_are_news_alone() {
        let found = found(
            "<urlset><url><loc>/a</loc><video:video><video:title>A film</video:title></video:video>
             <news:news><news:title>Fog</news:title><news:keywords>sea, , fog</news:keywords>
             <news:publication_date>2026-01-01</news:publication_date></news:news></url><url><loc>/b</loc></url></urlset>",
        );
        let [a, b] = found.entries.as_slice() else { panic!("two entries") };
        assert_eq!((a.title.as_deref(), a.published.as_deref()), (Some("Fog"), Some("2026-01-01")));
        assert_eq!(a.tags, ["sea", "fog"]);
        assert_eq!((b.title.as_deref(), b.published.as_deref(), b.tags.len()), (None, None, 0));
    }
}
