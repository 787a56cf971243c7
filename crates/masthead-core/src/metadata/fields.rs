//! The fields of an article, each with its witnesses.

use std::cell::OnceCell;

use masthead_record::{Author, Image};
use serde_json::Value;
use url::Url;

use super::names::{AUTHORS, PUBLISHED, SECTIONS, SUMMARIES, TAGS, TITLES, UPDATED};
use super::signals::{Signals, Source, Witness};
use super::text::{skeleton, tidy};
use super::values::{day_in_path, is_void, language_tag, text_of, truth, truth_of_text};
use super::{authors, images, jsonld, tags, title};

/// A field has no more witnesses than this.
const MAX_WITNESSES: usize = 50;

/// What a page says of itself. JSON-LD is parsed when it is first asked for, once.
#[derive(Debug)]
pub(crate) struct Metadata<'a> {
    signals: Signals<'a>,
    page: Option<Url>,
    nodes: OnceCell<Vec<Value>>,
    main: OnceCell<Option<Value>>,
    sites: OnceCell<Vec<String>>,
}

impl<'a> Metadata<'a> {
    /// Takes what was collected from a page; looks into nothing yet.
    #[must_use]
    pub(crate) fn read(signals: Signals<'a>) -> Self {
        let page = Url::parse(signals.url).ok();
        Self { signals, page, nodes: OnceCell::new(), main: OnceCell::new(), sites: OnceCell::new() }
    }

    /// All JSON-LD nodes of the page, in order; lists and graphs are taken apart.
    #[must_use]
    pub(crate) fn nodes(&self) -> &[Value] {
        self.nodes.get_or_init(|| jsonld::nodes(&self.signals.jsonld))
    }

    /// The JSON-LD node that the page is about, with its references to other nodes followed one level deep.
    #[must_use]
    pub(crate) fn main_node(&self) -> Option<&Value> {
        self.main
            .get_or_init(|| {
                let addresses: Vec<&str> =
                    [Some(self.signals.url), self.signals.canonical].into_iter().flatten().collect();
                let node = jsonld::main_node(self.nodes(), &addresses)?;
                Some(jsonld::with_references(node, self.nodes()))
            })
            .as_ref()
    }

    /// Whether the page says that it is an article: by its JSON-LD or its `og:type`.
    #[must_use]
    pub(crate) fn is_article(&self) -> bool {
        self.nodes().iter().any(jsonld::is_article)
            || self.signals.metas("og:type").any(|kind| kind.trim().eq_ignore_ascii_case("article"))
    }

    /// The headline, without the site's name.
    #[must_use]
    pub(crate) fn title(&self) -> Vec<Witness<String>> {
        let headings: Vec<String> =
            self.signals.h1.iter().take(MAX_WITNESSES).map(|text| tidy(text)).collect();
        let items = self.json_texts(&["headline", "name"]).chain(self.item_texts(&["headline"]));
        let items: Vec<Witness<String>> = items.collect();
        let metas =
            self.meta_texts(Source::OpenGraph, &["og:title"]).chain(self.meta_texts(Source::Meta, &TITLES));
        let of_title = self.signals.title.map(|text| Witness::new(Source::Title, tidy(text)));

        let sites = self.site_names();
        let own = headings.iter().chain(items.iter().map(|witness| &witness.value));
        let names = title::Names::new(sites.iter().map(String::as_str), own.map(String::as_str));
        let cut =
            |witness: Witness<String>| Witness::new(witness.source, names.cut(&witness.value).to_owned());
        let before = items.iter().cloned().chain(metas).map(cut);
        let headings = names.headings(&headings, self.signals.title.unwrap_or_default());
        let headings = headings.into_iter().map(|text| Witness::new(Source::H1, text));
        collected(before.chain(headings).chain(of_title.into_iter().map(cut)))
    }

    /// The line below the headline.
    #[must_use]
    pub(crate) fn subtitle(&self) -> Vec<Witness<String>> {
        let keys = ["alternativeHeadline", "alternateName"];
        collected(self.json_texts(&keys).chain(self.item_texts(&["alternativeHeadline"])))
    }

    /// The abstract.
    #[must_use]
    pub(crate) fn summary(&self) -> Vec<Witness<String>> {
        let items = self.json_texts(&["description", "abstract"]).chain(self.item_texts(&["description"]));
        let metas = self
            .meta_texts(Source::OpenGraph, &["og:description"])
            .chain(self.meta_texts(Source::Meta, &SUMMARIES));
        collected(items.chain(metas))
    }

    /// The section.
    #[must_use]
    pub(crate) fn section(&self) -> Vec<Witness<String>> {
        let items = self.json_texts(&["articleSection"]).chain(self.item_texts(&["articleSection"]));
        let metas = self
            .meta_texts(Source::OpenGraph, &["article:section"])
            .chain(self.meta_texts(Source::Meta, &SECTIONS));
        collected(items.chain(metas))
    }

