//! Fetches pages, and knows what may be fetched, from where and how fast. The driver puts the parts together: a URL
//! found passes [`scope`], its host's [`robots`] and its turn in the [`pace`] before a [`fetch`]; a redirect is a new
//! URL and passes them again.
//!
//! | question | module |
//! |---|---|
//! | may this host be asked, may this address be reached? | [`scope`] |
//! | does the host's robots.txt allow this URL, and which line says so? | [`robots`] |
//! | when may the next request start? | [`pace`] |
//! | what did the site answer? | [`fetch`] |
//! | which pages does a sitemap or a feed name? | [`discover`] |
//!
//! All but [`fetch`] is pure, or works on a clock that the caller gives.

pub mod discover;
pub mod fetch;
pub mod pace;
pub mod robots;
pub mod scope;
