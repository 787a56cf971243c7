//! Pages of 2013 to 2025.
//!
//! Headline, dates and the body's container are as the real site had them. The names of everything around captions,
//! mail rows, section labels and related boxes are unknown, and differ from page to page here: only structure helps.

use super::article::{Article, Era, Image, Part, Trait};
use super::template::{attribute, html};
use super::{Fault, Site};

const BREAK: &str = "<br><br>";
const SCRIPT: &str = "<script>googletag.cmd.push(function() { googletag.display('div-gpt-ad-1'); });</script>\n\
                      <iframe src=\"about:blank\" title=\"advertisement\"></iframe>";

pub(super) fn page(article: &Article, site: &Site) -> Result<String, Fault> {
    let values = [
        ("title", html(&article.title)),
        ("charset", if article.has(Trait::EucKr) { "euc-kr" } else { "utf-8" }.to_owned()),
        ("font", if article.era == Era::L2 { "HD" } else { "LoraMedium" }.to_owned()),
        ("head", head(article)),
        ("parent", html(&article.menu)),
        ("section", section(article)),
        ("korean_title", korean_title(article)),
        ("dates", dates(article)),
        ("body", body(article)),
        ("mail", mail(article)),
        ("related", related(article, site)?),
        ("footer", footer(article)),
    ];
    site.page(if article.era == Era::L1 { "view-page-news" } else { "view-headline" }, &values)
}

/// Every page of the third era says that the front page is its canonical address. Who believes it loses them all.
fn head(article: &Article) -> String {
    match article.era {
        Era::L3 => "<link rel=\"canonical\" href=\"https://www.koreatimes.co.kr/\" />".to_owned(),
        _ if article.has(Trait::Canonical) => format!("<link rel=\"canonical\" href=\"{}\" />", article.url),
        _ => String::new(),
    }
}

/// The label stands right before the headline's wrapper.
fn section(article: &Article) -> String {
    let label = html(&article.section);
    match article.shape() % 3 {
        0 => format!("<div class=\"view_section_name\"><a href=\"/www/section_113.html\">{label}</a></div>"),
        1 => format!("<p class=\"art_cate\">{label}</p>"),
        _ => format!("<div class=\"cate_line\"><span>{label}</span></div>"),
    }
}

fn korean_title(article: &Article) -> String {
    let title = article.korean_title.as_deref().map(html);
    title.map(|title| format!("<div class=\"view_headlineK HD_kor\">{title}</div>")).unwrap_or_default()
}

fn dates(article: &Article) -> String {
    if article.has(Trait::NoDate) {
        return String::new();
    }
    let space = if article.has(Trait::Nbsp) { "\u{a0}" } else { "&nbsp;" };
    let labelled = [("Posted", &article.published), ("Updated", &article.updated)];
    let known =
        labelled.iter().filter_map(|(label, time)| Some((label, Article::day_and_time(time.as_deref()?))));
    if article.era == Era::L1 {
        return known
            .map(|(label, (day, time))| format!("<span>{label} :{space}{day} {time}</span>\n   "))
            .collect();
    }
    let dates = known
        .map(|(label, (day, time))| format!("<div class=\"view_date\">{label} : {day}{space} {time}</div>"));
    format!("<div class=\"date_div\">{}</div>", dates.collect::<String>())
}

fn body(article: &Article) -> String {
    let id = if article.has(Trait::P) { "p" } else { "startts" };
    let mut body = format!("<div id=\"{id}\">");
    if article.has(Trait::Listen) {
        body.push_str("<div id=\"webtalks_btn_listenDiv\"><a href=\"#\">Listen</a></div>\n");
    }
    body.push_str(&if article.era == Era::L3 { paragraphs(article) } else { runs(article) });
    if article.has(Trait::Ads) || article.has(Trait::Empty) {
        body.push_str(SCRIPT);
    }
    body.push_str("</div>");
    body
}

/// The third era: a `p` a paragraph, the byline among them.
fn paragraphs(article: &Article) -> String {
    let mut parts = Vec::new();
    let mut byline = article.byline().map(|names| format!("<p class=\"editor-p\">By {}</p>", html(&names)));
    for (place, part) in article.body.iter().enumerate() {
        match part {
            Part::Image(image) => parts.push(photo(article, place, image)),
            Part::Paragraph(text) => {
                parts.extend(byline.take());
                parts.push(format!("<p class=\"editor-p read\" data-break-type=\"text\">{}</p>", html(text)));
            }
            Part::Heading(text) => parts.push(format!("<h3 class=\"editor-tit\">{}</h3>", html(text))),
            Part::Break => parts.push("<p class=\"editor-p\"><br></p>".to_owned()),
        }
        if place == 2 && article.has(Trait::Ads) {
            parts.push(SCRIPT.to_owned());
        }
    }
    parts.join("\n")
}

