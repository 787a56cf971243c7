//! What the page says of itself outside of its text: meta tags, JSON-LD, `<time>`, microdata.

use url::Url;

use crate::dom::{Dom, NodeNumber};
use crate::metadata::{Metadata, Signals, Time};
use crate::select::Key;

/// Where a meta tag has its name.
const META_NAMES: [&str; 4] = ["property", "name", "itemprop", "http-equiv"];

/// The contents of all meta tags of a name: `property`, `name`, `itemprop` or `http-equiv`, case aside.
pub(crate) fn meta<'a>(dom: &Dom<'a>, name: &str) -> Vec<&'a str> {
    all_metas(dom).filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, content)| content).collect()
}

/// All meta tags with a content, in page order; one with two names comes twice.
fn all_metas<'a, 'd>(dom: &'d Dom<'a>) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a, 'd> {
    tagged(dom, "meta").flat_map(move |node| {
        let content = dom.attribute(node, "content").map(str::trim);
        META_NAMES
            .iter()
            .filter_map(move |attribute| Some((dom.attribute(node, attribute)?.trim(), content?)))
    })
}

/// All elements of a name, in page order.
pub(crate) fn tagged<'d>(dom: &'d Dom<'_>, tag: &str) -> impl Iterator<Item = NodeNumber> + use<'d> {
    let nodes = dom.candidates(&Key::Tag(tag.into()));
    (0..nodes.len()).filter_map(move |index| nodes.get(index).copied())
}

/// The texts of all scripts, with their ids: `(id, type, text)`.
pub(crate) fn scripts<'a, 'd>(
    dom: &'d Dom<'a>,
) -> impl Iterator<Item = (Option<&'a str>, Option<&'a str>, &'a str)> + use<'a, 'd> {
    tagged(dom, "script").filter_map(|node| {
        let text = dom.below(node).find_map(|child| dom.text_of(child))?;
        Some((dom.attribute(node, "id"), dom.attribute(node, "type"), text))
    })
}

/// The texts of the JSON-LD scripts.
pub(crate) fn json_ld<'a, 'd>(dom: &'d Dom<'a>) -> impl Iterator<Item = &'a str> + use<'a, 'd> {
    scripts(dom)
        .filter(|(_, kind, _)| {
            kind.is_some_and(|kind| {
                kind.split(';')
                    .next()
                    .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json"))
            })
        })
        .map(|(_, _, text)| text)
}

/// What relative addresses are relative to: the page's URL, or its `<base href>`.
pub(crate) fn base(dom: &Dom<'_>, url: &Url) -> Url {
    let named = tagged(dom, "base").find_map(|node| dom.attribute(node, "href"));
    let base = named.and_then(|href| url.join(href).ok());
    base.filter(|base| matches!(base.scheme(), "http" | "https")).unwrap_or_else(|| url.clone())
}

/// The address that the page names as its own (RFC 6596).
pub(crate) fn canonical_link<'a>(dom: &Dom<'a>) -> Option<&'a str> {
    tagged(dom, "link")
        .find(|&node| has_word(dom.attribute(node, "rel"), "canonical"))
        .and_then(|node| dom.attribute(node, "href"))
        .map(str::trim)
        .filter(|href| !href.is_empty())
}

/// Every itemprop with its value (HTML, "5.2.4 Values"): `content`, an address, a time, else the text.
pub(crate) fn microdata<'a>(dom: &Dom<'a>) -> Vec<(&'a str, String)> {
    let mut found = Vec::new();
    for node in dom.all() {
        let Some(name) = dom.attribute(node, "itemprop") else { continue };
        let of = |attribute| dom.attribute(node, attribute).map(str::to_owned);
        let value = of("content").or_else(|| match dom.tag(node) {
            // An author is the person; the address beside the name is her page.
            "a" if name == "author" => None,
            "a" | "area" | "link" => of("href"),
            "img" | "audio" | "video" | "source" | "iframe" | "embed" => of("src"),
            "time" => of("datetime"),
            "data" | "meter" => of("value"),
            _ => None,
        });
        // A nested item stands for its name: `author` is a person, not all that the page says of her.
        let named = || {
            dom.attribute(node, "itemscope")?;
            let name = dom.below(node).find(|&inner| has_word(dom.attribute(inner, "itemprop"), "name"))?;
            dom.attribute(name, "content").map(str::to_owned).or_else(|| Some(dom.text(name, &[])))
        };
        // The text of an article's body is the body's business.
        let text = || if name == "articleBody" { String::new() } else { dom.text(node, &[]) };
        let value = value.or_else(named).unwrap_or_else(text);
        if !value.is_empty() {
            found.push((name, value));
        }
    }
    found
}

/// The elements of an itemprop, in page order.
pub(crate) fn itemprops(dom: &Dom<'_>, name: &str) -> Vec<NodeNumber> {
    dom.all()
        .filter(|&node| {
            let words = dom.attribute(node, "itemprop").unwrap_or_default();
            words.split_ascii_whitespace().any(|word| word == name)
        })
        .collect()
}

/// What the page says of itself, collected for the readers of metadata.
pub(crate) fn metadata<'a>(dom: &Dom<'a>, url: &'a Url) -> Metadata<'a> {
    let first = |tag: &str| tagged(dom, tag).next();
    let times = tagged(dom, "time").filter_map(|node| {
        let marked = dom.attribute(node, "pubdate").is_some()
            || has_word(dom.attribute(node, "itemprop"), "datePublished");
        Some(Time { datetime: dom.attribute(node, "datetime")?, is_published: marked })
    });
    let rel_author = tagged(dom, "a")
        .filter(|&node| has_word(dom.attribute(node, "rel"), "author"))
        .map(|node| dom.text(node, &[]));
    let signals = Signals {
        url: url.as_str(),
        metas: all_metas(dom).collect(),
        jsonld: json_ld(dom).collect(),
        html_lang: first("html").and_then(|node| dom.attribute(node, "lang")),
        title: first("title").and_then(|node| dom.below(node).find_map(|inner| dom.text_of(inner))),
        h1: tagged(dom, "h1").map(|node| dom.text(node, &[])).collect(),
        times: times.collect(),
        microdata: microdata(dom),
        rel_author: rel_author.collect(),
        canonical: canonical_link(dom),
    };
    Metadata::read(signals)
}

fn has_word(attribute: Option<&str>, word: &str) -> bool {
    attribute.is_some_and(|words| words.split_ascii_whitespace().any(|own| own.eq_ignore_ascii_case(word)))
}
