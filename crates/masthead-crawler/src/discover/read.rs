use std::borrow::Cow;
use std::io::Read;

use flate2::read::MultiGzDecoder;
use thiserror::Error;
use url::Url;

use super::decode::decode;
use super::entry::{Cut, Entries, Found, Kind};
use super::xml::{Step, Xml};
use super::{feed, json, sitemap};

/// The largest sitemap that is read, unpacked: 50 MB, as the protocol limits it.
pub const MAX_BYTES: usize = 50 * 1024 * 1024;

/// How many entries are read of one file, as the protocol limits it.
pub const MAX_ENTRIES: usize = 50_000;

/// A body that is neither a sitemap nor a feed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReadError {
    /// Nothing in it.
    #[error("empty: neither a sitemap nor a feed")]
    Empty,
    /// XML (or HTML) of some other kind: the name of its first element.
    #[error("<{0}> is neither a sitemap nor a feed")]
    OtherXml(String),
    /// JSON of some other kind.
    #[error("this JSON is no JSON Feed: it has no list of items")]
    OtherJson,
    /// Neither XML, nor JSON, nor a list of URLs.
    #[error("neither XML, nor JSON, nor a list of URLs")]
    NoXml,
}

/// Reads a sitemap, an index of sitemaps or a feed, packed with gzip or not: the bytes tell, not the name. `base` is
/// the file's URL, against which its links are read.
///
/// # Errors
///
/// The body is something else. A file that breaks off is no error: see [`Found::cut`].
pub fn read(body: &[u8], base: &Url) -> Result<Found, ReadError> {
    read_within(body, None, base, MAX_BYTES)
}

/// As [`read`], with the `charset` of the Content-Type header, which counts more than what the file says of itself
/// (RFC 7303 §3) as long as the bytes agree.
///
/// # Errors
///
/// As those of [`read`].
pub fn read_labelled(body: &[u8], charset: Option<&str>, base: &Url) -> Result<Found, ReadError> {
    read_within(body, charset, base, MAX_BYTES)
}

fn read_within(body: &[u8], charset: Option<&str>, base: &Url, max_bytes: usize) -> Result<Found, ReadError> {
    let mut cut = None;
    let mut bytes = Cow::Borrowed(body);
    if body.starts_with(b"\x1f\x8b") {
        let (unpacked, whole) = unpack(body, max_bytes);
        bytes = Cow::Owned(unpacked);
        cut = (!whole).then_some(Cut::Broken);
    }
    let mut bytes: &[u8] = &bytes;
    if let Some(head) = bytes.get(..max_bytes).filter(|head| head.len() < bytes.len()) {
        bytes = head;
        cut = Some(Cut::Bytes);
    }
    let text = decode(bytes, charset);
    let mut entries = Entries::new(base, MAX_ENTRIES);
    let (kind, broken) = if text.starts_with('<') {
        read_xml(&text, &mut entries)?
    } else if text.starts_with('{') {
        (Kind::Feed, json::entries(&text, &mut entries).map_err(|json::NoFeed| ReadError::OtherJson)?)
    } else if sitemap::plain_text(&text, &mut entries) {
        (Kind::Sitemap, false)
    } else {
        return Err(if text.is_empty() { ReadError::Empty } else { ReadError::NoXml });
    };
    let cut = if entries.full { Some(Cut::Entries) } else { cut.or(broken.then_some(Cut::Broken)) };
    Ok(Found { kind, entries: entries.entries, unusable: entries.unusable, cut })
}

fn read_xml(text: &str, entries: &mut Entries<'_>) -> Result<(Kind, bool), ReadError> {
    let mut xml = Xml::new(text);
    let (root, base) = loop {
        match xml.step() {
            Some(Step::Open(name, attributes)) => break (name.local, attributes.base()),
            Some(_) => {}
            None => return Err(ReadError::NoXml),
        }
    };
    let kind = match root.as_str() {
        "sitemapindex" => Kind::Index,
        "urlset" => Kind::Sitemap,
        "rss" | "feed" | "rdf" | "channel" => Kind::Feed,
        _ => return Err(ReadError::OtherXml(root)),
    };
    match kind {
        Kind::Feed => feed::entries(&mut xml, base.as_deref(), entries),
        Kind::Index | Kind::Sitemap => sitemap::entries(&mut xml, entries),
    }
    Ok((kind, xml.broken || !entries.full && !is_closed(text, &root)))
}

