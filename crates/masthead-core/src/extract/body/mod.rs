//! The body: from a container to blocks, with every visible word in the ledger.

mod blocks;
mod flow;

use masthead_record::{Block, Ledger, Provenance};

use super::context::Context;
use super::finding::Finding;
use super::ledger;
use super::signals;
use super::source::nth;
use super::steps::{self, Texts};
use crate::dom::{NodeNumber, tidy};
use crate::profile::model::{BodyAlternative, BodyRule, Source, Step, TextForm};
use flow::Flow;

/// What was read of the body.
#[derive(Default)]
pub(crate) struct Body {
    pub(crate) blocks: Vec<Block>,
    pub(crate) ledger: Ledger,
    pub(crate) provenance: Provenance,
    /// The smallest node around all of it; `None` where the text is from no node.
    pub(crate) container: Option<NodeNumber>,
}

impl Body {
    /// The blocks' texts joined by an empty line; `None` where there is no text.
    pub(crate) fn text(&self) -> Option<String> {
        let texts: Vec<&str> = self.blocks.iter().map(|block| block.text.as_str()).collect();
        (!texts.is_empty()).then(|| texts.join("\n\n"))
    }
}

impl Context<'_> {
    /// The first alternative that has text. Claims of all other fields must be known by now.
    pub(crate) fn body(&mut self, rule: &BodyRule) -> Body {
        let mut counts = Vec::new();
        let mut fallback = Body::default();
        for (index, alternative) in rule.chain.iter().enumerate() {
            let roots = self.roots(index, alternative);
            let traced_roots = self.trace.map(|_| roots.clone()).unwrap_or_default();
            let of_nodes = matches!(alternative.source, Source::Css { .. } | Source::Microdata(_));
            let mut body = if of_nodes || alternative.form == TextForm::Html {
                counts.push(roots.len());
                self.body_of_nodes(alternative, roots)
            } else {
                let texts = self.body_texts(alternative);
                counts.push(texts.len());
                body_of_texts(texts)
            };
            let found = !body.blocks.is_empty();
            self.note_body_tried(index, alternative, counts.last().copied().unwrap_or_default(), found);
            if found {
                self.note_body_not_reached(index + 1, &rule.chain);
                self.note_drops(alternative, &traced_roots, &body.ledger);
                self.note_body(&mut body, alternative, index, counts);
                return body;
            }
            if fallback.container.is_none() {
                fallback = body;
            }
        }
        // Nothing had text; the ledger of the first container says what became of the words in it.
        fallback.provenance.alternatives = counts;
        fallback
    }

    fn note_body(&self, body: &mut Body, alternative: &BodyAlternative, index: usize, counts: Vec<usize>) {
        body.provenance = Provenance {
            rule: Some(format!("{}:{}", alternative.at.file, alternative.at.line)),
            alternative: Some(index + 1),
            source: Some(alternative.source.word().to_owned()),
            path: body.container.filter(|_| self.explain).map(|node| self.dom.path(node)),
            alternatives: counts,
            ..Provenance::default()
        };
    }

    /// The matched nodes, in page order, none within another.
    fn roots(&mut self, index: usize, alternative: &BodyAlternative) -> Vec<NodeNumber> {
        let (mut nodes, text) = match &alternative.source {
            Source::Css { selector: Some(selector), .. } => (self.dom.select(selector), selector.text()),
            Source::Microdata(name) => (signals::itemprops(self.dom, name), name.as_str()),
            _ => {
                let embedded = self.embedded_body.filter(|&embedded| embedded == index);
                return embedded.and(self.dom.embedded_root()).into_iter().collect();
            }
        };
        if let Some(having) = &alternative.having {
            nodes.retain(|&node| having.is_match(&self.dom.text(node, &[])));
        }
        let nodes = nth(nodes, alternative.nth);
        if alternative.all {
            let mut end = 0;
            return nodes
                .into_iter()
                .filter(|&node| {
                    let outer = node >= end;
                    if outer {
                        end = self.dom.end(node);
                    }
                    outer
                })
                .collect();
        }
        if nodes.len() > 1 {
            let count = nodes.len();
            self.findings.push(Finding::warning(
                "body",
                format!("{count} nodes match `{text}`; the first was taken (`all: true` joins them)"),
            ));
        }
        nodes.into_iter().take(1).collect()
    }

    fn body_of_nodes(&mut self, alternative: &BodyAlternative, roots: Vec<NodeNumber>) -> Body {
        let Some(container) = self.dom.around(&roots) else { return Body::default() };
        let claims = self.claims.inside(self.dom, container, &mut self.findings);
        let mut flow = Flow::new(self, alternative, container, &roots, &claims);
        flow.undo_holes(&mut self.findings);
        flow.drop_lines(alternative);
        flow.settle();
        let (mut blocks, linked) = blocks::assemble(self.dom, &flow, alternative);
        if !alternative.then.is_empty() {
            blocks.retain_mut(|block| stepped(block, &alternative.then));
        }
        let mut ledger = flow.ledger();
        ledger.linked = linked;
        ledger.outside = ledger::outside(self.dom, container, &self.claims, &mut self.findings);
        Body { blocks, ledger, provenance: Provenance::default(), container: Some(container) }
    }

    /// The texts of a body that is no node: each line is a paragraph.
    fn body_texts(&self, alternative: &BodyAlternative) -> Vec<String> {
        let texts = match &alternative.source {
            Source::Auto => self.article_body().into_iter().collect(),
            _ => self.body_candidates(alternative),
        };
        steps::take(Texts::Many(texts), &alternative.then).map(Texts::into_vec).unwrap_or_default()
    }
}

/// Takes the steps with each text of a block; false where nothing is left of it. The ledger counts what was on the page.
fn stepped(block: &mut Block, then: &[Step]) -> bool {
    let take = |text: &str| {
        let texts = steps::take(Texts::One(text.to_owned()), then)?.into_vec();
        Some(texts.join(" ")).filter(|text| !text.trim().is_empty())
    };
    if block.items.is_empty() && block.rows.is_empty() {
        block.text = take(&block.text).unwrap_or_default();
        return !block.text.is_empty();
    }
    block.items = block.items.iter().filter_map(|item| take(item)).collect();
    for row in &mut block.rows {
        row.iter_mut().for_each(|cell| *cell = take(cell).unwrap_or_default());
    }
    block.rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
    let rows = block.rows.iter().map(|row| row.join("\t"));
    block.text = block.items.iter().cloned().chain(rows).collect::<Vec<_>>().join("\n");
    !block.text.is_empty()
}

pub(crate) fn body_of_texts(texts: Vec<String>) -> Body {
    let lines = texts.iter().flat_map(|text| text.lines()).map(tidy).filter(|line| !line.is_empty());
    let blocks: Vec<Block> = lines.map(blocks::paragraph).collect();
    let mut ledger = Ledger::default();
    let words = blocks.iter().map(|block| ledger::words(&block.text)).sum();
    if words > 0 {
        ledger.claimed.insert("body".to_owned(), words);
    }
    Body { blocks, ledger, ..Body::default() }
}
