//! The trees are those of html5ever's own tokenizer.

use std::io::Read as _;
use std::path::PathBuf;

use html5ever::QualName;
use proptest::prelude::*;
use scraper::{Html, Node};

use crate::parse::{self, Budget, Parsed};
use crate::tree::{Data, Step};

const END: &str = "end";

fn listed_element<'a>(name: &QualName, attributes: impl Iterator<Item = (&'a QualName, &'a str)>) -> String {
    let mut attributes: Vec<String> = attributes.map(|(name, value)| format!("{name:?}={value:?}")).collect();
    attributes.sort();
    format!("<{name:?} {}>", attributes.join(" "))
}

/// The nodes of a tree in page order, with their ends.
fn ours(parsed: &Parsed) -> Vec<String> {
    let mut list = Vec::new();
    parsed.tree.walk(|step| {
        list.push(match step {
            Step::Open(Data::Document | Data::Fragment) => "root".to_owned(),
            Step::Open(Data::Mark) => "mark".to_owned(),
            Step::Open(Data::Text(text)) => format!("{:?}", &**text),
            Step::Open(Data::Element(element)) => {
                let attributes = element.attributes.iter().map(|own| (&own.name, &*own.value));
                listed_element(&element.name, attributes)
            }
            Step::Close => END.to_owned(),
        });
    });
    list
}

/// The same of scraper's tree.
fn plain(html: &Html) -> Vec<String> {
    let edges = html.tree.root().traverse().map(|edge| match edge {
        ego_tree::iter::Edge::Close(_) => END.to_owned(),
        ego_tree::iter::Edge::Open(node) => match node.value() {
            Node::Document | Node::Fragment => "root".to_owned(),
            Node::Doctype(_) | Node::Comment(_) | Node::ProcessingInstruction(_) => "mark".to_owned(),
            Node::Text(text) => format!("{:?}", &**text),
            Node::Element(element) => {
                listed_element(&element.name, element.attrs.iter().map(|(name, value)| (name, &**value)))
            }
        },
    });
    edges.collect()
}

fn unlimited() -> Budget {
    Budget { bytes: usize::MAX, nodes: u32::MAX, depth: u32::MAX, attributes: usize::MAX }
}

/// The first node that differs, in a page and in a fragment.
fn difference(page: &str) -> Option<String> {
    let pairs = [
        (ours(&parse::document(page, &unlimited())), plain(&Html::parse_document(page))),
        (
            ours(&parse::fragment(page.trim_start_matches('\u{feff}'), &unlimited())),
            plain(&Html::parse_fragment(page.trim_start_matches('\u{feff}'))),
        ),
    ];
    pairs.into_iter().find_map(|(ours, plain)| {
        let at = (0..ours.len().max(plain.len())).find(|&at| ours.get(at) != plain.get(at))?;
        Some(format!("node {at}: ours {:?}, html5ever's {:?}", ours.get(at), plain.get(at)))
    })
}

