//! Counting words, in the body's container and beyond it.

use std::collections::BTreeMap;

use super::claims::Claims;
use super::finding::Finding;
use crate::dom::{Dom, NodeNumber};

/// From so many words on a block beside the container is prose that the body may have missed.
const PROSE: usize = 40;

/// A word is a run without white space.
pub(crate) fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// The visible words of the page beyond the container. A block of prose among them that no field took is a finding, so
/// that a selector on half of an article can't look whole.
pub(crate) fn outside(
    dom: &Dom<'_>,
    container: NodeNumber,
    claims: &Claims,
    findings: &mut Vec<Finding>,
) -> usize {
    let end = dom.end(container);
    let mut total = 0;
    // Words by the nearest element that ends lines: a paragraph with links in it is one block.
    let mut blocks: BTreeMap<NodeNumber, usize> = BTreeMap::new();
    for node in dom.all().filter(|node| !(container..end).contains(node)) {
        let Some(text) = dom.text_of(node).filter(|_| !dom.hidden(node)) else { continue };
        let count = words(text);
        if count > 0 {
            total += count;
            let block = dom.ancestors(node).find(|&around| dom.role(around).ends_line()).unwrap_or(node);
            *blocks.entry(block).or_default() += count;
        }
    }
    // Near by: under one of the three nearest elements around. Further off stand comments and other articles.
    let beside = dom.ancestors(container).take(3).last().unwrap_or(container);
    let claimed = claims.roots();
    let is_some_fields =
        |block| std::iter::once(block).chain(dom.ancestors(block)).any(|node| claimed.contains(&node));
    let prose = blocks.into_iter().find(|&(block, count)| {
        count >= PROSE && dom.within(block, beside) && !is_some_fields(block) && !in_furniture(dom, block)
    });
    if let Some((block, count)) = prose {
        let path = dom.path(block);
        findings.push(Finding::warning(
            "body",
            format!("a block of {count} words stands beside the body's container, at {path}: is it a part of the article?"),
        ));
    }
    total
}

/// Parts of a page that are never its article.
fn in_furniture(dom: &Dom<'_>, node: NodeNumber) -> bool {
    std::iter::once(node)
        .chain(dom.ancestors(node))
        .any(|node| matches!(dom.tag(node), "nav" | "footer" | "aside" | "header" | "form" | "a"))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_word_is_a_run_without_white_space() {
        assert_eq!(words(" so far . "), 3);
        assert_eq!(words(""), 0);
    }
}
