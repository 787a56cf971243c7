//! Where a site's pages are found.

use url::Url;

use super::each;
use super::hosts::covers;
use super::value::{Scope, rule};
use crate::profile::compile::Compiler;
use crate::profile::model::{Discover, Each, Sitemap, ValueType};
use crate::profile::node::Node;
use crate::profile::show::quoted;

/// A profile has no more numbered pages than this.
const MAX_PAGES: usize = 10_000;

pub(super) fn discover(cx: &mut Compiler<'_>, node: &Node, hosts: &[String]) -> Discover {
    let values = |key: &str| node.get(key).map(Node::each).unwrap_or_default();
    let first_host = hosts.first().and_then(|host| Url::parse(&format!("https://{}/", bracketed(host))).ok());
    let seeds: Vec<Url> =
        values("seeds").iter().filter_map(|item| on_site(cx, item, first_host.as_ref(), hosts)).collect();
    // A site that is crawled on another port or without TLS says so in its seeds.
    let base = seeds.first().cloned().or(first_host);
    let base = base.as_ref();
    Discover {
        feeds: values("feeds").iter().filter_map(|item| on_site(cx, item, base, hosts)).collect(),
        sitemaps: values("sitemaps")
            .iter()
            .filter_map(|item| match item.text()? {
                "robots" => Some(Sitemap::Robots),
                _ => on_site(cx, item, base, hosts).map(Sitemap::At),
            })
            .collect(),
        articles: values("articles").iter().filter_map(|item| cx.url_regex(item)).collect(),
        follow: values("follow").iter().filter_map(|item| cx.url_regex(item)).collect(),
        pages: pages(cx, values("pages"), base, hosts),
        next: values("next").iter().filter_map(|item| cx.selector(item, false)).collect(),
        ignore_query: values("ignore_query").iter().filter_map(|item| query_name(cx, item)).collect(),
        list: None,
        seeds,
    }
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

fn on_site(cx: &mut Compiler<'_>, node: &Node, base: Option<&Url>, hosts: &[String]) -> Option<Url> {
    let url = cx.url(node, base)?;
    inside(cx, node, &url, hosts).then_some(url)
}

fn inside(cx: &mut Compiler<'_>, node: &Node, url: &Url, hosts: &[String]) -> bool {
    let name = url.host_str().unwrap_or("").trim_start_matches('[').trim_end_matches(']');
    // Without hosts there is a fault already.
    let known = hosts.is_empty() || covers(hosts, name);
    if !known {
        cx.reject(
            node,
            format!("{} is not one of the profile's hosts", quoted(name)),
            format!("add `{name}` to `hosts:`"),
        );
    }
    known
}

/// `/list?page={1..50}` is fifty pages.
fn pages(cx: &mut Compiler<'_>, nodes: &[Node], base: Option<&Url>, hosts: &[String]) -> Vec<Url> {
    let mut pages = Vec::new();
    for node in nodes {
        let Some(text) = node.text() else { continue };
        if let Some(written) = without_braces(text) {
            cx.reject(node, "the numbers of pages stand in braces", format!("write `{written}`"));
            continue;
        }
        let Some(texts) = expand(text, MAX_PAGES - pages.len()) else {
            let help =
                format!("write one `{{1..50}}`, the lower number first; {MAX_PAGES} pages at most in all");
            cx.reject(node, format!("{} is no list of numbered pages", quoted(text)), help);
            continue;
        };
        for text in texts {
            let url = base.map_or_else(|| Url::parse(&text), |base| base.join(&text));
            match url {
                Ok(url) if inside(cx, node, &url, hosts) => pages.push(url),
                Ok(_) => break,
                Err(error) => {
                    let help = "write it whole, or from its path on: `/list?page={1..50}`";
                    cx.reject(node, format!("{} is no URL: {error}", quoted(&text)), help);
                    break;
                }
            }
        }
    }
    pages
}

/// `page=1..50` as `page={1..50}`.
fn without_braces(text: &str) -> Option<String> {
    let (before, after) = text.split_once("..").filter(|_| !text.contains('{'))?;
    let odd = |c: char| !c.is_ascii_digit();
    let start = before
        .rfind(odd)
        .map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let (before, from) = before.split_at_checked(start)?;
    let (to, after) = after.split_at_checked(after.find(odd).unwrap_or(after.len()))?;
    (!from.is_empty() && !to.is_empty()).then(|| format!("{before}{{{from}..{to}}}{after}"))
}

/// The texts that a `{from..to}` stands for; leading zeros keep the width.
fn expand(text: &str, most: usize) -> Option<Vec<String>> {
    let Some((before, rest)) = text.split_once('{') else { return (most > 0).then(|| vec![text.to_owned()]) };
    let (range, after) = rest.split_once('}')?;
    let (from, to) = range.split_once("..")?;
    if after.contains('{') || from.len() > 9 || to.len() > 9 {
        return None;
    }
    let width = if from.starts_with('0') { from.len() } else { 0 };
    let (from, to) = (from.parse::<usize>().ok()?, to.parse::<usize>().ok()?);
    if from > to || to - from >= most {
        return None;
    }
    Some((from..=to).map(|number| format!("{before}{number:0width$}{after}")).collect())
}

fn query_name(cx: &mut Compiler<'_>, node: &Node) -> Option<String> {
    let text = node.text()?;
    let name = text.strip_suffix('*').unwrap_or(text);
    if text.is_empty() || text == "*" || name.contains(['*', '=', '&', '?']) {
        let help = "write a parameter's name such as `fbclid`, or its beginning such as `utm_*`";
        cx.reject(node, format!("{} is no name of a query parameter", quoted(text)), help);
        return None;
    }
    Some(text.to_owned())
}

/// `list: {each, fields}`
pub(super) fn list(cx: &mut Compiler<'_>, node: &Node) -> Option<Each> {
    let entries = node.get("fields").map(Node::entries).unwrap_or_default();
    let names: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    let scope = Scope { inside: true, beside: &names, own: true, ..Scope::default() };
    let fields = entries
        .iter()
        .filter_map(|entry| {
            let kind = match entry.key.as_str() {
                "url" => ValueType::Url,
                "published" | "updated" => ValueType::Time,
                "tags" => ValueType::List,
                _ => ValueType::Text,
            };
            Some((entry.key.clone(), rule(cx, &entry.value, kind, true, scope)?))
        })
        .collect();
    each::frame(cx, node, fields, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_pages_are_expanded() {
        assert_eq!(expand("/p{9..11}.html", 10).unwrap(), ["/p9.html", "/p10.html", "/p11.html"]);
        assert_eq!(expand("/p{08..10}", 10).unwrap(), ["/p08", "/p09", "/p10"]);
        assert_eq!(expand("/p", 10).unwrap(), ["/p"]);
        assert_eq!(without_braces("/p=1..50&x").as_deref(), Some("/p={1..50}&x"));
        assert_eq!(without_braces("/p{1..2}").or(without_braces("/a/../b")), None);
        for bad in ["/p{1..11}", "/p{3..1}", "/p{1}", "/p{1..2}{1..2}", "/p{1..99999999999999999999}"] {
            assert_eq!(expand(bad, 10), None, "{bad}");
        }
    }
}
