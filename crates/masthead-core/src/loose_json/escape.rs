/// Reads the escape that begins at byte `at` (a backslash), as JSON or JavaScript writes it, and adds the character.
/// Returns the byte after it, or `None` at the end of the text. An unknown escape stands for its character; half a
/// surrogate pair for U+FFFD.
pub(crate) fn push_escape(text: &str, at: usize, out: &mut String) -> Option<usize> {
    let escaped = text.get(at + 1..)?.chars().next()?;
    let after = at + 1 + escaped.len_utf8();
    match escaped {
        'n' => out.push('\n'),
        't' => out.push('\t'),
        'r' => out.push('\r'),
        'b' => out.push('\u{8}'),
        'f' => out.push('\u{C}'),
        'x' => return Some(push_hex(text, after, 2, out)),
        'u' => return Some(push_hex(text, after, 4, out)),
        '\n' => {} // JavaScript's continued line
        _ => out.push(escaped),
    }
    Some(after)
}

/// The character of `\xAB` or `\uABCD` (two of them for a surrogate pair), whose digits begin at `at`.
fn push_hex(text: &str, at: usize, digits: usize, out: &mut String) -> usize {
    let hex = |at: usize| text.get(at..at + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let Some(first) = hex(at) else {
        out.push(char::REPLACEMENT_CHARACTER);
        return at;
    };
    let after = at + digits;
    if (0xD800..0xDC00).contains(&first)
        && text.get(after..after + 2) == Some("\\u")
        && let Some(second @ 0xDC00..=0xDFFF) = hex(after + 2)
    {
        let both = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        out.push(char::from_u32(both).unwrap_or(char::REPLACEMENT_CHARACTER));
        return after + 2 + digits;
    }
    out.push(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
    after
}
