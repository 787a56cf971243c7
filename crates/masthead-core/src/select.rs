//! CSS selectors (Selectors Level 4, as far as the `selectors` crate goes), compiled once and matched over a [`Dom`].
//!
//! scraper's own `Selector` hides what a selector is made of; this one keeps the parts, so that candidates come from
//! an index, cost can be estimated before the match, and all matches on a page share one cache.

use std::fmt;

use html5ever::LocalName;
use scraper::selector::{Parser, Simple};
use selectors::Element as _;
use selectors::matching::{self, MatchingContext, SelectorCaches};
use selectors::parser::{
    Combinator, Component, ParseRelative, Selector as Complex, SelectorList, SelectorParseErrorKind,
};

use crate::dom::ElementAt;

/// A compiled selector list.
#[derive(Clone)]
pub(crate) struct Selector {
    text: String,
    list: SelectorList<Simple>,
    keys: Vec<Keys>,
    cost: Cost,
    siblings: bool,
    itself: bool,
}

/// What every match of one complex selector must have, so that an index can name the candidates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keys {
    /// Of the element itself.
    pub(crate) own: Key,
    /// Of an element around it; [`Key::Any`] where nothing is asked.
    pub(crate) around: Key,
}

/// Something that an index of a page knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Id(LocalName),
    Class(LocalName),
    Tag(LocalName),
    /// An attribute of this name, whatever its value.
    Attribute(LocalName),
    /// Something with one of these keys stands below (`:has(> img)`), or below or at something beside
    /// (`:has(+ .lead)`).
    Around {
        keys: Vec<Key>,
        beside: bool,
    },
    /// One of these (`:is(div, figure)`).
    OneOf(Vec<Key>),
    Any,
}

impl Key {
    /// How few elements have it, as a rule.
    fn rarity(&self) -> u8 {
        match self {
            Self::Id(_) => 5,
            Self::Class(_) => 4,
            Self::Around { keys, .. } => keys.iter().map(Self::rarity).min().unwrap_or(0).min(3),
            Self::OneOf(keys) => keys.iter().map(Self::rarity).min().unwrap_or(0).min(2),
            Self::Tag(_) | Self::Attribute(_) => 1,
            Self::Any => 0,
        }
    }
}

/// What a selector looks at besides the element and its ancestors.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// Looks at all elements below (`:has`), so many times.
    pub(crate) descendants: u32,
    /// Looks at all siblings (`~`, `+`, `:nth-…`), so many times.
    pub(crate) siblings: u32,
}

/// A selector that is not one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SelectorError {
    /// Bytes into the text.
    pub(crate) offset: usize,
    /// What is wrong and what to write instead.
    pub(crate) message: String,
}

impl Selector {
    /// Compiles a selector list. A `relative` one may begin with `>`, `+` or `~`.
    pub(crate) fn parse(text: &str, relative: bool) -> Result<Self, SelectorError> {
        let mode = if relative { ParseRelative::ForScope } else { ParseRelative::No };
        let mut parser = cssparser::Parser::new(text);
        let list = SelectorList::parse(&Parser, &mut parser, mode).map_err(|error| {
            let offset = parser.position().byte_index().min(text.len());
            SelectorError { offset: blame(text, offset), message: explain(text, &error) }
        })?;
        let mut cost = Cost::default();
        list.slice().iter().for_each(|complex| count(complex, &mut cost));
        let siblings = list.slice().iter().any(begins_beside);
        let itself = list.slice().iter().any(means_the_scope);
        let keys = list
            .slice()
            .iter()
            .map(|complex| Keys { own: key(complex), around: key_around(complex) })
            .collect();
        Ok(Self { text: text.to_owned(), list, keys, cost, siblings, itself })
    }

    /// As the author wrote it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// One key a complex selector of the list.
    pub(crate) fn keys(&self) -> &[Keys] {
        &self.keys
    }

    pub(crate) fn cost(&self) -> Cost {
        self.cost
    }

    /// Whether matches may stand beside the scope instead of below it (`+ .caption`).
    pub(crate) fn looks_beside(&self) -> bool {
        self.siblings
    }

    /// Whether the scope itself may match (`:scope`, `:scope.lead`).
    pub(crate) fn means_the_scope(&self) -> bool {
        self.itself
    }

