//! `crawl extract`: one page, many pages, bad pages; and pages of the corpus beside the project.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::program::{Program, json_lines, project, project_text, shared, text};

const ADDRESS: &str = "https://www.koreatimes.co.kr/www/nation/2019/08/103_274260.html";
const PAGE: &str = "<div class=view_headline>A bridge</div><div class=view_date>Posted : 2019-08-21&nbsp; 16:56</div>\
                    <div id=startts><span>By Baek Dam<br><br>The bridge is open.<br><br>It was drawn in 2014.</span></div>";

fn extract<'a>(file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["extract", "--profile", "koreatimes", "--url", ADDRESS, file], more].concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn paragraphs(record: &Value) -> Vec<&str> {
    let blocks = record["blocks"].as_array().unwrap().iter();
    blocks.filter(|block| block["kind"] == "paragraph").map(|block| block["text"].as_str().unwrap()).collect()
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

#[test]
fn a_page_comes_from_a_file_a_gzipped_file_or_standard_input() {
    let program = Program::new();
    program.write("page.html", PAGE);
    program.write("page.html.gz", gzip(PAGE.as_bytes()));
    // Gzip is told by its bytes, not by the name.
    program.write("named-wrongly.html", gzip(PAGE.as_bytes()));
    let plain = program.run(&extract("page.html", &["--fetched", "2019-12-08T11:59:00+09:00"])).expect(0);
    let record = plain.json();
    assert_eq!((&record["title"], &record["byline"]), (&json!("A bridge"), &json!("Baek Dam")));
    assert_eq!((&record["url"], &record["fetched"]), (&json!(ADDRESS), &json!("2019-12-08T11:59:00+09:00")));
    assert_eq!(record["published"], "2019-08-21T16:56:00+09:00");
    assert_eq!(paragraphs(&record), ["The bridge is open.", "It was drawn in 2014."]);
    assert_eq!((&record["provenance"], &record["ledger"]), (&Value::Null, &Value::Null));
    assert_eq!(plain.stdout.lines().count(), 1);
    let plain = program.run(&extract("page.html", &[])).expect(0).json();
    assert_eq!(plain["fetched"], Value::Null);
    for file in ["page.html.gz", "named-wrongly.html"] {
        assert_eq!(program.run(&extract(file, &[])).expect(0).json(), plain, "{file}");
    }
    for input in [PAGE.as_bytes(), &gzip(PAGE.as_bytes())] {
        assert_eq!(program.run_with_input(&extract("-", &[]), input).expect(0).json(), plain);
    }
}

#[test]
fn without_a_profile_the_page_speaks_for_itself() {
    let program = Program::new();
    program.write(
        "page.html",
        r#"<link rel=canonical href="https://news.example/a"><script type="application/ld+json">{"@type":"NewsArticle",
        "headline":"A bridge","datePublished":"2019-08-21T16:56:00+09:00","articleBody":"The bridge is open."}</script>"#,
    );
    let run = program.run(&["extract", "--auto", "page.html"]);
    let record = run.json();
    assert_eq!((&record["title"], &record["url"]), (&json!("A bridge"), &json!("https://news.example/a")));
    assert_eq!(record["published"], "2019-08-21T16:56:00+09:00");
}

