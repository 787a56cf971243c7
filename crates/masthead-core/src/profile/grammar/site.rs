//! The top of a profile.

use super::article::{ARTICLE, LAYOUT, RECORDS};
use super::discover::{DISCOVER, POLITENESS, SKIP};
use super::tests::TEST;
use super::{BOOL, LANGUAGE, Leaf, MapKind, NAME, Names, Needs, Shape, TEXT, ZONE, key, required};

pub(in crate::profile) static PROFILE: MapKind = MapKind {
    name: "profile",
    title: "the profile",
    doc: "The top of the file.",
    keys: &[&[
        required("profile", &NAME, "The profile's name, which records carry.", "example"),
        key("version", &Shape::Leaf(Leaf::Integer(1, 1)), "The version of the language.", "1"),
        key(
            "extends",
            &Shape::Leaf(Leaf::RelativePath),
            "A profile that this one changes, by name or file.",
            "koreatimes",
        ),
        required(
            "hosts",
            &Shape::OneOrMany(&Shape::Leaf(Leaf::Host)),
            "The site's names, sub-domains included; a crawl never leaves them.",
            "[example.com]",
        ),
        key("timezone", &ZONE, "The zone of clock times that say none.", "Europe/Paris"),
        key("language", &LANGUAGE, "The site's language.", "en"),
        key("article", &Shape::Map(&ARTICLE), "The fields of an article.", "{body: .entry-content}"),
        key(
            "layouts",
            &Shape::List(&Shape::Map(&LAYOUT)),
            "The looks of the site's articles, newest first.",
            "[{id: new, when: {has: main}, title: h1}]",
        ),
        key(
            "records",
            &Shape::Named(Names::Plain, &Shape::Map(&RECORDS)),
            "Kinds of records of your own, for pages that are not articles.",
            "{quotes: {when: {url: '^/'}, each: .quote, fields: {text: .text}}}",
        ),
        key(
            "discover",
            &Shape::Map(&DISCOVER),
            "Where the pages come from.",
            "{seeds: [https://example.com/]}",
        ),
        key("politeness", &Shape::Map(&POLITENESS), "How often a host is asked.", "{delay: 3s}"),
        key(
            "skip",
            &Shape::List(&Shape::Map(&SKIP)),
            "Pages that are not wanted.",
            "[{why: photo gallery, url: '/photoview/'}]",
        ),
        key(
            "render",
            &BOOL,
            "Whether pages need a browser to make them; a build without one says so.",
            "true",
        ),
        key(
            "cookies",
            &Shape::Named(Names::Any, &Shape::Either(&[&TEXT, &Shape::Map(&COOKIE)])),
            "Cookies to send to the site.",
            "{consent: 'yes', session: {slot: login}}",
        ),
        key(
            "tests",
            &Shape::List(&Shape::Map(&TEST)),
            "Stored pages and what must come out.",
            "[{page: a.html, url: https://example.com/a, expect: {title: A}}]",
        ),
    ]],
    needs: Needs::Nothing,
};

pub(super) static COOKIE: MapKind = MapKind {
    name: "cookie",
    title: "a secret cookie",
    doc: "A secret: the profile names a slot, and only the command line or a job file fills it.",
    keys: &[&[required("slot", &NAME, "The slot's name.", "login")]],
    needs: Needs::Nothing,
};
