//! Conditions: `has`, `lacks`, `url`, `meta`.

use regex::Regex;
use url::{Position, Url};

use super::signals;
use crate::dom::Dom;
use crate::profile::model::Condition;

/// Whether a pattern matches a page's URL: its path and query, or the whole of it.
pub(crate) fn matches_url(regex: &Regex, url: &Url) -> bool {
    regex.is_match(&url[Position::BeforePath..Position::AfterQuery])
        || regex.is_match(&url[..Position::AfterQuery])
}

impl Condition {
    /// Whether every part that is given holds. An empty condition holds.
    pub(crate) fn holds(&self, dom: &Dom<'_>, url: &Url) -> bool {
        self.url.iter().all(|regex| matches_url(regex, url))
            && self.has.iter().all(|selector| dom.has(selector))
            && !self.lacks.iter().any(|selector| dom.has(selector))
            && self
                .meta
                .iter()
                .all(|(name, regex)| signals::meta(dom, name).iter().any(|content| regex.is_match(content)))
    }

    /// Whether it asks for nothing but the URL, so that a page need not be fetched to know.
    pub(crate) fn is_about_the_url(&self) -> bool {
        !self.url.is_empty() && self.has.is_empty() && self.lacks.is_empty() && self.meta.is_empty()
    }

    /// Whether it asks for nothing, and so always holds.
    pub(crate) fn is_empty(&self) -> bool {
        self.url.is_empty() && self.has.is_empty() && self.lacks.is_empty() && self.meta.is_empty()
    }
}
