//! RSS 0.9 to 2.0 (also as RDF) and Atom: what leads to pages and what is said of them.

use super::entry::{Draft, Entries};
use super::xml::{Attributes, Name, Step, Xml, append, tidy};

/// Reads the items or entries of a feed. Names are compared without case and, but for links, without prefix: feeds
/// mix `pubDate`, `pubdate` and `dc:date`.
pub(super) fn entries(xml: &mut Xml<'_>, into: &mut Entries<'_>) {
    let mut feed = Feed::default();
    while let Some(step) = xml.step() {
        match step {
            Step::Open(name, attributes) => feed.open(name, &attributes, into),
            Step::Close(name) => feed.close(&name, into),
            Step::Text(text) if feed.field.is_some() => append(&mut feed.text, &text),
            Step::Text(_) => {}
        }
        if into.full {
            return;
        }
    }
    if xml.broken {
        feed.end_field();
    }
    feed.end_item(into);
}

#[derive(Default)]
struct Feed {
    item: Option<Draft>,
    /// A URL to use where there is no link: RSS's `guid`, Atom's `id`.
    identity: Option<String>,
    field: Option<(Name, Field)>,
    /// How many elements of the field's own name are open in it.
    nested: usize,
    text: String,
}

#[derive(Clone, Copy)]
enum Field {
    Link,
    Identity,
    Title,
    Published,
    Updated,
    Summary,
    Author,
    Tag,
}

impl Feed {
    fn open(&mut self, name: Name, attributes: &Attributes<'_>, into: &mut Entries<'_>) {
        if let Some((open, _)) = &self.field {
            self.nested += usize::from(*open == name);
            return;
        }
        match name.local.as_str() {
            "item" | "entry" => {
                self.end_item(into);
                self.item = Some(Draft::default());
            }
            local => {
                let Some(item) = &mut self.item else { return };
                match local {
                    "link" => take_link(item, attributes),
                    "category" => item.tags.extend(attributes.get("term").as_deref().and_then(tidy)),
                    _ => {}
                }
                self.text.clear();
                self.nested = 0;
                self.field = field_of(&name).map(|field| (name, field));
            }
        }
    }

    fn close(&mut self, name: &Name, into: &mut Entries<'_>) {
        match &self.field {
            Some((open, _)) if open == name && self.nested == 0 => self.end_field(),
            Some((open, _)) => self.nested -= usize::from(open == name),
            None if matches!(name.local.as_str(), "item" | "entry") => self.end_item(into),
            None => {}
        }
    }

    fn end_field(&mut self) {
        let Some((_, field)) = self.field.take() else { return };
        let (Some(item), Some(text)) = (&mut self.item, tidy(&self.text)) else { return };
        let first = |slot: &mut Option<String>, text| {
            slot.get_or_insert(text);
        };
        match field {
            Field::Link => first(&mut item.url, text),
            Field::Identity => first(&mut self.identity, text),
            Field::Title => first(&mut item.title, text),
            Field::Published => first(&mut item.published, text),
            Field::Updated => first(&mut item.updated, text),
            Field::Summary => first(&mut item.summary, text),
            Field::Author => item.authors.push(text),
            Field::Tag => item.tags.push(text),
        }
    }

    fn end_item(&mut self, into: &mut Entries<'_>) {
        self.end_field();
        let identity =
            self.identity.take().filter(|id| id.starts_with("http://") || id.starts_with("https://"));
        if let Some(mut item) = self.item.take() {
            item.url = item.url.or(identity);
            into.push(item);
        }
    }
}

/// Atom's `<link href rel>`: the first that is an alternate, which is what no `rel` means.
fn take_link(item: &mut Draft, attributes: &Attributes<'_>) {
    let is_alternate = attributes.get("rel").is_none_or(|rel| rel.trim().eq_ignore_ascii_case("alternate"));
    if is_alternate && item.url.is_none() {
        item.url = attributes.get("href").as_deref().and_then(tidy);
    }
}

fn field_of(name: &Name) -> Option<Field> {
    // `media:title`, `media:description` and the like are about pictures.
    if matches!(name.prefix.as_str(), "media" | "itunes" | "image" | "georss") {
        return None;
    }
    Some(match name.local.as_str() {
        "link" if name.prefix.is_empty() || name.prefix == "rss" => Field::Link,
        "guid" | "id" => Field::Identity,
        "title" => Field::Title,
        "pubdate" | "published" | "issued" | "date" => Field::Published,
        "updated" | "modified" => Field::Updated,
        "description" | "summary" => Field::Summary,
        "creator" | "name" => Field::Author,
        "category" | "subject" => Field::Tag,
        _ => return None,
    })
}