#[test]
fn explain_says_where_each_value_came_from() {
    let program = Program::new();
    let profile = project("profiles/koreatimes.yaml");
    let page = project("tests/pages/koreatimes/2017-05-11-bridge-opens.html.gz");
    let url = "https://www.koreatimes.co.kr/www/nation/2017/05/356_229110.html";
    let run = program.run(&["extract", "--profile", text(&profile), "--url", url, "--explain", text(&page)]);
    let record = run.expect(0).json();
    let yaml = project_text("profiles/koreatimes.yaml");
    for (field, source, written) in [
        ("title", "css", "title:"),
        ("section", "css", "section:"),
        ("published", "css", "published:"),
        ("updated", "css", "updated:"),
        ("byline", "css", "name: {css: "),
        ("body", "css", "#startts"),
        ("extra.article_id", "url", "article_id:"),
    ] {
        let provenance = &record["provenance"][field];
        assert_eq!(provenance["source"], source, "{field}");
        let rule = provenance["rule"].as_str().unwrap_or_else(|| panic!("{field} has no rule"));
        let line: usize =
            rule.strip_prefix("koreatimes.yaml:").unwrap_or_else(|| panic!("{rule}")).parse().unwrap();
        let found = yaml.lines().nth(line - 1).unwrap();
        assert!(found.contains(written), "{field}: {rule} is `{found}`");
    }
    assert_eq!(record["provenance"]["published"]["zone_from"], "profile");
    assert_eq!(record["provenance"]["published"]["raw"], "Posted : 2017-05-11 16:20");
    assert!(
        record["provenance"]["body"]["path"].as_str().unwrap().ends_with(">div#startts"),
        "{}",
        record["provenance"]
    );
}

