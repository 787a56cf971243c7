//! From text to records: line ends, comments, and the keys that real files misspell.

use memchr::{memchr, memchr2};

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    UserAgent,
    Allow,
    Disallow,
    Sitemap,
    CrawlDelay,
    RequestRate,
}

/// The accepted spellings. The misspelt ones stand in thousands of real files, and what their authors meant is plain.
const KEYS: [(&str, Key); 16] = [
    ("user-agent", Key::UserAgent),
    ("useragent", Key::UserAgent),
    ("user agent", Key::UserAgent),
    ("allow", Key::Allow),
    ("disallow", Key::Disallow),
    ("dissallow", Key::Disallow),
    ("dissalow", Key::Disallow),
    ("disalow", Key::Disallow),
    ("diasllow", Key::Disallow),
    ("disallaw", Key::Disallow),
    ("sitemap", Key::Sitemap),
    ("site-map", Key::Sitemap),
    ("crawl-delay", Key::CrawlDelay),
    ("crawldelay", Key::CrawlDelay),
    ("crawl delay", Key::CrawlDelay),
    ("request-rate", Key::RequestRate),
];

/// A line with a known key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// From 1.
    pub(super) number: u32,
    pub(super) key: Key,
    /// Without white space around it.
    pub(super) value: &'a [u8],
    /// The whole line without comment and outer white space, to be shown to people.
    pub(super) text: &'a [u8],
}

/// The lines of a file's [`content`](super::content::content) that have a known key, in order.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = Line<'_>> {
    split(text).zip(1..).filter_map(|(line, number)| record(line, number))
}

/// Lines, whether they end with LF, CR or CR LF.
fn split(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let Some((line, after)) = memchr2(b'\n', b'\r', bytes).and_then(|end| bytes.split_at_checked(end))
        else {
            rest = None;
            return Some(bytes);
        };
        rest = after.strip_prefix(b"\r\n").or_else(|| after.get(1..));
        Some(line)
    })
}

fn record(line: &[u8], number: u32) -> Option<Line<'_>> {
    let text = line.split(|byte| *byte == b'#').next()?.trim_ascii();
    let (key, value) = key_and_value(text)?;
    let (_, key) = KEYS.iter().find(|(name, _)| key.eq_ignore_ascii_case(name.as_bytes()))?;
    Some(Line { number, key: *key, value, text })
}

/// `key: value`, or two words without a colon, as some files write it.
fn key_and_value(text: &[u8]) -> Option<(&[u8], &[u8])> {
    if let Some((key, value)) = memchr(b':', text).and_then(|at| text.split_at_checked(at)) {
        return Some((key.trim_ascii(), value.get(1..)?.trim_ascii()));
    }
    let mut words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    match (words.next(), words.next(), words.next()) {
        (Some(key), Some(value), None) => Some((key, value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &[u8]) -> Vec<(u32, Key, &[u8])> {
        lines(text).map(|line| (line.number, line.key, line.value)).collect()
    }

    #[test]
    fn every_kind_of_line_end_counts_as_one() {
        for end in ["\n", "\r", "\r\n"] {
            let text = ["User-agent: a", "", "", "Disallow: /x # why", "nonsense"].join(end);
            assert_eq!(
                seen(text.as_bytes()),
                [(1, Key::UserAgent, b"a".as_slice()), (4, Key::Disallow, b"/x")],
                "{end:?}"
            );
        }
    }

    #[test]
    fn a_missing_colon_is_forgiven_between_two_words_only() {
        assert_eq!(seen(b"disallow /x"), [(1, Key::Disallow, b"/x".as_slice())]);
        assert_eq!(seen(b"disallow /x /y"), []);
    }

    #[test]
    fn a_mark_further_down_makes_its_line_unreadable() {
        let text = "User-agent: a\n\u{feff}Disallow: /\n\u{feff}# remark\nAllow: /b";
        assert_eq!(seen(text.as_bytes()), [(1, Key::UserAgent, b"a".as_slice()), (4, Key::Allow, b"/b")]);
    }
}
