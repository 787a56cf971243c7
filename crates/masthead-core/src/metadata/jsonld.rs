//! JSON-LD as pages have it: several scripts, graphs, lists, references, and faults of every kind.

use serde_json::{Map, Value, json};
use url::Url;

use super::text;
use crate::loose_json::{Manners, read};

/// A page has no more nodes than this; further ones are left out.
const MAX_NODES: usize = 2_000;
/// Graphs and lists of nodes nest no deeper than this.
const MAX_DEPTH: usize = 4;
/// So many references of the main node are followed.
const MAX_REFERENCES: usize = 50;
/// A node that is referred to is copied into the main node if it has no more parts than this.
const MAX_PARTS: usize = 500;

/// [Article](https://schema.org/Article) and its subtypes, and the posts that are articles.
const ARTICLES: [&str; 21] = [
    "NewsArticle",
    "Article",
    "ReportageNewsArticle",
    "AnalysisNewsArticle",
    "BackgroundNewsArticle",
    "OpinionNewsArticle",
    "ReviewNewsArticle",
    "AskPublicNewsArticle",
    "AdvertiserContentArticle",
    "SatiricalArticle",
    "ScholarlyArticle",
    "MedicalScholarlyArticle",
    "TechArticle",
    "APIReference",
    "Report",
    "BlogPosting",
    "LiveBlogPosting",
    "SocialMediaPosting",
    "DiscussionForumPosting",
    "BlogPost",
    "Recipe",
];

/// All nodes of a page's scripts, in order: the members of lists and graphs, and what `mainEntity` holds.
pub(super) fn nodes(scripts: &[&str]) -> Vec<Value> {
    let mut nodes = Vec::new();
    for script in scripts {
        for value in values(script) {
            collect(value, 0, &mut nodes);
        }
    }
    nodes
}

/// The values of one script. Marks of comments and CDATA around them don't count; a value that is broken ends early.
fn values(script: &str) -> Vec<Value> {
    // Some systems escape the whole script as if it were text.
    let script = if script.contains("&quot;") && !script.contains('"') {
        text::decode_entities(script)
    } else {
        script.into()
    };
    let before = script.split('{').next().unwrap_or_default();
    let mut at = before.find("<![CDATA[").map_or(0, |cdata| cdata + "<![CDATA[".len());
    let mut values = Vec::new();
    while let Some(step) = script.get(at..).and_then(|rest| rest.find(['{', '['])) {
        if values.len() == MAX_NODES {
            break;
        }
        match read(&script, at + step, Manners::Document) {
            Ok((value, end)) => {
                at = end;
                values.push(value);
            }
            Err(broken) => {
                at = broken.at;
                values
                    .extend(broken.into_partial().filter(|value| *value != json!({}) && *value != json!([])));
            }
        }
    }
    values
}

fn collect(value: Value, depth: usize, nodes: &mut Vec<Value>) {
    if nodes.len() >= MAX_NODES || depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Array(list) => list.into_iter().for_each(|item| collect(item, depth + 1, nodes)),
        Value::Object(mut map) => {
            let graph = map.shift_remove("@graph");
            let entity = map.get("mainEntity").filter(|entity| is_article(entity)).cloned();
            if !map.is_empty() {
                nodes.push(Value::Object(map));
            }
            for inner in [entity, graph].into_iter().flatten() {
                collect(inner, depth + 1, nodes);
            }
        }
        _ => {}
    }
}

/// The names of a node's types, without the vocabulary's prefix.
pub(super) fn types(node: &Value) -> impl Iterator<Item = &str> {
    let names = match node.get("@type").or_else(|| node.get("type")) {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    names
        .iter()
        .filter_map(Value::as_str)
        .map(|name| name.rsplit(['/', ':', '#']).next().unwrap_or(name).trim())
}

pub(super) fn is_article(node: &Value) -> bool {
    types(node).any(|name| ARTICLES.contains(&name))
}

/// The node that the page is about: an article, of several the one whose address is the page's, else the first.
/// Where there is no article, a node with a headline, then one with a date of publication.
pub(super) fn main_node<'n>(nodes: &'n [Value], addresses: &[&str]) -> Option<&'n Value> {
    let addresses: Vec<String> = addresses.iter().filter_map(|address| key(address, None)).collect();
    let fits = |node: &&Value| node_addresses(node).any(|address| is_one_of(address, &addresses));
    let best = |of: &dyn Fn(&Value) -> bool| {
        let mut of_kind = nodes.iter().filter(|node| of(node));
        of_kind.clone().find(fits).or_else(|| of_kind.next())
    };
    best(&is_article)
        .or_else(|| best(&|node| node.get("headline").is_some()))
        .or_else(|| best(&|node| node.get("datePublished").is_some()))
}

fn node_addresses(node: &Value) -> impl Iterator<Item = &str> {
    ["url", "mainEntityOfPage", "@id"].into_iter().filter_map(|name| node.get(name)).flat_map(|value| {
        let inner = ["@id", "url"].into_iter().filter_map(|name| value.get(name)).filter_map(Value::as_str);
        value.as_str().into_iter().chain(inner)
    })
}

fn is_one_of(address: &str, keys: &[String]) -> bool {
    keys.iter().any(|known| key(address, Some(known)).is_some_and(|key| key == *known))
}