    /// When it was published, as written; never the time of a change. The last witness is a day in the address.
    #[must_use]
    pub(crate) fn published(&self) -> Vec<Witness<String>> {
        let items = self
            .json_texts(&["datePublished", "dateCreated", "uploadDate"])
            .chain(self.item_texts(&["datePublished", "dateCreated"]));
        let graph =
            ["article:published_time", "article:published", "og:article:published_time", "og:published_time"];
        let metas =
            self.meta_texts(Source::OpenGraph, &graph).chain(self.meta_texts(Source::Meta, &PUBLISHED));
        // Of several `<time>` the one that is marked, else the first: bylines stand above other dates.
        let times = &self.signals.times;
        let marked = times.iter().filter(|time| time.is_published).chain(times.first());
        let times = marked.map(|time| Witness::new(Source::Time, tidy(time.datetime)));
        let in_url = self.page.as_ref().and_then(|page| day_in_path(page.path()));
        let in_url = in_url.map(|day| Witness::new(Source::Url, day));
        collected(items.chain(metas).chain(times).chain(in_url))
    }

    /// When it was last changed, as written.
    #[must_use]
    pub(crate) fn updated(&self) -> Vec<Witness<String>> {
        let items = self.json_texts(&["dateModified"]).chain(self.item_texts(&["dateModified"]));
        let graph =
            ["article:modified_time", "article:modified", "og:article:modified_time", "og:updated_time"];
        let metas = self.meta_texts(Source::OpenGraph, &graph).chain(self.meta_texts(Source::Meta, &UPDATED));
        collected(items.chain(metas))
    }

    /// The language as BCP 47 writes it (`ko`, `en-GB`).
    #[must_use]
    pub(crate) fn language(&self) -> Vec<Witness<String>> {
        let json = self.main_node().and_then(|node| node.get("inLanguage")).and_then(|value| {
            text_of(value.get("alternateName").or_else(|| value.get("name")).unwrap_or(value))
        });
        let json = json.map(|text| Witness::new(Source::JsonLd, text));
        let html = self.signals.html_lang.map(|text| Witness::new(Source::Html, tidy(text)));
        let metas =
            self.meta_texts(Source::OpenGraph, &["og:locale"]).chain(self.meta_texts(
                Source::Meta,
                &["content-language", "language", "dc.language", "dcterms.language"],
            ));
        let found = json.into_iter().chain(self.item_texts(&["inLanguage"])).chain(html).chain(metas);
        collected(
            found.filter_map(|witness| Some(Witness::new(witness.source, language_tag(&witness.value)?))),
        )
    }

    /// The authors. Organisations, logins and the site itself come last, where nobody else is named.
    #[must_use]
    pub(crate) fn authors(&self) -> Vec<Witness<Vec<Author>>> {
        let node = self.main_node();
        let json =
            ["author", "creator"].iter().find_map(|key| node?.get(*key).filter(|value| !is_void(value)));
        let named = json.map(|value| authors::from_json(value, self.page.as_ref())).unwrap_or_default();
        let mut found = vec![
            Witness::new(Source::JsonLd, named.people),
            Witness::new(Source::Microdata, authors::from_texts(self.signals.microdata("author"))),
            Witness::new(Source::OpenGraph, authors::from_texts(self.signals.metas("article:author"))),
        ];
        found.extend(
            AUTHORS
                .iter()
                .map(|name| Witness::new(Source::Meta, authors::from_texts(self.signals.metas(name)))),
        );
        let links = self.signals.rel_author.iter().map(String::as_str);
        found.push(Witness::new(Source::Link, authors::from_texts(links)));

        let mut last = Vec::new();
        for witness in &mut found {
            let (people, doubtful) =
                authors::told_apart(std::mem::take(&mut witness.value), self.site_skeletons());
            witness.value = people;
            last.push(Witness::new(witness.source, doubtful));
        }
        found.push(Witness::new(Source::JsonLd, named.organisations));
        found.extend(last);
        found.retain(|witness| !witness.value.is_empty());
        found
    }

    /// The keywords, without the authors' names, which some systems put among them.
    #[must_use]
    pub(crate) fn tags(&self) -> Vec<Witness<Vec<String>>> {
        let json = self.main_node().and_then(|node| node.get("keywords"));
        let meta = |name: &&str| Witness::new(Source::Meta, tags::from_texts(self.signals.metas(name)));
        let mut found = vec![
            Witness::new(Source::JsonLd, json.map(tags::from_json).unwrap_or_default()),
            Witness::new(Source::Microdata, tags::from_texts(self.signals.microdata("keywords"))),
        ];
        found.extend(TAGS.iter().map(meta));
        found.push(Witness::new(Source::OpenGraph, tags::from_texts(self.signals.metas("article:tag"))));
        let authors = self.authors().into_iter().next().map(|witness| witness.value).unwrap_or_default();
        let authors: Vec<String> = authors.iter().map(|author| skeleton(&author.name)).collect();
        for witness in &mut found {
            witness.value.retain(|tag| !authors.contains(&skeleton(tag)));
        }
        tags::put_run_together_last(&mut found);
        found.retain(|witness| !witness.value.is_empty());
        found
    }

