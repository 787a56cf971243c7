//! The nodes of a page that have what is wanted.

use super::Wanted;
use super::features::is_named;
use crate::dom::{Dom, NodeNumber, Role, is_nothing};
use crate::people;
use crate::timestamp::{self, TimeRule};

/// How many characters a text may have beside the names or the time in it.
const BESIDE: usize = 40;

/// A node, and the attribute of it that holds the value; its text where there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) node: NodeNumber,
    pub(super) attribute: Option<String>,
}

/// In page order. Never what a reader does not see: what is in the head is no place of its own.
pub(super) fn find(dom: &Dom<'_>, wanted: &Wanted) -> Vec<Target> {
    let lengths = Lengths::new(dom);
    let seen = dom.all().filter(|&node| dom.role(node).is_element() && !dom.hidden(node));
    let of_text = |node: NodeNumber| {
        let length = lengths.of(dom, node);
        let holds = match wanted {
            Wanted::Text(text) => length == characters(text) && same_text(&dom.text(node, &[]), text),
            Wanted::Names(names) => holds_names(dom, node, length, names),
            Wanted::Time(time) => holds_time(dom, node, length, time),
        };
        holds.then_some(Target { node, attribute: None })
    };
    let of_attribute = |node: NodeNumber| {
        let Wanted::Time(time) = wanted else { return None };
        let value = dom.attribute(node, "datetime")?;
        says_time(value, time).then(|| Target { node, attribute: Some("datetime".to_owned()) })
    };
    let all: Vec<Target> =
        seen.flat_map(|node| of_attribute(node).into_iter().chain(of_text(node))).collect();
    all.iter().filter(|target| !is_wrapper(dom, target, &all)).cloned().collect()
}

/// Whether the value has a place of its own further in: what is around it may hold more tomorrow.
fn is_wrapper(dom: &Dom<'_>, target: &Target, all: &[Target]) -> bool {
    let inside = all.iter().filter(|other| other.node != target.node && dom.within(other.node, target.node));
    let is_place = |other: &Target| says_what_it_is(dom, other.node);
    matches!(dom.tag(target.node), "html" | "body")
        || (!is_heading(dom, target.node) && inside.into_iter().any(is_place))
}

fn says_what_it_is(dom: &Dom<'_>, node: NodeNumber) -> bool {
    is_heading(dom, node) || matches!(dom.tag(node), "p" | "time") || is_named(dom, node)
}

fn is_heading(dom: &Dom<'_>, node: NodeNumber) -> bool {
    matches!(dom.role(node), Role::Heading(_))
}

fn holds_names(dom: &Dom<'_>, node: NodeNumber, length: usize, names: &[String]) -> bool {
    let least: usize = names.iter().map(|name| characters(name)).sum();
    (least.max(1)..=least + BESIDE).contains(&length) && people::people(&dom.text(node, &[])) == names
}

fn holds_time(dom: &Dom<'_>, node: NodeNumber, length: usize, time: &str) -> bool {
    (8..=8 + BESIDE).contains(&length) && says_time(&dom.text(node, &[]), time)
}

/// Whether a text is the time. Where the text has no offset, its clock must show what the wanted one shows.
fn says_time(text: &str, wanted: &str) -> bool {
    let Some(found) = timestamp::parse(text, &TimeRule::default()) else { return false };
    let minute = |text: &str| text.parse::<jiff::Timestamp>().ok().map(|at| at.as_second().div_euclid(60));
    let shown = |text: &str| text.get(..16).map(str::to_owned);
    match (minute(&found.text), minute(wanted)) {
        (Some(one), Some(other)) => one == other || shown(&found.text) == shown(wanted),
        _ => found.text.get(..10) == wanted.get(..10),
    }
}

/// Whether two texts say the same to a reader.
fn same_text(one: &str, other: &str) -> bool {
    let plain = |text: &str| {
        let text = crate::dom::tidy(text).to_lowercase();
        text.chars().map(plain).collect::<String>()
    };
    plain(one) == plain(other)
}

fn plain(character: char) -> char {
    match character {
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{2032}' | '`' | '\u{b4}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' | '\u{2033}' => '"',
        '\u{2010}'..='\u{2015}' => '-',
        other => other,
    }
}

fn counts(character: char) -> bool {
    !character.is_whitespace() && !is_nothing(character)
}

fn characters(text: &str) -> usize {
    text.chars().filter(|&c| counts(c)).count()
}

/// How many visible characters stand before each node, so that a node's own are a difference: most nodes need no look
/// at their text.
struct Lengths(Vec<usize>);

impl Lengths {
    fn new(dom: &Dom<'_>) -> Self {
        let mut before = Vec::with_capacity(dom.all().len() + 1);
        let mut sum = 0;
        for node in dom.all() {
            before.push(sum);
            if let Some(text) = dom.text_of(node).filter(|_| !dom.hidden(node)) {
                sum += characters(text);
            }
        }
        before.push(sum);
        Self(before)
    }

    fn of(&self, dom: &Dom<'_>, node: NodeNumber) -> usize {
        let at = |node: NodeNumber| self.0.get(node as usize).copied().unwrap_or_default();
        at(dom.end(node)).saturating_sub(at(node))
    }
}
