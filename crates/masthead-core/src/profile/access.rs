//! What others than the engine may know of a profile.

use jiff::tz::TimeZone;
use url::Url;

use super::model::{CookieValue, Discover, Fields, Layout, Politeness, Profile, Sitemap, Test};

impl Profile {
    /// The profile's name, which records carry.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The site's names and addresses, lower case, without ports; sub-domains of a name are included.
    #[must_use]
    pub fn hosts(&self) -> &[String] {
        &self.hosts
    }

    /// The ids of the layouts, newest first; none where the profile has no `layouts:`.
    pub fn layout_ids(&self) -> impl Iterator<Item = &str> {
        self.layouts.iter().filter_map(|layout| layout.id.as_deref())
    }

    /// The names of the kinds of records of its own.
    pub fn record_kinds(&self) -> impl Iterator<Item = &str> {
        self.records.iter().map(|kind| kind.name.as_str())
    }

    /// Tells one state of the profile's text, and of those that it extends, from another.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// `timezone:` by its IANA name, the zone of clock times that say none.
    #[must_use]
    pub fn time_zone(&self) -> Option<&str> {
        self.zone.as_ref().and_then(TimeZone::iana_name)
    }

    /// How often a host is asked.
    #[must_use]
    pub fn politeness(&self) -> &Politeness {
        &self.politeness
    }

    /// The tests, in the order of the file.
    #[must_use]
    pub fn tests(&self) -> &[Test] {
        &self.tests
    }

    /// Whether its pages need a browser to make them.
    #[must_use]
    pub fn needs_rendering(&self) -> bool {
        self.render
    }

    /// Keys of this profile that the engine accepts and does not act on yet: a person should know.
    #[must_use]
    pub fn not_acted_on(&self) -> Vec<&'static str> {
        if self.render { vec!["render"] } else { Vec::new() }
    }

    /// Cookies that its hosts get from the first request on, in the order of the file.
    #[must_use]
    pub fn cookies(&self) -> &[(String, CookieValue)] {
        &self.cookies
    }

    /// Pages whose links are looked at.
    #[must_use]
    pub fn seeds(&self) -> &[Url] {
        &self.discover.seeds
    }

    /// Numbered lists, one URL each.
    #[must_use]
    pub fn list_pages(&self) -> &[Url] {
        &self.discover.pages
    }

    /// Feeds: RSS, Atom or JSON Feed.
    #[must_use]
    pub fn feeds(&self) -> &[Url] {
        &self.discover.feeds
    }

    /// Whether the sitemaps that robots.txt names are wanted, and the sitemaps that the profile names.
    #[must_use]
    pub fn sitemaps(&self) -> (bool, Vec<Url>) {
        let named = self.discover.sitemaps.iter().filter_map(|sitemap| match sitemap {
            Sitemap::At(url) => Some(url.clone()),
            Sitemap::Robots => None,
        });
        (self.discover.sitemaps.contains(&Sitemap::Robots), named.collect())
    }

    /// A profile that leaves every field to what the page says of itself; it belongs to no site.
    #[must_use]
    pub fn automatic() -> Self {
        let layout = Layout {
            id: None,
            when: super::model::Condition::default(),
            seen: None,
            fields: Fields::default(),
        };
        Self {
            name: "auto".to_owned(),
            hosts: Vec::new(),
            zone: None::<TimeZone>,
            language: None,
            layouts: vec![layout],
            reads_articles: true,
            records: Vec::new(),
            skip: Vec::new(),
            discover: Discover::default(),
            politeness: Politeness::default(),
            render: false,
            cookies: Vec::new(),
            tests: Vec::new(),
            fingerprint: String::new(),
        }
    }
}
