//! A value: where it comes from and what is done with it.

use super::{
    BOOL, Key, LANGUAGE, Leaf, MapKind, NAME, Names, Needs, PATH, REGEX, Shape, TEXT, TRUE, ZONE, key,
};

const SOURCES: &[&str] =
    &["css", "meta", "jsonld", "microdata", "script", "url", "feed", "list", "json", "value", "auto"];

static CSS_VALUE: Shape = Shape::Leaf(Leaf::Value);

static CONSTANT: Shape = Shape::OneOrMany(&Shape::Leaf(Leaf::Scalar));

/// What `feed` and sitemap entries say.
static FEED: Shape = Shape::Leaf(Leaf::Word(&["title", "published", "author", "summary", "tags"]));

static SOURCE_KEYS: &[Key] = &[
    key(
        "css",
        &CSS_VALUE,
        "A CSS selector: the text of what matches; with `@NAME` behind it, an attribute.",
        "h1.headline",
    ),
    key("meta", &TEXT, "The content of a meta tag, by its name or property.", "og:title"),
    key("jsonld", &PATH, "A dotted path in the page's main JSON-LD node.", "author[].name"),
    key("microdata", &TEXT, "An itemprop of the page's microdata.", "headline"),
    key(
        "script",
        &TEXT,
        "JSON inside a script: the script's id, or a word in it. Where the layout has a `script`, and there is no `path` here: the path below it.",
        "__NEXT_DATA__",
    ),
    key("path", &PATH, "Beside `script`: the path in its JSON.", "'props.pageProps.article.title'"),
    key(
        "url",
        &REGEX,
        "A regex on the page's URL: its first group, or the whole match.",
        "'_(\\d+)\\.html$'",
    ),
    key("feed", &FEED, "What the entry of the feed or sitemap said.", "published"),
    key(
        "list",
        &NAME,
        "What the entry of the list page said: a field of `list:` under `discover:`.",
        "teaser",
    ),
    key("json", &PATH, "A path in a page that is JSON itself.", "data.headline"),
    key("value", &CONSTANT, "A constant, or a list of them.", "en"),
    key("auto", &TRUE, "The page's own metadata, as for a field that is not written.", "true"),
];

static OPTIONS: &[Key] = &[
    key("all", &BOOL, "Take every match, as a list.", "true"),
    key(
        "nth",
        &Shape::Leaf(Leaf::Integer(-1000, 1000)),
        "Take only this match, counted from 1; negative from the end.",
        "2",
    ),
    key("having", &REGEX, "Keep only nodes whose text matches.", "Updated"),
    key(
        "line",
        &REGEX,
        "Try each visual line of the node, take the first that matches, and claim only that line.",
        "'^By '",
    ),
    key(
        "match",
        &REGEX,
        "Take the first group, or the whole match. Named groups fill the fields of these names beside it.",
        "'^(?<caption>.*\\.) (?<credit>[^.]+)$'",
    ),
    key(
        "into",
        &Shape::List(&NAME),
        "Beside `match`: the fields that its groups fill, in order.",
        "[caption, credit]",
    ),
    key("drop", &DROP, "Leave these out of the node.", "[.ad, {line: '^Read also'}]"),
    key("claim", &BOOL, "`false`: take the value and leave the node to other fields.", "false"),
    key("then", &STEPS, "Steps, done in order.", "[{after: 'By '}, {lower: true}]"),
    key(
        "as",
        &Shape::Leaf(Leaf::Word(&["text", "html", "markdown"])),
        "Of an element its content in this form; of other sources what their text is: HTML is read into its text, Markdown keeps its lines.",
        "html",
    ),
    key(
        "optional",
        &BOOL,
        "Whether a record is whole without it. Only title, published and body are required by themselves.",
        "true",
    ),
    key(
        "expect",
        &Shape::Map(&EXPECTATION),
        "What must hold of the value; what is otherwise becomes a finding.",
        "{count: 1..2}",
    ),
];

static TIME_OPTIONS: &[Key] = &[
    key(
        "format",
        &Shape::OneOrMany(&FORMAT),
        "How the time is written (strftime), label included; the first match that parses wins.",
        "'Posted : %Y-%m-%d %H:%M'",
    ),
    key("zone", &ZONE, "The zone of this time, whatever its text says.", "Asia/Seoul"),
    key("locale", &LANGUAGE, "The language of month and day names.", "ko"),
];

static TYPE: &[Key] = &[key(
    "type",
    &Shape::Leaf(Leaf::Word(&["text", "int", "decimal", "bool", "time", "date", "url", "json"])),
    "The type of a field of your own; `text` where nothing is said.",
    "int",
)];

static FORMAT: Shape = Shape::Leaf(Leaf::Format);

pub(super) static VALUE_MAP: MapKind = MapKind {
    name: "value",
    title: "a value",
    doc: "A value in full: exactly one source, and options. Short forms: `h1.headline`, `a.more@href`, `auto`, or a list of alternatives.",
    keys: &[SOURCE_KEYS, OPTIONS],
    needs: Needs::One(SOURCES),
};

