//! An article's fields, its layouts, and records of one's own.

use super::value::{DROP, EXPECTATION, OWN, OWN_MAP, STEPS, TIME, VALUE, VALUE_MAP};
use super::{
    AUTO, BOOL, Key, Leaf, MapKind, NAME, Names, Needs, PATH, REGEX, REGEXES, SELECTOR, SELECTORS, Shape,
    TEXT, TRUE, key, required,
};

static FIELDS: &[Key] = &[
    key("title", &VALUE, "The headline. Required unless it is optional.", "h1.headline"),
    key("subtitle", &VALUE, "The line below the headline.", "h2.subhead"),
    key("section", &VALUE, "The section, as the page names it.", ".breadcrumb a"),
    key("summary", &VALUE, "The abstract.", "[.lead, {meta: description}]"),
    key(
        "byline",
        &BYLINE,
        "The authors: a value; or `name`, `email`, `url`, each a value of its own; or `each` author with these.",
        "{each: .author, name: a, url: a@href}",
    ),
    key(
        "published",
        &TIME,
        "When it was published. Required unless it is optional.",
        "time.published@datetime",
    ),
    key("updated", &TIME, "When it was changed last.", "{css: .date, format: 'Updated : %Y-%m-%d %H:%M'}"),
    key(
        "tags",
        &VALUE,
        "Keywords; split at commas and semicolons unless `then` is written.",
        "{css: .tags a, all: true}",
    ),
    key("language", &VALUE, "The language, if pages differ; else `language:` at the top.", "html@lang"),
    key("body", &BODY, "The text. Required unless it is optional.", "{css: '#article', drop: [.ad]}"),
    key(
        "images",
        &IMAGES_SHAPE,
        "The images: a selector, or `each` with fields. `[]` for none.",
        "{each: figure, caption: figcaption}",
    ),
    key(
        "related",
        &RELATED_SHAPE,
        "Articles that the page names as related. `[]` for none.",
        "{each: .related li, title: a, url: a@href}",
    ),
    key(
        "paywalled",
        &Shape::Either(&[&AUTO, &Shape::Map(&CONDITION)]),
        "When the text is behind a paywall.",
        "{has: .paywall}",
    ),
    key(
        "extra",
        &Shape::Named(Names::Plain, &OWN),
        "Fields of your own.",
        "{article_id: {url: '_(\\d+)\\.html$', type: int}}",
    ),
    key(
        "pages",
        &Shape::Map(&PARTS),
        "Joins the parts of an article that is spread over several pages.",
        "{next: a.next, max: 10}",
    ),
    key(
        "script",
        &Shape::Map(&SCRIPT),
        "The script whose JSON the values `{script: PATH}` are paths in.",
        "{id: __NEXT_DATA__, at: props.pageProps}",
    ),
    key(
        "seen",
        &Shape::Map(&SEEN),
        "The days in which such pages were published: a check.",
        "{from: 2017, until: 2025-04-30}",
    ),
];

pub(super) static ARTICLE: MapKind = MapKind {
    name: "article",
    title: "article",
    doc: "The fields of an article. One that is not written is `auto`: found in the page's own metadata.",
    keys: &[FIELDS],
    needs: Needs::Nothing,
};

pub(super) static LAYOUT: MapKind = MapKind {
    name: "layout",
    title: "a layout",
    doc: "One look of the site's articles: what differs from `article:`. A field here replaces the article's whole.",
    keys: &[
        &[
            required("id", &NAME, "Its name, which records carry.", "view-headline"),
            required(
                "when",
                &Shape::Map(&CONDITION),
                "Which pages have this look. The first layout whose condition holds is used.",
                "{has: div.view_headline}",
            ),
        ],
        FIELDS,
    ],
    needs: Needs::Nothing,
};

static BYLINE: Shape = Shape::Either(&[&VALUE_TEXT, &Shape::List(&VALUE_ITEM), &BYLINE_MAP]);
static VALUE_TEXT: Shape = Shape::Leaf(Leaf::Value);
static VALUE_ITEM: Shape = Shape::Either(&[&VALUE_TEXT, &Shape::Map(&VALUE_MAP)]);
static BYLINE_MAP: Shape =
    Shape::MapBy(&[(&["each"], &AUTHORS), (&["name", "email"], &BYLINE_PARTS)], &VALUE_MAP);

pub(super) static BYLINE_PARTS: MapKind = MapKind {
    name: "byline-parts",
    title: "a byline in parts",
    doc: "The authors, where name, address and page are found apart.",
    keys: &[&[
        key("name", &VALUE, "The names; \"By A and B\" gives two.", "{css: '#text', line: '^By (.+)$'}"),
        key("email", &VALUE, "The e-mail address.", "'a[href^=\"mailto:\"]@href'"),
        key("url", &VALUE, "The author's page.", "a.author@href"),
        key(
            "optional",
            &BOOL,
            "Whether a record is whole without authors; `true` where nothing is said.",
            "false",
        ),
    ]],
    needs: Needs::Some(&["name", "email", "url"]),
};

