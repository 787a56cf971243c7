//! A tidied text as numbers, words and marks, and a place in it.

use std::iter::Peekable;
use std::str::CharIndices;

use super::text::{fold, is_apostrophe, is_letter};

/// How many letters a word may have before a dot for the dot to be part of it: `a.m.`, `ก.พ.`.
const ABBREVIATED: usize = 3;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// ASCII digits.
    Number,
    /// Letters; dots and apostrophes between letters belong to it.
    Word,
    /// Any other character.
    Mark(char),
}

/// A piece of the text.
#[derive(Clone, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    /// As written.
    pub(super) text: &'a str,
    /// A word as the tables hold it.
    pub(super) folded: String,
    /// Whether no space stands before it.
    pub(super) glued: bool,
    /// Characters of the text before it.
    pub(super) column: usize,
}

impl Token<'_> {
    /// Whether this is a word in ASCII capitals, as zones are written.
    pub(super) fn is_capitals(&self) -> bool {
        self.kind == Kind::Word && self.text.bytes().all(|byte| byte.is_ascii_uppercase())
    }
}

/// The tokens of a tidied text.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut characters = text.char_indices().peekable();
    let mut out: Vec<Token<'_>> = Vec::new();
    let (mut glued, mut column) = (false, 0);
    while let Some(&(start, first)) = characters.peek() {
        let kind = match first {
            ' ' => {
                characters.next();
                (glued, column) = (false, column + 1);
                continue;
            }
            '0'..='9' => Kind::Number,
            _ if is_letter(first) => Kind::Word,
            _ => Kind::Mark(first),
        };
        let after_number = glued && out.last().is_some_and(|token| token.kind == Kind::Number);
        let end = end_of(kind, after_number, &mut characters).unwrap_or(text.len());
        let written = text.get(start..end).unwrap_or_default();
        let folded = if kind == Kind::Word { fold(written) } else { String::new() };
        out.push(Token { kind, text: written, folded, glued, column });
        (glued, column) = (true, column + written.chars().count());
    }
    out
}

/// Moves past the token that begins here; the place where the next one begins, if there is more text.
fn end_of(kind: Kind, after_number: bool, characters: &mut Peekable<CharIndices<'_>>) -> Option<usize> {
    let (_, first) = characters.next()?;
    match kind {
        Kind::Mark(_) => {}
        Kind::Number => while characters.next_if(|(_, character)| character.is_ascii_digit()).is_some() {},
        // 2019年8月21日上午9時: what follows a number is its unit, one character long.
        Kind::Word if after_number && is_unit(first) => {}
        Kind::Word => {
            let mut letters = 1;
            while let Some(&(_, character)) = characters.peek() {
                if is_letter(character) || character == '_' {
                    letters += 1;
                } else if (character == '.' && letters <= ABBREVIATED) || is_apostrophe(character) {
                    let next = characters.clone().nth(1);
                    if !next.is_some_and(|(_, next)| is_letter(next)) {
                        break;
                    }
                    letters = 0;
                } else {
                    break;
                }
                characters.next();
            }
        }
    }
    characters.peek().map(|(next, _)| *next)
}

/// The units of East Asian dates and times.
fn is_unit(character: char) -> bool {
    matches!(character, '年' | '月' | '日' | '号' | '號' | '時' | '时' | '點' | '点' | '分' | '秒')
        || matches!(character, '년' | '월' | '일' | '시' | '분' | '초')
}

/// A place among tokens. Copies are cheap: a form that does not fit is left by going back to a copy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t> {
    tokens: &'t [Token<'t>],
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(tokens: &'t [Token<'t>]) -> Self {
        Self { tokens, at: 0 }
    }

    /// The token here.
    pub(super) fn peek(&self) -> Option<&'t Token<'t>> {
        self.tokens.get(self.at)
    }

    /// The token before this place, `back` tokens further if asked for.
    pub(super) fn before(&self, back: usize) -> Option<&'t Token<'t>> {
        self.tokens.get(self.at.checked_sub(back + 1)?)
    }

    /// Moves on by one token.
    pub(super) fn advance(&mut self) {
        self.at += 1;
    }

    /// Takes a number of as many digits: its value.
    pub(super) fn number(&mut self, digits: impl std::ops::RangeBounds<usize>) -> Option<u32> {
        let token =
            self.peek().filter(|token| token.kind == Kind::Number && digits.contains(&token.text.len()))?;
        let value = token.text.parse().ok()?;
        self.advance();
        Some(value)
    }

    /// Takes a number that no space parts from what stands before it.
    pub(super) fn glued_number(&mut self, digits: impl std::ops::RangeBounds<usize>) -> Option<u32> {
        self.peek().filter(|token| token.glued)?;
        self.number(digits)
    }

    /// Takes the mark; whether it was there.
    pub(super) fn mark(&mut self, mark: char) -> bool {
        self.any_mark(&[mark]).is_some()
    }

    /// Takes one of the marks.
    pub(super) fn any_mark(&mut self, marks: &[char]) -> Option<char> {
        let Kind::Mark(mark) = self.peek()?.kind else { return None };
        marks.contains(&mark).then(|| self.advance())?;
        Some(mark)
    }

    /// Takes one of the words (folded); whether it was there.
    pub(super) fn word(&mut self, words: &[&str]) -> bool {
        let found = self
            .peek()
            .is_some_and(|token| token.kind == Kind::Word && words.contains(&token.folded.as_str()));
        if found {
            self.advance();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        tokens(text).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn numbers_words_and_marks_part() {
        assert_eq!(
            texts("21st Aug. 2019T16:56Z"),
            ["21", "st", "Aug", ".", "2019", "T", "16", ":", "56", "Z"]
        );
        assert_eq!(texts("4:56 p.m. 11 ก.พ. 2020"), ["4", ":", "56", "p.m", ".", "11", "ก.พ", ".", "2020"]);
    }

    #[test]
    fn a_unit_ends_after_its_number() {
        assert_eq!(texts("8月21日上午9時"), ["8", "月", "21", "日", "上午", "9", "時"]);
        assert_eq!(texts("기사입력 8월"), ["기사입력", "8", "월"]);
    }
}
