//! Input that was made to do harm: nothing panics, and no work grows faster than its input.

use masthead_crawler::discover::read;
use masthead_crawler::pace::retry_after;
use masthead_crawler::robots::{MAX_BYTES, Robots, RobotsVerdict, storable_text};
use proptest::prelude::*;
use url::Url;

proptest! {
    #[test]
    fn robots_txt_of_any_bytes(body in proptest::collection::vec(any::<u8>(), 0..400), url in ".{0,80}") {
        let rules = Robots::parse(&body).agent("masthead");
        let decision = rules.decide(&url);
        prop_assert_eq!(decision, rules.decide(&url));
    }

    /// What is kept of a file decides as the file does.
    #[test]
    fn a_stored_robots_txt_decides_as_the_bytes_do(
        mark in prop::sample::select(vec![&b""[..], b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF", b"\0"]),
        parts in prop::collection::vec(prop::sample::select(vec![
            &b"User-agent: *"[..], b"Disallow: /", b"Allow: /", b"\n", b"\r\n", b"\0", b"a", b"*", b"$", b"%", b"\xE9",
            b"\xE3\x83", b"\xE3\x83\x84", b"\xEF\xBB\xBF", b"#", b"\n\0", b" \0",
        ]), 0..30),
        url in "/[a%*$é]{0,4}",
    ) {
        let body = [mark, &parts.concat()].concat();
        let text = storable_text(&body);
        let (of_bytes, of_text) = (Robots::parse(&body), Robots::parse(text.as_bytes()));
        let allowed = |robots: &Robots| robots.agent("masthead").decide(&url).allowed;
        prop_assert_eq!(allowed(&of_bytes), allowed(&of_text), "{:?}", text);
    }

    /// A rule that is the path itself forbids it, whatever characters it is made of.
    #[test]
    fn a_rule_matches_its_own_path(path in "/[^#*$\r\n\t \u{0}]{0,40}") {
        let path = path.trim_end();
        let file = format!("User-agent: *\nDisallow: {path}");
        prop_assume!(path != "/robots.txt" && !path.ends_with(|letter: char| letter.is_whitespace()));
        let verdict = RobotsVerdict::from_response(200, file.as_bytes(), "masthead");
        let url = format!("https://example.com{path}");
        let decision = verdict.decide(&url);
        prop_assert!(!decision.allowed);
    }

    /// The wildcard matcher against the plain definition of a wildcard.
    #[test]
    fn wildcards_mean_what_they_say(pattern in "/[ab*]{0,8}[$]?", path in "/[ab]{0,10}") {
        fn matches(pattern: &[u8], path: &[u8]) -> bool {
            match pattern.split_first() {
                None => true,
                Some((b'$', [])) => path.is_empty(),
                Some((b'*', rest)) => (0..=path.len()).any(|skipped| matches(rest, &path[skipped..])),
                Some((byte, rest)) => path.first() == Some(byte) && matches(rest, &path[1..]),
            }
        }
        let file = format!("User-agent: *\nDisallow: {pattern}");
        let allowed = Robots::parse(file.as_bytes()).agent("masthead").decide(&path).allowed;
        prop_assert_eq!(allowed, !matches(pattern.as_bytes(), path.as_bytes()), "{} {}", pattern, path);
    }

    #[test]
    fn sitemaps_and_feeds_of_any_bytes(
        head in prop::sample::select(vec!["", "<urlset>", "<rss><item>", "<feed><entry>", "\u{1f}\u{8b}"]),
        body in prop::collection::vec(prop::sample::select(vec![
            "<url>", "<loc>", "https://example.com/a", "</loc>", "</url>", "<item>", "<link>", "</link>", "</item>",
            "<entry>", "<link href='/b'/>", "&amp;", "&", "&#0;", "&#x41;", "<![CDATA[", "]]>", "<!--", "-->", "<", ">",
            "\u{0}", "é", "<title>", "</title>", "<news:news>", "</news:news>", "<?", "<!DOCTYPE x [", "]",
        ]), 0..30),
    ) {
        let text = format!("{head}{}", body.concat());
        if let Ok(found) = read(text.as_bytes(), &Url::parse("https://example.com/").unwrap()) {
            prop_assert!(found.entries.iter().all(|entry| entry.url.scheme() == "https"));
        }
    }

    #[test]
    fn retry_after_of_any_text(value in ".{0,40}", date in ".{0,40}") {
        let wait = retry_after(&value, Some(&date));
        prop_assert_eq!(wait, retry_after(&value, Some(&date)));
    }
}

/// Entities that a document declares are not expanded.
#[test]
fn a_billion_laughs_stay_one_line() {
    let text = r#"<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><item><link>/x</link><title>&b;</title></item></rss>"#;
    let found = read(text.as_bytes(), &Url::parse("https://example.com/").unwrap()).unwrap();
    assert_eq!(found.entries[0].title.as_deref(), Some("&b;"));
}

/// No tree is built, so depth costs nothing.
#[test]
fn deep_nesting_is_read_in_one_pass() {
    let text = format!("<urlset>{}<url><loc>https://example.com/a</loc></url>", "<x>".repeat(200_000));
    let found = read(text.as_bytes(), &Url::parse("https://example.com/").unwrap()).unwrap();
    assert_eq!(found.entries.len(), 1);
}

/// A file full of wildcards, groups and names: every line is a rule, and the last one is still found.
#[test]
fn the_largest_robots_txt() {
    let mut file = String::from("User-agent: *\n");
    while file.len() < MAX_BYTES - 200 {
        file.push_str("Disallow: /*a*a*a*a*b\nCrawl-delay: 1\nUser-agent: *\nUser-agent: x,y,z\n");
    }
    file.push_str("User-agent: *\nDisallow: /last\n");
    let rules = Robots::parse(file.as_bytes()).agent("masthead");
    assert!(!rules.decide("/last").allowed);
    assert!(rules.decide(&format!("/{}", "a".repeat(2_000))).allowed);
}

/// Each file fills the limit with one kind of harm, and its verdict is still the right one. `src/robots/cost.rs` counts
/// the work.
#[test]
fn robots_txt_files_that_fill_the_limit() {
    let room = MAX_BYTES - 100;
    let lines = |line: &str| line.repeat(room / line.len());
    let path = format!("/{}", "a".repeat(2_000));
    let everyone = "User-agent: *\n";
    for (name, file, url, allowed) in [
        ("stars", format!("{everyone}Disallow: {}", "*".repeat(room)), "/x", false),
        (
            "stars and letters",
            format!("{everyone}Disallow: /{}b$", "*a".repeat(room / 2)),
            path.as_str(),
            true,
        ),
        ("wildcard rules", format!("{everyone}{}", lines("Disallow: /*a*a*b$\n")), path.as_str(), true),
        ("short rules", format!("{everyone}{}Disallow: /a", lines("allow:/b\n")), path.as_str(), false),
        ("one long rule", format!("{everyone}Disallow: /{}", "a".repeat(room)), path.as_str(), true),
        ("one long name", format!("User-agent: {}\nDisallow: /", "a".repeat(room)), "/x", true),
        ("names in a list", format!("User-agent: {}masthead\nDisallow: /", ",".repeat(room)), "/x", false),
        ("names in lines", format!("{}Disallow: /", lines("User-agent: masthead\n")), "/x", false),
        ("groups", format!("{}Disallow: /x", lines("User-agent: masthead\nAllow: /y\n")), "/x", false),
        ("colons", format!("{everyone}{}\nDisallow: /", ":".repeat(room)), "/x", false),
        ("comments", format!("{everyone}{}\nDisallow: /", "#".repeat(room)), "/x", false),
        ("marks", format!("{}{everyone}Disallow: /", "\u{feff}".repeat(room / 3)), "/x", false),
        ("no line end", "Disallow: / ".repeat(room / 12), "/x", true),
    ] {
        assert!(file.len() <= MAX_BYTES, "{name}");
        assert_eq!(Robots::parse(file.as_bytes()).agent("masthead").decide(url).allowed, allowed, "{name}");
    }
}
