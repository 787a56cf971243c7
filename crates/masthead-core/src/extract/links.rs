//! The links of a page, as the profile sorts them.

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value};
use url::Url;

use super::condition::matches_url;
use super::context::Context;
use super::read::Page;
use super::signals;
use crate::dom::{Dom, NodeNumber};
use crate::profile::model::{Each, Profile};

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
    /// What the list page says of the article, by the names in `discover.list`: `{"teaser": "…"}`. A page of it gets
    /// this as `{"list": …}` in [`Page::witness`]. `None` for a link that no entry of the list is about.
    pub said: Option<Map<String, Value>>,
}

/// Links beyond this many on one page are left.
const MOST: usize = 10_000;

/// The links that the profile follows, each once, in page order: in scope, not skipped, and named by a pattern.
pub(crate) fn links<'p>(profile: &'p Profile, page: &'p Page<'p>, dom: &'p Dom<'p>) -> Vec<Link> {
    let base = signals::base(dom, page.url);
    let mut found = Found { profile, links: Vec::new(), seen: FxHashSet::default() };
    for selector in &profile.discover.next {
        let next = dom.select(selector).into_iter().find_map(|node| dom.attribute(node, "href"));
        if let Some(url) = next.and_then(|href| address(&base, href)) {
            found.add(url, Role::Next);
        }
    }
    for tag in ["a", "area"] {
        for node in signals::tagged(dom, tag) {
            if let Some((url, role)) = target(profile, dom, node, &base) {
                found.add(url, role);
            }
        }
    }
    if let Some(each) = &profile.discover.list {
        found.take_list(each, Context::new(profile, page, dom, false, None));
    }
    found.links
}

struct Found<'a> {
    profile: &'a Profile,
    links: Vec<Link>,
    seen: FxHashSet<(String, Role)>,
}

impl Found<'_> {
    fn add(&mut self, url: Url, role: Role) {
        if self.links.len() < MOST && self.profile.follows(&url) && self.seen.insert((url.to_string(), role))
        {
            self.links.push(Link { url, role, said: None });
        }
    }

    /// Gives what the entries of a list say to the links that they are about. Entries about one article add to each
    /// other; the first counts.
    fn take_list(&mut self, each: &Each, mut context: Context<'_>) {
        let mut said: FxHashMap<String, Map<String, Value>> = FxHashMap::default();
        for node in context.item_nodes("list", each).into_iter().take(MOST) {
            let values = context.item_values("list", each, node);
            let Some((url, role)) = self.about(&context, node, &values) else { continue };
            let known = said.entry(self.profile.canonical(&url).into()).or_default();
            for (name, value) in values {
                known.entry(name).or_insert(value);
            }
            self.add(url, role);
        }
        for link in self.links.iter_mut().filter(|link| link.role != Role::Next) {
            link.said = said.get(self.profile.canonical(&link.url).as_str()).cloned();
        }
    }

    /// The article that an entry is about: its field `url`, else its first link to an article.
    fn about(
        &self,
        context: &Context<'_>,
        item: NodeNumber,
        values: &Map<String, Value>,
    ) -> Option<(Url, Role)> {
        // Where addresses don't tell, a page that is followed may be an article.
        let wanted = if self.profile.knows_articles_by_address() { Role::Article } else { Role::List };
        let dom = context.dom;
        if let Some(url) = values.get("url").and_then(Value::as_str) {
            let url = address(&context.base, url)?;
            let role = self.profile.classify(&url).filter(|role| *role == wanted)?;
            return Some((url, role));
        }
        let links = (item..dom.end(item)).filter(|&node| matches!(dom.tag(node), "a" | "area"));
        links
            .filter_map(|node| target(self.profile, dom, node, &context.base))
            .find(|(_, role)| *role == wanted)
    }
}

/// Where a link leads, and what that is, as far as the profile wants it.
fn target(profile: &Profile, dom: &Dom<'_>, node: NodeNumber, base: &Url) -> Option<(Url, Role)> {
    let url = address(base, dom.attribute(node, "href")?)?;
    let role = profile.classify(&url)?;
    Some((url, role))
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

#[cfg(test)]
mod tests;
