//! Character references (HTML, "13.2.5.72 Character reference state").

use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use memchr::memchr;

/// A text with its references resolved. An attribute's value keeps `&copy=1` and `&copyright` as they are.
pub(super) fn resolved(text: &str, in_attribute: bool) -> Cow<'_, str> {
    let Some(first) = memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    let (mut before, mut rest) = text.split_at_checked(first).unwrap_or((text, ""));
    loop {
        out.push_str(before);
        let Some(after) = rest.strip_prefix('&') else { break };
        let length = match after.as_bytes().first() {
            Some(b'#') => numeric(after, &mut out),
            Some(byte) if byte.is_ascii_alphanumeric() => named(after, in_attribute, &mut out),
            _ => 0,
        };
        if length == 0 {
            out.push('&');
        }
        rest = after.get(length..).unwrap_or_default();
        let next = memchr(b'&', rest.as_bytes()).unwrap_or(rest.len());
        (before, rest) = rest.split_at_checked(next).unwrap_or((rest, ""));
    }
    Cow::Owned(out)
}

/// Resolves `#…` at the beginning of a text; gives how many bytes it took.
fn numeric(text: &str, out: &mut String) -> usize {
    let bytes = text.as_bytes();
    let (radix, from) = if matches!(bytes.get(1), Some(b'x' | b'X')) { (16, 2) } else { (10, 1) };
    let mut code: u32 = 0;
    let mut at = from;
    while let Some(digit) = bytes.get(at).and_then(|&byte| char::from(byte).to_digit(radix)) {
        code = code.saturating_mul(radix).saturating_add(digit);
        at += 1;
    }
    if at == from {
        return 0;
    }
    let replacement =
        code.checked_sub(0x80).and_then(|index| C1_REPLACEMENTS.get(index as usize).copied().flatten());
    let character = match code {
        0 => None,
        code => replacement.or_else(|| char::from_u32(code)),
    };
    out.push(character.unwrap_or('\u{fffd}'));
    at + usize::from(bytes.get(at) == Some(&b';'))
}

/// Resolves the longest name at the beginning of a text; gives how many bytes it took.
fn named(text: &str, in_attribute: bool, out: &mut String) -> usize {
    let bytes = text.as_bytes();
    let word = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    // A semicolon ends a name, so none that begins as this one is longer.
    let closed = (bytes.get(word) == Some(&b';')).then(|| entry(text, word + 1)).flatten();
    let Some((length, first, second)) = closed.or_else(|| longest(text)) else { return 0 };
    let is_closed = bytes.get(length - 1) == Some(&b';');
    let goes_on = bytes.get(length).is_some_and(|byte| *byte == b'=' || byte.is_ascii_alphanumeric());
    if in_attribute && !is_closed && goes_on {
        return 0;
    }
    out.extend(char::from_u32(first));
    out.extend(char::from_u32(second).filter(|_| second != 0));
    length
}

/// A name of so many bytes, and its one or two characters.
fn entry(text: &str, length: usize) -> Option<(usize, u32, u32)> {
    let (first, second) = *NAMED_ENTITIES.get(text.get(..length)?)?;
    (first != 0).then_some((length, first, second))
}

fn longest(text: &str) -> Option<(usize, u32, u32)> {
    // All beginnings of names are in the table, with zeros.
    let is_beginning =
        |&length: &usize| text.get(..length).is_some_and(|beginning| NAMED_ENTITIES.contains_key(beginning));
    (1..=text.len()).take_while(is_beginning).filter_map(|length| entry(text, length)).last()
}

#[cfg(test)]
mod tests {
    use super::resolved;

    #[test]
    fn references_are_resolved() {
        for (text, expected) in [
            ("a", "a"),
            ("&amp;&lt;x&gt", "&<x>"),
            ("&nbsp;&#233;&#xE9;&#xe9", "\u{a0}ééé"),
            ("&notit;&notin;", "¬it;∉"),
            ("&&#;&#x;&;&bogus;&", "&&#;&#x;&;&bogus;&"),
            ("&#0;&#xD800;&#x110000;&#99999999999;", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"),
            ("&#x80;&#x81;", "€\u{81}"),
            ("&NotEqualTilde;é&é", "≂\u{338}é&é"),
        ] {
            assert_eq!(resolved(text, false), expected, "{text}");
        }
        assert_eq!(resolved("?a=1&copy=2&copyright&copy;&lt", true), "?a=1&copy=2&copyright©<");
    }
}
