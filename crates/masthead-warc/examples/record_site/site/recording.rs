//! Puts the pages into a WARC file, as a polite crawler would have recorded them: one request a second.

use std::io::Write as _;

use flate2::{Compression, GzBuilder};
use jiff::{SignedDuration, Timestamp};
use masthead_warc::{RecordIds, WarcWriter, Written, http_response};

use super::article::{Article, Trait};
use super::{Fault, Site, lists};

const HTML: &str = "text/html; charset=utf-8";

pub(super) fn record(site: &Site, filename: &str) -> Result<Vec<u8>, Fault> {
    let mut recorder = Recorder {
        writer: WarcWriter::new(Vec::new(), RecordIds::seeded(filename)),
        next: site.map.recorded.parse()?,
        written: Vec::new(),
    };
    recorder.about(filename)?;
    recorder.signposts(site)?;
    for article in &site.articles.articles {
        recorder.article(article, &article.url, site)?;
    }
    recorder.oddities(site)?;
    Ok(recorder.writer.into_inner())
}

struct Recorder {
    writer: WarcWriter<Vec<u8>>,
    /// Time of the next record.
    next: Timestamp,
    /// Address, date and record of the articles so far.
    written: Vec<(String, String, Written)>,
}

impl Recorder {
    fn about(&mut self, filename: &str) -> Result<(), Fault> {
        let date = self.tick();
        self.writer.warcinfo(
            &date,
            filename,
            &[
                ("software", "masthead-warc, example record_site"),
                ("format", "WARC File Format 1.1"),
                ("description", "A site made for tests. All text, names and events are fictional; no page is a real paper's."),
            ],
        )?;
        Ok(())
    }

    /// robots.txt, lists, feeds, sitemaps.
    fn signposts(&mut self, site: &Site) -> Result<(), Fault> {
        let host = "https://www.koreatimes.co.kr";
        self.put(&format!("{host}/robots.txt"), 200, "text/plain", site.robots.as_bytes())?;
        self.put(
            "https://feed.koreatimes.co.kr/robots.txt",
            200,
            "text/plain",
            b"User-agent: *\nAllow: /\n",
        )?;
        let missing = site.page("not-found", &[("title", "Not found".to_owned())])?;
        self.put("https://w.koreatimes.co.kr/robots.txt", 404, HTML, missing.as_bytes())?;
        for list in &site.map.lists {
            self.put(&list.url, 200, HTML, lists::list(list, site)?.as_bytes())?;
        }
        for feed in &site.map.feeds {
            self.put(&feed.url, 200, "application/rss+xml", lists::feed(feed, site)?.as_bytes())?;
        }
        self.put(
            &site.map.sitemap_index,
            200,
            "application/xml",
            lists::sitemap_index(&site.map).as_bytes(),
        )?;
        for sitemap in &site.map.sitemaps {
            let text = lists::sitemap(sitemap, site)?;
            match sitemap.url.ends_with(".gz") {
                true => self.put(&sitemap.url, 200, "application/gzip", &gzip(text.as_bytes())?)?,
                false => self.put(&sitemap.url, 200, "application/xml", text.as_bytes())?,
            }
        }
        Ok(())
    }

    fn article(&mut self, article: &Article, url: &str, site: &Site) -> Result<(), Fault> {
        let message = message(article, site)?;
        let date = self.tick();
        let written = self.writer.response(url, &date, &message)?;
        self.written.push((article.id.clone(), date, written));
        Ok(())
    }

    /// Copies, redirects, failures, and a page that no crawl may ask for.
    fn oddities(&mut self, site: &Site) -> Result<(), Fault> {
        for copy in &site.map.copies {
            self.copy(site.article(&copy.of)?, &copy.url, site)?;
        }
        for redirect in &site.map.redirects {
            let target = &site.article(&redirect.to)?.url;
            let date = self.tick();
            let moved = http_response(301, &[("Location", target.as_str()), ("Content-Length", "0")], b"");
            self.writer.response(&redirect.from, &date, &moved)?;
        }
        for failure in &site.map.failures {
            let (template, title) = match failure.status {
                404 => ("not-found", "Not found"),
                410 => ("not-found", "Gone"),
                _ => ("service-error", ""),
            };
            let page = site.page(template, &[("title", title.to_owned())])?;
            self.put(&failure.url, failure.status, HTML, page.as_bytes())?;
        }
        // Recorded all the same: a crawl that breaks the rules shows it by a record too many.
        for forbidden in &site.map.never_requested {
            let mut page = site.article("quiet-school")?.clone();
            page.title = "This page must not be fetched".to_owned();
            page.url.clone_from(&forbidden.url);
            self.put(&forbidden.url, 200, HTML, lists::article(&page, site)?.as_bytes())?;
        }
        Ok(())
    }

    /// The same page under another address: "as before", in the words of the format.
    fn copy(&mut self, article: &Article, url: &str, site: &Site) -> Result<(), Fault> {
        let date = self.tick();
        let original = self.written.iter().find(|(id, ..)| *id == article.id);
        let (_, original_date, original) = original.ok_or("a copy comes before its original")?;
        let message = message(article, site)?;
        self.writer.revisit(url, &date, &message, original, &article.url, original_date)?;
        Ok(())
    }

    fn put(&mut self, url: &str, status: u16, content_type: &str, body: &[u8]) -> Result<(), Fault> {
        let date = self.tick();
        let length = body.len().to_string();
        let headers = [("Content-Type", content_type), ("Content-Length", &length)];
        self.writer.response(url, &date, &http_response(status, &headers, body))?;
        Ok(())
    }

    fn tick(&mut self) -> String {
        let now = self.next;
        self.next += SignedDuration::from_secs(1);
        now.to_string()
    }
}

/// An article's HTTP response, in the encoding and the coding that its traits ask for.
fn message(article: &Article, site: &Site) -> Result<Vec<u8>, Fault> {
    let page = lists::article(article, site)?;
    let (body, content_type) = match article.has(Trait::EucKr) {
        true => (euc_kr(&page)?, "text/html"),
        false => (page.into_bytes(), HTML),
    };
    let mut headers = vec![("Content-Type", content_type.to_owned())];
    let body = match () {
        () if article.has(Trait::Gzip) => {
            headers.push(("Content-Encoding", "gzip".to_owned()));
            gzip(&body)?
        }
        () if article.has(Trait::Chunked) => {
            headers.push(("Transfer-Encoding", "chunked".to_owned()));
            chunked(&body)
        }
        () => body,
    };
    if !article.has(Trait::Chunked) {
        headers.push(("Content-Length", body.len().to_string()));
    }
    headers.push(("ETag", format!("\"{}\"", article.hash("etag", 16))));
    Ok(http_response(200, &headers, &body))
}

fn euc_kr(page: &str) -> Result<Vec<u8>, Fault> {
    let (bytes, _, had_unmappable) = encoding_rs::EUC_KR.encode(page);
    if had_unmappable {
        return Err("a page in EUC-KR holds a character that EUC-KR lacks".into());
    }
    Ok(bytes.into_owned())
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for chunk in body.chunks(1500) {
        out.extend(format!("{:x}\r\n", chunk.len()).bytes());
        out.extend(chunk);
        out.extend(b"\r\n");
    }
    out.extend(b"0\r\n\r\n");
    out
}

/// Without a time in its header: the same bytes each time.
fn gzip(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
