//! Path patterns: the normal form of both sides (RFC 9309 §2.2.2) and the match (§2.2.3).

use memchr::memmem;

/// The path of a rule, in normal form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    /// `*` is a wildcard; every other byte stands for itself. Of stars side by side one is kept.
    text: Vec<u8>,
    /// The text with the reserved characters of its query decoded, where that makes a difference.
    loose: Option<Vec<u8>>,
    /// Whether the pattern ended with `$`.
    anchored: bool,
    /// In bytes of the normal form, all stars counted.
    length: usize,
}

/// Path and query of a URL, in normal form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    text: Vec<u8>,
    loose: Vec<u8>,
}

impl Pattern {
    /// `None` for the empty pattern, which matches nothing.
    pub(super) fn new(value: &[u8]) -> Option<Self> {
        if value.is_empty() {
            return None;
        }
        let anchored = value.ends_with(b"$");
        let mut text = normal_form(value.strip_suffix(b"$").unwrap_or(value), Wildcards::Kept);
        let length = text.len() + usize::from(anchored);
        text.dedup_by(|next, last| (*next, *last) == (b'*', b'*'));
        let loose = loose_query(&text);
        let loose = (loose != text).then_some(loose);
        Some(Self { text, loose, anchored, length })
    }

    /// The directory of an index page: who allows `/news/index.html` allows `/news/` too, as servers mean the same by
    /// both.
    pub(super) fn of_index_page(value: &[u8]) -> Option<Self> {
        let slash = memchr::memrchr(b'/', value)?;
        let (directory, page) = value.split_at_checked(slash + 1)?;
        page.starts_with(b"index.htm").then(|| Self::new(&[directory, b"$"].concat()))?
    }

    /// How specific the pattern is: its length in bytes.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    pub(super) fn matches(&self, target: &Target) -> bool {
        self.search(target).matched
    }

    /// Looks for the strict form, then for the loose one where either side has one.
    pub(super) fn search(&self, target: &Target) -> Search {
        let strict = search(&self.text, self.anchored, &target.text);
        if strict.matched || (self.loose.is_none() && target.loose == target.text) {
            return strict;
        }
        let loose = search(self.loose.as_ref().unwrap_or(&self.text), self.anchored, &target.loose);
        Search { matched: loose.matched, examined: strict.examined + loose.examined }
    }

    /// How many bytes the pattern takes in memory; tests hold it to be in proportion to the file.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.text.len() + self.loose.as_ref().map_or(0, Vec::len)
    }
}

impl Target {
    pub(super) fn new(url: &str) -> Self {
        let text = normal_form(path_and_query(url).as_bytes(), Wildcards::Escaped);
        let loose = loose_query(&text);
        Self { text, loose }
    }

    /// Whether this is robots.txt itself, which is always allowed (RFC 9309 §2.2.2).
    pub(super) fn is_robots_txt(&self) -> bool {
        self.text == b"/robots.txt"
    }
}

/// Path and query of a URL, or of a path without a host; `/` where there is none.
fn path_and_query(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let is_delimiter = |letter| matches!(letter, '/' | '?' | ';');
    let after_scheme = match url.split_once("://") {
        Some((scheme, rest)) if !scheme.contains(is_delimiter) => rest,
        _ => url.strip_prefix("//").unwrap_or(url),
    };
    let path = after_scheme.find(is_delimiter).and_then(|at| after_scheme.get(at..)).unwrap_or("/");
    if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

/// What becomes of `*` and `$`, which mean something in a pattern only.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wildcards {
    /// A pattern: `*` stays; a `$` that is not its end stands for itself.
    Kept,
    /// A URL: both are written with `%`, as a rule must write them to mean the characters themselves (§2.2.3).
    Escaped,
}

/// Unreserved characters decoded, reserved ones left as they are, everything else encoded, digits upper case: two
/// spellings of one URL become one.
fn normal_form(input: &[u8], wildcards: Wildcards) -> Vec<u8> {
    let mut output = Vec::with_capacity(input.len());
    let mut rest = input;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match (byte, escaped_byte(after)) {
            (b'%', Some(decoded)) => {
                rest = after.get(2..).unwrap_or_default();
                if is_unreserved(decoded) { output.push(decoded) } else { push_escaped(&mut output, decoded) }
            }
            (b'*', _) if wildcards == Wildcards::Escaped => push_escaped(&mut output, byte),
            (b'$', _) => push_escaped(&mut output, byte),
            _ if is_unreserved(byte) || is_reserved(byte) => output.push(byte),
            _ => push_escaped(&mut output, byte),
        }
    }
    output
}

/// The text with `%3A` and `%2F` decoded behind its first `?`. The RFC's table encodes them there and the RFC's text
/// leaves them, so a rule matches in either form.
fn loose_query(text: &[u8]) -> Vec<u8> {
    let Some((path, mut query)) = memchr::memchr(b'?', text).and_then(|at| text.split_at_checked(at)) else {
        return text.to_vec();
    };
    let mut output = path.to_vec();
    while let Some((&byte, after)) = query.split_first() {
        query = after;
        match (byte, escaped_byte(after)) {
            (b'%', Some(decoded @ (b':' | b'/'))) => {
                output.push(decoded);
                query = after.get(2..).unwrap_or_default();
            }
            _ => output.push(byte),
        }
    }
    output
}