static EACH_OPTIONS: &[Key] = &[
    required("each", &SELECTOR, "What each item is.", "figure"),
    key("having", &REGEX, "Only items whose text matches.", "."),
    key("drop", &DROP, "Leave these out of every item.", "[.ad]"),
    key(
        "expect",
        &Shape::Map(&EXPECTATION),
        "How many items there must be; otherwise there is a finding.",
        "{count: 1..10}",
    ),
];

pub(super) static AUTHORS: MapKind = MapKind {
    name: "authors",
    title: "a byline of items",
    doc: "The authors, each in an element of its own.",
    keys: &[
        EACH_OPTIONS,
        &[
            key("name", &VALUE, "The name; the item's text where nothing is said.", "a"),
            key("email", &VALUE, "The e-mail address.", "'a[href^=\"mailto:\"]@href'"),
            key("url", &VALUE, "The author's page.", "a@href"),
            key(
                "optional",
                &BOOL,
                "Whether a record is whole without authors; `true` where nothing is said.",
                "false",
            ),
        ],
    ],
    needs: Needs::Nothing,
};

static NONE: Shape = Shape::List(&SELECTOR);
static IMAGES_SHAPE: Shape = Shape::Either(&[&VALUE_TEXT, &NONE, &Shape::Map(&IMAGES)]);
static RELATED_SHAPE: Shape = Shape::Either(&[&VALUE_TEXT, &NONE, &Shape::Map(&RELATED)]);

pub(super) static IMAGES: MapKind = MapKind {
    name: "images",
    title: "images",
    doc: "The images, item by item. Selectors inside may begin with `>`, `+` or `~`; `@NAME` is an attribute of the item, `:scope` the item itself.",
    keys: &[
        EACH_OPTIONS,
        &[
            key(
                "url",
                &VALUE,
                "Where it is; left out, the best of srcset, lazy attributes and src.",
                "img@src",
            ),
            key("caption", &VALUE, "The caption.", "figcaption"),
            key("credit", &VALUE, "Who made it.", ".credit"),
            key("alt", &VALUE, "The alternative text.", "img@alt"),
        ],
    ],
    needs: Needs::Nothing,
};

pub(super) static RELATED: MapKind = MapKind {
    name: "related",
    title: "related",
    doc: "Articles that the page names as related, item by item.",
    keys: &[
        EACH_OPTIONS,
        &[
            key("title", &VALUE, "Its headline.", "a"),
            key("url", &VALUE, "Where it is.", "a@href"),
            key("summary", &VALUE, "What the page says of it.", "p"),
        ],
    ],
    needs: Needs::Nothing,
};

static BODY: Shape = Shape::Either(&[&VALUE_TEXT, &Shape::List(&BODY_ITEM), &BODY_ITEM_MAP]);
static BODY_ITEM: Shape = Shape::Either(&[&VALUE_TEXT, &BODY_ITEM_MAP]);
static BODY_ITEM_MAP: Shape = Shape::Map(&BODY_MAP);

pub(super) static BODY_MAP: MapKind = MapKind {
    name: "body",
    title: "body",
    doc: "The body: exactly one source, and what becomes a block of it.",
    keys: &[&[
        key("css", &VALUE_TEXT, "The container of the text.", "'#article'"),
        key("meta", &TEXT, "The text in a meta tag.", "description"),
        key("jsonld", &PATH, "The text in JSON-LD.", "articleBody"),
        key("microdata", &TEXT, "The container by its itemprop.", "articleBody"),
        key("script", &TEXT, "The text in the JSON of a script: its id, or a word in it.", "__NEXT_DATA__"),
        key("path", &PATH, "Beside `script`: the path in its JSON.", "props.article.body"),
        key("json", &PATH, "The text in a page that is JSON itself.", "data.body"),
        key("list", &NAME, "The text in the entry of the list page.", "text"),
        key("auto", &TRUE, "The generic extractor.", "true"),
        key(
            "all",
            &BOOL,
            "Join all matches in page order; else the first counts and more are a finding.",
            "true",
        ),
        key(
            "nth",
            &Shape::Leaf(Leaf::Integer(-1000, 1000)),
            "Take only this match, counted from 1; negative from the end.",
            "1",
        ),
        key("having", &REGEX, "Keep only containers whose text matches.", "."),
        key(
            "split",
            &Shape::Leaf(Leaf::Word(&["p", "br"])),
            "What parts bare text: `p` (only elements are blocks) or `br` (every visual line is a paragraph).",
            "br",
        ),
        key("blocks", &SELECTORS, "Only these become blocks; all else is dropped by this rule.", "[p, h2]"),
        key("drop", &DROP, "Leave these out.", "[.ad, {line: '^Read also'}]"),
        key("unwrap", &SELECTORS, "Take these as if only their content stood there.", "[.box]"),
        key("glue", &SELECTORS, "Set no space behind these (drop caps).", "[.initial-letter]"),
        key("start_after", &SELECTOR, "The text begins behind the first match.", ".byline"),
        key("stop_at", &SELECTOR, "The text ends before the first match.", ".related"),
        key(
            "keep",
            &SELECTORS,
            "Take these as blocks of their own, besides paragraphs, headings, quotes and lists.",
            "[table, figure]",
        ),
        key("then", &STEPS, "Steps, for a body that is text.", "[{replace: ['\\r', '']}]"),
        key(
            "as",
            &Shape::Leaf(Leaf::Word(&["text", "html", "markdown"])),
            "What the text of a source other than css is.",
            "html",
        ),
        key(
            "optional",
            &BOOL,
            "Whether a record is whole without it; `false` where nothing is said.",
            "true",
        ),
    ]],
    needs: Needs::One(&["css", "meta", "jsonld", "microdata", "script", "json", "list", "auto"]),
};

