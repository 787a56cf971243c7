//! Texts as metadata holds them: with entities that were escaped twice, and white space of every kind.

use std::borrow::Cow;

/// Entities that sites leave in metadata. Numeric ones need no table.
const NAMED: [(&str, &str); 40] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{A0}"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("hellip", "…"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("sbquo", "‚"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("bdquo", "„"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("middot", "·"),
    ("bull", "•"),
    ("deg", "°"),
    ("euro", "€"),
    ("pound", "£"),
    ("copy", "©"),
    ("reg", "®"),
    ("auml", "ä"),
    ("ouml", "ö"),
    ("uuml", "ü"),
    ("Auml", "Ä"),
    ("Ouml", "Ö"),
    ("Uuml", "Ü"),
    ("szlig", "ß"),
    ("aacute", "á"),
    ("eacute", "é"),
    ("iacute", "í"),
    ("oacute", "ó"),
    ("uacute", "ú"),
    ("agrave", "à"),
    ("egrave", "è"),
    ("ccedil", "ç"),
    ("ntilde", "ñ"),
];
/// The longest name between `&` and `;` that is looked at.
const LONGEST: usize = 10;

/// Decodes entities, makes every run of white space one space and drops characters without width.
pub(super) fn tidy(text: &str) -> String {
    let text = decode_entities(text);
    let mut tidied = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        let visible = word.chars().filter(|c| !matches!(c, '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}'));
        let before = tidied.len();
        if before > 0 {
            tidied.push(' ');
        }
        let begins = tidied.len();
        tidied.extend(visible);
        if tidied.len() == begins {
            tidied.truncate(before);
        }
    }
    tidied
}

/// Decodes entities twice, for texts that were escaped twice (`&amp;quot;`).
pub(super) fn decode_entities(text: &str) -> Cow<'_, str> {
    match decode_once(text) {
        Cow::Borrowed(text) => Cow::Borrowed(text),
        Cow::Owned(text) => Cow::Owned(decode_once(&text).into_owned()),
    }
}

fn decode_once(text: &str) -> Cow<'_, str> {
    let Some((head, _)) = text.split_once('&') else { return Cow::Borrowed(text) };
    let mut decoded = String::from(head);
    let mut rest = text.get(head.len()..).unwrap_or_default();
    while let Some(behind) = rest.strip_prefix('&') {
        let entity = entity(behind);
        match &entity {
            Some((character, _)) => decoded.push_str(character),
            None => decoded.push('&'),
        }
        let behind = entity.map_or(behind, |(_, behind)| behind);
        let (plain, _) = behind.split_once('&').unwrap_or((behind, ""));
        decoded.push_str(plain);
        rest = behind.get(plain.len()..).unwrap_or_default();
    }
    Cow::Owned(decoded)
}

/// The entity whose name begins the text (behind its `&`), and what follows.
fn entity(text: &str) -> Option<(Cow<'static, str>, &str)> {
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let (name, behind) = (text.get(..end)?, text.get(end + 1..)?);
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return Some((Cow::Owned(char::from_u32(code.ok()?)?.to_string()), behind));
    }
    NAMED.iter().find(|(known, _)| *known == name).map(|(_, character)| (Cow::Borrowed(*character), behind))
}

/// Letters and digits only, in lower case: what two spellings of a name have in common.
pub(super) fn skeleton(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_tidied() {
        assert_eq!(tidy(" A\u{A0}\u{3000}b\n\u{200B} c\u{AD}d \u{FEFF}"), "A b cd");
        assert_eq!(
            tidy("R&amp;D &#8217;24 &amp;quot;x&amp;quot; &#x41; A & B &unknown; &"),
            "R&D ’24 \"x\" A A & B &unknown; &"
        );
        assert_eq!(tidy("&nbsp;"), "");
    }
}
