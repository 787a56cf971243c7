//! The parts of a selector, as text that is put together.

use std::fmt;

use super::Reason;

/// More alternatives than this are said with `:is()`.
const MAX_ALTERNATIVES: usize = 16;
/// A selector that has grown past this is no help to anybody.
pub(super) const MAX_LENGTH: usize = 4_000;

/// What is asked of one element: `div.a[b]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Compound {
    pub(super) tag: Option<String>,
    /// All behind the tag.
    pub(super) rest: String,
    /// Whether `:has()` is in it; one can't stand in another (Selectors 4 §4.5).
    pub(super) has: bool,
}

impl Compound {
    pub(super) fn of(rest: impl Into<String>) -> Self {
        Self { rest: rest.into(), ..Self::default() }
    }

    /// Both at once; `None` where they ask for different tags.
    pub(super) fn and(&self, other: &Self) -> Option<Self> {
        let tag = match (&self.tag, &other.tag) {
            (Some(one), Some(two)) if one != two => return None,
            (one, two) => one.clone().or_else(|| two.clone()),
        };
        let rest =
            if self.rest == other.rest { self.rest.clone() } else { format!("{}{}", self.rest, other.rest) };
        Some(Self { tag, rest, has: self.has || other.has })
    }

    pub(super) fn is_tag(&self, tag: &str) -> bool {
        self.tag.as_deref() == Some(tag)
    }
}

impl fmt::Display for Compound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.tag {
            None if self.rest.is_empty() => f.write_str("*"),
            tag => write!(f, "{}{}", tag.as_deref().unwrap_or_default(), self.rest),
        }
    }
}

/// One selector without commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complex {
    /// All before the last compound, with its combinator: `div.a > `.
    pub(super) head: String,
    pub(super) last: Compound,
    /// Whether `:has()` is anywhere in it.
    pub(super) has: bool,
}

impl Complex {
    pub(super) fn of(last: Compound) -> Self {
        Self { head: String::new(), has: last.has, last }
    }

    /// This, a combinator with its spaces, and a compound behind it.
    pub(super) fn then(&self, combinator: &str, last: &Compound) -> Self {
        Self { head: format!("{self}{combinator}"), has: self.has || last.has, last: last.clone() }
    }

    /// The same as a compound, for inside `:has()` and `:is()`.
    pub(super) fn within(&self) -> String {
        if self.head.is_empty() { self.to_string() } else { format!(":is({self})") }
    }
}

impl fmt::Display for Complex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.head, self.last)
    }
}

/// Both of two sets of alternatives.
pub(super) fn both(left: &[Compound], right: &[Compound]) -> Result<Vec<Compound>, Reason> {
    let merged = both_if_any(left, right)?;
    if merged.is_empty() { Err("it selects nothing".to_owned()) } else { Ok(merged) }
}

/// The same, where it is no fault that nothing can be both.
pub(super) fn both_if_any(left: &[Compound], right: &[Compound]) -> Result<Vec<Compound>, Reason> {
    if left.len() * right.len() > MAX_ALTERNATIVES && right.len() > 1 {
        return both_if_any(left, &[any_of(right)]);
    }
    let pairs = left.iter().flat_map(|one| right.iter().filter_map(|two| one.and(two)));
    let mut merged: Vec<Compound> = Vec::new();
    for compound in pairs {
        if compound.rest.len() > MAX_LENGTH {
            return Err(format!("its selector would be longer than {MAX_LENGTH} bytes"));
        }
        if !merged.contains(&compound) {
            merged.push(compound);
        }
    }
    Ok(merged)
}

/// One compound that says: one of these.
pub(super) fn any_of(alternatives: &[Compound]) -> Compound {
    match alternatives {
        [one] => one.clone(),
        many => {
            Compound { tag: None, rest: format!(":is({})", list(many)), has: many.iter().any(|one| one.has) }
        }
    }
}

/// One compound that says: none of these.
pub(super) fn none_of(alternatives: &[Compound]) -> Compound {
    let has = alternatives.iter().any(|one| one.has);
    Compound { tag: None, rest: format!(":not({})", list(alternatives)), has }
}

/// With commas between them.
pub(super) fn list<T: fmt::Display>(items: &[T]) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}

/// The name of an element, as a compound.
pub(super) fn tag(name: &str) -> Result<Compound, Reason> {
    is_html_name(name)
        .then(|| Compound { tag: Some(name.to_owned()), ..Compound::default() })
        .ok_or_else(|| format!("names of elements are lower case in HTML, so `{name}` selects nothing"))
}

/// A name that an element or attribute can have after HTML was parsed, and that is an identifier of CSS.
pub(super) fn is_html_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'))
}
