//! The canonical form of a URL: the key under which a page is known. What is fetched is the URL as found.

use url::Url;

/// Query parameters that only say where a visitor came from. A trailing `*` stands for any ending; compared without
/// regard to case.
///
/// Only names that no site is known to use for content: `ref`, `source`, `id` and the like are not here, because on
/// some sites they choose the page. A profile adds its own under `ignore_query`.
const TRACKERS: [(&str, &str); 28] = [
    ("utm_*", "Google Analytics"),
    ("gclid", "Google Ads"),
    ("gclsrc", "Google Ads"),
    ("gbraid", "Google Ads, apps"),
    ("wbraid", "Google Ads, web to app"),
    ("gad_source", "Google Ads"),
    ("gad_campaignid", "Google Ads"),
    ("dclid", "Google Display Network"),
    ("_ga", "Google Analytics, across domains"),
    ("_gl", "Google Analytics, across domains"),
    ("fbclid", "Facebook"),
    ("fb_action_ids", "Facebook"),
    ("fb_action_types", "Facebook"),
    ("igshid", "Instagram"),
    ("msclkid", "Microsoft Advertising"),
    ("twclid", "X (Twitter)"),
    ("ttclid", "TikTok"),
    ("li_fat_id", "LinkedIn"),
    ("yclid", "Yandex Direct"),
    ("ysclid", "Yandex"),
    ("_openstat", "Openstat"),
    ("mc_cid", "Mailchimp"),
    ("mc_eid", "Mailchimp"),
    ("mkt_tok", "Marketo"),
    ("_hsenc", "HubSpot"),
    ("_hsmi", "HubSpot"),
    ("pk_*", "Matomo, old names"),
    ("mtm_*", "Matomo"),
];

/// The canonical form of `url`: lower-case scheme and host, no default port, dot segments resolved (all three by the
/// URL type itself, WHATWG URL), no fragment and no user information; percent-encoding normalised (RFC 3986 §6.2.2:
/// unreserved characters decoded, forbidden ones escaped, upper-case digits); query parameters sorted by name, those
/// of known trackers and of `ignore` dropped, an empty query removed.
///
/// `ignore` holds names; a `*` at the end of one stands for any ending. Parameters of one name keep their order, as
/// that may matter to the site. Applying this twice changes nothing more.
#[must_use]
pub fn canonical(url: &Url, ignore: &[String]) -> Url {
    let mut canonical = url.clone();
    canonical.set_fragment(None);
    // Neither fails: a URL that can't have user information has none.
    let cleared = canonical.set_username("").and_then(|()| canonical.set_password(None));
    debug_assert!(cleared.is_ok() || url.cannot_be_a_base() || !url.has_host() || url.scheme() == "file");
    canonical.set_path(&normal_escapes(url.path()));
    let query = url.query().and_then(|query| canonical_query(query, ignore));
    canonical.set_query(query.as_deref());
    canonical
}

/// `None` where nothing is left.
fn canonical_query(query: &str, ignore: &[String]) -> Option<String> {
    let query = normal_escapes(query);
    let mut parameters: Vec<(&str, &str)> = query
        .split('&')
        .filter(|parameter| !parameter.is_empty())
        .map(|parameter| (parameter.split('=').next().unwrap_or_default(), parameter))
        .filter(|(name, _)| !is_dropped(name, ignore))
        .collect();
    parameters.sort_by_key(|(name, _)| *name);
    let parameters: Vec<&str> = parameters.into_iter().map(|(_, parameter)| parameter).collect();
    (!parameters.is_empty()).then(|| parameters.join("&"))
}

fn is_dropped(name: &str, ignore: &[String]) -> bool {
    let lower = name.to_ascii_lowercase();
    TRACKERS.iter().any(|(pattern, _)| is_named(&lower, pattern))
        || ignore.iter().any(|pattern| is_named(name, pattern))
}

