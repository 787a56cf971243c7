//! The address that a stored page gives for itself.

use url::Url;

use crate::dom::Dom;
use crate::extract::signals;
use crate::parse::{self, Budget};

/// The page's canonical link or `og:url`, where it is absolute.
#[must_use]
pub fn own_address(text: &str) -> Option<Url> {
    let parsed = parse::document(text, &Budget::default());
    let dom = Dom::new(&parsed, None);
    let named = signals::canonical_link(&dom).into_iter().chain(signals::meta(&dom, "og:url"));
    named.filter_map(|href| Url::parse(href).ok()).find(|url| matches!(url.scheme(), "http" | "https"))
}
