//! RSS 0.9 to 2.0 (also as RDF) and Atom: what leads to pages and what is said of them.

use url::Url;

use super::entry::{Draft, Entries};
use super::xml::{Attributes, Name, Step, Xml, append, tidy};

/// Reads the items or entries of a feed. Names are compared without case: feeds mix `pubDate`, `pubdate` and
/// `dc:date`. `base` is what the feed's first element says in `xml:base`.
pub(super) fn entries(xml: &mut Xml<'_>, base: Option<&str>, into: &mut Entries<'_>) {
    let mut feed = Feed { base: within(into.base, base), ..Feed::default() };
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
        feed.end_field(into);
    }
    feed.end_item(into);
}

#[derive(Default)]
struct Feed {
    item: Option<Draft>,
    /// `item` or `entry`; its own fields share its prefix.
    name: Name,
    /// What only counts where the item's own fields are silent.
    aside: Draft,
    /// A URL to use where there is no link: RSS's `guid`, whatever its `isPermaLink` says, or Atom's `id`.
    identity: Option<String>,
    field: Option<(Name, Field)>,
    /// How many elements of the field's own name are open in it.
    nested: usize,
    text: String,
    /// An element about something else, such as the feed that an entry was copied from; nothing in it is the item's.
    other: Option<Name>,
    /// What addresses are relative to, where the feed says so; of the item, and of the link that is being read.
    base: Option<Url>,
    item_base: Option<Url>,
    link_base: Option<Url>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Link,
    Identity,
    Title,
    Published,
    Updated,
    Summary,
    /// The whole text, which stands for a summary where there is none.
    Content,
    /// A name.
    Author,
    /// RSS: `desk@example.com (Mina Okafor)`; Atom: elements, of which `name` is the name.
    AuthorOrMail,
    Tag,
}

impl Feed {
    fn open(&mut self, name: Name, attributes: &Attributes<'_>, into: &mut Entries<'_>) {
        // An item is never in an item: what was left open in the last one ends here.
        let is_next = self.item.is_some() && name == self.name;
        match &self.field {
            _ if is_next => {}
            // Atom's `author` has children; what stands between them is no name.
            Some((_, Field::AuthorOrMail)) => self.field = None,
            Some((open, _)) => {
                self.nested += usize::from(*open == name);
                return;
            }
            None => {}
        }
        if is_next || self.item.is_none() && is_item(&name) {
            self.end_item(into);
            self.item = Some(Draft::default());
            self.item_base = within(self.base.as_ref().unwrap_or(into.base), attributes.base().as_deref());
            self.name = name;
        } else if self.item.is_some() && self.other.is_none() {
            self.open_in_item(name, attributes, into);
        } else if name.local == "channel" {
            let base = within(self.base.as_ref().unwrap_or(into.base), attributes.base().as_deref());
            self.base = base.or(self.base.take());
        }
    }

    fn open_in_item(&mut self, name: Name, attributes: &Attributes<'_>, into: &Entries<'_>) {
        let Some(item) = &mut self.item else { return };
        let surrounding = self.item_base.as_ref().or(self.base.as_ref()).unwrap_or(into.base);
        match name.local.as_str() {
            "source" | "contributor" | "image" | "textinput" | "enclosure" => {
                self.other = Some(name);
                return;
            }
            "link" => {
                self.link_base = within(surrounding, attributes.base().as_deref());
                take_link(item, attributes, self.link_base.as_ref().unwrap_or(surrounding));
            }
            "category" => item.tags.extend(attributes.get("term").as_deref().and_then(tidy)),
            _ => {}
        }
        self.text.clear();
        self.nested = 0;
        // Text in an encoding of its own is no text to a reader.
        let is_packed = attributes.get("mode").is_some_and(|mode| mode.trim().eq_ignore_ascii_case("base64"))
            || attributes.get("type").is_some_and(|kind| kind.trim() == "application/octet-stream");
        self.field = field_of(&name, &self.name.prefix).filter(|_| !is_packed).map(|field| (name, field));
    }

    fn close(&mut self, name: &Name, into: &mut Entries<'_>) {
        match (&self.field, &self.other) {
            _ if *name == self.name => self.end_item(into),
            (Some((open, _)), _) if open == name && self.nested == 0 => self.end_field(into),
            (Some((open, _)), _) => self.nested -= usize::from(open == name),
            (None, Some(other)) if other == name => self.other = None,
            _ => {}
        }
    }