pub(super) static CONDITION_KEYS: &[Key] = &[
    key("has", &SELECTORS, "The page has something that matches.", "div.view_headline"),
    key("lacks", &SELECTORS, "The page has nothing that matches.", ".gallery"),
    key("url", &REGEXES, "The page's URL matches.", "'/www/news/'"),
    key(
        "meta",
        &Shape::Named(Names::Any, &REGEX),
        "A meta tag of this name has a content that matches.",
        "{og:type: '^article$'}",
    ),
];

pub(super) static CONDITION: MapKind = MapKind {
    name: "condition",
    title: "a condition",
    doc: "All parts that are given must hold.",
    keys: &[CONDITION_KEYS],
    needs: Needs::Some(&["has", "lacks", "url", "meta"]),
};

pub(super) static SEEN: MapKind = MapKind {
    name: "seen",
    title: "seen",
    doc: "A span of days, both ends included; a year or a month is all of its days.",
    keys: &[&[
        key("from", &DAY, "The first day.", "2017"),
        key("until", &DAY, "The last day.", "2025-04-30"),
    ]],
    needs: Needs::Some(&["from", "until"]),
};
static DAY: Shape = Shape::Leaf(Leaf::Day);

pub(super) static SCRIPT: MapKind = MapKind {
    name: "script",
    title: "the layout's script",
    doc: "With it, `{script: title}` is the path `title` below `at` in this script.",
    keys: &[&[
        required("id", &TEXT, "The script's id, or a word that it contains.", "__NEXT_DATA__"),
        key("at", &PATH, "Where the paths begin.", "props.pageProps.article"),
    ]],
    needs: Needs::Nothing,
};

pub(super) static PARTS: MapKind = MapKind {
    name: "pages",
    title: "pages of an article",
    doc: "Where the other parts of an article are.",
    keys: &[&[
        key(
            "next",
            &VALUE_TEXT,
            "The link to the next part; its `href` where no attribute is named.",
            "a.next",
        ),
        key("single", &VALUE_TEXT, "The link to the whole on one page.", "a.print@href"),
        key(
            "max",
            &Shape::Leaf(Leaf::Integer(1, 100)),
            "At most this many parts; 10 where nothing is said.",
            "10",
        ),
    ]],
    needs: Needs::One(&["next", "single"]),
};

static RECORD_FIELDS: Shape = Shape::Named(Names::Plain, &RECORD_FIELD);
static RECORD_FIELD: Shape = Shape::Either(&[&VALUE_TEXT, &Shape::List(&OWN_ITEM), &RECORD_FIELD_MAP]);
static OWN_ITEM: Shape = Shape::Either(&[&VALUE_TEXT, &Shape::Map(&OWN_MAP)]);
static RECORD_FIELD_MAP: Shape = Shape::MapBy(&[(&["fields", "each"], &ITEMS)], &OWN_MAP);

pub(super) static RECORDS: MapKind = MapKind {
    name: "records",
    title: "a kind of record",
    doc: "Pages that are not articles: one record an item, or one a page where there is no `each`.",
    keys: &[&[
        required("when", &Shape::Map(&CONDITION), "Which pages hold such records.", "{url: '^/quotes/'}"),
        key("each", &SELECTOR, "What each item is.", "div.quote"),
        required("fields", &RECORD_FIELDS, "The record's fields.", "{text: span.text, author: small.author}"),
        key(
            "key",
            &Shape::OneOrMany(&NAME),
            "The fields that tell a record from the page's others.",
            "[author, text]",
        ),
        key("having", &REGEX, "Only items whose text matches.", "."),
        key("drop", &DROP, "Leave these out of every item.", "[.ad]"),
        key("expect", &Shape::Map(&EXPECTATION), "How many items there must be.", "{count: 1..}"),
    ]],
    needs: Needs::Nothing,
};

pub(super) static ITEMS: MapKind = MapKind {
    name: "items",
    title: "items",
    doc: "Items inside a record, with fields of their own; they nest.",
    keys: &[
        EACH_OPTIONS,
        &[required("fields", &RECORD_FIELDS, "The fields of an item.", "{name: a, url: a@href}")],
    ],
    needs: Needs::Nothing,
};
