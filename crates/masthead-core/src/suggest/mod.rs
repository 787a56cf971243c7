//! Selectors for what is known to stand on a page: rules to mend a profile with, or to draft one from.
//!
//! Pages and the values that they should give go in; out come selectors, the best first. A selector is good where it
//! selects exactly one node, with the value wanted, on many pages, and is made of few words that a site does not change
//! with every release: no position, no class that a build tool has made.

mod features;
mod stable;
mod target;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::dom::{Dom, NodeNumber};
use crate::parse::{self, Budget, Parsed};
use crate::select::Selector;
use features::Written;
use target::Target;

/// Selectors are made from so many pages; all pages judge them.
const MAKERS: usize = 6;
/// So many selectors are judged at most, those of the fewest words.
const JUDGED: usize = 1_500;

/// Pages of one kind, parsed once for many questions.
pub struct SamplePages(Vec<Parsed>);

/// What a field should give on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wanted {
    /// A text, as a record has it. White space, case and the shape of quotes and dashes make no difference.
    Text(String),
    /// People's names, as a byline gives them.
    Names(Vec<String>),
    /// A time (RFC 3339) or a bare day, as a record has it: in a text, or in the `datetime` of a `<time>`.
    Time(String),
}

/// A rule that would serve.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suggestion {
    /// The CSS selector.
    pub selector: String,
    /// The attribute that holds the value; the text where there is none.
    pub attribute: Option<String>,
    /// On how many pages it selects exactly one node, with the value wanted.
    pub pages: usize,
    /// On how many pages a value was wanted.
    pub of: usize,
}

impl Suggestion {
    /// As a profile writes it: `h2.art-tit`, `time.when@datetime`.
    #[must_use]
    pub fn rule(&self) -> String {
        match &self.attribute {
            Some(attribute) => format!("{}@{attribute}", self.selector),
            None => self.selector.clone(),
        }
    }
}

impl SamplePages {
    /// Parses pages, under the same budgets as when they are read.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self(texts.into_iter().map(|text| parse::document(text, &Budget::default())).collect())
    }

    /// At most `most` selectors for the values that the pages should give, the best first: `wanted` has an entry a page,
    /// `None` where nothing is known of one. Equal pages and values always give equal selectors.
    #[must_use]
    pub fn suggest(&self, wanted: &[Option<Wanted>], most: usize) -> Vec<Suggestion> {
        let asked: Vec<Asked<'_>> = self
            .0
            .iter()
            .zip(wanted)
            .filter_map(|(page, wanted)| {
                let dom = Dom::new(page, None);
                let targets = target::find(&dom, wanted.as_ref()?);
                Some(Asked { dom, targets })
            })
            .collect();
        let made: BTreeSet<(Written, Option<String>)> = asked
            .iter()
            .filter(|page| !page.targets.is_empty())
            .take(MAKERS)
            .flat_map(Asked::selectors)
            .collect();
        let mut judged: Vec<Judged> = made
            .into_iter()
            .take(JUDGED)
            .filter_map(|(written, attribute)| judge(written, attribute, &asked))
            .collect();
        judged.sort_by_key(Judged::rank);
        judged.into_iter().take(most).map(|judged| judged.suggestion).collect()
    }
}

/// A page, and the nodes on it that have what is wanted.
struct Asked<'a> {
    dom: Dom<'a>,
    targets: Vec<Target>,
}

impl Asked<'_> {
    fn selectors(&self) -> impl Iterator<Item = (Written, Option<String>)> {
        self.targets.iter().flat_map(|target| {
            let written = features::selectors(&self.dom, target.node);
            written.into_iter().map(|written| (written, target.attribute.clone()))
        })
    }

    /// What a selector does here: the one node that is wanted, nothing, or something else.
    fn outcome(&self, selector: &Selector, attribute: Option<&String>) -> Found {
        let is_target = |node: NodeNumber| {
            self.targets.iter().any(|target| target.node == node && target.attribute.as_ref() == attribute)
        };
        match self.dom.select(selector).as_slice() {
            [] => Found::Nothing,
            [only] if is_target(*only) => Found::Wanted,
            _ => Found::Other,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Wanted,
    Nothing,
    Other,
}

struct Judged {
    suggestion: Suggestion,
    wrong: usize,
    cost: u32,
}

impl Judged {
    /// Many pages first, then few mistakes, few words, few characters.
    fn rank(&self) -> (std::cmp::Reverse<usize>, usize, u32, usize, String) {
        let selector = &self.suggestion.selector;
        (std::cmp::Reverse(self.suggestion.pages), self.wrong, self.cost, selector.len(), selector.clone())
    }
}

fn judge(written: Written, attribute: Option<String>, asked: &[Asked<'_>]) -> Option<Judged> {
    let selector = Selector::parse(&written.text, false).ok()?;
    let outcomes: Vec<Found> = asked.iter().map(|page| page.outcome(&selector, attribute.as_ref())).collect();
    let count = |wanted| outcomes.iter().filter(|&&found| found == wanted).count();
    let pages = count(Found::Wanted);
    let suggestion = Suggestion { selector: written.text, attribute, pages, of: asked.len() };
    (pages > 0).then(|| Judged { suggestion, wrong: count(Found::Other), cost: written.cost })
}