    fn end_field(&mut self, into: &Entries<'_>) {
        let Some((name, field)) = self.field.take() else { return };
        let (Some(item), Some(text)) = (&mut self.item, tidy(&self.text)) else { return };
        let first = |slot: &mut Option<String>, text| {
            slot.get_or_insert(text);
        };
        let is_own = name.prefix == self.name.prefix || name.prefix.is_empty();
        let draft = if is_own { &mut *item } else { &mut self.aside };
        match field {
            Field::Link => {
                let bases = [&self.link_base, &self.item_base, &self.base];
                let base = bases.into_iter().find_map(Option::as_ref).unwrap_or(into.base);
                first(&mut item.url, absolute(base, text));
            }
            Field::Identity => first(&mut self.identity, text),
            Field::Title => first(&mut draft.title, text),
            Field::Published => first(&mut draft.published, text),
            Field::Updated => first(&mut draft.updated, text),
            Field::Summary => first(&mut draft.summary, text),
            Field::Content => first(&mut self.aside.content, text),
            Field::AuthorOrMail => self.aside.authors.push(name_beside_mail(&text)),
            Field::Author => item.authors.push(text),
            Field::Tag => item.tags.push(text),
        }
    }

    fn end_item(&mut self, into: &mut Entries<'_>) {
        self.end_field(into);
        self.other = None;
        let aside = std::mem::take(&mut self.aside);
        let identity = self.identity.take();
        let identity = identity.filter(|id| id.starts_with("http://") || id.starts_with("https://"));
        if let Some(mut item) = self.item.take() {
            item.url = item.url.or(identity);
            item.fill_from(aside);
            into.push(item);
        }
    }
}

fn is_item(name: &Name) -> bool {
    matches!(name.local.as_str(), "item" | "entry")
}

/// What an element's `xml:base` makes of the base around it.
fn within(surrounding: &Url, base: Option<&str>) -> Option<Url> {
    surrounding.join(base?.trim()).ok()
}

fn absolute(base: &Url, address: String) -> String {
    base.join(&address).map_or(address, String::from)
}

/// Atom's `<link href rel>`: the first that is an alternate, which is what no `rel` means.
fn take_link(item: &mut Draft, attributes: &Attributes<'_>, base: &Url) {
    let is_alternate = attributes.get("rel").is_none_or(|rel| rel.trim().eq_ignore_ascii_case("alternate"));
    if is_alternate && item.url.is_none() {
        item.url = attributes.get("href").as_deref().and_then(tidy).map(|href| absolute(base, href));
    }
}

/// The name in `desk@example.com (Mina Okafor)`, as RSS 2.0 writes authors, or the other way round; else the text as
/// it is.
fn name_beside_mail(text: &str) -> String {
    let parts = text.strip_suffix(')').and_then(|text| text.split_once('('));
    let name = parts.and_then(|(before, within)| match (before.contains('@'), within.contains('@')) {
        (true, false) => Some(within.trim()),
        (false, true) => Some(before.trim()),
        _ => None,
    });
    name.filter(|name| !name.is_empty()).unwrap_or(text).to_owned()
}

/// `own` is the prefix of the item. Other prefixes are those by which feeds everywhere know Dublin Core, Atom, podcasts
/// and the text in full; a name of any other module, such as `media:title`, is about something else.
fn field_of(name: &Name, own: &str) -> Option<Field> {
    let prefix = name.prefix.as_str();
    let local = name.local.as_str();
    let is_own = prefix.is_empty() || prefix == own;
    if prefix == "itunes" {
        return match local {
            "author" => Some(Field::AuthorOrMail),
            "summary" => Some(Field::Summary),
            _ => None,
        };
    }
    if !is_own && !matches!(prefix, "dc" | "dcterms" | "dcq" | "atom" | "a10" | "rss" | "content") {
        return None;
    }
    Some(match local {
        "link" if is_own || prefix == "rss" => Field::Link,
        "guid" | "id" if is_own => Field::Identity,
        "title" => Field::Title,
        "pubdate" | "published" | "issued" | "date" => Field::Published,
        "updated" | "modified" => Field::Updated,
        "description" | "summary" => Field::Summary,
        "encoded" | "content" => Field::Content,
        "author" => Field::AuthorOrMail,
        "creator" | "name" => Field::Author,
        "category" | "subject" => Field::Tag,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
