//! From the pieces of a format to a regex, which matches in linear time.

use super::directive::{Class, Directive, Part};
use super::pieces::Piece;
use super::text::is_letter;
use super::zones;

/// The regex: the format between two borders, so that it does not begin or end inside a number or a word.
pub(super) fn regex(pieces: &[Piece]) -> String {
    let inner = match pieces {
        [Piece::Space, inner @ .., Piece::Space]
        | [Piece::Space, inner @ ..]
        | [inner @ .., Piece::Space] => inner,
        inner => inner,
    };
    let border = |piece: Option<&Piece>| match piece {
        Some(Piece::Directive(directive, ..)) if directive.class() == Class::Letter => r"[^\p{L}\p{M}]",
        Some(Piece::Directive(..)) => "[^0-9]",
        _ => "",
    };
    let mut out = match border(inner.first()) {
        "" => String::new(),
        outside => format!("(?:^|{outside})"),
    };
    out.push_str("(?<whole>");
    for (index, piece) in inner.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| inner.get(index));
        let after = inner.get(index + 1);
        match piece {
            Piece::Space
                if class_at(before, true) == class_at(after, false)
                    && class_at(after, false) != Class::Other =>
            {
                out.push(' ');
            }
            Piece::Space => out.push_str(" ?"),
            Piece::Literal(text) => out.push_str(&regex::escape(text)),
            Piece::Directive(directive, ..) => {
                let touches = is_digits(before) || is_digits(after);
                out.push_str(&format!("(?<{}>{})", directive.group(), directive.pattern(touches)));
            }
        }
    }
    out.push(')');
    match border(inner.last()) {
        "" => {}
        outside => out.push_str(&format!("(?:$|{outside})")),
    }
    out
}

fn is_digits(piece: Option<&Piece>) -> bool {
    matches!(piece, Some(Piece::Directive(directive, ..)) if directive.class() == Class::Digit)
}

/// What the piece ends with, or begins with.
fn class_at(piece: Option<&Piece>, end: bool) -> Class {
    let character = match piece {
        Some(Piece::Directive(directive, ..)) => return directive.class(),
        Some(Piece::Literal(text)) if end => text.chars().next_back(),
        Some(Piece::Literal(text)) => text.chars().next(),
        _ => None,
    };
    match character {
        Some(character) if character.is_ascii_digit() => Class::Digit,
        Some(character) if is_letter(character) => Class::Letter,
        _ => Class::Other,
    }
}

/// The zone word that stands behind a part of the clock time: `%H:%M KST`, `%SZ`.
pub(super) fn spelled_zone(pieces: &[Piece]) -> Option<String> {
    let is_clock = |piece: &Piece| matches!(piece, Piece::Directive(directive, ..) if is_clock(*directive));
    let last = pieces.iter().rposition(is_clock)?;
    let behind = pieces.iter().skip(last + 1).find(|piece| !matches!(piece, Piece::Space))?;
    let Piece::Literal(text) = behind else { return None };
    let word: String = text
        .chars()
        .skip_while(|character| !character.is_alphanumeric())
        .take_while(|character| character.is_alphanumeric())
        .collect();
    zones::is_zone_word(&word).then_some(word)
}

/// Whether the format ends with the clock time, so that the text may name a zone behind it.
pub(super) fn ends_with_time(pieces: &[Piece]) -> bool {
    matches!(pieces.last(), Some(Piece::Directive(directive, ..)) if is_clock(*directive))
}

fn is_clock(directive: Directive) -> bool {
    matches!(directive.part(), Part::Hour | Part::Minute | Part::Second | Part::Fraction | Part::Meridian)
}
