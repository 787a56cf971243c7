//! The pieces of a format, and whether they make a whole time.

use super::directive::{Directive, Part, instead_of};
use super::format::FormatError;
use super::text::squeeze;

/// A piece of a format.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Space,
    Literal(String),
    /// The directive, its letter, and where it stands.
    Directive(Directive, char, usize),
}

/// Takes a format apart.
pub(super) fn parse(text: &str) -> Result<Vec<Piece>, FormatError> {
    let mut out = Vec::new();
    let mut characters = text.char_indices();
    while let Some((offset, character)) = characters.next() {
        if character != '%' {
            literal(&mut out, character);
            continue;
        }
        let mut letter = characters.next().map(|(_, letter)| letter);
        if letter.is_some_and(|flag| matches!(flag, '-' | '_' | '0')) {
            letter = characters.next().map(|(_, letter)| letter);
        }
        let Some(letter) = letter else {
            return Err(FormatError::new(
                offset,
                "`%` has no directive after it; write `%%` for a percent sign",
            ));
        };
        match (letter, Directive::of(letter), Directive::written_out(letter)) {
            ('%', ..) => literal(&mut out, '%'),
            ('n' | 't', ..) => out.push(Piece::Space),
            (_, Some(directive), _) => out.push(Piece::Directive(directive, letter, offset)),
            (_, _, Some(parts)) => out.extend(parse(parts)?.into_iter().map(|piece| piece.moved_to(offset))),
            _ => {
                let message = format!("unknown directive `%{letter}`; {}", instead_of(letter));
                return Err(FormatError::new(offset, message));
            }
        }
    }
    Ok(out)
}

impl Piece {
    fn moved_to(self, offset: usize) -> Self {
        match self {
            Self::Directive(directive, letter, _) => Self::Directive(directive, letter, offset),
            other => other,
        }
    }
}

fn literal(pieces: &mut Vec<Piece>, character: char) {
    let mut shape = [0; 4];
    let character = squeeze(character.encode_utf8(&mut shape));
    match pieces.last_mut() {
        Some(Piece::Space) if character == " " => {}
        _ if character == " " => pieces.push(Piece::Space),
        Some(Piece::Literal(text)) => text.push_str(&character),
        _ => pieces.push(Piece::Literal(character)),
    }
}

/// The directives among the pieces, with their letters and places.
pub(super) fn directives(pieces: &[Piece]) -> impl Iterator<Item = (Directive, char, usize)> {
    pieces.iter().filter_map(|piece| match piece {
        Piece::Directive(directive, letter, offset) => Some((*directive, *letter, *offset)),
        _ => None,
    })
}

/// What a part says nothing without, and how to write it.
const NEEDS: [(Part, &[Part], &str); 10] = [
    (Part::Month, &[Part::Year], "a month needs a year; add `%Y`"),
    (Part::Month, &[Part::Day], "a month needs a day; add `%d`"),
    (Part::Day, &[Part::Month], "a day needs a month; add `%m` or `%b`"),
    (Part::DayOfYear, &[Part::Year], "a day of the year needs a year; add `%Y`"),
    (
        Part::Year,
        &[Part::Month, Part::DayOfYear],
        "a year needs a month and a day; add `%m` or `%b`, and `%d`",
    ),
    (Part::Weekday, &[Part::Year], "a weekday is no date; add `%Y`, `%m` and `%d`"),
    (Part::Minute, &[Part::Hour], "minutes need an hour; add `%H`"),
    (Part::Second, &[Part::Minute], "seconds need minutes; add `%M`"),
    (Part::Fraction, &[Part::Second], "a fraction needs seconds; add `%S`"),
    (Part::Meridian, &[Part::Hour], "`%p` needs an hour; add `%I`"),
];

/// Checks that the directives make a whole time, each part given once.
pub(super) fn check(pieces: &[Piece], end: usize) -> Result<(), FormatError> {
    let all: Vec<_> = directives(pieces).collect();
    check_once(&all)?;
    let at = |part| all.iter().find(|(directive, ..)| directive.part() == part).map(|(.., offset)| *offset);
    if let Some(offset) = at(Part::Unix) {
        let alone = all.len() == 1;
        return alone
            .then_some(())
            .ok_or_else(|| FormatError::new(offset, "`%s` is a whole time; leave the rest out"));
    }
    for (part, needs, message) in NEEDS {
        if let Some(offset) = at(part)
            && !needs.iter().any(|part| at(*part).is_some())
        {
            return Err(FormatError::new(offset, message));
        }
    }
    if at(Part::Year).is_none() {
        return Err(FormatError::new(end, "the format has no date; add `%Y`, `%m` or `%b`, and `%d`"));
    }
    if let (Some(_), Some(offset)) = (at(Part::DayOfYear), at(Part::Month)) {
        return Err(FormatError::new(offset, "`%j` gives month and day; leave one of them out"));
    }
    check_hours(&all)
}

fn check_once(all: &[(Directive, char, usize)]) -> Result<(), FormatError> {
    for (index, (directive, letter, offset)) in all.iter().enumerate() {
        let earlier = all.iter().take(index).find(|(earlier, ..)| earlier.part() == directive.part());
        if let Some((_, first, _)) = earlier {
            let message = format!("`%{first}` and `%{letter}` give the same part of the time; leave one out");
            return Err(FormatError::new(*offset, message));
        }
    }
    Ok(())
}

fn check_hours(all: &[(Directive, char, usize)]) -> Result<(), FormatError> {
    let has = |part| all.iter().any(|(directive, ..)| directive.part() == part);
    for (directive, letter, offset) in all {
        if *directive == Directive::Hour12 && !has(Part::Meridian) {
            let message = format!("`%{letter}` counts to 12; add `%p` for AM and PM, or write `%H`");
            return Err(FormatError::new(*offset, message));
        }
        if matches!(directive.part(), Part::Offset | Part::ZoneWord | Part::ZoneName) && !has(Part::Hour) {
            return Err(FormatError::new(*offset, "a zone needs a time; add `%H` and `%M`"));
        }
    }
    Ok(())
}
