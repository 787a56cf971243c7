use masthead_record::Image;
use serde_json::Value;
use url::Url;

use super::jsonld::types;
use super::text::tidy;

/// A page's metadata names no more images than this.
const MAX_IMAGES: usize = 100;

/// `image` of JSON-LD: an address, an object, or a list of these.
pub(super) fn from_json(value: &Value, page: Option<&Url>) -> Vec<Image> {
    let items = match value {
        Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    unique(items.iter().filter_map(|item| from_item(item, page)))
}

fn from_item(item: &Value, page: Option<&Url>) -> Option<Image> {
    let address = match item {
        Value::String(address) => address.as_str(),
        _ => ["url", "contentUrl", "@id"].into_iter().find_map(|name| first_text(item.get(name)?))?,
    };
    let text = |names: &[&str]| names.iter().find_map(|name| some_text(item.get(*name)?));
    Some(Image {
        url: Some(absolute(address, page)?),
        caption: text(&["caption", "description"]),
        credit: text(&["creditText", "creator", "author", "copyrightHolder"]),
        alt: None,
    })
}

fn first_text(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get(0)?.as_str())
}

fn some_text(value: &Value) -> Option<String> {
    let name = value.get("name").filter(|_| types(value).next().is_some() || value.is_object());
    Some(tidy(first_text(name.unwrap_or(value))?)).filter(|text| !text.is_empty())
}

/// Images from meta tags: the addresses, and alternative texts in the same order.
pub(super) fn from_metas<'a>(
    addresses: impl Iterator<Item = &'a str>,
    mut texts: impl Iterator<Item = &'a str>,
    page: Option<&Url>,
) -> Vec<Image> {
    unique(addresses.filter_map(|address| {
        let alt = texts.next().map(tidy).filter(|text| !text.is_empty());
        Some(Image { url: Some(absolute(address, page)?), alt, ..Image::default() })
    }))
}

/// An absolute address of the web.
pub(super) fn absolute(address: &str, page: Option<&Url>) -> Option<String> {
    let address = address.trim();
    let url = match page {
        Some(page) => page.join(address).ok()?,
        None => Url::parse(address).ok()?,
    };
    (!address.is_empty() && matches!(url.scheme(), "http" | "https")).then(|| url.into())
}

fn unique(images: impl Iterator<Item = Image>) -> Vec<Image> {
    let mut kept: Vec<Image> = Vec::new();
    for image in images.take(MAX_IMAGES) {
        if kept.iter().all(|known| known.url != image.url) {
            kept.push(image);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn images_are_absolute_and_keep_what_is_said_of_them() {
        let page = Url::parse("https://example.com/news/1").unwrap();
        let images = from_json(
            &json!(["/a.jpg", "a.jpg", "/a.jpg", "data:image/gif;base64,x", "",
                {"@type": "ImageObject", "url": ["//img.example.com/b.jpg"], "caption": "The  bridge",
                 "creator": {"@type": "Person", "name": "Bo Ek"}}]),
            Some(&page),
        );
        let urls: Vec<_> = images.iter().filter_map(|image| image.url.as_deref()).collect();
        assert_eq!(
            urls,
            ["https://example.com/a.jpg", "https://example.com/news/a.jpg", "https://img.example.com/b.jpg"]
        );
        assert_eq!(images[2].caption.as_deref(), Some("The bridge"));
        assert_eq!(images[2].credit.as_deref(), Some("Bo Ek"));
        let images = from_metas(["/c.jpg"].into_iter(), ["A bridge"].into_iter(), Some(&page));
        assert_eq!(images[0].alt.as_deref(), Some("A bridge"));
    }
}
