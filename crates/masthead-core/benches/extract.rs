//! Extraction beside the bare parse by `scraper`, in pairs, page by page: the ratios are what counts.
//!
//! Of each page: the bare parse; the page's own address, which is our parse, the layout and little else; extraction as a
//! crawl does it; and extraction with provenance and ledger in the record.
//!
//!     cargo bench -p masthead-core --bench extract
//!
//! The pages are those of the accuracy corpus beside the project (`MASTHEAD_SHARED`, or `../shared`); without it, the
//! project's own.

use std::hint::black_box;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use flate2::read::MultiGzDecoder;
use masthead_core::profile::{NoBases, Source, load};
use masthead_core::{Options, Page, Profile};
use url::Url;

/// An ordinary profile, for pages without one of their own: as many rules as people write.
const ORDINARY: &str = "
profile: ordinary
version: 1
hosts: [example.com]
timezone: UTC
article:
  title: [{jsonld: headline}, h1, auto]
  subtitle: [h1 + p, .subtitle, .standfirst]
  byline: [{jsonld: 'author[].name'}, {css: '[rel=author], .author, .byline', all: true}]
  published: [{jsonld: datePublished}, {meta: 'article:published_time'}, time@datetime]
  updated: [{jsonld: dateModified}, {meta: 'article:modified_time'}]
  section: [{meta: 'article:section'}, auto]
  tags: [{jsonld: keywords}, {css: 'a[rel=tag]', all: true}]
  images: {each: figure, caption: figcaption}
  body: {css: 'article p, main p, [itemprop=articleBody] p', all: true, drop: [aside, nav, .ad, .related]}
";

fn profile(name: &str, text: &str) -> Profile {
    load(Source::new(name, text), &NoBases).unwrap_or_else(|faults| panic!("{faults}"))
}

/// A file of the project's profiles.
fn own_profile(name: &str) -> Profile {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../profiles").join(name);
    profile(
        name,
        &std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())),
    )
}

fn text(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut plain = Vec::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).expect("gzip");
    } else {
        plain = bytes;
    }
    masthead_core::decode(&plain, None, None).text
}

/// The median of the times of one run, over so many that they take a quarter of a second.
fn time(mut work: impl FnMut()) -> Duration {
    let first = Instant::now();
    work();
    let rounds = (250_000 / first.elapsed().as_micros().max(1)).clamp(5, 200);
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let begin = Instant::now();
            work();
            begin.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}

fn pages(shared: &Path) -> Vec<(PathBuf, &'static str)> {
    let fundus = shared.join("corpus/fundus");
    let mut pages = vec![(shared.join("koreatimes/article-2019-08-21.html"), "koreatimes.yaml")];
    for day in ["2025_05_15", "2026_01_29", "2026_07_12"] {
        pages.push((fundus.join(format!("kr/HankookIlbo/HankookIlbo_{day}.html.gz")), "hankookilbo.yaml"));
    }
    // One page of every eighth publisher, in the order of their names: fourteen more.
    let mut publishers: Vec<PathBuf> = glob(&fundus).iter().flat_map(|country| glob(country)).collect();
    publishers.retain(|folder| !folder.ends_with("HankookIlbo"));
    for folder in publishers.iter().step_by(8).take(14) {
        let page = glob(folder).into_iter().find(|path| path.to_string_lossy().ends_with(".html.gz"));
        pages.extend(page.map(|page| (page, "")));
    }
    pages
}

fn glob(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() {
    let shared = std::env::var_os("MASTHEAD_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    if !shared.join("corpus").is_dir() {
        println!("SKIPPED: no corpus at {}", shared.display());
        return;
    }
    let url = Url::parse("https://www.example.com/news/2026/07/01/a.html").expect("a URL");
    println!(
        "{:>7} KB {:>9} {:>9} {:>9} {:>9} {:>6}  page",
        "", "bare", "tree", "extract", "explain", "ratio"
    );
    let mut sums = [Duration::ZERO; 4];
    let mut ratios = Vec::new();
    for (path, name) in pages(&shared) {
        let profile = if name.is_empty() { profile("ordinary.yaml", ORDINARY) } else { own_profile(name) };
        let text = text(&path);
        let page = Page { url: &url, text: &text, fetched: None, witness: None };
        let explain = Options { explain: true, ..Options::default() };
        let times = [
            time(|| drop(black_box(scraper::Html::parse_document(&text)))),
            time(|| drop(black_box(masthead_core::own_address(&text)))),
            time(|| drop(black_box(masthead_core::read(&profile, &page, &Options::default())))),
            time(|| drop(black_box(masthead_core::read(&profile, &page, &explain)))),
        ];
        let [bare, tree, extract, explained] = times.map(|time| time.as_micros());
        let ratio = times[3].as_secs_f64() / times[0].as_secs_f64();
        ratios.push(ratio);
        sums.iter_mut().zip(times).for_each(|(sum, time)| *sum += time);
        println!(
            "{:>7} KB {bare:>6} µs {tree:>6} µs {extract:>6} µs {explained:>6} µs {ratio:>6.2}  {}",
            text.len() / 1024,
            path.file_name().unwrap_or_default().to_string_lossy()
        );
    }
    ratios.sort_by(f64::total_cmp);
    let [tree, extract, explained] = [1, 2, 3].map(|part| sums[part].as_secs_f64() / sums[0].as_secs_f64());
    println!(
        "all pages together, × the bare parse: tree {tree:.2}, extract {extract:.2}, explain {explained:.2}; \
         explain on the median page {:.2}, on the worst {:.2}",
        ratios[ratios.len() / 2],
        ratios[ratios.len() - 1]
    );
}
