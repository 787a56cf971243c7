//! White space as a reader sees it.

use super::{Dom, NodeNumber, Role};

/// Whether a character is white space between words: Unicode's `White_Space`, NBSP and U+3000 among it.
fn is_space(character: char) -> bool {
    character.is_whitespace()
}

/// Characters without width that part nothing: zero width space, word joiner, byte order mark.
///
/// The joiners U+200C and U+200D stay: they make other letters in Persian, Hindi and in emoji.
pub(crate) fn is_nothing(character: char) -> bool {
    matches!(character, '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// Every run of white space one space, no white space at the ends, no characters without width.
pub(crate) fn tidy(text: &str) -> String {
    let mut builder = TextBuilder::default();
    builder.push(text);
    builder.finish()
}

/// Puts pieces of text together, white space tidied over their borders.
#[derive(Default)]
pub(crate) struct TextBuilder {
    text: String,
    /// White space was seen since the last character.
    space: bool,
    /// White space before the next character is to be left out (after a drop cap).
    glued: bool,
}

impl TextBuilder {
    pub(crate) fn push(&mut self, piece: &str) {
        self.space |= piece.chars().next().is_some_and(is_space);
        let ends_in_space = piece.chars().next_back().is_some_and(is_space);
        let mut words = piece.split_whitespace().peekable();
        while let Some(word) = words.next() {
            self.push_word(word);
            self.space |= ends_in_space || words.peek().is_some();
        }
    }

    fn push_word(&mut self, word: &str) {
        // The characters without width begin with one of these two bytes; nearly all words have neither.
        if memchr::memchr2(0xe2, 0xef, word.as_bytes()).is_none() {
            self.part();
            self.text.push_str(word);
            return;
        }
        let mut parts = word.split(is_nothing).filter(|part| !part.is_empty()).peekable();
        if parts.peek().is_some() {
            self.part();
            parts.for_each(|part| self.text.push_str(part));
        }
    }

    /// Ends a word: the next text is parted from this by a space.
    pub(crate) fn end_word(&mut self) {
        self.space = true;
    }

    /// The next text follows at once.
    pub(crate) fn glue(&mut self) {
        (self.space, self.glued) = (false, true);
    }

    fn part(&mut self) {
        if self.space && !self.text.is_empty() && !self.glued {
            self.text.push(' ');
        }
        (self.space, self.glued) = (false, false);
    }

    pub(crate) fn finish(self) -> String {
        self.text
    }
}

impl Dom<'_> {
    /// The visible text of a node, tidied into one line, without the nodes of `dropped` (roots of what to leave out).
    pub(crate) fn text(&self, node: NodeNumber, dropped: &[NodeNumber]) -> String {
        let mut builder = TextBuilder::default();
        self.walk_text(node, dropped, |piece| match piece {
            Piece::Text(_, text) => builder.push(text),
            Piece::Break => builder.end_word(),
        });
        builder.finish()
    }

    /// Goes over the visible text nodes of a node and the ends of lines between them. `dropped` is sorted.
    ///
    /// A node that is hidden itself is read all the same: an author who selects it wants it.
    pub(crate) fn walk_text<'d>(
        &'d self,
        root: NodeNumber,
        dropped: &[NodeNumber],
        mut visit: impl FnMut(Piece<'d>),
    ) {
        let hidden_root = self.hidden(root);
        let mut ends: Vec<NodeNumber> = Vec::new();
        let mut node = root;
        let end = self.end(root);
        while node < end {
            while ends.last().is_some_and(|&end| end <= node) {
                ends.pop();
                visit(Piece::Break);
            }
            if dropped.binary_search(&node).is_ok() || (!hidden_root && self.hidden(node)) {
                node = self.end(node);
                continue;
            }
            let role = self.role(node);
            if role.ends_line() {
                visit(Piece::Break);
                if role != Role::Break {
                    ends.push(self.end(node));
                }
            } else if let Some(text) = self.text_of(node) {
                visit(Piece::Text(node, text));
            }
            node += 1;
        }
        if !ends.is_empty() {
            visit(Piece::Break);
        }
    }
}

/// What [`Dom::walk_text`] finds.
pub(crate) enum Piece<'d> {
    /// A text node.
    Text(NodeNumber, &'d str),
    /// A line ends here.
    Break,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_tidied() {
        assert_eq!(tidy(" a\u{a0}\n b\u{3000}c\u{200b}d "), "a b cd");
        assert_eq!(tidy("\u{200b} \u{feff}"), "");
        assert_eq!(tidy("می\u{200c}خواهم"), "می\u{200c}خواهم");
    }

    #[test]
    fn pieces_are_put_together_over_their_borders() {
        let joined = |pieces: &[&str]| {
            let mut builder = TextBuilder::default();
            pieces.iter().for_each(|piece| builder.push(piece));
            builder.finish()
        };
        assert_eq!(joined(&["a", "b ", "\u{200b}", "c", " ", "d\u{200b}e"]), "ab c de");
        assert_eq!(joined(&["a\u{200b} ", "b"]), "a b");
    }

    #[test]
    fn a_drop_cap_is_glued() {
        let mut builder = TextBuilder::default();
        builder.push("W ");
        builder.glue();
        builder.push(" ashington");
        assert_eq!(builder.finish(), "Washington");
    }
}
