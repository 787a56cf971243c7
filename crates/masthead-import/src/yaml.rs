//! YAML, as far as a profile needs it: quoted scalars and comments of one line.

/// A scalar that stands for the text and nothing else.
pub(crate) fn scalar(text: &str) -> String {
    if text.chars().any(|c| is_unprintable(c) || c == '\n' || c == '\t') {
        return double_quoted(text);
    }
    format!("'{}'", text.replace('\'', "''"))
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(c);
            }
            c if is_unprintable(c) || c == '\n' || c == '\t' => {
                quoted.push_str(&format!("\\U{:08x}", u32::from(c)));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A text on one line of a comment, whatever is in it.
pub(crate) fn comment(text: &str) -> String {
    let tidied = text.split_whitespace().collect::<Vec<_>>().join(" ");
    tidied.chars().map(|c| if is_unprintable(c) { '\u{fffd}' } else { c }).collect()
}

/// What YAML 1.2 §5.1 does not allow as it stands, and what ends a line.
fn is_unprintable(c: char) -> bool {
    (c.is_control() && c != '\t' && c != '\n')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_stand_for_themselves() {
        assert_eq!(scalar("div[a='b']"), "'div[a=''b'']'");
        assert_eq!(scalar("a\u{7}\"\\"), "\"a\\U00000007\\\"\\\\\"");
        assert_eq!(comment("a\u{2028}b\r\nc\u{1b}d"), "a b c\u{fffd}d");
    }
}
