//! Who took which text. A node, or a line, belongs to one field.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::finding::Finding;
use crate::dom::{Dom, NodeNumber};

/// A place on the page that a field took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A node with all that is in it.
    Node(NodeNumber),
    /// An item of an `each`: claimed whole, unless the body stands in it.
    Item(NodeNumber),
    /// The text nodes of one visual line.
    Line(Vec<NodeNumber>),
}

/// All claims on a page, in the order in which the fields were read.
#[derive(Default)]
pub(crate) struct Claims {
    claims: Vec<(String, Place)>,
}

/// The claims that matter in one container, ready to be looked up.
#[derive(Default)]
pub(crate) struct ClaimsInside {
    pub(crate) nodes: FxHashMap<NodeNumber, usize>,
    pub(crate) texts: FxHashMap<NodeNumber, usize>,
    /// Names of fields; the numbers above point here.
    pub(crate) fields: Vec<String>,
}

impl Claims {
    pub(crate) fn add(&mut self, field: &str, place: Place) {
        self.claims.push((field.to_owned(), place));
    }

    /// The nodes that are claimed whole: for telling whether a node far from the body is some field's.
    pub(crate) fn roots(&self) -> FxHashSet<NodeNumber> {
        let roots = self.claims.iter().filter_map(|(_, place)| match place {
            Place::Node(root) | Place::Item(root) => Some(*root),
            Place::Line(_) => None,
        });
        roots.collect()
    }

    /// The claims on nodes below `container`. Two fields on one node are a finding; the first keeps it. A claim on the
    /// container itself, or on something around it, takes nothing of the body: the deeper node wins.
    pub(crate) fn inside(
        &self,
        dom: &Dom<'_>,
        container: NodeNumber,
        findings: &mut Vec<Finding>,
    ) -> ClaimsInside {
        let mut inside = ClaimsInside::default();
        let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
        for (field, place) in &self.claims {
            let number = *numbers.entry(field).or_insert_with(|| {
                inside.fields.push(field.clone());
                inside.fields.len() - 1
            });
            let (map, nodes): (_, &[NodeNumber]) = match place {
                Place::Node(node) | Place::Item(node) => (&mut inside.nodes, std::slice::from_ref(node)),
                Place::Line(nodes) => (&mut inside.texts, nodes),
            };
            for &node in nodes.iter().filter(|&&node| node != container && dom.within(node, container)) {
                let owner = *map.entry(node).or_insert(number);
                if owner != number {
                    let other = inside.fields.get(owner).map_or("", String::as_str);
                    let path = dom.path(node);
                    findings.push(Finding::warning(
                        field,
                        format!("`{field}` and `{other}` claim the same node {path}; `{other}` keeps it"),
                    ));
                }
            }
        }
        inside
    }
}
