//! The floor: what a program of a hundred lines does that fetches with `reqwest`, parses with `scraper` and writes what
//! six selectors find. It keeps no state, asks no robots.txt, and loses everything when it is killed.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex};

use scraper::{ElementRef, Html, Selector};
use serde_json::json;

/// Requests in flight.
const IN_FLIGHT: usize = 8;

struct Selectors {
    link: Selector,
    title: Selector,
    byline: Selector,
    published: Selector,
    paragraph: Selector,
    image: Selector,
    tag: Selector,
}

impl Selectors {
    fn new() -> Self {
        let selector = |text| Selector::parse(text).expect("a selector");
        Self {
            link: selector("a[href]"),
            title: selector("h1.headline"),
            byline: selector(".byline a"),
            published: selector("time.published"),
            paragraph: selector(".article-body p"),
            image: selector("figure.photo img"),
            tag: selector(".tags a"),
        }
    }
}

/// What the workers share.
struct Floor {
    client: reqwest::Client,
    base: String,
    selectors: Selectors,
    output: Mutex<BufWriter<File>>,
}

/// Fetches the site's lists, then its articles, and writes a line for each.
pub(crate) fn crawl(base: &str, output: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let floor = Arc::new(Floor {
        client: reqwest::Client::builder().no_proxy().build().expect("a client"),
        base: base.to_owned(),
        selectors: Selectors::new(),
        output: Mutex::new(BufWriter::new(File::create(output).expect("a file"))),
    });
    runtime.block_on(async {
        let lists = floor.links("/", "/list/").await;
        let mut articles = Vec::new();
        for list in lists {
            articles.extend(floor.links(&list, "/news/").await);
        }
        let mut seen = std::collections::HashSet::new();
        articles.retain(|path| seen.insert(path.clone()));
        let queue = Arc::new(Mutex::new(VecDeque::from(articles)));
        let workers = (0..IN_FLIGHT).map(|_| tokio::spawn(work(Arc::clone(&floor), Arc::clone(&queue))));
        for worker in workers.collect::<Vec<_>>() {
            worker.await.expect("a worker");
        }
    });
    let mut output = floor.output.lock().expect("the output");
    output.flush().expect("the output");
    output.get_ref().sync_all().expect("the output");
}

async fn work(floor: Arc<Floor>, queue: Arc<Mutex<VecDeque<String>>>) {
    loop {
        let next = queue.lock().expect("the queue").pop_front();
        let Some(path) = next else { return };
        let text = floor.fetch(&path).await;
        // On the thread that fetched it: with as many threads as cores, the cheapest place.
        floor.read(&path, &text);
    }
}

impl Floor {
    async fn fetch(&self, path: &str) -> String {
        let answer = self.client.get(format!("{}{path}", self.base)).send().await.expect("an answer");
        answer.text().await.expect("a page")
    }

    async fn links(&self, path: &str, prefix: &str) -> Vec<String> {
        let text = self.fetch(path).await;
        let page = Html::parse_document(&text);
        let links = page.select(&self.selectors.link).filter_map(|link| link.value().attr("href"));
        links.filter(|link| link.starts_with(prefix)).map(str::to_owned).collect()
    }

    fn read(&self, path: &str, text: &str) {
        let page = Html::parse_document(text);
        let first = |selector| page.select(selector).next();
        let all = |selector| page.select(selector).map(content).collect::<Vec<_>>();
        let record = json!({
            "url": format!("{}{path}", self.base),
            "title": first(&self.selectors.title).map(content),
            "byline": first(&self.selectors.byline).map(content),
            "published": first(&self.selectors.published).and_then(|time| time.value().attr("datetime")),
            "body": all(&self.selectors.paragraph).join("\n\n"),
            "images": page.select(&self.selectors.image).filter_map(|image| image.value().attr("src")).collect::<Vec<_>>(),
            "tags": all(&self.selectors.tag),
        });
        let mut output = self.output.lock().expect("the output");
        serde_json::to_writer(&mut *output, &record).expect("a line");
        output.write_all(b"\n").expect("a line");
    }
}

fn content(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().trim().to_owned()
}
