use masthead_record::Record;
use url::Url;

use crate::extract::{Options, Outcome, Page, Reading, read, read_parts};
use crate::profile::{NoBases, Profile, Source, load};

const FIRST: &str = "https://paper.example/news/a";

fn profile(pages: &str) -> Profile {
    let text = format!(
        "profile: test\nversion: 1\nhosts: [paper.example]\ntimezone: Asia/Seoul\nskip: [{{why: closed, url: '/closed'}}]\n\
         article:\n  title: h1\n  published: time@datetime\n  byline: {{css: .by, line: '^By (.+)$'}}\n  \
         images: figure\n  related: {{each: .more}}\n  body: {{css: main, drop: [.ad]}}\n  pages: {pages}\n"
    );
    load(Source::new("test.yaml", text), &NoBases).unwrap_or_else(|faults| panic!("{faults}"))
}

const HEAD: &str = "<h1>A title</h1><time datetime=2026-07-01T09:00:00+09:00></time>";

fn first(link: &str) -> String {
    format!(
        "{HEAD}<main><p class=by>By Kim Min</p><p>One.</p><figure><img src=/1.jpg></figure><div class=ad>buy it</div></main>{link}"
    )
}

/// Reads the parts that lie at these addresses, as a crawl does.
fn crawl(profile: &Profile, site: &[(&str, String)]) -> (Reading, usize) {
    let urls: Vec<Url> =
        site.iter().map(|(path, _)| Url::parse(FIRST).unwrap().join(path).unwrap()).collect();
    let pages: Vec<Page<'_>> = urls
        .iter()
        .zip(site)
        .map(|(url, (_, html))| Page { url, text: html, fetched: None, witness: None })
        .collect();
    let options = Options { explain: true, only_articles: false };
    let mut more = read(profile, &pages[0], &options).more;
    let mut parts = Vec::new();
    while let Some(next) = more {
        let Some(page) = pages.iter().find(|page| *page.url == next.url) else { break };
        parts.push(*page);
        more = next.after(profile, page);
    }
    (read_parts(profile, &pages[0], &parts, &options), parts.len())
}

fn record(reading: &Reading) -> &Record {
    match &reading.outcome {
        Outcome::Article(record) => record,
        other => panic!("no article: {other:?}"),
    }
}

fn texts(record: &Record) -> Vec<&str> {
    record.content.blocks.iter().map(|block| block.text.as_str()).collect()
}

fn messages(reading: &Reading) -> Vec<&str> {
    reading.findings.iter().map(|finding| finding.message.as_str()).collect()
}

#[test]
fn parts_are_joined_in_their_order() {
    let profile = profile("{next: a.next}");
    let (found, parts) = crawl(
        &profile,
        &[
            ("a", first("<a class=next href='/news/a?page=2#text'>2</a>")),
            (
                "a?page=2",
                "<h1>Another title</h1><main><p class=by>By Lee Ha</p><h2>Two.</h2><figure><img src=/1.jpg></figure><figure><img src=/2.jpg></figure>
                    <div class=ad>buy more of it</div>left over<div class=more><a href=/m>M</a></div></main><a class=next href='a?page=3'>3</a>".to_owned(),
            ),
            ("a?page=3", "<main><p>Three.</p></main><a class=next href='/news/a'>1</a>".to_owned()),
        ],
    );
    let record = record(&found);
    assert_eq!((parts, texts(record)), (2, vec!["One.", "Two.", "Three."]));
    assert_eq!(record.content.body.as_deref(), Some("One.\n\nTwo.\n\nThree."));
    assert_eq!(
        (record.content.title.as_deref(), record.content.byline.as_deref()),
        (Some("A title"), Some("Kim Min"))
    );
    let images: Vec<_> = record.content.images.iter().filter_map(|image| image.url.as_deref()).collect();
    assert_eq!(images, ["https://paper.example/1.jpg", "https://paper.example/2.jpg"]);
    assert_eq!(record.content.related.len(), 1);
    let ledger = record.ledger.as_ref().unwrap();
    assert_eq!(
        (ledger.claimed["body"], ledger.claimed["byline"], ledger.dropped[".ad"], ledger.residual),
        (3, 6, 6, 2)
    );
    assert_eq!((record.url.as_str(), record.truncated.as_slice()), (FIRST, &[][..]));
    assert!(found.more.is_none());
    assert!(!messages(&found).iter().any(|message| message.contains("goes on")), "{:?}", found.findings);
}

