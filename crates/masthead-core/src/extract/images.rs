//! Where an image is: the best of `srcset`, the attributes of lazy loading, `src`, and the twin in a `<noscript>`.

use masthead_record::Image;

use super::context::Context;
use super::each::ItemFound;
use super::typed::absolute;
use crate::dom::{Dom, NodeNumber};
use crate::profile::model::Each;

/// Attributes where scripts that load late keep the address, the usual ones first.
const LAZY: [&str; 7] = [
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-url",
    "data-image",
    "data-lazy",
    "data-original-src",
];
/// The same for sets of addresses.
const LAZY_SETS: [&str; 3] = ["data-srcset", "data-lazy-srcset", "srcset"];

impl Context<'_> {
    /// The images of a profile's rule: an item without an address and without a caption is none.
    pub(crate) fn images(&mut self, each: &Each) -> Vec<Image> {
        let wants_url = each.fields.iter().any(|(name, _)| name == "url");
        let items = self.items("images", each);
        let images = items.into_iter().map(|item| self.image(&item, wants_url));
        images.filter(|image| image.url.is_some() || image.caption.is_some()).collect()
    }

    fn image(&self, item: &ItemFound, has_url_rule: bool) -> Image {
        let picture = picture(self.dom, item.node);
        let url = item.get("url").or_else(|| {
            (!has_url_rule)
                .then(|| best_address(self.dom, item.node).and_then(|url| absolute(&self.base, &url)))?
        });
        let alt = item.get("alt").or_else(|| {
            let alt = picture.and_then(|picture| self.dom.attribute(picture, "alt"))?;
            Some(crate::dom::tidy(alt)).filter(|alt| !alt.is_empty())
        });
        Image { url, caption: item.get("caption"), credit: item.get("credit"), alt }
    }
}

/// The item itself or the first `<img>` in it.
fn picture(dom: &Dom<'_>, item: NodeNumber) -> Option<NodeNumber> {
    (item..dom.end(item)).find(|&node| dom.tag(node) == "img")
}

/// The best address in an item, as written.
pub(crate) fn best_address(dom: &Dom<'_>, item: NodeNumber) -> Option<String> {
    let nodes = || (item..dom.end(item)).filter(|&node| matches!(dom.tag(node), "img" | "source"));
    let of = |names: &[&str]| {
        nodes().find_map(|node| {
            names
                .iter()
                .find_map(|name| dom.attribute(node, name))
                .map(str::trim)
                .filter(|url| is_address(url))
        })
    };
    let widest = nodes()
        .flat_map(|node| LAZY_SETS.iter().filter_map(move |name| dom.attribute(node, name)))
        .flat_map(parse_srcset)
        .filter(|(url, _)| is_address(url))
        .reduce(|best, next| if next.1 > best.1 { next } else { best })
        .map(|(url, _)| url);
    widest
        .or_else(|| of(&LAZY).map(str::to_owned))
        .or_else(|| of(&["src"]).map(str::to_owned))
        .or_else(|| noscript_twin(dom, item))
}

/// Placeholders are `data:` URLs or nothing.
fn is_address(url: &str) -> bool {
    !url.is_empty()
        && !url.starts_with("data:")
        && !url.starts_with("javascript:")
        && !url.starts_with("about:")
}

/// The candidates of a `srcset` with their widths or densities (HTML, "parse a srcset attribute").
fn parse_srcset(set: &str) -> Vec<(String, f64)> {
    let mut candidates = Vec::new();
    let mut rest = set.trim_start_matches(|c: char| c == ',' || c.is_whitespace());
    while !rest.is_empty() {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let Some((url, after)) = rest.split_at_checked(end) else { break };
        // A comma at the end of the address ends the candidate; commas within belong to it.
        let (url, descriptor, after) = match url.strip_suffix(',') {
            Some(url) => (url.trim_end_matches(','), "", after),
            None => {
                let (descriptor, after) = after.split_once(',').unwrap_or((after, ""));
                (url, descriptor.trim(), after)
            }
        };
        let size = descriptor.trim_end_matches(['w', 'x', 'h']).parse().unwrap_or(1.0);
        candidates.push((url.to_owned(), size));
        rest = after.trim_start_matches(|c: char| c == ',' || c.is_whitespace());
    }
    candidates
}

/// `<noscript>` is text to the parser, as it is to a browser; the picture for readers without scripts stands in it.
fn noscript_twin(dom: &Dom<'_>, item: NodeNumber) -> Option<String> {
    let text = (item..dom.end(item))
        .filter(|&node| dom.tag(node) == "noscript")
        .find_map(|node| dom.below(node).find_map(|child| dom.text_of(child)))?;
    let html = crate::parse::fragment(text, &crate::parse::Budget::default());
    let inner = Dom::new(&html, None);
    let picture = inner.all().find(|&node| inner.tag(node) == "img")?;
    best_address(&inner, picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(html: &str) -> Option<String> {
        let html = crate::parse::document(html, &crate::parse::Budget::default());
        let dom = Dom::new(&html, None);
        best_address(&dom, 0)
    }

    #[test]
    fn the_widest_of_a_set_wins_and_placeholders_do_not() {
        assert_eq!(
            best("<img src=data:x srcset='/a.jpg?w=1,2 300w, /b.jpg 1200w,/c.jpg 2x'>").as_deref(),
            Some("/b.jpg")
        );
        assert_eq!(best("<img src=data:x data-src=/lazy.jpg>").as_deref(), Some("/lazy.jpg"));
        assert_eq!(
            best("<figure><noscript><img src='/twin.jpg'></noscript></figure>").as_deref(),
            Some("/twin.jpg")
        );
        assert_eq!(best("<img src=data:x>"), None);
    }
}
