//! The tests in a profile.

use super::{BOOL, Leaf, MapKind, NAME, Names, Needs, Shape, TEXT, URL, key, required};

static COUNT: Shape = Shape::Leaf(Leaf::Integer(0, 1_000_000));
static TEXTS: Shape = Shape::OneOrMany(&TEXT);
static TEXT_OR_NULL: Shape = Shape::OrNull(&TEXT);
static ANYTHING: Shape = Shape::Leaf(Leaf::Anything);

pub(super) static TEST: MapKind = MapKind {
    name: "test",
    title: "a test",
    doc: "A stored page and what must come out.",
    keys: &[&[
        required(
            "page",
            &Shape::Leaf(Leaf::RelativePath),
            "The page's file below the folder of pages.",
            "koreatimes/2019-08-21.html.gz",
        ),
        required("url", &URL, "The page's URL.", "https://example.com/a"),
        key("fetched", &Shape::Leaf(Leaf::Instant), "When it was fetched.", "2019-12-08T11:59:00+09:00"),
        required(
            "expect",
            &Shape::Map(&EXPECTED),
            "What must come out.",
            "{title: A, body: {paragraphs: 12}}",
        ),
        key(
            "todo",
            &Shape::Map(&EXPECTED),
            "Known gaps: what should come out and does not yet. They fail no run, and one that is closed is reported.",
            "{body: {residual: 0}}",
        ),
    ]],
    needs: Needs::Nothing,
};

pub(in crate::profile) static EXPECTED: MapKind = MapKind {
    name: "expected",
    title: "expect",
    doc: "Fields of the record; `null` for one that must be absent. What is not named is not compared.",
    keys: &[&[
        key("layout", &TEXT_OR_NULL, "The layout's id.", "view-headline"),
        key("url", &URL, "The canonical URL.", "https://example.com/a"),
        key("title", &TEXT_OR_NULL, "The headline.", "A headline"),
        key("subtitle", &TEXT_OR_NULL, "The line below it.", "null"),
        key("section", &TEXT_OR_NULL, "The section.", "Politics"),
        key("summary", &TEXT_OR_NULL, "The abstract.", "null"),
        key(
            "byline",
            &Shape::OrNull(&Shape::Either(&[&TEXT, &AUTHOR_LIST])),
            "The authors: their names in one line, or a list of names or maps.",
            "[{name: Jane Doe, email: jane@example.com}]",
        ),
        key("authors", &AUTHOR_LIST, "The same as a list.", "[Jane Doe]"),
        key("published", &TEXT_OR_NULL, "As in the record.", "2019-08-21T16:56:00+09:00"),
        key("updated", &TEXT_OR_NULL, "As in the record.", "2019-08-21"),
        key("tags", &Shape::List(&TEXT), "All tags, in order.", "[trade, Japan]"),
        key("language", &TEXT_OR_NULL, "The language.", "en"),
        key(
            "body",
            &Shape::OrNull(&Shape::Either(&[&TEXT, &Shape::Map(&EXPECTED_BODY)])),
            "The whole text, or what must hold of it.",
            "{paragraphs: 12, residual: 0}",
        ),
        key(
            "images",
            &ITEMS,
            "The images: what must hold of them, or the whole list.",
            "{count: 2, first: {credit: AP}}",
        ),
        key("related", &ITEMS, "Related articles: what must hold of them, or the whole list.", "{count: 2}"),
        key("paywalled", &BOOL, "Whether the text is behind a paywall.", "false"),
        key("extra", &Shape::Named(Names::Plain, &ANYTHING), "Fields of your own.", "{article_id: 274260}"),
        key("missing", &Shape::List(&NAME), "The required fields that are not found.", "[published]"),
        key(
            "records",
            &Shape::Named(Names::Plain, &ITEMS_OF_ONES_OWN),
            "Records of your own, by kind.",
            "{quotes: {count: 10}}",
        ),
    ]],
    needs: Needs::Nothing,
};

static AUTHOR_LIST: Shape = Shape::List(&Shape::Either(&[&TEXT, &Shape::Map(&EXPECTED_ITEM)]));
static ITEMS: Shape =
    Shape::Either(&[&Shape::List(&Shape::Map(&EXPECTED_ITEM)), &Shape::Map(&EXPECTED_ITEMS)]);
static ITEMS_OF_ONES_OWN: Shape = Shape::Leaf(Leaf::Anything);

pub(super) static EXPECTED_BODY: MapKind = MapKind {
    name: "expected-body",
    title: "expect: body",
    doc: "What must hold of the body and its ledger.",
    keys: &[&[
        key("paragraphs", &COUNT, "How many paragraphs.", "12"),
        key("headings", &COUNT, "How many headings.", "0"),
        key("quotes", &COUNT, "How many quotes.", "1"),
        key("lists", &COUNT, "How many lists.", "0"),
        key("tables", &COUNT, "How many tables.", "0"),
        key("blocks", &COUNT, "How many blocks of any kind.", "13"),
        key("words", &COUNT, "How many words.", "523"),
        key("starts", &TEXT, "How the text begins.", "Washington is waiting"),
        key("ends", &TEXT, "How the text ends.", "forced labor issue."),
        key("has", &TEXTS, "Texts that it holds.", "[tariffs]"),
        key("lacks", &TEXTS, "Texts that it does not hold.", "[AP-Yonhap]"),
        key(
            "residual",
            &COUNT,
            "Words in the container that nothing took. 0 says that no text was lost.",
            "0",
        ),
        key(
            "linked",
            &COUNT,
            "Words of blocks whose text is all link. 0 says that no list of links slipped in.",
            "0",
        ),
        key("outside", &COUNT, "Visible words beyond the container.", "150"),
    ]],
    needs: Needs::Nothing,
};

pub(super) static EXPECTED_ITEMS: MapKind = MapKind {
    name: "expected-items",
    title: "expect: images, related",
    doc: "What must hold of a list of items.",
    keys: &[&[
        key("count", &COUNT, "How many there are.", "2"),
        key("first", &Shape::Map(&EXPECTED_ITEM), "Fields of the first.", "{credit: AP-Yonhap}"),
        key("last", &Shape::Map(&EXPECTED_ITEM), "Fields of the last.", "{credit: Yonhap}"),
    ]],
    needs: Needs::Some(&["count", "first", "last"]),
};

pub(super) static EXPECTED_ITEM: MapKind = MapKind {
    name: "expected-item",
    title: "expect: one item",
    doc: "Fields of an author, an image or a related article; those that are not named are not compared.",
    keys: &[&[
        key("name", &TEXT_OR_NULL, "An author's name.", "Jane Doe"),
        key("email", &TEXT_OR_NULL, "An author's address.", "jane@example.com"),
        key("url", &TEXT_OR_NULL, "A link, absolute.", "https://example.com/a.jpg"),
        key("caption", &TEXT_OR_NULL, "An image's caption.", "A caption."),
        key("credit", &TEXT_OR_NULL, "Who made an image.", "AP"),
        key("alt", &TEXT_OR_NULL, "An image's alternative text.", "null"),
        key("title", &TEXT_OR_NULL, "A related article's headline.", "Another"),
        key("summary", &TEXT_OR_NULL, "What is said of a related article.", "null"),
    ]],
    needs: Needs::Nothing,
};
