//! Why an alternative gave no value, where something of it is on the page.

use super::context::Context;
use super::field::matched;
use super::source::Candidate;
use super::steps::{self, Texts};
use super::trace::{Asked, Refused};
use super::typed::typed;
use crate::dom::tidy;
use crate::profile::model::{Alternative, Source, ValueType};

/// So many characters of a refused text are kept.
const SAMPLE: usize = 120;

/// Takes an option from an alternative; false where it has none.
type Loosen = fn(&mut Alternative) -> bool;

impl Context<'_> {
    /// Why an alternative gave no value; `tried` is what its source offered. The first of it speaks for all.
    pub(super) fn refusal(
        &self,
        asked: Asked<'_>,
        alternative: &Alternative,
        tried: &[Candidate],
    ) -> Option<Refused> {
        let Some(first) = tried.first() else { return self.left_out(asked, alternative) };
        let refused = |why: &str, text: &str| Some(Refused { why: why.to_owned(), text: sample(text) });
        let Some((text, _)) = matched(asked.field, alternative.pattern.as_ref(), first) else {
            return refused("`match` does not match", &first.text);
        };
        let Some(texts) = steps::take(Texts::One(text), &alternative.then) else {
            return refused("a step of `then` finds nothing", &first.text);
        };
        let shown = texts.clone().into_vec().join(" ");
        if tidy(&shown).is_empty() {
            return refused("there is no text", "");
        }
        match typed(texts, asked.rule.kind, alternative, &self.surroundings()) {
            None => refused(not_valid(asked.rule.kind, alternative), &shown),
            Some(_) => refused("nothing is left of it", &shown),
        }
    }

    /// What an option of the rule left out: without it there would be something.
    fn left_out(&self, asked: Asked<'_>, alternative: &Alternative) -> Option<Refused> {
        let mut without = alternative.clone();
        let looser: [(&str, Loosen); 4] = [
            ("the attribute", no_attribute),
            ("`nth`", |alternative| alternative.nth.take().is_some()),
            ("`line`", |alternative| alternative.line.take().is_some()),
            ("`having`", |alternative| alternative.having.take().is_some()),
        ];
        for (option, loosen) in looser {
            if !loosen(&mut without) {
                continue;
            }
            let found = self.candidates(&without, asked.scope);
            if let Some(first) = found.first() {
                let why = format!("{} would match but for {option}", found.len());
                return Some(Refused { why, text: sample(&first.text) });
            }
        }
        None
    }
}

fn no_attribute(alternative: &mut Alternative) -> bool {
    match &mut alternative.source {
        Source::Css { attribute, .. } => attribute.take().is_some(),
        _ => false,
    }
}

fn not_valid(kind: ValueType, alternative: &Alternative) -> &'static str {
    match kind {
        ValueType::Time | ValueType::Date if alternative.formats.is_empty() => {
            "no time is found in it; a `format` says how it is written"
        }
        ValueType::Time | ValueType::Date => "`format` finds no time in it",
        ValueType::Int => "it is no whole number",
        ValueType::Decimal => "it is no number",
        ValueType::Bool => "it is neither true nor false",
        ValueType::Url => "it is no http or https address",
        ValueType::Json => "it is no JSON",
        ValueType::People => "no name is found in it",
        ValueType::Text | ValueType::List => "there is no text",
    }
}

fn sample(text: &str) -> String {
    tidy(text).chars().take(SAMPLE).collect()
}