#[test]
fn odd_markup_gives_the_tree_of_html5ever() {
    for page in [
        "",
        "<",
        "</",
        "</>a</ b>c</3>",
        "a<b",
        "a<3 b< c<",
        "<p a=1 a=2 A=3 b='x>y' c=\"<p>\" d= e f=g/h i/j=k>x",
        "<p =a= = b==c d = e>x<p a='b'c=d/>y",
        "<p a=>x<p a= >y<p a='&amp;&copy=1&copyx&lt' b=&gt;c&gt>z",
        "<br/><br / a><br/a/>x<div/>y</div/>z",
        "<!doctype html><!DOCTYPE x PUBLIC \"a>b\" 'c'>d",
        "<!doctype html SYSTEM \"about:legacy-compat\"><table><p>",
        "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 3.2//EN\"><p><table>",
        "<!doctype",
        "<!-->a<!--->b<!---->c<!--d--e--!>f<!--g<!-->h<!--i--->j<!---!>k-->l<!--m--!",
        "<!a><!-a><?b?>c<![CDATA[d]]>e<!",
        "<svg><![CDATA[a<b>&amp;]]]]>c<![CDATA[\0]]><![CDATA[d",
        "<svg><style>a<b>c</b></style><title>d<e></title><foreignObject><p>f</svg>g",
        "<math><mi>a<script>b</script><annotation-xml encoding='text/html'><div>c",
        "<svg viewbox=1 xlink:href=a xml:lang=b><lineargradient/></svg>",
        "<script>a<b</script x='>'>c",
        "<script><!-- <script> a </script> b --> </script>c",
        "<script><!-- <script> a </script> b </script>c--></script>d",
        "<script><!-- <script> never ends </script>",
        "<style>a</styles></style\n>b<title>c&amp;<b></title>d<textarea>\n\ne&lt;</textarea>f",
        "<xmp><b></xmp><iframe><b></iframe><noscript><b></noscript><noembed><b></noembed>x<noframes><b>",
        "<plaintext>a</plaintext>&amp;<b>",
        "<pre>\n\na</pre><pre>&#10;b</pre><listing>\r\nc",
        "a\rb\r\nc\r\r\nd&#13;e",
        "a\0b<p\0 c\0='d\0&amp;'>\0<title>\0e</title><script>\0</script><table>\0f<tr>\0</table><!--\0-->",
        "&amp&lt;&#x41;&#65&#x;&#;&;&&bogus;&notit;&notin;&#0;&#x80;&#xD800;&#x110000;&#xFFFFFFFFFF;&AMP",
        "<table>a<tr>b<td>c</table>d<table><style>e</style><script>f</script><input type=hidden>",
        "<a><div><b>x</a>y</b>z<p><i>1<p>2</i>3<a>4<a>5",
        "<select><option>a<style>b</style><option>c</select>d<frameset><frame>",
        "<frameset><script>a</script><frame></frameset>b",
        "<template><td>a<template>b</template></template>c<body d=e><html f=g><body d=h>",
        "<P CLASS=A>é<DIV ÉA=Ü>\u{feff}日本<日本></日本>",
        "\u{feff}\u{feff}a",
        "<form><form>a</form><button><button>b<h1><h2>c<li>d<li>e<dd>f<dt>g<ruby>h<rt>i<rb>j",
        "<menuitem>a<image src=b><isindex><keygen><nobr>c<nobr>d",
        "</p></br></body>a<!--b--></html>c<!--d-->",
    ] {
        assert_eq!(difference(page), None, "{page:?}");
    }
}

#[test]
fn the_corpus_gives_the_trees_of_html5ever() {
    let shared = std::env::var_os("MASTHEAD_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let corpus = shared.join("corpus");
    if !corpus.is_dir() {
        eprintln!("SKIPPED: the_corpus_gives_the_trees_of_html5ever (../shared is absent)");
        return;
    }
    let mut folders = vec![corpus];
    let mut pages = 0;
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(".html.gz") {
                let mut bytes = Vec::new();
                let file = std::fs::File::open(&path).unwrap();
                flate2::read::MultiGzDecoder::new(file).read_to_end(&mut bytes).unwrap();
                assert_eq!(difference(&crate::decode(&bytes, None, None).text), None, "{}", path.display());
                pages += 1;
            }
        }
    }
    assert!(pages > 1_000, "only {pages} pages were compared");
}

/// Pieces of markup that meet in unlucky ways.
const PIECES: [&str; 96] = [
    "<",
    ">",
    "/",
    "!",
    "-",
    "--",
    "<!--",
    "-->",
    "--!>",
    "</",
    "=",
    "\"",
    "'",
    " ",
    "\n",
    "\r",
    "\r\n",
    "\0",
    "&",
    ";",
    "#",
    "&amp;",
    "&lt",
    "&#x41;",
    "&#6",
    "&not",
    "in;",
    "&copy",
    "a",
    "B",
    "é",
    "日",
    "?",
    "[CDATA[",
    "]]>",
    "<p>",
    "<p a=b>",
    "</p>",
    "<div class='x'>",
    "</div>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a href=x>",
    "</a>",
    "<script>",
    "</script>",
    "<script ",
    "</script ",
    "<style>",
    "</style>",
    "<title>",
    "</title>",
    "<textarea>",
    "</textarea>",
    "<svg>",
    "</svg>",
    "<math>",
    "</math>",
    "<mi>",
    "<desc>",
    "<foreignobject>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "</td>",
    "<caption>",
    "<select>",
    "</select>",
    "<option>",
    "<template>",
    "</template>",
    "<body x>",
    "<html y>",
    "<head>",
    "</head>",
    "<frameset>",
    "<noscript>",
    "</noscript>",
    "<iframe>",
    "</iframe>",
    "<pre>",
    "<plaintext>",
    "<!doctype html>",
    "<!doctype ",
    "<br/>",
    "</br>",
    "<img/ a>",
    "<form>",
    "</form>",
    "<li>",
    "<ul>",
    "<button>",
    "<h1>",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn random_markup_gives_the_tree_of_html5ever(picks in prop::collection::vec(0..PIECES.len(), 0..40)) {
        let page: String = picks.iter().filter_map(|&pick| PIECES.get(pick)).copied().collect();
        prop_assert_eq!(difference(&page), None, "{:?}", page);
    }
}
