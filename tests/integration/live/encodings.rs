//! Bytes of many encodings, however they are labelled.

use encoding_rs::{EUC_KR, Encoding, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

use super::server::{Answer, Page, Server};
use super::site::{Crawl, OPEN, list};

/// An encoding, a title in it, and a paragraph from which it can be told.
type Sample = (&'static Encoding, &'static str, &'static str);

const SAMPLES: [Sample; 4] = [
    (
        EUC_KR,
        "항구에 새 등대가 섰다",
        "오늘 아침 항구에는 안개가 짙었고 어선들은 한낮까지 부두에 머물렀다. 새 등대의 불빛은 먼바다에서도 보인다고 선장들은 전했다.",
    ),
    (
        SHIFT_JIS,
        "港に新しい灯台が立つ",
        "今朝の港は霧が深く、漁船は昼まで岸壁にとどまった。新しい灯台の光は沖からもよく見えると船長たちは話している。",
    ),
    (
        WINDOWS_1251,
        "В порту открыли новый маяк",
        "Утром над гаванью стоял густой туман, и рыбаки до полудня оставались у причала. Свет нового маяка виден далеко в море.",
    ),
    (
        WINDOWS_1252,
        "“Café du port” rouvre à Noël – déjà complet",
        "Le café du port a rouvert ses portes ce matin après l’été ; les pêcheurs y étaient dès l’aube, malgré la brume épaisse.",
    ),
];

#[derive(Clone, Copy, Debug)]
enum Label {
    Header,
    Meta,
    Absent,
    /// The header says UTF-8, which the bytes are not.
    Wrong,
}

const LABELS: [Label; 4] = [Label::Header, Label::Meta, Label::Absent, Label::Wrong];

fn page((encoding, title, text): Sample, label: Label) -> Answer {
    let meta = match label {
        Label::Meta => format!("<meta charset=\"{}\">", encoding.name().to_lowercase()),
        _ => String::new(),
    };
    let html = format!(
        "<!doctype html><html><head>{meta}<title>{title}</title></head><body><h1>{title}</h1>\
         <time datetime=\"2024-03-05T08:15:00+09:00\">2024</time><div class=text><p>{text}</p></div></body></html>"
    );
    let (bytes, _, lossy) = encoding.encode(&html);
    assert!(!lossy, "{title} can't be written in {}", encoding.name());
    let kind = match label {
        Label::Header => format!("text/html; charset={}", encoding.name()),
        Label::Meta | Label::Absent => "text/html".to_owned(),
        Label::Wrong => "text/html; charset=utf-8".to_owned(),
    };
    Answer::Page(Page::new(200, bytes.into_owned()).header("Content-Type", &kind))
}

#[test]
fn titles_are_exact_however_they_are_labelled() {
    let cases: Vec<(Sample, Label)> =
        SAMPLES.iter().flat_map(|sample| LABELS.map(|label| (*sample, label))).collect();
    let (served, count) = (cases.clone(), cases.len());
    let server = Server::start(1, move |asked| match asked.path.strip_prefix("/article/") {
        Some(number) => {
            let (sample, label) = served[number.parse::<usize>().unwrap()];
            page(sample, label)
        }
        None if asked.path == "/" => {
            Answer::html(list((0..count).map(|number| format!("/article/{number}"))))
        }
        None => Answer::text(OPEN),
    });
    let crawl = Crawl::of(&server, 1, "");
    crawl.run(&["--delay", "5ms"]).expect(0);
    assert_eq!(crawl.urls().len(), count);
    for record in crawl.records() {
        let number: usize = record["url"].as_str().unwrap().rsplit('/').next().unwrap().parse().unwrap();
        let ((encoding, title, text), label) = cases[number];
        assert_eq!(record["title"], title, "{} with its label {label:?}", encoding.name());
        assert_eq!(record["body"], text, "{} with its label {label:?}", encoding.name());
    }
    eprintln!("{count} pages of {} encodings", SAMPLES.len());
}

/// A template's label over text that is UTF-8 beyond doubt.
#[test]
fn valid_utf_8_beats_a_label() {
    let labels = ["iso-8859-1", "windows-1252", "euc-kr", "us-ascii"];
    let title = "Ein neuer Leuchtturm für die Förde – “endlich”";
    let server = Server::start(1, move |asked| match asked.path.strip_prefix("/article/") {
        Some(number) => {
            let kind = format!("text/html; charset={}", labels[number.parse::<usize>().unwrap()]);
            let page = Page::new(200, super::site::article(title));
            Answer::Page(page.header("Content-Type", &kind))
        }
        None if asked.path == "/" => Answer::html(list((0..4).map(|number| format!("/article/{number}")))),
        None => Answer::text(OPEN),
    });
    let crawl = Crawl::of(&server, 1, "");
    crawl.run(&["--delay", "5ms"]).expect(0);
    let records = crawl.records();
    assert_eq!(records.len(), labels.len());
    for record in records {
        assert_eq!(record["title"], title, "{}", record["url"]);
    }
}