/// Before: runs of lines between two photos, the byline first in the first run.
fn runs(article: &Article) -> String {
    let mut parts = Vec::new();
    let mut run: Vec<String> = Vec::new();
    let mut byline = article.byline().map(|names| format!("By {}", html(&names)));
    for (place, part) in article.body.iter().enumerate() {
        match part {
            Part::Paragraph(text) | Part::Heading(text) => {
                run.extend(byline.take());
                run.push(html(text));
            }
            Part::Image(image) => {
                parts.extend(span(article, &std::mem::take(&mut run)));
                if !parts.is_empty() && article.has(Trait::Ads) {
                    parts.push(SCRIPT.to_owned());
                }
                parts.push(photo(article, place, image));
            }
            Part::Break => {}
        }
    }
    parts.extend(span(article, &run));
    parts.join("\n")
}

fn span(article: &Article, run: &[String]) -> Option<String> {
    if run.is_empty() {
        return None;
    }
    let spans = || run.iter().map(|line| format!("<span>{line}</span>")).collect::<Vec<_>>().join(BREAK);
    Some(match () {
        () if article.has(Trait::Nested) => format!("<span>{}</span>", spans()),
        () if article.has(Trait::Siblings) => spans(),
        () => format!("<span>{}</span>", run.join(BREAK)),
    })
}

/// The wrapper is the body's child and the picture is the wrapper's child; each picture has the first one's text as its
/// `alt`, as on the real pages.
fn photo(article: &Article, place: usize, image: &Image) -> String {
    let (day, _) = Article::day_and_time(article.published.as_deref().unwrap_or_default());
    let month: String = day.chars().filter(char::is_ascii_digit).take(6).collect();
    let name = article.hash(&place.to_string(), 32);
    let alt = article.images().next().and_then(Image::line).unwrap_or_default();
    let picture = format!(
        "<img src=\"https://img.koreatimes.co.kr/upload/newsV2/images/{month}/{name}.jpg/dims/resize/740/optimize\" \
         alt=\"{}\">",
        attribute(&alt)
    );
    let line = html(&image.line().unwrap_or_default());
    match article.shape() % 4 {
        0 => format!("<div class=\"img_arc\">{picture}<div class=\"img_txt\">{line}</div></div>"),
        1 => format!("<div class=\"pic_box740\">{picture}<p class=\"pic_cap\">{line}</p></div>"),
        2 => format!("<figure class=\"ph\">{picture}<figcaption>{line}</figcaption></figure>"),
        _ => format!("<div class=\"photo_center\">{picture}<br><span class=\"cap_txt\">{line}</span></div>"),
    }
}

/// The address of the only author, glued to an image that says "Email".
fn mail(article: &Article) -> String {
    let Some(email) = article.authors.first().and_then(|author| author.email.as_deref()) else {
        return String::new();
    };
    let login = email.split('.').next().unwrap_or_default();
    let image = "<img src=\"/www2/img/email.png\" alt=\"Email\">";
    let list = format!(
        "<a href=\"/www2/common/morelist.asp?id={login}\"><img src=\"/www2/img/list.png\" alt=\"Article List\"></a>"
    );
    let address = format!("<a href=\"mailto:{email}\">{image}{email}</a>");
    match (article.era, article.shape() / 3 % 3) {
        (Era::L1, _) => format!("<div class=\"view_page_translation_email\">{address} {list}</div>"),
        (_, 0) => format!("<div class=\"view_email_div\">{address} {list}</div>"),
        (_, 1) => format!("<table class=\"rp_tb\"><tr><td>{address}</td><td>{list}</td></tr></table>"),
        _ => format!("<p class=\"reporter_line\">{list} {image}<a href=\"mailto:{email}\">{email}</a></p>"),
    }
}

fn related(article: &Article, site: &Site) -> Result<String, Fault> {
    let mut items = String::new();
    let shape = article.shape() / 7 % 3;
    for id in &article.related {
        let other = site.article(id)?;
        let link = format!("<a href=\"{}\">{}</a>", other.path(), html(&other.title));
        let lead = html(&other.lead());
        items.push_str(&match shape {
            0 => format!("<div class=\"view_more_item\">{link}<div>{lead}</div></div>"),
            1 => format!("<div class=\"rel_row\">{link}<p>{lead}</p></div>"),
            _ => format!("<li>{link}<span>{lead}</span></li>"),
        });
    }
    let heading = "More articles by this reporter";
    Ok(match shape {
        _ if items.is_empty() => String::new(),
        0 => format!("<div class=\"view_more_div\"><div>{heading}</div>{items}</div>"),
        1 => format!("<div class=\"rel_area\"><strong>{heading}</strong>{items}</div>"),
        _ => format!("<div class=\"by_reporter\"><h4>{heading}</h4><ul>{items}</ul></div>"),
    })
}

/// The webmaster's address is nobody's byline.
fn footer(article: &Article) -> String {
    if article.has(Trait::Footer) {
        return "<a href=\"mailto:webmaster@koreatimes.co.kr\">webmaster@koreatimes.co.kr</a>".to_owned();
    }
    "<img src=\"https://img.koreatimes.co.kr/www2/img/footer_img.gif\" usemap=\"#Map\" alt=\"\"/><map name=\"Map\">\
     <area href=\"mailto:webmaster@koreatimes.co.kr\" shape=\"rect\" coords=\"0,0,9,9\"></map>"
        .to_owned()
}