/// Whether the text ends with the end of its first element, as a file that was not cut off does.
fn is_closed(text: &str, root: &str) -> bool {
    let Some(last) = text.rfind("</").and_then(|at| text.get(at + 2..)) else {
        return text.trim_end().ends_with("/>");
    };
    let name = last.split('>').next().unwrap_or_default().trim();
    name.rsplit(':').next().is_some_and(|name| name.eq_ignore_ascii_case(root))
}

/// What can be unpacked, one byte past the limit at most, and whether that went without a fault.
fn unpack(body: &[u8], max_bytes: usize) -> (Vec<u8>, bool) {
    let mut unpacked = Vec::new();
    let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX).saturating_add(1);
    // `read_to_end` keeps what came before a fault.
    let whole = MultiGzDecoder::new(body).take(limit).read_to_end(&mut unpacked).is_ok();
    (unpacked, whole)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn found(text: impl AsRef<[u8]>) -> Found {
        read(text.as_ref(), &Url::parse("https://example.com/feeds/all.xml").unwrap()).unwrap()
    }

    fn urls(found: &Found) -> Vec<&str> {
        found.entries.iter().map(|entry| entry.url.as_str()).collect()
    }

    const NEWS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
        <sm:urlset xmlns:sm="http://www.sitemaps.org/schemas/sitemap/0.9">
        <sm:url><sm:loc> https://example.com/a?x=1&amp;y=2&z=3 </sm:loc><sm:lastmod>2026-01-02</sm:lastmod>
          <image:image><image:loc>https://example.com/a.jpg</image:loc><image:title>Not this</image:title></image:image>
          <news:news><news:publication><news:name>The Harbour Post</news:name></news:publication>
            <news:publication_date>2026-01-01T08:00:00+09:00</news:publication_date>
            <news:title>Ferries &#38; fog &lt;live&gt;</news:title><news:keywords>sea, fog ,</news:keywords></news:news>
        </sm:url></sm:urlset>"#;

    #[test]
    fn a_news_sitemap() {
        let found = found(NEWS);
        assert_eq!((found.kind, found.cut, found.unusable), (Kind::Sitemap, None, 0));
        assert_eq!(urls(&found), ["https://example.com/a?x=1&y=2&z=3"]);
        let entry = &found.entries[0];
        assert_eq!(entry.title.as_deref(), Some("Ferries & fog <live>"));
        assert_eq!(entry.published.as_deref(), Some("2026-01-01T08:00:00+09:00"));
        assert_eq!(entry.updated.as_deref(), Some("2026-01-02"));
        assert_eq!(entry.tags, ["sea", "fog"]);
    }

    #[test]
    fn gzip_is_known_by_its_bytes_and_may_break_off() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(NEWS.as_bytes()).unwrap();
        let packed = packer.finish().unwrap();
        assert_eq!(found(&packed).entries, found(NEWS).entries);
        let half = found(&packed[..packed.len() - 40]);
        assert_eq!(half.cut, Some(Cut::Broken));
    }

    #[test]
    fn a_bomb_is_cut() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(b"https://example.com/\n").unwrap();
        packer.write_all(&vec![b'\n'; 1024 * 1024]).unwrap();
        let packed = packer.finish().unwrap();
        let base = Url::parse("https://example.com/").unwrap();
        let found = read_within(&packed, None, &base, 1024 * 1024).unwrap();
        assert_eq!((found.entries.len(), found.cut), (1, Some(Cut::Bytes)));
        assert_eq!(unpack(&packed, 1000).0.len(), 1001, "no more is unpacked than shows that it is too much");
    }

    #[test]
    fn an_endless_list_is_cut() {
        let text = "https://example.com/a\n".repeat(MAX_ENTRIES + 1);
        let found = found(text);
        assert_eq!((found.entries.len(), found.cut), (MAX_ENTRIES, Some(Cut::Entries)));
    }

    #[test]
    fn rss_with_odd_names() {
        let found = found(
            r#"<rss version="2.0"><channel><title>The Harbour Post</title><link>https://example.com/</link>
            <item><TITLE><![CDATA[Fog & <b>ferries</b>]]></TITLE><link>/2026/fog</link><PubDate>Thu, 01 Jan 2026 08:00:00 +0900</PubDate>
              <description>Boats stay in.</description><dc:creator>Mina Okafor</dc:creator><category>Sea</category><category>Weather</category>
              <media:title>A picture</media:title><guid isPermaLink="false">17</guid></item>
            <item><title>By guid</title><guid>https://example.com/2026/guid</guid></item>
            <item><title>Mail</title><link>mailto:desk@example.com</link></item>
            </channel></rss>"#,
        );
        assert_eq!((found.kind, found.unusable, found.cut), (Kind::Feed, 1, None));
        assert_eq!(urls(&found), ["https://example.com/2026/fog", "https://example.com/2026/guid"]);
        let entry = &found.entries[0];
        assert_eq!(entry.title.as_deref(), Some("Fog & <b>ferries</b>"));
        assert_eq!(entry.published.as_deref(), Some("Thu, 01 Jan 2026 08:00:00 +0900"));
        assert_eq!(entry.summary.as_deref(), Some("Boats stay in."));
        assert_eq!(
            (entry.authors.as_slice(), entry.tags.as_slice()),
            (&["Mina Okafor".to_owned()][..], &["Sea".to_owned(), "Weather".into()][..])
        );
    }

    #[test]
    fn atom() {
        let found = found(
            r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>The Harbour Post</title><link href="https://example.com/"/>
            <entry><title type="xhtml"><div>Fog <title>at</title> sea</div></title><link rel="self" href="/x.atom"/><link href="/2026/fog?a=1&amp;b=2"/>
              <published>2026-01-01</published><updated>2026-01-02</updated><summary>Boats.</summary>
              <author><name>Mina Okafor</name><email>mina@example.com</email></author><category term="sea"/></entry></feed>"#,
        );
        assert_eq!(urls(&found), ["https://example.com/2026/fog?a=1&b=2"]);
        let entry = &found.entries[0];
        assert_eq!(entry.title.as_deref(), Some("Fog at sea"));
        assert_eq!(
            (entry.published.as_deref(), entry.updated.as_deref()),
            (Some("2026-01-01"), Some("2026-01-02"))
        );
        assert_eq!((entry.authors.len(), entry.tags.as_slice()), (1, &["sea".to_owned()][..]));
    }

    #[test]
    fn declared_encodings_are_heeded() {
        let text = b"<?xml version=\"1.0\" encoding='windows-1252'?><rss><item><title>Caf\xe9</title><link>/a</link></item></rss>";
        assert_eq!(found(text).entries[0].title.as_deref(), Some("Café"));
    }

    #[test]
    fn a_half_url_is_not_an_entry() {
        let found = found("<urlset><url><loc>https://example.com/a</loc></url><url><loc>https://exam");
        assert_eq!((urls(&found), found.cut), (vec!["https://example.com/a"], Some(Cut::Broken)));
    }

    #[test]
    fn other_files_are_refused() {
        let error =
            |text: &str| read(text.as_bytes(), &Url::parse("https://example.com/").unwrap()).unwrap_err();
        assert_eq!(error("<!DOCTYPE html><html><body></body></html>"), ReadError::OtherXml("html".into()));
        assert_eq!(error(" \n"), ReadError::Empty);
        assert_eq!(error("Not found"), ReadError::NoXml);
        assert_eq!(error("<"), ReadError::NoXml);
    }
}