    /// Whether the element matches; `:scope` (and a leading combinator) means `scope`, or the root where there is none.
    pub(crate) fn matches(
        &self,
        element: &ElementAt<'_, '_>,
        scope: Option<&ElementAt<'_, '_>>,
        caches: &mut SelectorCaches,
    ) -> bool {
        let mut context = MatchingContext::new(
            matching::MatchingMode::Normal,
            None,
            caches,
            matching::QuirksMode::NoQuirks,
            matching::NeedsSelectorFlags::No,
            matching::MatchingForInvalidation::No,
        );
        context.scope_element = scope.map(|scope| scope.opaque());
        self.list
            .slice()
            .iter()
            .any(|complex| matching::matches_selector(complex, 0, None, element, &mut context))
    }
}

impl fmt::Debug for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Selector").field(&self.text).finish()
    }
}

/// The rarest thing in the rightmost compound: an id before a class before a tag.
fn key(complex: &Complex<Simple>) -> Key {
    let compound =
        complex.iter_raw_match_order().take_while(|part| !matches!(part, Component::Combinator(_)));
    compound.map(key_of_part).max_by_key(Key::rarity).unwrap_or(Key::Any)
}

/// The rarest thing in the compound around, where every match stands below such an element.
fn key_around(complex: &Complex<Simple>) -> Key {
    let mut parts =
        complex.iter_raw_match_order().skip_while(|part| !matches!(part, Component::Combinator(_)));
    match parts.next() {
        Some(Component::Combinator(Combinator::Child | Combinator::Descendant)) => parts
            .take_while(|part| !matches!(part, Component::Combinator(_)))
            .map(key_of_part)
            .max_by_key(Key::rarity)
            .unwrap_or(Key::Any),
        _ => Key::Any,
    }
}

fn key_of_part(part: &Component<Simple>) -> Key {
    match part {
        Component::ID(id) => Key::Id(id.0.clone()),
        Component::Class(class) => Key::Class(class.0.clone()),
        Component::LocalName(name) => Key::Tag(name.lower_name.0.clone()),
        Component::AttributeInNoNamespaceExists { local_name_lower, .. } => {
            Key::Attribute(local_name_lower.0.clone())
        }
        Component::AttributeInNoNamespace { local_name, .. } => Key::Attribute(local_name.0.clone()),
        Component::Is(list) | Component::Where(list) => Key::OneOf(list.slice().iter().map(key).collect()),
        Component::Has(list) => Key::Around {
            keys: list.iter().map(|relative| key(&relative.selector)).collect(),
            beside: list.iter().any(|relative| begins_beside(&relative.selector)),
        },
        _ => Key::Any,
    }
}

fn count(complex: &Complex<Simple>, cost: &mut Cost) {
    for component in complex.iter_raw_match_order() {
        match component {
            Component::Has(list) => {
                cost.descendants += 1;
                list.iter().for_each(|relative| count(&relative.selector, cost));
            }
            Component::Is(list) | Component::Where(list) | Component::Negation(list) => {
                list.slice().iter().for_each(|complex| count(complex, cost));
            }
            Component::Combinator(Combinator::NextSibling | Combinator::LaterSibling)
            | Component::Nth(_)
            | Component::NthOf(_) => cost.siblings += 1,
            _ => {}
        }
    }
}

fn begins_beside(complex: &Complex<Simple>) -> bool {
    let mut components = complex.iter_raw_parse_order_from(0);
    let anchor = components.next();
    matches!(anchor, Some(Component::ImplicitScope | Component::Scope | Component::RelativeSelectorAnchor))
        && matches!(
            components.next(),
            Some(Component::Combinator(Combinator::NextSibling | Combinator::LaterSibling))
        )
}

fn means_the_scope(complex: &Complex<Simple>) -> bool {
    let mut last =
        complex.iter_raw_match_order().take_while(|part| !matches!(part, Component::Combinator(_)));
    last.any(|part| matches!(part, Component::Scope))
}

/// The parser stands behind the token that it refused; an author looks for its beginning.
fn blame(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    let start = before.trim_end().char_indices().next_back().map_or(0, |(index, _)| index);
    before.rfind([':', '[', '>', '+', '~', ',', ' ']).filter(|_| offset > 0).unwrap_or(start)
}

