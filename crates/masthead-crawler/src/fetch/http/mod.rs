//! Pages from the network.

mod answer;
mod client;
mod connect;
mod failure;
mod options;
mod reach;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use reqwest::{Client, Method, StatusCode};
use url::Url;

use self::answer::Body;
use self::failure::Failure;
pub use self::options::{HttpOptions, HttpSetupError, PresetCookie, Proxy};
use self::reach::Reach;
use super::error::without_user;
use super::{Fetch, FetchError, FetchErrorKind, Request, Response};
use crate::pace::Departure;

const PAGES: HeaderValue =
    HeaderValue::from_static("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");

/// Asks hosts for pages, over HTTP/1.1, or HTTP/2 where a host of `https:` offers it.
///
/// Connections are kept and used again. Content codings (gzip, Brotli, Zstandard, deflate) are undone. Of a URL's
/// user and password nothing is sent. Private addresses are refused, except for those that the options open; see
/// [`Proxy`] for what a proxy changes. A body that breaks off is an error and never passed off as whole.
pub struct HttpFetcher {
    client: Client,
    reach: Arc<Reach>,
    connect_timeout: Duration,
}

impl HttpFetcher {
    /// Trusts the system's authorities; where the machine knows none, those of Mozilla that are compiled in.
    ///
    /// # Errors
    ///
    /// What is wrong with the options.
    pub fn new(options: HttpOptions) -> Result<Self, HttpSetupError> {
        let reach = Arc::new(Reach::new(options.opened.clone(), &options.proxy));
        let client = client::client(&options, &reach)?;
        Ok(Self { client, reach, connect_timeout: options.connect_timeout })
    }

    async fn answer(&self, request: &Request, url: Url) -> Result<Response, Failure> {
        let failed = |error: reqwest::Error| Failure::of(&error, self.connect_timeout);
        let mut message = reqwest::Request::new(Method::GET, url);
        *message.headers_mut() = headers(request);
        let sent = connect::departing(request.departure.clone(), self.client.execute(message));
        let mut head = sent.await.map_err(failed)?;
        let fetched = answer::now();
        if let Some(departure) = &request.departure {
            departure.answered();
        }
        self.reach.check_answer(&request.url, head.remote_addr()).map_err(FetchErrorKind::OutOfScope)?;
        let mut body = Body::new(head.content_length(), request.max_body, request.cut)?;
        let mut truncated = false;
        // Such answers have no body (RFC 9110 §6.4.1), whatever their headers say of it.
        if !matches!(head.status(), StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
            while let Some(piece) = head.chunk().await.map_err(failed)? {
                truncated = !body.add(&piece)?;
                if truncated {
                    break;
                }
            }
        }
        Ok(Response {
            url: request.url.clone(),
            status: head.status().as_u16(),
            headers: answer::headers(head.headers()),
            body: body.whole(),
            fetched,
            truncated,
        })
    }
}

#[async_trait]
impl Fetch for HttpFetcher {
    async fn fetch(&self, request: &Request) -> Result<Response, FetchError> {
        let fail = |kind| FetchError::new(&request.url, kind);
        let url = without_user(&request.url);
        self.reach.check(&url).map_err(|reason| fail(FetchErrorKind::OutOfScope(reason)))?;
        let _settled = request.departure.as_ref().map(Settled);
        if let Some(departure) = &request.departure {
            departure.leave().await;
        }
        match tokio::time::timeout(request.timeout, self.answer(request, url)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(Failure { kind, cause: None })) => Err(fail(kind)),
            Ok(Err(Failure { kind, cause: Some(cause) })) => Err(fail(kind).caused_by(cause)),
            Err(_) => Err(fail(FetchErrorKind::Timeout(request.timeout))),
        }
    }
}

/// Tells the departure that all is over, also where the request's future is dropped half-way.
struct Settled<'a>(&'a Departure);

impl Drop for Settled<'_> {
    fn drop(&mut self) {
        self.0.settled();
    }
}

/// What a request says about itself, besides what the client adds of its own: host, user agent, content codings and
/// cookies. A validator that can't stand in a header is left out: the answer is then the whole page.
fn headers(request: &Request) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, PAGES);
    let mut add = |name: HeaderName, value: &Option<String>| {
        if let Some(value) = value.as_ref().and_then(|value| HeaderValue::from_bytes(value.as_bytes()).ok()) {
            headers.insert(name, value);
        }
    };
    add(IF_NONE_MATCH, &request.validators.etag);
    add(IF_MODIFIED_SINCE, &request.validators.last_modified);
    headers
}
