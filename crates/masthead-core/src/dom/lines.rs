//! Visual lines: `<br>` and the borders of blocks end a line.

use super::text::Piece;
use super::{Dom, NodeNumber, TextBuilder};

/// One visual line that has text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its text, tidied.
    pub(crate) text: String,
    /// Its text nodes, in page order.
    pub(crate) nodes: Vec<NodeNumber>,
}

impl Dom<'_> {
    /// The visual lines of a node, without the nodes of `dropped` (roots of what to leave out).
    pub(crate) fn lines(&self, node: NodeNumber, dropped: &[NodeNumber]) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut builder = TextBuilder::default();
        let mut nodes = Vec::new();
        let mut end = |builder: &mut TextBuilder, nodes: &mut Vec<NodeNumber>| {
            let text = std::mem::take(builder).finish();
            let nodes = std::mem::take(nodes);
            if !text.is_empty() {
                lines.push(Line { text, nodes });
            }
        };
        self.walk_text(node, dropped, |piece| match piece {
            Piece::Text(node, text) => {
                builder.push(text);
                nodes.push(node);
            }
            Piece::Break => end(&mut builder, &mut nodes),
        });
        end(&mut builder, &mut nodes);
        lines
    }
}

#[cfg(test)]
mod tests {
    use crate::parse::{self, Budget};

    use super::*;

    fn lines(html: &str) -> Vec<String> {
        let html = parse::document(html, &Budget::default());
        let dom = Dom::new(&html, None);
        dom.lines(0, &[]).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn breaks_and_blocks_end_lines() {
        assert_eq!(
            lines(
                "<div>a <b>b</b><br><br>c<p>d</p>e<script>x</script><span>f</span></div>g<table><tr><td>h<td>i</table>"
            ),
            ["a b", "c", "d", "ef", "g", "h", "i"]
        );
    }

    #[test]
    fn what_is_hidden_is_no_line() {
        assert_eq!(
            lines("<p hidden>a<p style='display:none'>b<button>c</button><template>d</template>"),
            [""; 0]
        );
    }
}
