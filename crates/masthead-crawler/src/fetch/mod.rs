//! One request, one answer. A fetcher follows no redirect, repeats nothing and keeps no pace: whoever calls it sends
//! each hop through scope, robots.txt and pace first.

mod archive;
mod error;
mod exchange;
mod http;

use async_trait::async_trait;

pub use archive::ArchiveFetcher;
pub use error::{FetchError, FetchErrorKind};
pub use exchange::{Request, Response, Validators};
pub use http::{HttpFetcher, HttpOptions, HttpSetupError, PresetCookie, Proxy};

/// Where pages come from: the network, or an archive.
#[async_trait]
pub trait Fetch: Send + Sync {
    /// Gets one URL. Every status is an answer, also a redirect, a 304 or a 500.
    ///
    /// # Errors
    ///
    /// There was no usable answer; [`FetchError::is_retryable`] says whether there may be one later.
    async fn fetch(&self, request: &Request) -> Result<Response, FetchError>;
}
