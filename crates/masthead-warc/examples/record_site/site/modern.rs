//! Pages of 2025 on: server-rendered, with metadata in the head and hashed class names.
//!
//! The body's markup is as the real site has it; headline, byline and dates around it are made up, and differ from page
//! to page where the metadata does not.

use serde_json::json;

use super::article::{Article, Image, Part, Trait};
use super::template::{attribute, html};
use super::{Fault, Site};

pub(super) fn page(article: &Article, site: &Site) -> Result<String, Fault> {
    let values = [
        ("title", html(&article.title)),
        ("title_attribute", attribute(&article.title)),
        ("url", article.url.clone()),
        ("hash", article.hash("css", 5)),
        ("meta", meta(article)),
        ("jsonld", jsonld(article)?),
        ("header", header(article)),
        ("body", body(article, site)?),
    ];
    site.page("editor-contents", &values)
}

fn image_url(article: &Article, place: usize) -> String {
    let (day, _) = Article::day_and_time(article.published.as_deref().unwrap_or_default());
    let name = article.hash(&place.to_string(), 32);
    format!("https://newsimg.koreatimes.co.kr/{}/{name}.jpg", day.replace('-', "/"))
}

fn meta(article: &Article) -> String {
    let mut properties = vec![("article:section", Some(article.section.clone()))];
    properties.push(("article:published_time", article.published.clone()));
    properties.push(("article:modified_time", article.updated.clone()));
    let first = article.body.iter().position(|part| matches!(part, Part::Image(_)));
    properties.push(("og:image", first.map(|place| image_url(article, place))));
    properties.push(("og:description", Some(article.lead())));
    let known = properties.into_iter().filter_map(|(name, value)| Some((name, attribute(&value?))));
    known.map(|(name, value)| format!("<meta property=\"{name}\" content=\"{value}\"/>\n")).collect()
}

fn jsonld(article: &Article) -> Result<String, Fault> {
    let authors: Vec<_> = article
        .authors
        .iter()
        .map(|author| json!({"@type": "Person", "name": author.name, "email": author.email}))
        .collect();
    let mut node = json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": article.url,
        "headline": article.title,
        "articleSection": article.section,
        "datePublished": article.published,
        "author": authors,
        "publisher": {"@type": "Organization", "name": "The Byeolmari Courier"},
    });
    if let (Some(updated), Some(object)) = (&article.updated, node.as_object_mut()) {
        object.insert("dateModified".to_owned(), json!(updated));
    }
    // A script ends at the first "</", wherever it stands.
    Ok(serde_json::to_string(&node)?.replace("</", "<\\/"))
}

/// Headline, byline and dates, outside of the body.
fn header(article: &Article) -> String {
    let hash = article.hash("css", 5);
    let addresses = article.authors.iter().map(|author| {
        let email = author.email.as_deref().unwrap_or_default();
        format!("<li><strong>{}</strong> <a href=\"mailto:{email}\">{email}</a></li>", html(&author.name))
    });
    let addresses: String = addresses.collect();
    let writers = match article.shape() % 2 {
        _ if addresses.is_empty() => String::new(),
        0 => format!("<ul class=\"ArticleHeader_writers__{hash}\">{addresses}</ul>"),
        _ => format!("<section class=\"Byline_area__{hash}\"><span>By</span><ul>{addresses}</ul></section>"),
    };
    let shown = |label: &str, time: &Option<String>| {
        let (day, clock) = Article::day_and_time(time.as_deref()?);
        Some(format!("<span>{label} {} {clock} KST</span>", day.replace('-', ".")))
    };
    let dates = [shown("Published", &article.published), shown("Updated", &article.updated)];
    format!(
        "<nav class=\"Breadcrumb_wrap__{hash}\"><span>{}</span></nav>\n  <h1 class=\"ArticleHeader_title__{hash}\">{}</h1>\n  \
         {writers}\n  <p class=\"ArticleHeader_dates__{hash}\">{}</p>",
        html(&article.section),
        html(&article.title),
        dates.into_iter().flatten().collect::<Vec<_>>().join(" ")
    )
}

fn body(article: &Article, site: &Site) -> Result<String, Fault> {
    let mut parts = Vec::new();
    for (place, part) in article.body.iter().enumerate() {
        parts.push(match part {
            Part::Paragraph(text) => {
                format!("<p class=\"editor-p\" data-break-type=\"text\">{}</p>", html(text))
            }
            Part::Heading(text) => format!("<h3 class=\"editor-tit\">{}</h3>", html(text)),
            Part::Break => "<p class=\"editor-p\" data-break-type=\"break\"><br/></p>".to_owned(),
            Part::Image(image) => photo(article, place, image),
        });
        if place == 1 && article.has(Trait::Ads) {
            parts.push(
                "<div id=\"koreatimes_inarticle_1\"><span>Advertisement</span><script>var slot = 1;</script></div>"
                    .to_owned(),
            );
        }
        if place == 2 && !article.related.is_empty() {
            parts.push(related(article, site)?);
        }
    }
    Ok(parts.join("\n"))
}

fn photo(article: &Article, place: usize, image: &Image) -> String {
    let url = image_url(article, place);
    let alt = attribute(image.caption.as_deref().unwrap_or_default());
    let picture =
        format!("<img src=\"{url}?v=1750000000000&amp;w=740\" alt=\"{alt}\" data-resolved-width=\"740\"/>");
    let picture = match article.shape() % 2 {
        0 => picture,
        _ => format!(
            "<picture><source media=\"(max-width: 673px)\" srcset=\"{url}?w=480\"/>{picture}</picture>"
        ),
    };
    let caption = image.line().map(|line| format!("<div class=\"caption\">{}</div>", html(&line)));
    format!("<div class=\"editor-img-box\">{picture}{}</div>", caption.unwrap_or_default())
}

/// The box of related stories lies in the middle of the text.
fn related(article: &Article, site: &Site) -> Result<String, Fault> {
    let mut items = String::new();
    for id in &article.related {
        let other = site.article(id)?;
        items.push_str(&format!("<li><a href=\"{}\">{}</a></li>", other.path(), html(&other.title)));
    }
    Ok(format!("<div class=\"module-articles\"><strong>Related articles</strong><ul>{items}</ul></div>"))
}
