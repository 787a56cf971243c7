//! Tokens (XPath 1.0 §3.7).

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// `( ) [ ] . .. @ , :: / // | + - = != < <= > >=`, and `*` as an operator or a test.
    Sign(&'static str),
    Name(String),
    Literal(String),
    Number(f64),
}

const SIGNS: &[&str] = &[
    "::", "//", "..", "!=", "<=", ">=", "(", ")", "[", "]", ".", "@", ",", "/", "|", "+", "-", "=", "<", ">",
    "*",
];

/// The tokens of an expression.
///
/// # Errors
/// Says which sign has no meaning.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut rest = text.trim_start();
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        let (token, after) = if matches!(first, '"' | '\'') {
            let inner = rest.strip_prefix(first).unwrap_or_default();
            let (literal, after) = inner.split_once(first).ok_or("a quote that is not closed")?;
            (Token::Literal(literal.to_owned()), after)
        } else if first.is_ascii_digit() || starts_with_fraction(rest) {
            number(rest)?
        } else if is_name_start(first) {
            let (name, after) = name(rest);
            (Token::Name(name.to_owned()), after)
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            (Token::Sign(sign), rest.strip_prefix(sign).unwrap_or_default())
        } else {
            return Err(format!("`{}` has no meaning in XPath 1.0", first.escape_debug()));
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn starts_with_fraction(text: &str) -> bool {
    text.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn number(text: &str) -> Result<(Token, &str), String> {
    let after = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let digits = text.strip_suffix(after).unwrap_or(text);
    let number = digits.parse().map_err(|_| format!("`{digits}` is no number"))?;
    Ok((Token::Number(number), after))
}

/// A name, without a colon: `a::b` is an axis, and prefixes are not read.
fn name(text: &str) -> (&str, &str) {
    let after = text.trim_start_matches(|c| is_name_start(c) || c.is_ascii_digit() || matches!(c, '-' | '.'));
    (text.strip_suffix(after).unwrap_or(text), after)
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}
