//! The selectors that an element can be written with.

use super::stable::{is_stable, is_style, stem};
use crate::dom::{Dom, NodeNumber};

/// How far up a name is looked for that tells an element from others like it.
const LEVELS: usize = 8;
/// So many classes of one element are tried.
const CLASSES: usize = 6;
/// Attributes that say what an element is.
const TELLING: [&str; 9] = [
    "itemprop",
    "property",
    "rel",
    "role",
    "data-testid",
    "data-test",
    "data-qa",
    "data-component",
    "data-type",
];

/// A selector and what it costs: how much there is in it that may change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Written {
    pub(super) cost: u32,
    pub(super) text: String,
}

/// Every selector for an element, by its own names and by those around it.
pub(super) fn selectors(dom: &Dom<'_>, node: NodeNumber) -> Vec<Written> {
    let own = compounds(dom, node);
    let mut all = own.clone();
    for (level, around) in dom.ancestors(node).take(LEVELS).enumerate() {
        for outer in surroundings(dom, around) {
            for inner in &own {
                let far = u32::try_from(level / 4).unwrap_or_default();
                let text = format!("{} {}", outer.text, inner.text);
                all.push(Written { cost: outer.cost + inner.cost + 1 + far, text });
                if level == 0 {
                    let text = format!("{} > {}", outer.text, inner.text);
                    all.push(Written { cost: outer.cost + inner.cost + 2, text });
                }
            }
        }
    }
    all
}

/// Whether an element has a name of its own.
pub(super) fn is_named(dom: &Dom<'_>, node: NodeNumber) -> bool {
    id(dom, node).is_some()
        || stable_classes(dom, node).chain(stems(dom, node)).next().is_some()
        || told(dom, node).next().is_some()
}

/// An element by its own names, without a word about what is around it.
fn compounds(dom: &Dom<'_>, node: NodeNumber) -> Vec<Written> {
    let tag = dom.tag(node);
    let says_something = !matches!(tag, "div" | "span" | "p" | "a");
    let named = if says_something { tag } else { "" };
    let mut found = vec![Written { cost: tag_cost(tag), text: tag.to_owned() }];
    found.extend(id(dom, node));
    let classes: Vec<&str> = stable_classes(dom, node).collect();
    for (index, class) in classes.iter().enumerate() {
        found.push(Written { cost: class_cost(class), text: format!("{named}.{class}") });
        for other in classes.iter().skip(index + 1) {
            let cost = class_cost(class) + class_cost(other);
            found.push(Written { cost, text: format!("{named}.{class}.{other}") });
        }
    }
    found.extend(stems(dom, node).map(|stem| Written { cost: 5, text: format!("{named}[class*={stem}]") }));
    found.extend(told(dom, node).map(|(cost, text)| Written { cost, text: format!("{named}{text}") }));
    found
}

/// What tells the place of an element from others: an id, a class, an element that a page has few of.
fn surroundings(dom: &Dom<'_>, node: NodeNumber) -> Vec<Written> {
    let tag = dom.tag(node);
    let mut found: Vec<Written> = id(dom, node).into_iter().collect();
    if matches!(tag, "article" | "main" | "header" | "section" | "figure" | "aside") {
        found.push(Written { cost: 2, text: tag.to_owned() });
    }
    found.extend(
        stable_classes(dom, node).map(|class| Written { cost: class_cost(class), text: format!(".{class}") }),
    );
    found.extend(stems(dom, node).map(|stem| Written { cost: 5, text: format!("[class*={stem}]") }));
    found.extend(told(dom, node).map(|(cost, text)| Written { cost, text }));
    found
}

/// A heading of the first level, a title or a time alone may be all that is needed; a paragraph never.
fn tag_cost(tag: &str) -> u32 {
    match tag {
        "h1" => 2,
        "time" => 3,
        _ => 6,
    }
}

/// What says how an element looks is changed sooner than what says what it is.
fn class_cost(class: &str) -> u32 {
    if is_style(class) { 5 } else { 2 }
}

fn id(dom: &Dom<'_>, node: NodeNumber) -> Option<Written> {
    let id = dom.attribute(node, "id").filter(|id| is_stable(id))?;
    Some(Written { cost: 2, text: format!("#{id}") })
}

fn classes<'a>(dom: &Dom<'a>, node: NodeNumber) -> impl Iterator<Item = &'a str> {
    dom.attribute(node, "class").unwrap_or_default().split_ascii_whitespace().take(CLASSES)
}

fn stable_classes<'a>(dom: &Dom<'a>, node: NodeNumber) -> impl Iterator<Item = &'a str> {
    classes(dom, node).filter(|class| is_stable(class))
}

fn stems<'a>(dom: &Dom<'a>, node: NodeNumber) -> impl Iterator<Item = &'a str> {
    classes(dom, node).filter_map(stem)
}

fn told(dom: &Dom<'_>, node: NodeNumber) -> impl Iterator<Item = (u32, String)> {
    TELLING.iter().filter_map(move |name| {
        let value = dom.attribute(node, name).filter(|value| is_stable(value))?;
        let cost = if *name == "itemprop" { 2 } else { 3 };
        Some((cost, format!("[{name}={value}]")))
    })
}
