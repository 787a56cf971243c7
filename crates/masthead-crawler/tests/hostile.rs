//! Input that was made to do harm: nothing panics, and no work grows faster than its input.

use masthead_crawler::discover::read;
use masthead_crawler::pace::retry_after;
use masthead_crawler::robots::{Robots, RobotsVerdict};
use proptest::prelude::*;
use url::Url;

proptest! {
    #[test]
    fn robots_txt_of_any_bytes(body in proptest::collection::vec(any::<u8>(), 0..400), url in ".{0,80}") {
        let rules = Robots::parse(&body).agent("masthead");
        let decision = rules.decide(&url);
        prop_assert_eq!(decision, rules.decide(&url));
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
    while file.len() < masthead_crawler::robots::MAX_BYTES - 200 {
        file.push_str("Disallow: /*a*a*a*a*b\nCrawl-delay: 1\nUser-agent: *\nUser-agent: x,y,z\n");
    }
    file.push_str("User-agent: *\nDisallow: /last\n");
    let rules = Robots::parse(file.as_bytes()).agent("masthead");
    assert!(!rules.decide("/last").allowed);
    assert!(rules.decide(&format!("/{}", "a".repeat(2_000))).allowed);
}
