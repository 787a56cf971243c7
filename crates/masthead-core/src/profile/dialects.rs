//! JSON paths and time formats as other tools write them, and what to write here.

use crate::path::JsonPath;
use crate::timestamp::Format;

/// What is wrong and what to do: messages of the compilers part the two by the first semicolon.
pub(super) fn parted(message: &str) -> (String, Option<String>) {
    match message.split_once("; ") {
        Some((what, remedy)) => (what.to_owned(), Some(remedy.to_owned())),
        None => (message.to_owned(), None),
    }
}

/// What to write instead of a faulty path.
pub(super) fn path_remedy(text: &str, own: Option<String>) -> String {
    let written = rewritten_path(text).filter(|path| JsonPath::parse(path).is_ok());
    match (written, own) {
        (Some(path), _) => format!("write `{path}`"),
        (None, _) if text.contains("..") => "there is no `..`: write every key on the way".to_owned(),
        (None, _) if text.contains("[?") => "a filter is `[type=photo]`".to_owned(),
        (None, Some(own)) => own,
        (None, None) => {
            "a path is keys joined by dots, with `[]` or `[0]` behind a list: `author[].name`".to_owned()
        }
    }
}

/// A JSON pointer (RFC 6901), a filter of RFC 9535 and the like in the form of this language.
fn rewritten_path(text: &str) -> Option<String> {
    if let Some(pointer) = text.strip_prefix('/') {
        let is_index = |step: &str| step.chars().all(|c| c.is_ascii_digit());
        let steps = pointer
            .split('/')
            .map(|step| if is_index(step) { format!("[{step}]") } else { format!(".{step}") });
        return Some(steps.collect::<String>().trim_start_matches('.').to_owned());
    }
    if let Some((before, rest)) = text.split_once("[?") {
        let (filter, after) = rest.split_once(']')?;
        let filter = filter.trim_matches(['(', ')', ' ']);
        let (key, value) = filter.split_once("==")?;
        let (key, value) = (key.trim().strip_prefix("@.")?, value.trim());
        return Some(format!("{before}[{key}={value}]{after}"));
    }
    if text.contains("->") {
        return Some(text.replace("->>", ".").replace("->", ".").replace(['\'', ' '], ""));
    }
    if text.contains(".[") {
        return Some(text.replace(".[", "["));
    }
    if text.ends_with('.') {
        return Some(text.trim_end_matches('.').to_owned());
    }
    if text.ends_with('[') {
        return Some(format!("{text}]"));
    }
    let slice = text.split_once("[:]").map(|(before, after)| format!("{before}[]{after}"));
    slice.filter(|path| !path.is_empty())
}

/// Whether it names a standard that is read anyway.
pub(super) fn needs_no_format(text: &str) -> bool {
    let name = text.to_lowercase().replace([' ', '-', '_'], "");
    matches!(name.as_str(), "rfc3339" | "rfc2822" | "rfc822" | "iso8601" | "iso" | "auto")
}

/// A format of another tool in the directives of strftime.
pub(super) fn rewritten_format(text: &str) -> Option<String> {
    [moment(text), php(text)].into_iter().flatten().find(|format| Format::parse(format).is_ok())
}

/// `YYYY-MM-DD HH:mm` (moment.js) and `yyyy-MM-dd HH:mm` (Java, .NET)
fn moment(text: &str) -> Option<String> {
    const LETTERS: [(&str, &str); 14] = [
        ("YYYY", "%Y"),
        ("yyyy", "%Y"),
        ("MMMM", "%B"),
        ("MMM", "%b"),
        ("MM", "%m"),
        ("DD", "%d"),
        ("dd", "%d"),
        ("HH", "%H"),
        ("hh", "%I"),
        ("mm", "%M"),
        ("ss", "%S"),
        ("ZZ", "%z"),
        ("A", "%p"),
        ("a", "%p"),
    ];
    (!text.contains('%') && text.to_lowercase().contains("yyyy")).then(|| replaced(text, &LETTERS))
}

/// PHP's `Y-m-d H:i`
fn php(text: &str) -> Option<String> {
    const LETTERS: [(&str, &str); 11] = [
        ("Y", "%Y"),
        ("m", "%m"),
        ("d", "%d"),
        ("H", "%H"),
        ("i", "%M"),
        ("s", "%S"),
        ("F", "%B"),
        ("M", "%b"),
        ("j", "%d"),
        ("g", "%I"),
        ("A", "%p"),
    ];
    let only =
        text.chars().all(|c| !c.is_alphabetic() || LETTERS.iter().any(|(letter, _)| letter.starts_with(c)));
    (only && !text.contains('%') && text.contains('Y')).then(|| replaced(text, &LETTERS))
}

/// A text with each of the letters, the first that fits, written as its directive.
fn replaced(text: &str, letters: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (written, length) = match letters.iter().find(|(letter, _)| rest.starts_with(letter)) {
            Some((letter, directive)) => ((*directive).to_owned(), letter.len()),
            None => (c.to_string(), c.len_utf8()),
        };
        out.push_str(&written);
        rest = rest.get(length..).unwrap_or("");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_other_tools_are_rewritten() {
        for (path, written) in [
            ("/props/0/title", "write `props[0].title`"),
            ("images[?(@.type=='photo')].url", "write `images[type='photo'].url`"),
            ("a->'b'->>'c'", "write `a.b.c`"),
            ("a.[0]", "write `a[0]`"),
            ("a.", "write `a`"),
            ("a[", "write `a[]`"),
            ("$..name", "there is no `..`: write every key on the way"),
        ] {
            assert!(path.starts_with('/') || JsonPath::parse(path).is_err(), "{path}");
            assert_eq!(path_remedy(path, None), written, "{path}");
        }
    }

    #[test]
    fn formats_of_other_tools_are_rewritten() {
        for (format, written) in [
            ("YYYY-MM-DD HH:mm:ss", "%Y-%m-%d %H:%M:%S"),
            ("dd.MM.yyyy", "%d.%m.%Y"),
            ("Y-m-d H:i", "%Y-%m-%d %H:%M"),
        ] {
            assert!(Format::parse(format).is_err(), "{format}");
            assert_eq!(rewritten_format(format).as_deref(), Some(written), "{format}");
        }
        assert_eq!(rewritten_format("%Y"), None);
    }
}
