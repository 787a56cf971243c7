//! The links of a page, as the profile sorts them.

use url::Url;

use super::condition::matches_url;
use super::signals;
use crate::dom::Dom;
use crate::profile::model::Profile;

/// What a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// An article: `discover.articles`.
    Article,
    /// A list of articles: `discover.follow`.
    List,
    /// The next part of this list: `discover.next`.
    Next,
}

/// A link that a crawl of this profile follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// As found, made absolute; with its query and without its fragment.
    pub url: Url,
    /// What it leads to.
    pub role: Role,
}

/// Links beyond this many on one page are left.
const MOST: usize = 10_000;

/// The links that the profile follows, each once, in page order: in scope, not skipped, and named by a pattern.
pub(crate) fn links(profile: &Profile, dom: &Dom<'_>, base: &Url) -> Vec<Link> {
    let mut found: Vec<Link> = Vec::new();
    let mut seen = rustc_hash::FxHashSet::default();
    let mut add = |url: Url, role: Role| {
        if found.len() < MOST && profile.follows(&url) && seen.insert((url.to_string(), role)) {
            found.push(Link { url, role });
        }
    };
    for selector in &profile.discover.next {
        let next = dom.select(selector).into_iter().find_map(|node| dom.attribute(node, "href"));
        if let Some(url) = next.and_then(|href| address(base, href)) {
            add(url, Role::Next);
        }
    }
    for tag in ["a", "area"] {
        for node in signals::tagged(dom, tag) {
            let url = dom.attribute(node, "href").and_then(|href| address(base, href));
            if let Some((url, role)) = url.and_then(|url| profile.classify(&url).map(|role| (url, role))) {
                add(url, role);
            }
        }
    }
    found
}

fn address(base: &Url, href: &str) -> Option<Url> {
    let mut url = base.join(href.trim()).ok()?;
    url.set_fragment(None);
    matches!(url.scheme(), "http" | "https").then_some(url)
}

impl Profile {
    /// What a URL leads to, by the patterns of `discover`; `None` where none matches.
    #[must_use]
    pub fn classify(&self, url: &Url) -> Option<Role> {
        if self.discover.articles.iter().any(|regex| matches_url(regex, url)) {
            Some(Role::Article)
        } else if self.discover.follow.iter().any(|regex| matches_url(regex, url)) {
            Some(Role::List)
        } else {
            None
        }
    }

    /// Whether articles are known by their addresses. Where they are not, any page that is reached may be one.
    #[must_use]
    pub fn knows_articles_by_address(&self) -> bool {
        !self.discover.articles.is_empty()
    }

    /// Why a URL is not wanted, where a `skip` is about URLs alone.
    #[must_use]
    pub fn skips_url(&self, url: &Url) -> Option<&str> {
        self.skip
            .iter()
            .find(|skip| {
                skip.when.is_about_the_url() && skip.when.url.iter().all(|regex| matches_url(regex, url))
            })
            .map(|skip| skip.why.as_str())
    }

    /// Whether a URL is on one of the profile's hosts, any port, sub-domains of a name included.
    #[must_use]
    pub fn in_scope(&self, url: &Url) -> bool {
        let Some(host) = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https")) else {
            return false;
        };
        self.hosts.iter().any(|own| {
            host == own
                || (url.domain().is_some()
                    && host.strip_suffix(own.as_str()).is_some_and(|sub| sub.ends_with('.')))
        })
    }

    fn follows(&self, url: &Url) -> bool {
        self.in_scope(url) && self.skips_url(url).is_none()
    }

    /// The canonical form of a URL on this site: the key of a page.
    #[must_use]
    pub fn canonical(&self, url: &Url) -> Url {
        crate::canonical::canonical(url, &self.discover.ignore_query)
    }
}