#[test]
fn a_part_that_was_not_read_is_said() {
    let profile = profile("{next: a.next}");
    let (found, _) = crawl(&profile, &[("a", first("<a class=next href='?page=2'>2</a>"))]);
    assert_eq!(
        found.more.as_ref().map(|more| more.url.as_str()),
        Some("https://paper.example/news/a?page=2")
    );
    let record = record(&found);
    assert_eq!((record.truncated.as_slice(), record.is_incomplete()), (&["pages".to_owned()][..], false));
    assert_eq!(
        messages(&found),
        ["the article goes on at https://paper.example/news/a?page=2 which was not read"]
    );
}

#[test]
fn parts_are_of_the_site_wanted_and_no_more_than_max() {
    let page = |html: &str| {
        let (found, _) = crawl(&profile("{next: a.next, max: 1}"), &[("a", first(html))]);
        (found.more.is_some(), messages(&found).join("; "), record(&found).truncated.len())
    };
    let (more, said, marks) = page("<a class=next href='?page=2'>2</a>");
    assert!(!more && said.ends_with("not read: `max` is 1") && marks == 1, "{said}");

    let elsewhere = |link: &str| {
        let (found, _) = crawl(&profile("{next: a.next}"), &[("a", first(link))]);
        (found.more.is_some(), messages(&found).join("; "))
    };
    let (more, said) = elsewhere("<a class=next href='https://other.example/b'>2</a>");
    assert!(!more && said.contains("on no host of the profile"), "{said}");
    let (more, said) = elsewhere("<a class=next href='/closed/2'>2</a>");
    assert!(!more && said.contains("the profile skips it: closed"), "{said}");
    for nothing in [
        "<a class=next href='#top'>x</a>",
        "<a class=next href='javascript:more()'>x</a>",
        "<a class=next>x</a>",
        "",
    ] {
        assert_eq!(elsewhere(nothing), (false, String::new()), "{nothing}");
    }
}

#[test]
fn max_counts_the_first_part_too() {
    let part = |number: u32| {
        (
            format!("a?page={number}"),
            format!("<main><p>{number}</p></main><a class=next href='?page={}'>n</a>", number + 1),
        )
    };
    let parts: Vec<(String, String)> = (2..9).map(part).collect();
    let mut site = vec![("a", first("<a class=next href='?page=2'>2</a>"))];
    site.extend(parts.iter().map(|(path, html)| (path.as_str(), html.clone())));
    let (found, others) = crawl(&profile("{next: a.next, max: 3}"), &site);
    assert_eq!((others, texts(record(&found))), (2, vec!["One.", "2", "3"]));
    assert_eq!(record(&found).truncated, ["pages"]);
}

#[test]
fn a_link_to_any_part_means_the_first_that_is_new() {
    let numbers = "<a class=p href='a'>1</a><a class=p href='a?page=2'>2</a><a class=p href='a?page=3'>3</a>";
    let (found, parts) = crawl(
        &profile("{next: a.p}"),
        &[
            ("a", first(numbers)),
            ("a?page=2", format!("<main><p>2</p></main>{numbers}")),
            ("a?page=3", format!("<main><p>3</p></main>{numbers}")),
        ],
    );
    assert_eq!((parts, texts(record(&found))), (2, vec!["One.", "2", "3"]));
    assert_eq!(record(&found).truncated, [""; 0]);
}

#[test]
fn the_whole_on_one_page_takes_the_place_of_the_body() {
    let (found, parts) = crawl(
        &profile("{single: a.print@data-to}"),
        &[
            ("a", first("<a class=print data-to=/print/a>print</a>")),
            ("/print/a", "<h1>Print</h1><main><p>One, whole.</p><p>Two.</p><figure><img src=/3.jpg></figure></main><a class=print data-to=/print/b></a>".to_owned()),
        ],
    );
    let record = record(&found);
    assert_eq!((parts, texts(record)), (1, vec!["One, whole.", "Two."]));
    assert_eq!((record.content.title.as_deref(), record.url.as_str()), (Some("A title"), FIRST));
    assert_eq!(record.content.images.len(), 2);
    assert_eq!(record.ledger.as_ref().unwrap().claimed["body"], 3);
    assert_eq!(record.truncated, [""; 0]);
}

#[test]
fn a_part_without_text_is_said_and_takes_nothing_away() {
    for pages in ["{next: a.next}", "{single: a.next}"] {
        let (found, _) = crawl(
            &profile(pages),
            &[("a", first("<a class=next href=/b>2</a>")), ("/b", "<h1>Log in</h1>".to_owned())],
        );
        let record = record(&found);
        assert_eq!((texts(record), record.truncated.as_slice()), (vec!["One."], &["pages".to_owned()][..]));
        assert!(messages(&found)[0].contains("/b is a part of the article, and no text was found there"));
    }
}