    /// The images that stand for the article, with absolute addresses.
    #[must_use]
    pub(crate) fn images(&self) -> Vec<Witness<Vec<Image>>> {
        let page = self.page.as_ref();
        let json = self.main_node().and_then(|node| node.get("image"));
        let graph = self.signals.metas("og:image").chain(self.signals.metas("og:image:url"));
        let mut found = vec![
            Witness::new(
                Source::JsonLd,
                json.map(|value| images::from_json(value, page)).unwrap_or_default(),
            ),
            Witness::new(
                Source::Microdata,
                images::from_metas(self.signals.microdata("image"), [].into_iter(), page),
            ),
            Witness::new(
                Source::OpenGraph,
                images::from_metas(graph, self.signals.metas("og:image:alt"), page),
            ),
            Witness::new(
                Source::Meta,
                images::from_metas(
                    self.signals.metas("twitter:image"),
                    self.signals.metas("twitter:image:alt"),
                    page,
                ),
            ),
        ];
        found.retain(|witness| !witness.value.is_empty());
        found
    }

    /// Whether the text is behind a paywall.
    #[must_use]
    pub(crate) fn paywalled(&self) -> Vec<Witness<bool>> {
        let json = self.main_node().and_then(|node| truth(node.get("isAccessibleForFree")?));
        let item = self.signals.microdata("isAccessibleForFree").find_map(truth_of_text);
        let tier = self.signals.metas("article:content_tier").find_map(|tier| match tier.trim() {
            "free" => Some(true),
            "metered" | "locked" => Some(false),
            _ => None,
        });
        let found = [(Source::JsonLd, json), (Source::Microdata, item), (Source::OpenGraph, tier)];
        found.into_iter().filter_map(|(source, free)| Some(Witness::new(source, !free?))).collect()
    }

    /// The first of these keys of the main node that holds a text.
    fn json_texts(&self, keys: &[&str]) -> impl Iterator<Item = Witness<String>> {
        let node = self.main_node();
        let text = keys.iter().find_map(|key| text_of(node?.get(*key)?));
        text.into_iter().map(|text| Witness::new(Source::JsonLd, text))
    }

    fn item_texts(&self, names: &[&str]) -> impl Iterator<Item = Witness<String>> {
        let text = names
            .iter()
            .flat_map(|name| self.signals.microdata(name))
            .map(tidy)
            .find(|text| !text.is_empty());
        text.into_iter().map(|text| Witness::new(Source::Microdata, text))
    }

    /// The first content of each of these meta tags, in this order.
    fn meta_texts(&self, source: Source, names: &[&'static str]) -> impl Iterator<Item = Witness<String>> {
        let first = |name: &&str| self.signals.metas(name).map(tidy).find(|text| !text.is_empty());
        let texts: Vec<String> = names.iter().filter_map(first).collect();
        texts.into_iter().map(move |text| Witness::new(source, text))
    }

    /// What the site calls itself: in meta tags, as the publisher, in its host.
    fn site_names(&self) -> Vec<String> {
        let metas = [
            "og:site_name",
            "application-name",
            "apple-mobile-web-app-title",
            "twitter:site",
            "dc.publisher",
        ];
        let metas = self.meta_texts(Source::Meta, &metas).map(|witness| witness.value);
        let publisher = self.main_node().and_then(|node| text_of(node.get("publisher")?));
        let host = self.page.as_ref().and_then(Url::host_str).unwrap_or_default();
        let host = host.strip_prefix("www.").unwrap_or(host);
        // `news.example.co.uk`: the label before the suffix is the longest, nearly always.
        let label = host.split('.').max_by_key(|label| label.len()).unwrap_or_default();
        metas.chain(publisher).chain([host.to_owned(), label.to_owned()]).collect()
    }

    fn site_skeletons(&self) -> &[String] {
        self.sites.get_or_init(|| {
            self.site_names().iter().map(|name| skeleton(name)).filter(|name| !name.is_empty()).collect()
        })
    }
}

/// Witnesses that say something, each source's repetitions left out.
fn collected(found: impl Iterator<Item = Witness<String>>) -> Vec<Witness<String>> {
    let mut kept: Vec<Witness<String>> = Vec::new();
    for witness in found {
        if !witness.value.is_empty() && kept.len() < MAX_WITNESSES && !kept.contains(&witness) {
            kept.push(witness);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
