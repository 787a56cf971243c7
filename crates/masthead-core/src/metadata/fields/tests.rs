use super::super::signals::Time;
use super::*;

const JSONLD: &str = r##"{"@context": "https://schema.org", "@graph": [
    {"@type": "NewsArticle", "headline": "New bridge opens", "alternativeHeadline": "At last",
     "description": "A  bridge.", "articleSection": ["City", "News"], "datePublished": "2024-05-12T08:00:00+02:00",
     "dateModified": "2024-05-13T09:00:00+02:00", "inLanguage": "en_GB", "keywords": "bridge, river",
     "author": [{"@id": "#ada"}, {"@type": "Organization", "name": "Example News"}],
     "publisher": {"@type": "Organization", "name": "Example News"}, "image": "/a.jpg", "isAccessibleForFree": "False"},
    {"@type": "Person", "@id": "#ada", "name": "Ada Lind"}]}"##;

fn signals() -> Signals<'static> {
    Signals {
        url: "https://www.example.com/2024/05/12/bridge",
        metas: vec![
            ("og:title", "New bridge opens | Example News"),
            ("OG:Site_Name", "Example News"),
            ("author", "By Bo Ek, Example News"),
            ("article:published_time", "2024-05-12T06:00:00Z"),
            ("article:modified_time", "2024-05-13T07:00:00Z"),
            ("article:tag", "bridge"),
            ("article:tag", "river"),
            ("og:image", "https://example.com/b.jpg"),
            ("og:locale", "en_GB"),
            ("article:content_tier", "metered"),
        ],
        jsonld: vec![JSONLD],
        html_lang: Some("en"),
        title: Some("New bridge opens - Example News"),
        h1: vec!["New bridge opens".to_owned()],
        times: vec![
            Time { datetime: "2023-01-01", is_published: false },
            Time { datetime: "2024-05-12", is_published: true },
        ],
        ..Signals::default()
    }
}

fn said<T: Clone>(witnesses: &[Witness<T>]) -> Vec<(&'static str, T)> {
    witnesses.iter().map(|witness| (witness.source.word(), witness.value.clone())).collect()
}

fn texts(witnesses: &[Witness<String>]) -> Vec<(&'static str, &str)> {
    witnesses.iter().map(|witness| (witness.source.word(), witness.value.as_str())).collect()
}

#[test]
fn witnesses_come_in_order_of_trust() {
    let metadata = Metadata::read(signals());
    let headline = "New bridge opens";
    assert_eq!(
        texts(&metadata.title()),
        [("jsonld", headline), ("og", headline), ("h1", headline), ("title", headline)]
    );
    assert_eq!(texts(&metadata.subtitle()), [("jsonld", "At last")]);
    assert_eq!(texts(&metadata.summary()), [("jsonld", "A bridge.")]);
    assert_eq!(texts(&metadata.section()), [("jsonld", "City")]);
    assert_eq!(
        texts(&metadata.published()),
        [
            ("jsonld", "2024-05-12T08:00:00+02:00"),
            ("og", "2024-05-12T06:00:00Z"),
            ("time", "2024-05-12"),
            ("time", "2023-01-01"),
            ("url", "2024-05-12"),
        ]
    );
    assert_eq!(
        texts(&metadata.updated()),
        [("jsonld", "2024-05-13T09:00:00+02:00"), ("og", "2024-05-13T07:00:00Z")]
    );
    assert_eq!(texts(&metadata.language()), [("jsonld", "en-GB"), ("html", "en"), ("og", "en-GB")]);
    assert_eq!(said(&metadata.paywalled()), [("jsonld", true), ("og", true)]);
    let tags = || vec!["bridge".to_owned(), "river".to_owned()];
    assert_eq!(said(&metadata.tags()), [("jsonld", tags()), ("og", tags())]);
    let images = metadata.images();
    assert_eq!(images[0].value[0].url.as_deref(), Some("https://www.example.com/a.jpg"));
    assert_eq!(images[1].source, Source::OpenGraph);
}

#[test]
fn the_site_is_an_author_only_where_nobody_else_is() {
    let metadata = Metadata::read(signals());
    let names: Vec<(&str, Vec<String>)> = metadata
        .authors()
        .into_iter()
        .map(|witness| (witness.source.word(), witness.value.into_iter().map(|author| author.name).collect()))
        .collect();
    let list = |name: &str| vec![name.to_owned()];
    assert_eq!(
        names,
        [
            ("jsonld", list("Ada Lind")),
            ("meta", list("Bo Ek")),
            ("jsonld", list("Example News")),
            ("meta", list("Example News")),
        ]
    );
}

#[test]
fn a_page_that_says_nothing_has_no_witnesses() {
    let metadata = Metadata::read(Signals { url: "nonsense", jsonld: vec!["{"], ..Signals::default() });
    assert!(metadata.title().is_empty() && metadata.published().is_empty() && metadata.authors().is_empty());
    assert!(metadata.tags().is_empty() && metadata.images().is_empty() && metadata.paywalled().is_empty());
    assert_eq!(metadata.main_node(), None);
}

#[test]
fn published_is_never_updated() {
    let script = r#"{"@type": "Article", "headline": "x", "dateModified": "2024-05-13"}"#;
    let metas = vec![("article:modified_time", "2024-05-13"), ("last-modified", "2024-05-13")];
    let metadata = Metadata::read(Signals {
        url: "https://example.com/1",
        jsonld: vec![script],
        metas,
        ..Signals::default()
    });
    assert_eq!(texts(&metadata.published()), []);
}