/// Our words for the parser's. What authors bring along from other tools has a word of its own.
fn explain(text: &str, error: &cssparser::ParseError<SelectorParseErrorKind>) -> String {
    foreign(text).unwrap_or_else(|| {
        use SelectorParseErrorKind as Kind;
        let cssparser::ParseErrorKind::Custom(kind) = &error.kind else {
            return "not a CSS selector: this sign has no meaning here".to_owned();
        };
        match kind {
            Kind::EmptySelector => "an empty selector".to_owned(),
            Kind::DanglingCombinator => {
                "a combinator (`>`, `+`, `~`) needs something on both sides; it may begin a selector only inside `each`"
                    .to_owned()
            }
            Kind::UnsupportedPseudoClassOrElement => {
                "this pseudo-class is not known; `:has`, `:is`, `:where`, `:not`, `:nth-child`, `:first-child`, \
                 `:last-child`, `:empty` and `:scope` are"
                    .to_owned()
            }
            Kind::ClassNeedsIdent => "a class name must follow the dot".to_owned(),
            Kind::NoQualifiedNameInAttributeSelector
            | Kind::InvalidQualNameInAttr
            | Kind::UnexpectedTokenInAttributeSelector
            | Kind::BadValueInAttr
            | Kind::ExpectedBarInAttr => {
                "not an attribute selector: write `[name]`, `[name=\"value\"]`, `[name^=\"start\"]`, `[name$=\"end\"]` \
                 or `[name*=\"part\"]`"
                    .to_owned()
            }
            _ => "not a CSS selector".to_owned(),
        }
    })
}

/// Words of other tools: parsel's pseudo-elements, jQuery's pseudo-classes, XPath.
fn foreign(text: &str) -> Option<String> {
    let message = if text.contains("::text") {
        "`::text` is not CSS: leave it out, a selector's value is its text"
    } else if text.contains("::attr(") {
        "`::attr(name)` is not CSS: write `selector@name`"
    } else if text.contains(":contains(") || text.contains(":-soup-contains(") || text.contains(":has-text(")
    {
        "`:contains(word)` is not CSS: write `{css: …, having: word}`"
    } else if text.contains(":eq(")
        || text.contains(":first ")
        || text.ends_with(":first")
        || text.ends_with(":last")
    {
        "`:eq`, `:first` and `:last` are not CSS: write `{css: …, nth: 1}` (negative from the end)"
    } else if text.starts_with('/') || text.starts_with("./") {
        "this looks like XPath; selectors here are CSS: `//div[@id=\"x\"]` is `div#x`"
    } else {
        return None;
    };
    Some(message.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        Selector::parse(text, false).unwrap_err().message
    }

    #[test]
    fn the_key_is_the_rarest_part_of_the_last_compound() {
        let keys = |text| -> Vec<Key> {
            Selector::parse(text, false).unwrap().keys().iter().map(|keys| keys.own.clone()).collect()
        };
        let image = || vec![Key::Tag("img".into())];
        assert_eq!(keys("div#a.b"), [Key::Id("a".into())]);
        assert_eq!(keys("#a > p.b"), [Key::Class("b".into())]);
        assert_eq!(
            keys("#a P, *:has(> img)"),
            [Key::Tag("p".into()), Key::Around { keys: image(), beside: false }]
        );
        assert_eq!(keys("p:has(+ * > img)"), [Key::Around { keys: image(), beside: true }]);
        assert_eq!(keys(":is(img)"), [Key::OneOf(image())]);
        assert_eq!(keys("[href^=x]"), [Key::Attribute("href".into())]);
        assert_eq!(keys(":empty"), [Key::Any]);
    }

    #[test]
    fn what_stands_around_is_known_where_a_match_must_be_below_it() {
        let around = |text| Selector::parse(text, false).unwrap().keys()[0].around.clone();
        assert_eq!(around("main #a p"), Key::Id("a".into()));
        assert_eq!(around("#a > p"), Key::Id("a".into()));
        assert_eq!(around("#a ~ p"), Key::Any);
        assert_eq!(around("p"), Key::Any);
    }

    #[test]
    fn relative_selectors_say_where_they_look() {
        assert!(Selector::parse("> a", false).is_err());
        assert!(!Selector::parse("> a", true).unwrap().looks_beside());
        assert!(Selector::parse("+ figcaption, a", true).unwrap().looks_beside());
    }

    #[test]
    fn what_other_tools_write_is_told_apart() {
        assert!(message("h1:contains(x)").contains("having"));
        assert!(message("a::text").contains("leave it out"));
        assert!(message("a::attr(href)").contains("selector@name"));
        assert!(message("//div").contains("XPath"));
        assert!(message("div >").contains("both sides"));
        assert!(message("").contains("empty"));
    }

    #[test]
    fn faults_are_placed() {
        assert_eq!(Selector::parse("div.a h1:contains(x)", false).unwrap_err().offset, 8);
    }
}
