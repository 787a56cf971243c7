//! Everything that leads to articles: lists, feeds, sitemaps.

use serde::Deserialize;

use super::article::{Article, Era};
use super::template::{attribute, hash, html};
use super::{Fault, Site};

const HOST: &str = "https://www.koreatimes.co.kr";

/// `site.json`: the pages that are not articles, and what a crawl must make of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteMap {
    #[serde(rename = "note")]
    _note: String,
    /// Time of the first record.
    pub(super) recorded: String,
    /// The time that pages show at their top: of their reading, not of their writing.
    pub(super) clock: String,
    pub(super) lists: Vec<List>,
    pub(super) feeds: Vec<Feed>,
    pub(super) sitemap_index: String,
    pub(super) sitemaps: Vec<Feed>,
    pub(super) redirects: Vec<Redirect>,
    pub(super) copies: Vec<Copy>,
    pub(super) failures: Vec<Failure>,
    pub(super) never_requested: Vec<NeverRequested>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct List {
    pub(super) url: String,
    template: String,
    title: String,
    /// Addresses of all pages of a list that has more than one.
    pages: Vec<String>,
    entries: Vec<Entry>,
}

/// A link to an article of ours, or to something else.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    article: Option<String>,
    /// Added to the article's address: a tracker, a fragment.
    suffix: Option<String>,
    /// Another host that serves the article.
    host: Option<String>,
    href: Option<String>,
    text: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Feed {
    pub(super) url: String,
    pub(super) style: String,
    pub(super) articles: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Redirect {
    pub(super) from: String,
    /// Id of an article.
    pub(super) to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Copy {
    pub(super) url: String,
    /// Id of an article.
    pub(super) of: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Failure {
    pub(super) url: String,
    pub(super) status: u16,
    #[serde(rename = "what")]
    _what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NeverRequested {
    pub(super) url: String,
    #[serde(rename = "why")]
    _why: String,
}

/// Links to the first page of each list, for the top of every page.
pub(super) fn menu(map: &SiteMap) -> String {
    let first = map.lists.iter().filter(|list| list.pages.first().is_none_or(|first| *first == list.url));
    first.map(|list| format!("<li><a href=\"{}\">{}</a></li>", path(&list.url), html(&list.title))).collect()
}

/// The ranking beside every article.
pub(super) fn ranking(site: &Site) -> Result<String, Fault> {
    let mut items = String::new();
    for id in ["three-photo-storm", "deep-long-read", "island-clinic", "bridge-opens"] {
        let article = site.article(id)?;
        let image = "<img src=\"/www2/img/1.png\" alt=\"number\">";
        items.push_str(&format!(
            "<li><a href=\"{}\">{image}{}</a></li>",
            article.path(),
            html(&article.title)
        ));
    }
    Ok(items)
}

pub(super) fn list(list: &List, site: &Site) -> Result<String, Fault> {
    let mut entries = String::new();
    for entry in &list.entries {
        entries.push_str(&link(entry, &list.template, &hash(&list.url, 5), site)?);
        entries.push('\n');
    }
    let numbered = list.pages.iter().enumerate();
    let pages =
        numbered.map(|(index, url)| format!("<a href=\"{}\">{}</a> ", path(url), index + 1)).collect();
    let values =
        [("title", html(&list.title)), ("entries", entries), ("pages", pages), ("hash", hash(&list.url, 5))];
    let template =
        if matches!(list.template.as_str(), "list" | "section-front") { "list" } else { "section" };
    site.page(template, &values)
}

fn link(entry: &Entry, template: &str, hash: &str, site: &Site) -> Result<String, Fault> {
    let article = entry.article.as_deref().map(|id| site.article(id)).transpose()?;
    let own =
        article.map(|article| format!("{}{}", entry.host.as_deref().unwrap_or_default(), article.path()));
    let address = own.or_else(|| entry.href.clone()).ok_or("an entry of a list has no address")?;
    let address = attribute(&format!("{address}{}", entry.suffix.as_deref().unwrap_or_default()));
    let title =
        html(article.map(|article| article.title.as_str()).or(entry.text.as_deref()).unwrap_or_default());
    Ok(match template {
        "list" => classic_item(&address, &title, article),
        "section-front" => {
            format!("<div class=\"list2_article_headline HD\"><a href=\"{address}\">{title}</a></div>")
        }
        _ => format!(
            "<li class=\"SectionModule_item__{hash}\"><a href=\"{address}\"><h3>{title}</h3></a></li>"
        ),
    })
}

fn classic_item(address: &str, title: &str, article: Option<&Article>) -> String {
    let lead = article.map(|article| format!("<a href=\"{address}\">{}</a>", html(&article.lead())));
    let line = article.and_then(|article| {
        let (day, time) = Article::day_and_time(article.published.as_deref()?);
        let byline = article.byline().map(|names| format!("By {} | ", html(&names)));
        Some(format!("{}{day} {time}", byline.unwrap_or_default()))
    });
    format!(
        "<div class=\"list_article_area\"><div class=\"list_article_headline HD\"><a href=\"{address}\">{title}</a></div>\
         <div class=\"list_article_lead\">{}</div><div class=\"list_article_byline2\">{}</div></div>",
        lead.unwrap_or_default(),
        line.unwrap_or_default()
    )
}

/// RSS 2.0. The old feeds write their date element in lower case, which strict readers miss.
pub(super) fn feed(feed: &Feed, site: &Site) -> Result<String, Fault> {
    let mut items = String::new();
    for id in &feed.articles {
        let article = site.article(id)?;
        let published = article.published.as_deref().ok_or("a feed names an article without a date")?;
        let time: jiff::Timestamp = published.parse()?;
        let date = match feed.style.as_str() {
            "old" => format!("<pubdate>{published}</pubdate>"),
            _ => format!("<pubDate>{}</pubDate>", time.strftime("%a, %d %b %Y %H:%M:%S GMT")),
        };
        let author = article.byline().map(|names| format!("<author>{}</author>", html(&names)));
        items.push_str(&format!(
            "<item><title>{}</title><link>{}</link><description>{}</description>{}{date}</item>\n",
            html(&article.title),
            article.url,
            html(&article.lead()),
            author.unwrap_or_default()
        ));
    }
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- All text is fictional and made for tests. -->\n\
         <rss version=\"2.0\"><channel><title>The Byeolmari Courier</title><link>{HOST}/</link>\
         <description>A paper that does not exist</description>\n{items}</channel></rss>\n"
    ))
}

pub(super) fn sitemap_index(map: &SiteMap) -> String {
    let entries =
        map.sitemaps.iter().map(|sitemap| format!("<sitemap><loc>{}</loc></sitemap>\n", sitemap.url));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{}</sitemapindex>\n",
        entries.collect::<String>()
    )
}

pub(super) fn sitemap(sitemap: &Feed, site: &Site) -> Result<String, Fault> {
    let mut entries = String::new();
    for id in &sitemap.articles {
        let article = site.article(id)?;
        let date = article.published.as_deref().unwrap_or_default();
        let news = format!(
            "<news:news><news:publication><news:name>The Byeolmari Courier</news:name><news:language>en</news:language>\
             </news:publication><news:publication_date>{date}</news:publication_date><news:title>{}</news:title></news:news>",
            html(&article.title)
        );
        let detail = if sitemap.style == "news" { news } else { format!("<lastmod>{date}</lastmod>") };
        entries.push_str(&format!("<url><loc>{}</loc>{detail}</url>\n", article.url));
    }
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- All text is fictional and made for tests. -->\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">\n{entries}</urlset>\n"
    ))
}

fn path(url: &str) -> &str {
    url.strip_prefix(HOST).unwrap_or(url)
}

/// An article's page, in the markup of its era.
pub(super) fn article(article: &Article, site: &Site) -> Result<String, Fault> {
    match article.era {
        Era::L1 | Era::L2 | Era::L3 => super::classic::page(article, site),
        Era::L4 => super::modern::page(article, site),
    }
}
