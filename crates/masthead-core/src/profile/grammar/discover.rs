//! Where pages come from and how politely.

use super::article::CONDITION_KEYS;
use super::value::OWN;
use super::{Leaf, MapKind, Names, Needs, REGEXES, SELECTOR, SELECTORS, Shape, TEXT, URL, key, required};

static URLS: Shape = Shape::OneOrMany(&URL);
static DURATION: Shape = Shape::Leaf(Leaf::Duration);

pub(super) static DISCOVER: MapKind = MapKind {
    name: "discover",
    title: "discover",
    doc: "Where the site's pages are found. What nothing here leads to is not requested.",
    keys: &[&[
        key("seeds", &URLS, "Pages whose links are looked at.", "[https://example.com/]"),
        key("feeds", &URLS, "RSS, Atom or JSON Feed.", "[https://example.com/rss]"),
        key(
            "sitemaps",
            &Shape::OneOrMany(&URL),
            "Sitemaps; `robots` stands for those that robots.txt names.",
            "[robots]",
        ),
        key("articles", &REGEXES, "On path and query of a link: an article.", "['^/\\d{4}/\\d{2}/[^/]+$']"),
        key(
            "follow",
            &REGEXES,
            "On path and query of a link: a list page, whose links are looked at.",
            "['^/section/']",
        ),
        key(
            "pages",
            &Shape::OneOrMany(&Shape::Leaf(Leaf::NumberedUrl)),
            "Numbered list pages.",
            "['/list?page={1..50}']",
        ),
        key("next", &SELECTORS, "The link to the next list page.", "a.next"),
        key(
            "list",
            &Shape::Map(&LIST),
            "What list pages say about an article, for `{list: NAME}`.",
            "{each: .card, fields: {teaser: p}}",
        ),
        key(
            "ignore_query",
            &Shape::OneOrMany(&TEXT),
            "Query parameters that make no other page; `*` at the end stands for any ending.",
            "['utm_*', fbclid]",
        ),
    ]],
    needs: Needs::Nothing,
};

pub(super) static LIST: MapKind = MapKind {
    name: "list",
    title: "list",
    doc: "The entries of a list page.",
    keys: &[&[
        required("each", &SELECTOR, "What each entry is.", ".card"),
        required(
            "fields",
            &Shape::Named(Names::Plain, &OWN),
            "What an entry says; `url` is the article that it is about, where nothing is said its first link to one.",
            "{teaser: p, url: a@href}",
        ),
    ]],
    needs: Needs::Nothing,
};

pub(super) static POLITENESS: MapKind = MapKind {
    name: "politeness",
    title: "politeness",
    doc: "How often one host is asked. robots.txt, Crawl-delay and Retry-After win when they ask for more.",
    keys: &[&[
        key(
            "delay",
            &DURATION,
            "From one request's start to the next on one host; 2s where nothing is said, at least 1s.",
            "2s",
        ),
        key("concurrency", &Shape::Leaf(Leaf::Integer(1, 16)), "Requests at the same time on one host.", "1"),
        key("timeout", &DURATION, "For the whole response; 30s where nothing is said.", "30s"),
        key(
            "retries",
            &Shape::Leaf(Leaf::Integer(0, 10)),
            "Tries after the first; 2 where nothing is said.",
            "2",
        ),
        key(
            "max_body",
            &Shape::Leaf(Leaf::Size),
            "The largest page, decoded; 5MB where nothing is said.",
            "5MB",
        ),
        key(
            "max_redirects",
            &Shape::Leaf(Leaf::Integer(0, 30)),
            "Hops of a redirect; 10 where nothing is said.",
            "10",
        ),
        key(
            "max_wait",
            &DURATION,
            "The longest silence that is waited for; 10m where nothing is said.",
            "10m",
        ),
        key(
            "robots",
            &Shape::Leaf(Leaf::Word(&["obey", "ignore"])),
            "Whether robots.txt is obeyed. `ignore` only for hosts that are not public.",
            "obey",
        ),
    ]],
    needs: Needs::Nothing,
};

pub(super) static SKIP: MapKind = MapKind {
    name: "skip",
    title: "skip",
    doc: "Pages that are not wanted. A skip by URL alone is never requested.",
    keys: &[
        &[required("why", &TEXT, "The reason, which the report counts by.", "photo gallery")],
        CONDITION_KEYS,
    ],
    needs: Needs::Some(&["has", "lacks", "url", "meta"]),
};