/// Host and path of an address, without `www.` and a slash at the end; the query, too, since many sites put the
/// article's number there. A relative address is resolved on the page's host.
fn key(address: &str, base: Option<&str>) -> Option<String> {
    let url = match Url::parse(address.trim()) {
        Ok(url) => url,
        Err(_) => Url::parse(&format!("https://{}", base?)).ok()?.join(address.trim()).ok()?,
    };
    let host = url.host_str()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    let query =
        url.query().filter(|query| !query.is_empty()).map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{host}{}{query}", url.path().trim_end_matches('/')))
}

/// A copy of the node in which references (`{"@id": …}`) to other nodes of the page are replaced by these, one level deep.
pub(super) fn with_references(node: &Value, nodes: &[Value]) -> Value {
    let Value::Object(map) = node else { return node.clone() };
    let mut left = MAX_REFERENCES;
    let mut resolved = Map::new();
    for (name, value) in map {
        let value = match value {
            Value::Array(list) => list.iter().map(|item| resolve(item, node, nodes, &mut left)).collect(),
            one => resolve(one, node, nodes, &mut left),
        };
        resolved.insert(name.clone(), value);
    }
    Value::Object(resolved)
}

fn resolve(value: &Value, from: &Value, nodes: &[Value], left: &mut usize) -> Value {
    let Some(id) = value.get("@id").filter(|_| is_bare(value) && *left > 0) else { return value.clone() };
    *left -= 1;
    let target = nodes.iter().find(|node| node.get("@id") == Some(id) && !is_bare(node));
    match target.filter(|target| !std::ptr::eq(*target, from) && parts(target, MAX_PARTS) <= MAX_PARTS) {
        Some(target) => target.clone(),
        None => value.clone(),
    }
}

/// Whether an object says nothing but which one and of what kind it is.
fn is_bare(value: &Value) -> bool {
    value.as_object().is_some_and(|map| map.keys().all(|name| matches!(name.as_str(), "@id" | "@type")))
}

/// How many values a value holds; stops counting past the limit.
fn parts(value: &Value, limit: usize) -> usize {
    let mut count = 0;
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        count += 1;
        if count > limit {
            break;
        }
        match value {
            Value::Array(list) => open.extend(list),
            Value::Object(map) => open.extend(map.values()),
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn main(scripts: &[&str], address: &str) -> Value {
        let nodes = nodes(scripts);
        main_node(&nodes, &[address]).map_or(Value::Null, |node| with_references(node, &nodes))
    }

    #[test]
    fn the_article_is_found_in_a_graph_and_its_references_are_followed() {
        let script = r##"{"@context": "https://schema.org", "@graph": [
            {"@type": "WebSite", "name": "Example"},
            {"@type": ["WebPage", "Article"], "headline": "One", "author": {"@id": "#ada"}, "image": [{"@id": "#none"}]},
            {"@type": "Person", "@id": "#ada", "name": "Ada Lind"}]}"##;
        let node = main(&[script], "https://example.com/1");
        assert_eq!(node["author"]["name"], "Ada Lind");
        assert_eq!(node["image"], json!([{"@id": "#none"}]));
    }

    #[test]
    fn of_several_articles_the_pages_own_is_taken() {
        let script = r#"[{"@type": "NewsArticle", "headline": "Other", "url": "https://example.com/2"},
            {"@type": "http://schema.org/NewsArticle", "headline": "Own", "mainEntityOfPage": {"@id": "/1/#x"}}]"#;
        assert_eq!(main(&[script], "https://www.example.com/1?")["headline"], "Own");
        assert_eq!(main(&[script], "https://example.com/3")["headline"], "Other");
        let page = r#"{"@type": "ItemPage", "mainEntity": {"@type": "Report", "headline": "Inner"}}"#;
        assert_eq!(main(&[page], "https://example.com/3")["headline"], "Inner");
        let plain = r#"{"@type": "WebPage", "name": "x"} , {"@type": "CreativeWork", "headline": "Work"}"#;
        assert_eq!(main(&[plain], "https://example.com/3")["headline"], "Work");
        assert_eq!(main(&["", "null", "[]", "no json"], "https://example.com/3"), Value::Null);
    }

    #[test]
    fn wrappers_and_faults_are_forgiven() {
        for script in [
            "<!-- {\"@type\": \"Article\", \"headline\": \"One\"} -->",
            "//<![CDATA[\n{\"@type\": \"Article\", \"headline\": \"One\"}\n//]]>",
            "\u{FEFF}{\"@type\": \"Article\", /* c */ \"headline\": \"One\",};",
            "{\"@type\": \"Article\", \"headline\": \"One\", \"description\": \"a\nb\", ",
            "{&quot;@type&quot;: &quot;Article&quot;, &quot;headline&quot;: &quot;One&quot;}",
            "[{\"@type\": oops}, {\"@type\": \"Article\", \"headline\": \"One\"}]",
        ] {
            assert_eq!(main(&[script], "https://example.com/1")["headline"], "One", "{script}");
        }
    }

    #[test]
    fn references_do_not_multiply_a_page() {
        let big = format!("{{\"@id\": \"#b\", \"x\": [{}0]}}", "0,".repeat(MAX_PARTS));
        let script = format!("[{{\"@type\": \"Article\", \"about\": {{\"@id\": \"#b\"}}}}, {big}]");
        assert_eq!(main(&[&script], "https://example.com/1")["about"], json!({"@id": "#b"}));
    }
}