pub(super) static TIME_MAP: MapKind = MapKind {
    name: "time",
    title: "a time",
    doc: "The value of `published` and `updated`: as any value, and how the time is written.",
    keys: &[SOURCE_KEYS, OPTIONS, TIME_OPTIONS],
    needs: Needs::One(SOURCES),
};

pub(super) static OWN_MAP: MapKind = MapKind {
    name: "own-value",
    title: "a field of your own",
    doc: "The value of a field under `extra:`, `records:` or `list:`: as any value, and its type.",
    keys: &[SOURCE_KEYS, OPTIONS, TIME_OPTIONS, TYPE],
    needs: Needs::One(SOURCES),
};

/// A text field of an article.
pub(super) static VALUE: Shape = Shape::Either(&[&CSS_VALUE, &Shape::List(&VALUE_ITEM), &VALUE_ITEM_MAP]);
static VALUE_ITEM: Shape = Shape::Either(&[&CSS_VALUE, &VALUE_ITEM_MAP]);
static VALUE_ITEM_MAP: Shape = Shape::Map(&VALUE_MAP);

/// A time of an article.
pub(super) static TIME: Shape = Shape::Either(&[&CSS_VALUE, &Shape::List(&TIME_ITEM), &TIME_ITEM_MAP]);
static TIME_ITEM: Shape = Shape::Either(&[&CSS_VALUE, &TIME_ITEM_MAP]);
static TIME_ITEM_MAP: Shape = Shape::Map(&TIME_MAP);

/// A field with a name that the author chose.
pub(super) static OWN: Shape = Shape::Either(&[&CSS_VALUE, &Shape::List(&OWN_ITEM), &OWN_ITEM_MAP]);
static OWN_ITEM: Shape = Shape::Either(&[&CSS_VALUE, &OWN_ITEM_MAP]);
static OWN_ITEM_MAP: Shape = Shape::Map(&OWN_MAP);

pub(super) static DROP: Shape = Shape::OneOrMany(&DROP_ITEM);
static DROP_ITEM: Shape = Shape::Either(&[&super::SELECTOR, &Shape::Map(&DROP_RULE)]);

pub(super) static DROP_RULE: MapKind = MapKind {
    name: "drop-rule",
    title: "a rule of drop",
    doc: "What to leave out, where a selector alone does not say it.",
    keys: &[&[
        key("css", &super::SELECTOR, "Leave out what matches.", ".box"),
        key("having", &REGEX, "Of that, only what has text that matches.", "'^Advertisement'"),
        key("line", &REGEX, "Leave out every visual line that matches.", "'^Read also'"),
    ]],
    needs: Needs::One(&["css", "line"]),
};

pub(super) static STEPS: Shape = Shape::OneOrMany(&Shape::Map(&STEP));

pub(super) static STEP: MapKind = MapKind {
    name: "step",
    title: "a step",
    doc: "One step of `then:`. On a list, a step is done to each of its items.",
    keys: &[&[
        key("after", &TEXT, "Keep what stands behind the first occurrence of this text.", "'By '"),
        key("before", &TEXT, "Keep what stands before the first occurrence of this text.", "' |'"),
        key("match", &REGEX, "Keep the first group, or the whole match.", "'\\d+'"),
        key(
            "replace",
            &Shape::Pair(&REGEX, &TEXT),
            "Put a text for every match; `$1` is its first group.",
            "['\\s+', ' ']",
        ),
        key("split", &TEXT, "Make a list, parted at this text.", "' / '"),
        key("join", &TEXT, "Make one text of a list.", "', '"),
        key("prefix", &TEXT, "Put this before it.", "'https://example.com/'"),
        key("suffix", &TEXT, "Put this behind it.", "'?full=1'"),
        key(
            "map",
            &Shape::Named(Names::Any, &TEXT),
            "Exchange whole values by a table; others stay.",
            "{politica: Politics}",
        ),
        key("query", &TEXT, "Take this query parameter of a URL.", "url"),
        key("lower", &TRUE, "Make it lower case.", "true"),
        key("upper", &TRUE, "Make it upper case.", "true"),
    ]],
    needs: Needs::One(&[
        "after", "before", "match", "replace", "split", "join", "prefix", "suffix", "map", "query", "lower",
        "upper",
    ]),
};

pub(super) static EXPECTATION: MapKind = MapKind {
    name: "expectation",
    title: "an expectation",
    doc: "What must hold of a value or of the number of items.",
    keys: &[&[
        key("count", &Shape::Leaf(Leaf::Count), "How many values there are, both ends included.", "1..2"),
        key("matches", &REGEX, "Every value matches this.", "'^[A-Z]'"),
    ]],
    needs: Needs::Some(&["count", "matches"]),
};
