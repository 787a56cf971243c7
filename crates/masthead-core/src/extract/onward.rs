//! Where an article of several parts goes on.

use url::Url;

use super::context::Context;
use super::read::Page;
use crate::dom::Dom;
use crate::parse::{self, Budget};
use crate::profile::model::{Link, Pages, Profile};

/// Where an article goes on, as one of its pages says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Onward {
    /// Every address that the link may mean, in page order, absolute.
    links: Vec<Url>,
}

/// The parts of an article that were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    count: usize,
    /// Canonical: where a link said they are, and where they were found.
    addresses: Vec<Url>,
}

impl Seen {
    pub(super) fn add<'u>(&mut self, profile: &Profile, addresses: impl IntoIterator<Item = &'u Url>) {
        self.count += 1;
        self.addresses.extend(addresses.into_iter().map(|url| profile.canonical(url)));
    }
}

/// A part of an article that is still to be read, with what is known of the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct More {
    /// Where it is: on a host of the profile, and not skipped by its address.
    pub url: Url,
    /// The number of the layout of the first part, which all parts have.
    layout: usize,
    seen: Seen,
}

impl More {
    pub(super) fn new(url: Url, layout: usize, seen: Seen) -> Self {
        Self { url, layout, seen }
    }

    /// What comes after this part; `page` is what was found at its address.
    #[must_use]
    pub fn after(mut self, profile: &Profile, page: &Page<'_>) -> Option<Self> {
        let pages = profile.layouts.get(self.layout)?.fields.pages.as_ref()?;
        let parsed = parse::document(page.text, &Budget::default());
        let dom = Dom::new(&parsed, None);
        let onward = of(&Context::new(profile, page, &dom, false, None), pages);
        self.seen.add(profile, [&self.url, page.url]);
        match onward.after(profile, pages, &self.seen) {
            After::Part(url) => Some(Self { url, ..self }),
            _ => None,
        }
    }
}

/// What comes after a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// The article is whole.
    Nothing,
    /// One more part.
    Part(Url),
    /// A part that is not to be had, and why.
    Closed(Url, String),
}

/// What a page's link to another part may mean.
pub(super) fn of(context: &Context<'_>, pages: &Pages) -> Onward {
    let (Pages::Next { link, .. } | Pages::Single(link)) = pages;
    Onward { links: addresses(context, link) }
}

fn addresses(context: &Context<'_>, link: &Link) -> Vec<Url> {
    let nodes = context.dom.select(&link.selector).into_iter();
    let written = nodes.filter_map(|node| context.dom.attribute(node, &link.attribute));
    let absolute = written.filter_map(|text| {
        let mut url = context.base.join(text.trim()).ok()?;
        url.set_fragment(None);
        matches!(url.scheme(), "http" | "https").then_some(url)
    });
    absolute.collect()
}

impl Onward {
    /// What comes after the parts that were seen: the first link to a page that is none of them.
    pub(super) fn after(&self, profile: &Profile, pages: &Pages, seen: &Seen) -> After {
        let is_new = |url: &&Url| !seen.addresses.contains(&profile.canonical(url));
        let Some(url) = self.links.iter().find(is_new) else { return After::Nothing };
        let most = match pages {
            Pages::Next { max, .. } => *max as usize,
            Pages::Single(_) => 2,
        };
        if seen.count >= most {
            return match pages {
                // The whole has no parts of its own.
                Pages::Single(_) => After::Nothing,
                Pages::Next { .. } => After::Closed(url.clone(), format!("`max` is {most}")),
            };
        }
        if !profile.in_scope(url) {
            return After::Closed(url.clone(), "it is on no host of the profile".to_owned());
        }
        match profile.skips_url(url) {
            Some(why) => After::Closed(url.clone(), format!("the profile skips it: {why}")),
            None => After::Part(url.clone()),
        }
    }
}
