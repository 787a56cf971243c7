//! Text in one shape, so that neither patterns nor forms have to know full-width digits, NBSP or bidi marks.

use unicode_normalization::UnicodeNormalization;

/// The longest text, in characters, that is looked at.
const LONGEST: usize = 1_000;

/// The zeros of the decimal digits of other scripts: Arabic, Persian, Devanagari, Bengali, Thai.
const ZEROS: [u32; 6] = ['٠' as u32, '۰' as u32, '०' as u32, '০' as u32, '๐' as u32, '၀' as u32];

/// `text` in NFKC with ASCII digits, every run of white space one space, ends trimmed, nothing invisible in it.
/// `None` where it is too long to be a time.
pub(super) fn tidy(text: &str) -> Option<String> {
    if text.chars().nth(LONGEST).is_some() {
        return None;
    }
    Some(squeeze(text).trim().to_owned())
}

/// As [`tidy`], with a space kept at the ends.
pub(super) fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.nfkc().filter(|&character| !is_invisible(character)) {
        if !character.is_whitespace() {
            out.push(digit(character));
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

/// A word as the tables of names hold it: lower case, one kind of apostrophe, no final dot.
pub(super) fn fold(word: &str) -> String {
    let lower = word.chars().flat_map(char::to_lowercase).filter(|&character| character != '\u{307}');
    let folded: String =
        lower.map(|character| if is_apostrophe(character) { '\'' } else { character }).collect();
    folded.trim_end_matches(['.', '॰', '\'', ' ']).to_owned()
}

/// Whether the character can stand in a name: letters, the marks on them, the signs of abbreviation.
pub(super) fn is_letter(character: char) -> bool {
    character.is_alphabetic()
        || matches!(character, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{5f3}' | '\u{64b}'..='\u{65f}')
        || matches!(
            character,
            '\u{93c}'
                | '\u{94d}'
                | '\u{970}'
                | '\u{9bc}'
                | '\u{9cd}'
                | '\u{bcd}'
                | '\u{c4d}'
                | '\u{1037}'
                | '\u{1039}'
                | '\u{103a}'
        )
        || matches!(character, '\u{e31}'..='\u{e4e}')
}

/// Whether the character is one of the apostrophes that names are written with.
pub(super) fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | 'ʼ' | '׳')
}

fn digit(character: char) -> char {
    let code = u32::from(character);
    let value = ZEROS.iter().find_map(|zero| code.checked_sub(*zero).filter(|value| *value < 10));
    value.and_then(|value| char::from_digit(value, 10)).unwrap_or(character)
}

/// Soft hyphens, zero-width characters and the marks of writing direction.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_in_one_shape() {
        assert_eq!(tidy("\u{200e}２０１９．０８\u{a0}\u{3000} १६：५६ ").unwrap(), "2019.08 16:56");
        assert_eq!(tidy(&"x".repeat(LONGEST + 1)), None);
    }

    #[test]
    fn words_fold_to_what_the_tables_hold() {
        assert_eq!(fold("AOÛT."), "août");
        assert_eq!(fold("Nİsan"), "nisan");
        assert_eq!(fold("D’abril"), "d'abril");
    }
}
