//! The name that somebody meant, and remedies.

/// Names and words are looked at to this length: nobody misspells a longer one.
const LONGEST: usize = 40;

/// What to do about a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remedy {
    pub(super) help: String,
    /// The name that was most likely meant.
    pub(super) nearest: Option<String>,
}

impl From<String> for Remedy {
    fn from(help: String) -> Self {
        Self { help, nearest: None }
    }
}

impl From<&str> for Remedy {
    fn from(help: &str) -> Self {
        help.to_owned().into()
    }
}

/// The remedy that offers a name.
pub(super) fn did_you_mean(name: &str) -> Remedy {
    Remedy { help: format!("did you mean `{name}`?"), nearest: Some(name.to_owned()) }
}

/// The nearest of `names`, where one is near enough to be meant: a third of the letters may be wrong, and at least one.
/// Two letters that are exchanged count as one that is wrong; `-` and `_` are the same letter.
pub(super) fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().take(LONGEST + 1).count();
    if length > LONGEST {
        return None;
    }
    let word = word.to_lowercase().replace('-', "_");
    // Of a word of one letter nothing would be left.
    let most = (length / 3).max(1).min(length.saturating_sub(1));
    names
        .into_iter()
        .filter(|name| name.len() <= 2 * LONGEST)
        .map(|name| (strsim::osa_distance(&word, &name.replace('-', "_")), name))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// What other programs and people call a key or a word of the language. Each is offered only where it can stand.
pub(super) fn synonym(word: &str) -> &'static [&'static str] {
    match word.to_lowercase().replace('-', "_").as_str() {
        "headline" | "heading" | "header" => &["title"],
        "alternative_headline" | "subheadline" | "deck" | "dek" => &["subtitle"],
        "author" | "authors" | "creator" | "by" => &["byline", "name"],
        "date" | "time" | "pubdate" | "datetime" | "publish_date" | "date_published" => &["published"],
        "modified" | "changed" | "date_modified" => &["updated"],
        "content" | "text" | "article_body" | "main" => &["body"],
        "description" | "lead" | "abstract" | "excerpt" | "standfirst" => &["summary"],
        "keywords" | "topics" | "labels" => &["tags"],
        "category" | "channel" | "rubric" => &["section"],
        "picture" | "pictures" | "photo" | "photos" | "media" => &["images"],
        "lang" => &["language", "locale"],
        "selector" | "xpath" | "select" | "query_selector" => &["css", "each"],
        "regex" | "regexp" | "pattern" | "re" => &["match", "url"],
        "src" | "link" | "href" => &["url"],
        "default" | "constant" | "const" | "literal" => &["value"],
        "remove" | "exclude" | "strip_elements" | "ignore" => &["drop"],
        "multiple" | "many" | "list_all" => &["all"],
        "index" | "position" => &["nth"],
        "contains" | "filter" | "containing" => &["having"],
        "item" | "items" | "foreach" | "container" => &["each", "css"],
        "required" => &["optional"],
        "domain" | "domains" | "allowed_domains" | "host" | "site" => &["hosts"],
        "name" | "id" => &["profile", "id"],
        "tz" | "zone" | "time_zone" => &["timezone", "zone"],
        "start_urls" | "start" | "urls" | "start_url" => &["seeds"],
        "rss" | "atom" => &["feeds"],
        "sitemap_urls" => &["sitemaps"],
        "pagination" | "next_page" => &["next"],
        "rate_limit" | "throttle" | "download_delay" | "wait" | "interval" => &["delay", "politeness"],
        "rate" | "rate_limits" | "settings" => &["politeness"],
        "base" | "inherits" | "parent" | "extend" => &["extends"],
        "templates" | "variants" => &["layouts"],
        "condition" | "if" | "match_if" => &["when"],
        "reason" => &["why"],
        "file" | "html" => &["page"],
        "expected" | "assert" | "output" => &["expect"],
        "lowercase" | "to_lower" => &["lower"],
        "uppercase" | "to_upper" => &["upper"],
        "sub" | "gsub" => &["replace"],
        "prepend" => &["prefix"],
        "append" => &["suffix"],
        "date_format" | "strptime" | "layout" => &["format"],
        "integer" | "number" => &["int"],
        "float" | "double" => &["decimal"],
        "boolean" => &["bool"],
        "string" | "str" => &["text"],
        "timestamp" => &["time"],
        "md" => &["markdown"],
        "xhtml" | "html5" => &["html"],
        "none" | "false" | "off" => &["ignore"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found() {
        let names = ["title", "subtitle", "start_after", "css"];
        assert_eq!(nearest("titel", names), Some("title"));
        assert_eq!(nearest("start-after", names), Some("start_after"));
        assert_eq!(nearest("CSS", names), Some("css"));
        assert_eq!(nearest("headline", names), None);
        assert_eq!(nearest(&"a".repeat(10_000), names), None);
    }
}
