//! A newspaper that does not exist: the same bytes on every machine, as heavy with scripts as its likes.

use std::fmt::Write as _;

pub(crate) const LISTS: usize = 100;
pub(crate) const PER_LIST: usize = 50;
pub(crate) const PAGES: usize = LISTS * PER_LIST;

/// How many paragraphs an article's text has.
pub(crate) const PARAGRAPHS: usize = 24;

const SYLLABLES: [&str; 24] = [
    "ba", "den", "ki", "lor", "ma", "net", "o", "par", "qui", "ras", "sel", "tam", "u", "ver", "wis", "yan",
    "zor", "cla", "fen", "gri", "hol", "jin", "ei", "stra",
];

/// A stream of numbers that depends on its seed alone (xorshift).
struct Dice(u64);

impl Dice {
    fn new(seed: usize) -> Self {
        Self((seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    fn word(&mut self) -> String {
        (0..1 + self.below(3)).map(|_| SYLLABLES[self.below(SYLLABLES.len())]).collect()
    }

    fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

pub(crate) fn title(number: usize) -> String {
    format!("Report {number}: {}", Dice::new(number).words(7))
}

pub(crate) fn front() -> String {
    let lists: String =
        (0..LISTS).map(|list| format!("<li><a href=/list/{list}>Page {list}</a></li>\n")).collect();
    format!("<!doctype html><html><head><title>The Paper</title></head><body><ul>{lists}</ul></body></html>")
}

pub(crate) fn list(list: usize) -> String {
    let numbers = list * PER_LIST..(list + 1) * PER_LIST;
    let cards: String = numbers.map(|number| card(number, &mut Dice::new(number + PAGES))).collect();
    page(
        "Latest reports",
        "",
        &format!("<main class=\"latest\">{cards}</main>"),
        &mut Dice::new(list + 2 * PAGES),
    )
}

pub(crate) fn article(number: usize) -> String {
    let dice = &mut Dice::new(number + 3 * PAGES);
    let (title, author) = (title(number), format!("{} {}", dice.word(), dice.word()));
    let published = format!(
        "2026-{:02}-{:02}T{:02}:{:02}:00+01:00",
        1 + number % 12,
        1 + number % 28,
        number % 24,
        number % 60
    );
    let head = metadata(number, &title, &author, &published, dice);
    let text: String = (0..PARAGRAPHS).map(|at| paragraph(at, dice)).collect();
    let tags: String = (0..6)
        .map(|_| {
            let tag = dice.word();
            format!("<a rel=\"tag\" href=\"/tag/{tag}\">{tag}</a>\n")
        })
        .collect();
    let related: String = (0..20)
        .map(|_| {
            let other = dice.below(PAGES);
            card(other, dice)
        })
        .collect();
    let main = format!(
        "<main><article class=\"story\"><header><h1 class=\"headline\">{title}</h1>\n\
         <div class=\"byline\">By <a rel=\"author\" href=\"/authors/{number}\">{author}</a></div>\n\
         <time class=\"published\" datetime=\"{published}\">{published}</time></header>\n\
         <div class=\"article-body\">{text}</div>\n<div class=\"tags\">{tags}</div></article>\n\
         <aside class=\"related\"><h2>More reports</h2>{related}</aside></main>"
    );
    page(&title, &head, &main, dice)
}

fn metadata(number: usize, title: &str, author: &str, published: &str, dice: &mut Dice) -> String {
    let summary = dice.words(25);
    let mut head = String::new();
    for (name, value) in
        [("title", title), ("description", &summary), ("type", "article"), ("site_name", "The Paper")]
    {
        let _written = writeln!(head, "<meta property=\"og:{name}\" content=\"{value}\">");
    }
    let _written = write!(
        head,
        "<meta name=\"description\" content=\"{summary}\">\n<link rel=\"canonical\" href=\"/news/{number}\">\n\
         <meta property=\"article:published_time\" content=\"{published}\">\n\
         <script type=\"application/ld+json\">{{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\
         \"headline\":\"{title}\",\"datePublished\":\"{published}\",\"author\":[{{\"@type\":\"Person\",\"name\":\"{author}\"}}],\
         \"description\":\"{summary}\",\"inLanguage\":\"en\",\"publisher\":{{\"@type\":\"Organization\",\"name\":\"The Paper\"}}}}</script>\n"
    );
    head
}

fn paragraph(at: usize, dice: &mut Dice) -> String {
    let text = format!(
        "{} <a href=\"/topic/{}\">{}</a> {}, <em>{}</em> {}.",
        dice.words(20),
        dice.word(),
        dice.words(2),
        dice.words(16),
        dice.words(2),
        dice.words(14)
    );
    if at % 8 != 3 {
        return format!("<p>{text}</p>\n");
    }
    let caption = dice.words(9);
    format!(
        "<p>{text}</p>\n<figure class=\"photo\"><img src=\"/images/{0}.jpg\" alt=\"{caption}\" width=\"1200\" height=\"800\">\
         <figcaption>{caption}</figcaption></figure>\n",
        dice.below(1_000_000)
    )
}

fn card(number: usize, dice: &mut Dice) -> String {
    format!(
        "<div class=\"card\" data-id=\"{number}\"><a class=\"card-link\" href=\"/news/{number}\"><img class=\"thumbnail\" \
         src=\"/thumbnails/{number}.jpg\" alt=\"\" loading=\"lazy\"><h3 class=\"card-title\">{}</h3></a>\
         <p class=\"teaser\">{}</p>{}</div>\n",
        title(number),
        dice.words(14),
        icon(dice)
    )
}

/// The frame of every page: styles, scripts, navigation and footer.
fn page(title: &str, head: &str, main: &str, dice: &mut Dice) -> String {
    let menu: String = (0..60)
        .map(|_| {
            let name = dice.word();
            format!("<li class=\"menu-item\"><a href=\"/section/{name}\"><span>{name}</span></a></li>\n")
        })
        .collect();
    let footer: String = (0..30)
        .map(|_| format!("<li><a href=\"/about/{}\">{}</a></li>\n", dice.word(), dice.words(2)))
        .collect();
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} - The Paper</title>\n{head}\
         <style>{}</style>\n<script>{}</script>\n</head>\n<body class=\"page\"><header class=\"top\"><nav><ul>{menu}</ul></nav>{}</header>\n\
         {main}\n<footer><ul>{footer}</ul></footer>\n<script>{}</script>\n<script>{}</script>\n</body></html>\n",
        style(7_500, dice),
        script(10_500, dice),
        (0..6).map(|_| icon(dice)).collect::<String>(),
        script(9_000, dice),
        script(7_000, dice)
    )
}

fn icon(dice: &mut Dice) -> String {
    let path: String = (0..22)
        .map(|_| format!("l{}.{} -{}.{}", dice.below(90), dice.below(99), dice.below(90), dice.below(99)))
        .collect();
    format!(
        "<svg class=\"icon\" viewBox=\"0 0 24 24\"><g fill=\"none\"><path d=\"M3 12{path}z\"/><circle cx=\"12\" cy=\"12\" r=\"9\"/></g></svg>"
    )
}

fn style(bytes: usize, dice: &mut Dice) -> String {
    let mut text = String::new();
    while text.len() < bytes {
        let _written = writeln!(
            text,
            ".{}-{}{{margin:{}px;color:#{:06x}}}",
            dice.word(),
            dice.word(),
            dice.below(40),
            dice.below(1 << 24)
        );
    }
    text
}

fn script(bytes: usize, dice: &mut Dice) -> String {
    let mut text = String::new();
    while text.len() < bytes {
        let (name, value) = (dice.word(), dice.below(100_000));
        let _written = writeln!(
            text,
            "window.{name}=window.{name}||[];if({value}<{name}.length&&a<b){{{name}.push({{\"{}\":\"<b>{}</b>\"}});}}",
            dice.word(),
            dice.word()
        );
    }
    text
}
