//! Names of meta tags beside OpenGraph's, by field, the most specific first: Dublin Core, Parse.ly, Sailthru, Cxense,
//! and what editors' systems have made up.

/// When it was published. Tags that tell of changes are none.
pub(super) const PUBLISHED: [&str; 22] = [
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "article.published",
    "published_time_telegram",
    "publish-date",
    "publishdate",
    "publish_date",
    "pubdate",
    "published-date",
    "published_at",
    "publication_date",
    "originalpublicationdate",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "date",
    "regdate",
];
/// When it was last changed.
pub(super) const UPDATED: [&str; 9] = [
    "datemodified",
    "article.updated",
    "dcterms.modified",
    "dc.date.modified",
    "lastmod",
    "last-modified",
    "last_updated_date",
    "revised",
    "moddate",
];
/// Who wrote it.
pub(super) const AUTHORS: [&str; 10] = [
    "author",
    "byl",
    "byline",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "dc.creator.name",
    "article.author",
    "cxenseparse:author",
];
/// What it is called, often with the site's name.
pub(super) const TITLES: [&str; 7] =
    ["headline", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "twitter:title", "title"];
/// Where on the site it stands.
pub(super) const SECTIONS: [&str; 6] =
    ["article.section", "section", "parsely-section", "sailthru.section", "cxenseparse:category", "category"];
/// What it says, in short.
pub(super) const SUMMARIES: [&str; 5] =
    ["description", "twitter:description", "dc.description", "dcterms.abstract", "sailthru.description"];
/// What it is about.
pub(super) const TAGS: [&str; 5] =
    ["news_keywords", "keywords", "parsely-tags", "sailthru.tags", "cxenseparse:keywords"];