fn is_named(name: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

/// RFC 3986 §6.2.2.1 and §6.2.2.2: `%7e` becomes `~`, `%c3` becomes `%C3`. What no URI may hold as it is (a `%` that
/// begins no escape, a `|`), and what the URL type lets through all the same, is escaped.
fn normal_escapes(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut pieces = text.split('%');
    push_text(&mut output, pieces.next().unwrap_or_default());
    for piece in pieces {
        let escape = piece.split_at_checked(2).and_then(|(digits, rest)| Some((escaped_byte(digits)?, rest)));
        let (byte, rest) = escape.unwrap_or((b'%', piece));
        if is_unreserved(byte) {
            output.push(char::from(byte))
        } else {
            push_escaped(&mut output, byte)
        }
        push_text(&mut output, rest);
    }
    output
}

fn push_text(output: &mut String, text: &str) {
    for byte in text.bytes() {
        if is_unreserved(byte) || b":/?#[]@!$&'()*+,;=".contains(&byte) {
            output.push(char::from(byte));
        } else {
            push_escaped(output, byte);
        }
    }
}

fn push_escaped(output: &mut String, byte: u8) {
    output.push('%');
    let digits = [byte >> 4, byte & 15].into_iter().filter_map(|digit| char::from_digit(digit.into(), 16));
    output.extend(digits.map(|digit| digit.to_ascii_uppercase()));
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn escaped_byte(digits: &str) -> Option<u8> {
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    u8::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(url: &str, ignore: &[&str]) -> String {
        let ignore: Vec<String> = ignore.iter().map(|name| (*name).to_owned()).collect();
        canonical(&Url::parse(url).unwrap(), &ignore).into()
    }

    #[test]
    fn spellings_of_one_url_become_one() {
        for (url, expected) in [
            ("HTTP://Example.COM:80/a/./b/../c", "http://example.com/a/c"),
            ("https://example.com:443", "https://example.com/"),
            ("https://example.com:8443/", "https://example.com:8443/"),
            ("https://example.com/a#top", "https://example.com/a"),
            ("https://reader@example.com/", "https://example.com/"),
            ("https://reader:secret@example.com/", "https://example.com/"),
            ("https://example.com/%7euser/%c3%a9%2f%41", "https://example.com/~user/%C3%A9%2FA"),
            ("https://example.com/é", "https://example.com/%C3%A9"),
            ("https://example.com/100%", "https://example.com/100%25"),
            ("https://example.com/?b=2&a=1&b=1", "https://example.com/?a=1&b=2&b=1"),
            ("https://example.com/?", "https://example.com/"),
            ("https://example.com/?&&a=1&", "https://example.com/?a=1"),
            ("https://example.com/a|b?c|d^", "https://example.com/a%7Cb?c%7Cd%5E"),
            ("https://example.com/?q=%e4%bd%a0+x", "https://example.com/?q=%E4%BD%A0+x"),
        ] {
            assert_eq!(form(url, &[]), expected, "{url}");
        }
    }

    #[test]
    fn trackers_and_ignored_parameters_are_dropped() {
        let url =
            "https://example.com/a?utm_source=x&UTM_Medium=y&id=7&fbclid=z&gclid=&sessionid=1&session=2";
        assert_eq!(form(url, &[]), "https://example.com/a?id=7&session=2&sessionid=1");
        assert_eq!(form(url, &["session*"]), "https://example.com/a?id=7");
        assert_eq!(form(url, &["session"]), "https://example.com/a?id=7&sessionid=1");
        assert_eq!(form("https://example.com/a?utm_source=x", &[]), "https://example.com/a");
        assert_eq!(form("https://example.com/a?utmost=x", &[]), "https://example.com/a?utmost=x");
        assert_eq!(
            form("https://example.com/?%75tm_id=x&a", &[]),
            "https://example.com/?a",
            "an escaped name"
        );
    }

    fn shared(name: &str) -> Option<String> {
        let root = std::env::var("MASTHEAD_SHARED")
            .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").to_owned());
        let text = std::fs::read_to_string(format!("{root}/corpus/urls/{name}"));
        if text.is_err() {
            eprintln!("SKIPPED: {name} (../shared is absent)");
        }
        text.ok()
    }

    /// The first two cells of a line; one that holds quotes is quoted, with its own doubled.
    fn cells(line: &str) -> Option<(String, &str)> {
        match line.strip_prefix('"') {
            Some(rest) => {
                rest.split_once("\", ").map(|(first, second)| (first.replace("\"\"", "\""), second))
            }
            None => line.split_once(',').map(|(first, second)| (first.to_owned(), second)),
        }
    }

    /// crawler-commons' table. It also merges slashes, drops the dot behind a host and an empty value's `=`, and
    /// guesses a scheme; the design asks for none of that, and each can be another page. Its rows on files are left out:
    /// no crawl fetches one.
    #[test]
    fn the_table_of_crawler_commons() {
        let Some(table) = shared("weirdToNormalizedUrls.csv") else { return };
        let (mut same, mut other) = (0, Vec::new());
        let rows = table.lines().filter(|line| !line.starts_with('#') && !line.starts_with("file:"));
        for (weird, normal) in rows.filter_map(cells) {
            match Url::parse(&weird) {
                Ok(url) if canonical(&url, &[]).as_str() == normal.trim() => same += 1,
                _ => other.push(weird),
            }
        }
        eprintln!("URLs of crawler-commons: {same} of {} have the same normal form", same + other.len());
        assert_eq!(
            other,
            [
                "http://foo.com//aa/bb/foo.html",
                "http://foo.com/aa/bb//foo.html",
                "http://foo.com//aa//bb//foo.html",
                "http://foo.com////aa////bb//foo.html",
                "http:////",
                "foo.com/index.html",
                "https://www.example.org./",
                "http://foo.com/index?b=&a=1",
            ]
        );
        assert_eq!(same, 49);
    }

    /// Whatever browsers read as a URL of the web: its canonical form is a URL, is its own canonical form, and has
    /// the same host and port, and neither fragment nor user information.
    #[test]
    fn canonical_forms_of_the_web_platform_tests() {
        let Some(table) = shared("wpt-urltestdata.json") else { return };
        let mut count = 0;
        // A line a member, so that halves of surrogate pairs elsewhere don't matter.
        for href in table.lines().filter_map(|line| line.trim().strip_prefix("\"href\": ")) {
            let Ok(href) = serde_json::from_str::<String>(href.trim_end_matches(',')) else { continue };
            let Ok(url) = Url::parse(&href) else { continue };
            if !matches!(url.scheme(), "http" | "https") {
                continue;
            }
            let once = canonical(&url, &[]);
            assert_eq!(canonical(&once, &[]), once, "{href}");
            assert_eq!(Url::parse(once.as_str()).as_ref(), Ok(&once), "{href}");
            assert_eq!((once.fragment(), once.username(), once.password()), (None, "", None), "{href}");
            assert_eq!((once.host(), once.port()), (url.host(), url.port()), "{href}");
            count += 1;
        }
        eprintln!("canonical forms: {count} URLs of the web platform tests");
        assert!(count >= 134, "{count}");
    }

    #[test]
    fn a_second_time_changes_nothing() {
        for url in [
            "https://example.com/%2e%2e/%252e/%?%zz=%41&b&a=%",
            "https://example.com/a%2",
            "https://example.com/%25%37%65",
            "mailto:someone@example.com",
            "file:///a",
            "other:///a",
            "other://host/a",
            "blob:https://example.com/a",
            "https://example.com/a'b?c'd",
            "data:text/plain,%41",
        ] {
            let once = canonical(&Url::parse(url).unwrap(), &[]);
            assert_eq!(canonical(&once, &[]), once, "{url}");
            assert_eq!(Url::parse(once.as_str()).unwrap(), once, "{url}");
        }
    }
}
