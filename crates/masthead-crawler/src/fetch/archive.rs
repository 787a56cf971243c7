use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use masthead_warc::{Archive, ArchiveError, Exchange};
use url::Url;

use super::{Fetch, FetchError, FetchErrorKind, Request, Response};

/// Replays recorded answers instead of asking the network. Validators are not used: an archive has one answer.
pub struct ArchiveFetcher {
    shelves: Arc<Shelves>,
    canonical: Box<dyn Fn(&Url) -> Url + Send + Sync>,
}

/// What is read on the blocking threads.
struct Shelves {
    archives: Vec<Archive>,
    /// From the canonical form to the URL as recorded, where they differ.
    spellings: HashMap<String, String>,
}

impl ArchiveFetcher {
    /// Looks a URL up in all the archives, in their order, as found; then in its canonical form, so that a link with
    /// another tracker still finds its page. `canonical` makes that form (`masthead_core::canonical` with the
    /// profile's `ignore_query`).
    #[must_use]
    pub fn new(archives: Vec<Archive>, canonical: impl Fn(&Url) -> Url + Send + Sync + 'static) -> Self {
        let mut spellings = HashMap::new();
        for recorded in archives.iter().flat_map(Archive::urls) {
            let Ok(url) = Url::parse(recorded) else { continue };
            let form = String::from(canonical(&url));
            if form != recorded {
                spellings.entry(form).or_insert_with(|| recorded.to_owned());
            }
        }
        Self { shelves: Arc::new(Shelves { archives, spellings }), canonical: Box::new(canonical) }
    }
}

#[async_trait]
impl Fetch for ArchiveFetcher {
    async fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
        let fail = |kind| FetchError::new(&request.url, kind);
        let mut url = request.url.clone();
        url.set_fragment(None);
        let canonical = String::from((self.canonical)(&url));
        let shelves = Arc::clone(&self.shelves);
        let read = tokio::task::spawn_blocking(move || shelves.find(url.as_str(), &canonical));
        let found = read.await.map_err(|error| fail(FetchErrorKind::BrokenArchive).caused_by(error))?;
        match found.map_err(|error| fail(FetchErrorKind::BrokenArchive).caused_by(error))? {
            Some(mut exchange) if request.cut && exchange.body.len() > request.max_body => {
                exchange.body.truncate(request.max_body);
                exchange.truncated = true;
                Ok(response(&request.url, exchange))
            }
            Some(exchange) if exchange.body.len() > request.max_body => {
                Err(fail(FetchErrorKind::TooLarge { limit: request.max_body }))
            }
            Some(exchange) => Ok(response(&request.url, exchange)),
            None if is_robots_txt(&request.url) => Ok(no_robots_txt(&request.url)),
            None => Err(fail(FetchErrorKind::NotInArchive)),
        }
    }
}

impl Shelves {
    fn find(&self, url: &str, canonical: &str) -> Result<Option<Exchange>, ArchiveError> {
        if let Some(exchange) = self.get(url)? {
            return Ok(Some(exchange));
        }
        if canonical != url
            && let Some(exchange) = self.get(canonical)?
        {
            return Ok(Some(exchange));
        }
        self.spellings.get(canonical).map_or(Ok(None), |recorded| self.get(recorded))
    }

    fn get(&self, url: &str) -> Result<Option<Exchange>, ArchiveError> {
        self.archives.iter().find_map(|archive| archive.get(url).transpose()).transpose()
    }
}

fn response(url: &Url, exchange: Exchange) -> Response {
    Response {
        url: url.clone(),
        status: exchange.status,
        headers: exchange.headers,
        body: exchange.body,
        fetched: Some(exchange.date),
        truncated: exchange.truncated,
    }
}

fn is_robots_txt(url: &Url) -> bool {
    url.path() == "/robots.txt" && url.query().is_none()
}

/// Who recorded pages without robots.txt recorded no wish of the host's.
fn no_robots_txt(url: &Url) -> Response {
    Response {
        url: url.clone(),
        status: 404,
        headers: Vec::new(),
        body: Vec::new(),
        fetched: None,
        truncated: false,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use masthead_warc::{RecordIds, WarcWriter, http_response};

    use super::*;

    fn fetcher() -> ArchiveFetcher {
        let mut writer = WarcWriter::new(Vec::new(), RecordIds::seeded("fetch"));
        for (url, status, headers, body) in [
            ("https://example.com/a?b=1&utm_source=feed", 200, vec![("ETag", "\"1\"")], "A"),
            ("https://example.com/old", 301, vec![("Location", "/new")], ""),
            ("https://example.com/long", 200, vec![], "123456"),
        ] {
            let message = http_response(status, &headers, body.as_bytes());
            writer.response(url, "2026-03-02T03:00:00Z", &message).unwrap();
        }
        let archive = Archive::from_static(writer.into_inner().leak());
        let other = Archive::from_static(b"");
        ArchiveFetcher::new(vec![other, archive], |url| {
            let mut url = url.clone();
            url.set_query(url.query().map(|query| query.split("&utm").next().unwrap().to_owned()).as_deref());
            url
        })
    }

    async fn fetch(url: &str) -> Result<Response, FetchErrorKind> {
        let url = Url::parse(url).unwrap();
        let request = Request::new(url, 5, Duration::from_secs(30));
        fetcher().fetch(&request).await.map_err(|error| error.kind)
    }

    #[tokio::test]
    async fn a_page_is_found_under_any_spelling() {
        for url in [
            "https://example.com/a?b=1&utm_source=feed",
            "https://example.com/a?b=1",
            "https://example.com/a?b=1&utm_source=mail#top",
        ] {
            let response = fetch(url).await.unwrap();
            assert_eq!((response.status, response.body.as_slice()), (200, b"A".as_slice()), "{url}");
            assert_eq!(response.url.as_str(), url, "the answer is to the URL as found");
            assert_eq!(response.fetched.as_deref(), Some("2026-03-02T03:00:00Z"));
            assert_eq!(response.header("etag"), Some("\"1\""));
        }
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer() {
        let response = fetch("https://example.com/old").await.unwrap();
        assert_eq!(response.redirect().unwrap().as_str(), "https://example.com/new");
    }

    #[tokio::test]
    async fn what_is_missing_or_too_large_is_an_error() {
        assert_eq!(fetch("https://example.com/b").await, Err(FetchErrorKind::NotInArchive));
        assert_eq!(fetch("https://example.com/long").await, Err(FetchErrorKind::TooLarge { limit: 5 }));
        assert_eq!(fetch("https://example.com/robots.txt").await.unwrap().status, 404);
    }
}