/// The byte that two hexadecimal digits at the beginning of `digits` stand for.
fn escaped_byte(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| digits.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

fn push_escaped(output: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    output.push(b'%');
    output.extend([byte >> 4, byte & 15].iter().filter_map(|digit| DIGITS.get(usize::from(*digit))));
}

/// RFC 3986 §2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// RFC 3986 §2.2.
fn is_reserved(byte: u8) -> bool {
    memchr::memchr(byte, b":/?#[]@!$&'()*+,;=").is_some()
}

/// A match and what it cost.
pub(super) struct Search {
    pub(super) matched: bool,
    /// Bytes of path and pattern that were looked at, and a step for each star; tests hold it to be linear.
    pub(super) examined: usize,
}

/// Cuts the pattern at its `*` and finds each piece in turn, leftmost: where any choice of places fits, the leftmost
/// does, so nothing is ever tried twice.
fn search(pattern: &[u8], anchored: bool, path: &[u8]) -> Search {
    let mut pieces = pattern.split(|byte| *byte == b'*').peekable();
    let first = pieces.next().unwrap_or_default();
    let mut examined = first.len();
    let Some(mut rest) = path.strip_prefix(first) else { return Search { matched: false, examined } };
    if anchored && pieces.peek().is_none() {
        return Search { matched: rest.is_empty(), examined };
    }
    while let Some(piece) = pieces.next() {
        examined += piece.len() + 1;
        if anchored && pieces.peek().is_none() {
            return Search { matched: rest.ends_with(piece), examined };
        }
        let Some(at) = memmem::find(rest, piece) else {
            return Search { matched: false, examined: examined + rest.len() };
        };
        examined += at;
        rest = rest.get(at + piece.len()..).unwrap_or_default();
    }
    Search { matched: true, examined }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, url: &str) -> bool {
        Pattern::new(pattern.as_bytes()).is_some_and(|pattern| pattern.matches(&Target::new(url)))
    }

    #[test]
    fn the_table_of_rfc_9309_2_2_2() {
        for (rule, url) in [
            ("/foo/bar?baz=quz", "/foo/bar?baz=quz"),
            ("/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar"),
            ("/foo/bar?baz=https%3a%2F%2Ffoo.bar", "/foo/bar?baz=https://foo.bar"),
            ("/foo/bar/ツ", "/foo/bar/%E3%83%84"),
            ("/foo/bar/%E3%83%84", "/foo/bar/ツ"),
            ("/foo/bar/%62%61%7A", "/foo/bar/baz"),
            ("/foo/bar/baz", "/foo/bar/%62%61%7a"),
        ] {
            assert!(matches(rule, url), "{rule} {url}");
        }
        assert!(!matches("/a/b", "/a%2Fb"), "a reserved character is not its escape");
    }

    #[test]
    fn the_special_characters_of_rfc_9309_2_2_3() {
        for (rule, url, matched) in [
            ("/path/file-with-a-%2A.html", "/path/file-with-a-*.html", true),
            ("/path/foo-%24", "/path/foo-$", true),
            ("/a*z$", "/abcz", true),
            ("/a*z$", "/abczy", false),
            ("/a*bc*bc$", "/a-bc", false),
            ("/*.php", "/x/index.php?y", true),
            ("*", "/", true),
            ("/x$y", "/x$yz", true),
            ("/fish", "/Fish", false),
            ("/$", "/", true),
            ("/$", "/x", false),
            ("", "/", false),
            ("/a***b**$", "/axb", true),
            ("/a***b", "/ab", true),
            ("/a**%2A", "/a*", true),
            ("/a**%2A", "/ab", false),
        ] {
            assert_eq!(matches(rule, url), matched, "{rule} {url}");
        }
    }

    #[test]
    fn every_star_counts_in_the_length() {
        for (rule, length) in [("/a", 2), ("/a***", 5), ("/a**$", 5), ("/ツ", 10)] {
            assert_eq!(Pattern::new(rule.as_bytes()).map(|pattern| pattern.length()), Some(length), "{rule}");
        }
    }

    #[test]
    fn a_url_is_cut_to_path_and_query() {
        for (url, path) in [
            ("", "/"),
            ("http://www.example.com", "/"),
            ("http://www.example.com/a/b?c=http://d.e/#f", "/a/b?c=http://d.e/"),
            ("example.com/a/b", "/a/b"),
            ("//a/b/c", "/b/c"),
            ("http://example.com?a", "/?a"),
            ("/x", "/x"),
        ] {
            assert_eq!(path_and_query(url), path, "{url}");
        }
    }

    #[test]
    fn hostile_wildcards_cost_one_pass() {
        let cost = |size: usize| {
            let pattern = [b"/".as_slice(), &b"*a".repeat(size), b"*b"].concat();
            let path = [b"/".as_slice(), &b"a".repeat(size * 4)].concat();
            let search = search(&pattern, false, &path);
            assert!(!search.matched);
            assert!(search.examined <= pattern.len() + path.len());
            search.examined
        };
        assert!(cost(8_000) <= cost(1_000) * 8 + 8, "eight times the size, eight times the work");
    }
}