/// Each visible word of the body's container is counted once: the article's own words, those of its captions, its byline,
/// and a button or none.
#[test]
fn the_ledger_adds_up_to_every_word_of_the_container() {
    let program = Program::new();
    let site: Value = serde_json::from_str(&project_text("tests/site/koreatimes/articles.json")).unwrap();
    let mut seen = 0;
    for line in project_text("tests/pages/koreatimes/pages.txt").lines().filter(|line| !line.starts_with('#'))
    {
        let (file, url) = line.split_once(' ').unwrap();
        let article =
            site["articles"].as_array().unwrap().iter().find(|article| article["url"] == url).unwrap();
        let expected = &article["expected"];
        if expected["era"] == "L4" {
            continue;
        }
        let page = project("tests/pages/koreatimes").join(file);
        let record = program
            .run(&["extract", "--profile", "koreatimes", "--url", url, "--explain", text(&page)])
            .expect(0)
            .json();
        let count = |value: &Value| value.as_str().map_or(0, words);
        let captions: usize = expected["images"]
            .as_array()
            .unwrap()
            .iter()
            .map(|image| count(&image["caption"]) + count(&image["credit"]))
            .sum();
        let names: Vec<&str> = expected["authors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|author| author["name"].as_str().unwrap())
            .collect();
        let byline = if names.is_empty() { 0 } else { words(&format!("By {}", names.join(" and "))) };
        let button = usize::from(article["traits"].as_array().unwrap().contains(&json!("listen")));
        let all = expected["words"].as_u64().unwrap() as usize + captions + byline + button;
        let ledger = &record["ledger"];
        let sum = |part: &str| -> u64 {
            ledger[part].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum()
        };
        let residual = ledger["residual"].as_u64().unwrap();
        assert_eq!(sum("claimed") + sum("dropped") + residual, all as u64, "{file}: {ledger}");
        assert_eq!(ledger["claimed"]["body"], expected["words"], "{file}");
        assert_eq!(ledger["claimed"].get("images").unwrap_or(&json!(0)), captions, "{file}");
        assert_eq!(sum("dropped"), button as u64, "{file}");
        seen += 1;
    }
    assert!(seen >= 6);
}

#[test]
fn a_batch_keeps_the_order_and_puts_errors_in_their_place() {
    let program = Program::new();
    program.write("page.html", PAGE);
    program.write("other.html", "<title>Service Error</title><p>Sorry");
    program.write("faulty.yaml", "profile: faulty\nhosts: [a.example]\narticle: {titel: h1}\n");
    let page = |id: Value| json!({"file": "page.html", "url": ADDRESS, "id": id}).to_string();
    let lines = [
        page(json!("a")),
        json!({"file": "absent.html", "url": ADDRESS, "id": "b"}).to_string(),
        String::new(),
        "{\"file\": \"page.html\", \"id\": ".to_owned(),
        json!({"file": "page.html", "id": "c", "profile": "nobody"}).to_string(),
        json!({"file": "page.html", "id": "d", "profile": "faulty.yaml"}).to_string(),
        json!({"file": "page.html", "id": "e", "profile": "faulty.yaml"}).to_string(),
        json!({"file": "other.html", "url": ADDRESS, "id": "f"}).to_string(),
        json!({"file": "page.html", "id": "g", "colour": "red"}).to_string(),
        json!({"file": "page.html", "id": "h", "url": "no address"}).to_string(),
        "[1, 2]".to_owned(),
        page(json!({"any": ["value", 1]})),
    ];
    program.write("batch.jsonl", lines.join("\n"));
    let run = program.run(&["extract", "--profile", "koreatimes", "--batch", "batch.jsonl"]).expect(1);
    let results = json_lines(&run.stdout);
    let said =
        |index: usize| results[index]["error"].as_str().unwrap_or_else(|| panic!("{}", results[index]));
    assert_eq!(results.len(), lines.len() - 1, "an empty line is no page");
    assert_eq!((&results[0]["id"], &results[0]["title"]), (&json!("a"), &json!("A bridge")));
    assert!(said(1).contains("absent.html") && results[1]["id"] == "b", "{}", said(1));
    assert!(said(2).contains("not a line of a batch") && results[2]["id"] == Value::Null, "{}", said(2));
    assert!(said(3).contains("there is no profile nobody") && results[3]["id"] == "c", "{}", said(3));
    assert!(said(4).contains("faulty.yaml") && said(5).contains("faulty.yaml"), "{}", said(4));
    assert_eq!(
        run.stderr.matches("titel").count(),
        2,
        "the faults are said once, with their line: {}",
        run.stderr
    );
    assert!(said(6).contains("no layout matches") && results[6]["id"] == "f", "{}", said(6));
    assert!(said(7).contains("colour") && results[7]["id"] == "g", "{}", said(7));
    assert!(said(8).contains("not a line of a batch") && results[8]["id"] == "h", "{}", said(8));
    assert!(said(9).contains("not a line of a batch"), "{}", said(9));
    assert_eq!(
        (&results[10]["id"], &results[10]["title"]),
        (&json!({"any": ["value", 1]}), &json!("A bridge"))
    );
}

#[test]
fn a_batch_goes_on_after_lines_that_are_no_text_and_after_many_empty_ones() {
    let program = Program::new();
    program.write("page.html", PAGE);
    let page = json!({"file": "page.html", "url": ADDRESS, "id": 1}).to_string();
    let input =
        [b"{\"file\": \"\xff\xfe\"}\n".as_slice(), "\n".repeat(500).as_bytes(), page.as_bytes()].concat();
    let run =
        program.run_with_input(&["extract", "--profile", "koreatimes", "--batch", "-"], &input).expect(1);
    let results = json_lines(&run.stdout);
    assert_eq!(results.len(), 2);
    assert!(results[0]["error"].as_str().unwrap().contains("not a line of a batch"));
    assert_eq!((&results[1]["id"], &results[1]["title"]), (&json!(1), &json!("A bridge")));
}

#[test]
fn two_thousand_lines_stay_in_order() {
    let program = Program::new();
    program.write("page.html", PAGE);
    // Long pages among short ones would overtake each other where the order were left to the threads.
    program.write("long.html", PAGE.replace("is open.", &"is open. ".repeat(5_000)));
    let line = |id: usize| match id % 97 {
        0 => json!({"file": "long.html", "url": ADDRESS, "id": id}),
        5 => json!({"file": "absent.html", "url": ADDRESS, "id": id}),
        _ => json!({"file": "page.html", "url": ADDRESS, "id": id}),
    };
    program.write("batch.jsonl", (0..2_000).map(|id| line(id).to_string() + "\n").collect::<String>());
    let run = program.run(&["extract", "--profile", "koreatimes", "--batch", "batch.jsonl"]).expect(1);
    let results = json_lines(&run.stdout);
    assert_eq!(results.len(), 2_000);
    for (id, result) in results.iter().enumerate() {
        assert_eq!(result["id"], id);
        assert_eq!(result["error"].is_string(), id % 97 == 5, "{result}");
    }
    program.write("short.jsonl", (0..3).map(|_| line(1).to_string() + "\n").collect::<String>());
    program.run(&["extract", "--profile", "koreatimes", "--batch", "short.jsonl"]).expect(0);
}

/// What a bad page gives.
enum Gives {
    /// No record; the reason has these words.
    Reason(&'static str),
    /// An incomplete record that lacks these fields.
    Without(&'static [&'static str]),
    /// A part of the page; the budget that cut it.
    Cut(&'static str, &'static [&'static str]),
}

#[test]
fn a_bad_page_gives_an_incomplete_record_or_a_reason() {
    use Gives::{Cut, Reason, Without};
    let head = "<div class=view_headline>A bridge</div><div class=view_date>Posted : 2019-08-21 16:56</div>";
    let noise: Vec<u8> = (0..20_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let attributes: String = (0..300_000).map(|i| format!(" a{i}=x")).collect();
    let paragraph = format!("<p>{}</p>", "Words of no meaning at all. ".repeat(30));
    let pages: Vec<(&str, Vec<u8>, Gives)> = vec![
        ("empty", Vec::new(), Reason("no layout matches")),
        ("blank", b" \n\t ".to_vec(), Reason("no layout matches")),
        ("binary", noise, Reason("no layout matches")),
        (
            "not UTF-8",
            b"<div class=view_headline>Caf\xff\xfe\x80</div><div id=startts>\xc3\x28 text".to_vec(),
            Without(&["published"]),
        ),
        (
            "zero bytes",
            b"<div class=view_headline>A\0b</div><div id=startts>some\0text".to_vec(),
            Without(&["published"]),
        ),
        (
            "broken",
            b"<div class=\"view_headline\"><p <<b>A</i></div><table><div id=startts>Some <b>text".to_vec(),
            Without(&["published"]),
        ),
        (
            "cut in a tag",
            format!("{head}<div id=startts><span>By Baek Dam<br><br").into_bytes(),
            Without(&["body"]),
        ),
        ("empty body", format!("{head}<div id=startts></div>").into_bytes(), Without(&["body"])),
        (
            "body of script",
            format!("{head}<div id=startts><script>var a = 'text';</script></div>").into_bytes(),
            Without(&["body"]),
        ),
        ("soft 404", b"<title>The Courier</title><h2>Service Error</h2>".to_vec(), Reason("The Courier")),
        ("no date", PAGE.replace("Posted", "Pasted").into_bytes(), Without(&["published"])),
        ("a date that is none", PAGE.replace("08-21", "02-31").into_bytes(), Without(&["published"])),
        (
            "nested",
            format!("{head}<div id=startts>{}deep", "<div>".repeat((2 << 20) / 5)).into_bytes(),
            Cut("depth", &["body"]),
        ),
        (
            "attributes",
            format!("{head}<div{attributes}></div><div id=startts>Text.").into_bytes(),
            Cut("attributes", &["body"]),
        ),
        (
            "20 MB",
            format!("{head}<div id=startts>{}", paragraph.repeat((20 << 20) / paragraph.len())).into_bytes(),
            Cut("bytes", &[]),
        ),
    ];
    let program = Program::new();
    for (name, page, gives) in pages {
        program.write("page.html", page);
        let run = program.run(&extract("page.html", &[]));
        match gives {
            Reason(words) => {
                let run = run.expect(1);
                assert_eq!(run.stdout, "", "{name}");
                assert!(
                    run.stderr.contains("page.html: ") && run.stderr.contains(words),
                    "{name}: {}",
                    run.stderr
                );
            }
            Without(missing) => {
                let run = run.expect(1);
                let record = run.json();
                assert_eq!(
                    (&record["missing"], &record["truncated"]),
                    (&json!(missing), &Value::Null),
                    "{name}"
                );
                assert!(run.stderr.contains("required, and not found; tried"), "{name}: {}", run.stderr);
            }
            Cut(budget, missing) => {
                let record = run.expect(i32::from(!missing.is_empty())).json();
                assert_eq!(record["missing"], json!(missing), "{name}");
                assert!(
                    record["truncated"].as_array().unwrap().contains(&json!(budget)),
                    "{name}: {}",
                    record["truncated"]
                );
                assert_eq!(record["title"], "A bridge", "{name}: what stood before the cut is kept");
            }
        }
    }
}

#[test]
fn a_file_that_is_no_page_is_bad_usage() {
    let program = Program::new();
    program.write("torn.html.gz", &gzip(&PAGE.repeat(100).into_bytes())[..60]);
    for (file, words) in
        [("absent.html", "No such file"), (".", "directory"), ("torn.html.gz", "torn.html.gz")]
    {
        let run = program.run(&extract(file, &[])).expect(2);
        assert!(run.stderr.contains(words) && run.stdout.is_empty(), "{file}: {}", run.stderr);
    }
}

#[test]
fn the_page_of_2019_gives_the_expected_record() {
    let Some(page) = shared("koreatimes/article-2019-08-21.html") else { return };
    let expected = page.with_file_name("article-2019-08-21.expected.json");
    let expected: Value = serde_json::from_str(&fs::read_to_string(expected).unwrap()).unwrap();
    let program = Program::new();
    let run = program.run(&extract(text(&page), &["--explain", "--fetched", "2019-12-08T11:59:00+09:00"]));
    let record = run.expect(0).json();
    let names: Vec<&Value> =
        record["authors"].as_array().unwrap().iter().map(|author| &author["name"]).collect();
    let images: Vec<Value> = record["images"]
        .as_array()
        .unwrap()
        .iter()
        .map(|image| json!({"caption": image["caption"], "credit": image["credit"]}))
        .collect();
    let related: Vec<&Value> =
        record["related"].as_array().unwrap().iter().map(|item| &item["title"]).collect();
    let found = json!({
        "url": record["url"],
        "title": record["title"],
        "authors": names,
        "email": record["authors"][0]["email"],
        "section": record["section"],
        "published": record["published"],
        "updated": record["updated"],
        "paragraphs": paragraphs(&record),
        "images": images,
        "related": related,
    });
    assert_eq!(found, expected);
    assert_eq!(paragraphs(&record).len(), record["blocks"].as_array().unwrap().len());
    assert_eq!(words(record["body"].as_str().unwrap()), 523);
    assert_eq!((&record["ledger"]["residual"], &record["missing"]), (&json!(0), &json!([])));
}

#[test]
fn the_sister_papers_pages_give_what_their_readers_found() {
    let Some(folder) = shared("corpus/fundus/kr/HankookIlbo") else { return };
    let goldens: Value =
        serde_json::from_str(&fs::read_to_string(folder.join("expected.json")).unwrap()).unwrap();
    let tidy = |value: &Value| value.as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    let program = Program::new();
    for case in goldens["cases"].as_array().unwrap() {
        let (file, url, expected) =
            (folder.join(case["file"].as_str().unwrap()), case["url"].as_str().unwrap(), &case["expected"]);
        let run =
            program.run(&["extract", "--profile", "hankookilbo", "--url", url, "--explain", text(&file)]);
        let record = run.expect(0).json();
        assert_eq!(tidy(&record["title"]), tidy(&expected["title"]), "{url}");
        let names: Vec<&Value> =
            record["authors"].as_array().unwrap().iter().map(|author| &author["name"]).collect();
        assert_eq!(json!(names), expected["authors"], "{url}");
        // `2025-05-15 20:00:52+09:00`; one has no offset, and is in the paper's own zone.
        let published = expected["publishing_date"].as_str().unwrap().replacen(' ', "T", 1);
        let published = if published.contains('+') { published } else { published + "+09:00" };
        assert_eq!(record["published"], published, "{url}");
        let sections = expected["body"]["sections"].as_array().unwrap().iter();
        let expected: Vec<String> =
            sections.flat_map(|section| section["paragraphs"].as_array().unwrap()).map(tidy).collect();
        assert_eq!(paragraphs(&record), expected, "{url}");
        assert_eq!(record["ledger"]["residual"], 0, "{url}");
    }
}

/// One way to wrap what no recorded page shows the wrapper of: photo, mail row, section label and related box.
struct Wrappers {
    name: &'static str,
    /// Before the picture, between it and its caption, behind that.
    photo: [&'static str; 3],
    /// Before the address's link, behind it.
    mail: [&'static str; 2],
    section: [&'static str; 2],
    /// The box's beginning, an item's beginning, between link and lead, an item's end, the box's end.
    related: [&'static str; 5],
}

const VARIATIONS: [Wrappers; 11] = [
    Wrappers {
        name: "other class names",
        photo: ["<div class=\"pv\">", "<div class=\"tx\">", "</div></div>"],
        mail: ["<div class=\"rp\">", "</div>"],
        section: ["<div class=\"sc\">", "</div>"],
        related: [
            "<div class=\"bx\"><div>See also</div>",
            "<div class=\"it\">",
            "<div>",
            "</div></div>",
            "</div>",
        ],
    },
    Wrappers {
        name: "no class at all",
        photo: ["<div>", "<div>", "</div></div>"],
        mail: ["<div>", "</div>"],
        section: ["<div>", "</div>"],
        related: ["<div><h5>Related</h5>", "<div>", "<p>", "</p></div>", "</div>"],
    },
    Wrappers {
        name: "figures",
        photo: ["<figure>", "<figcaption>", "</figcaption></figure>"],
        mail: ["<address>", "</address>"],
        section: ["<p class=\"kicker\">", "</p>"],
        related: ["<section><h3>Related</h3>", "<div>", "<p>", "</p></div>", "</section>"],
    },
    Wrappers {
        name: "tables",
        photo: ["<table><tr><td>", "</td></tr><tr><td class=\"cap\">", "</td></tr></table>"],
        mail: ["<table><tr><td>", "</td></tr></table>"],
        section: ["<h4>", "</h4>"],
        related: ["<table>", "<tr><td>", "<div>", "</div></td></tr>", "</table>"],
    },
    Wrappers {
        name: "lists of terms",
        photo: ["<dl><dt>", "</dt><dd>", "</dd></dl>"],
        mail: ["<ul><li>", "</li></ul>"],
        section: ["<ul class=\"path\"><li>", "</li></ul>"],
        related: ["<ol>", "<li>", "<em>", "</em></li>", "</ol>"],
    },
    Wrappers {
        name: "a paragraph with a line break",
        photo: ["<p align=\"center\">", "<br>", "</p>"],
        mail: ["<p>", "</p>"],
        section: ["<span>", "</span>"],
        related: ["<aside>", "<p>", "<span>", "</span></p>", "</aside>"],
    },
    Wrappers {
        name: "spans on lines of their own",
        photo: ["<br><span class=\"im\">", "<em>", "</em></span><br>"],
        mail: ["<span>", "</span>"],
        section: ["<strong>", "</strong>"],
        related: ["<div>", "<h4>", "<span>", "</span></h4>", "</div>"],
    },
    Wrappers {
        name: "two boxes",
        photo: ["<div class=\"a\"><div class=\"b\">", "</div><div class=\"c\">", "</div></div>"],
        mail: ["<div><div>", "</div></div>"],
        section: ["<div><a href=\"/www/section_113.html\">", "</a></div>"],
        related: ["<div><div><strong>More</strong>", "<div>", "<span>", "</span></div>", "</div></div>"],
    },
    Wrappers {
        name: "sections",
        photo: ["<section>", "<h6>", "</h6></section>"],
        mail: ["<section><p>Email ", "</p></section>"],
        section: ["<div><div><div>", "</div></div></div>"],
        related: ["<nav>", "<article>", "<p>", "</p></article>", "</nav>"],
    },
    Wrappers {
        name: "lists and quotes",
        photo: ["<ul><li>", "<blockquote>", "</blockquote></li></ul>"],
        mail: ["<dl><dt>Email</dt><dd>", "</dd></dl>"],
        section: ["<table><tr><td>", "</td></tr></table>"],
        related: ["<dl>", "<dt>", "<span>", "</span></dt>", "</dl>"],
    },
    Wrappers {
        name: "old-fashioned ones",
        photo: ["<center>", "<br><font size=\"1\">", "</font></center>"],
        mail: ["<font>", "</font>"],
        section: ["<b>", "</b>"],
        related: ["<center>", "<div>", "<font>", "</font></div>", "</center>"],
    },
];

impl Wrappers {
    /// The recorded page with these wrappers instead of its own.
    fn wrap(&self, page: &str) -> String {
        let replace = |page: &str, from: &str, to: &str, times: usize| {
            assert_eq!(page.matches(from).count(), times, "{from}");
            page.replace(from, to)
        };
        let page = replace(page, "<div class=\"photo_center\">", self.photo[0], 2);
        let page = replace(&page, "<br><span class=\"cap_txt\">", self.photo[1], 2);
        let page = replace(&page, "</span></div>", self.photo[2], 2);
        let page = replace(&page, "<div class=\"view_email_div\">", self.mail[0], 1);
        let page = replace(
            &page,
            "alt=\"Article List\"></a></div>",
            &format!("alt=\"Article List\"></a>{}", self.mail[1]),
            1,
        );
        let page = replace(
            &page,
            "<div class=\"view_section_name\"><a href=\"/www/section_113.html\">",
            self.section[0],
            1,
        );
        let page = replace(&page, "Politics</a></div>", &format!("Politics{}", self.section[1]), 1);
        let (before, rest) = page
            .split_once("<div class=\"by_reporter\"><h4>More articles by this reporter</h4><ul>")
            .unwrap();
        let (items, after) = rest.split_once("</ul></div>").unwrap();
        let [begin, item, between, item_end, end] = self.related;
        let items = items
            .replace("<li>", item)
            .replace("</a><span>", &format!("</a>{between}"))
            .replace("</span></li>", item_end);
        format!("{before}{begin}{items}{end}{after}")
    }
}

#[test]
fn other_wrappers_give_the_same_facts() {
    let url = "https://www.koreatimes.co.kr/www/nation/2017/05/356_229110.html";
    let mut page = String::new();
    let file = fs::File::open(project("tests/pages/koreatimes/2017-05-11-bridge-opens.html.gz")).unwrap();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(file), &mut page).unwrap();
    let program = Program::new();
    let read = |page: &str| {
        program.write("page.html", page);
        let mut record = program
            .run(&["extract", "--profile", "koreatimes", "--url", url, "--explain", "page.html"])
            .expect(0)
            .json();
        let fields = record.as_object_mut().unwrap();
        fields.remove("provenance");
        let ledger = fields.remove("ledger").unwrap();
        (record, json!([ledger["claimed"], ledger["residual"], ledger["linked"]]))
    };
    let as_recorded = read(&page);
    assert_eq!(as_recorded.0["related"].as_array().unwrap().len(), 2);
    let mut differences = String::new();
    for variation in VARIATIONS {
        let (record, ledger) = read(&variation.wrap(&page));
        let fields = as_recorded
            .0
            .as_object()
            .unwrap()
            .iter()
            .map(|(field, value)| (field.as_str(), value, &record[field]));
        for (field, expected, found) in fields.chain([("ledger", &as_recorded.1, &ledger)]) {
            if found != expected {
                differences.push_str(&format!(
                    "{}: {field}\n  expected {expected}\n  found    {found}\n",
                    variation.name
                ));
            }
        }
    }
    assert!(differences.is_empty(), "{differences}");
}
