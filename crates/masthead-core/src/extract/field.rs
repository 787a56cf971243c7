//! A field's chain: the first alternative with a value that is valid for the field's type wins.

use masthead_record::{Provenance, ZoneFrom};

use super::claims::Place;
use super::context::Context;
use super::finding::Finding;
use super::source::Candidate;
use super::steps::{self, Texts};
use super::trace::Asked;
use super::typed::{Surroundings, Typed, typed};
use crate::dom::NodeNumber;
use crate::profile::model::{Alternative, Match, Rule, Source, ValueType};

/// What became of a rule.
#[derive(Debug, Default)]
pub(crate) struct Resolution {
    pub(crate) value: Option<Typed>,
    /// Values for fields of the same names beside this one, from named groups and `into:`.
    pub(crate) beside: Vec<(String, String)>,
    pub(crate) provenance: Provenance,
}

/// A value that an alternative gave.
struct Choice {
    value: Typed,
    beside: Vec<(String, String)>,
    places: Vec<Place>,
    node: Option<NodeNumber>,
    raw: String,
    zone_from: Option<ZoneFrom>,
}

impl Context<'_> {
    /// Resolves the rule of `field`, claims what it took, and says where the value came from. `owner` is the field that
    /// the ledger names (a caption's text is claimed by `images`); `scope` is the item of an `each`.
    pub(crate) fn resolve(
        &mut self,
        owner: &str,
        field: &str,
        rule: &Rule,
        scope: Option<NodeNumber>,
    ) -> Resolution {
        let mut resolution = Resolution::default();
        let asked = Asked { owner, field, rule, scope };
        for (index, alternative) in rule.chain.iter().enumerate() {
            let claims = alternative.claim && matches!(alternative.source, Source::Css { .. });
            // What can neither win nor claim is only looked at where someone asked what it would have found.
            if resolution.value.is_some() && !claims && !self.explain {
                resolution.provenance.alternatives.push(0);
                continue;
            }
            if matches!(alternative.source, Source::Auto) {
                resolution.provenance.alternatives.push(0);
                let open = resolution.value.is_none();
                if open {
                    self.resolve_auto(field, rule.kind, index, &mut resolution);
                    resolution.provenance.rule = resolution
                        .value
                        .as_ref()
                        .map(|_| format!("{}:{}", alternative.at.file, alternative.at.line));
                }
                self.note_auto(asked, index, open && resolution.value.is_some());
                continue;
            }
            let candidates = self.candidates(alternative, scope);
            resolution.provenance.alternatives.push(candidates.len());
            if resolution.value.is_none() {
                self.check_count(field, alternative, candidates.len());
            }
            let tried = self.trace.map(|_| candidates.clone());
            let choice = self.choose(field, rule.kind, alternative, candidates);
            if let Some(tried) = tried {
                let valid = choice.is_some();
                self.note_tried(asked, index, &tried, valid, valid && resolution.value.is_none());
            }
            let Some(choice) = choice else { continue };
            if claims {
                choice.places.iter().for_each(|place| self.claims.add(owner, place.clone()));
            }
            if resolution.value.is_none() {
                self.check_pattern(field, alternative, &choice);
                self.note_winner(alternative, index, &choice, &mut resolution.provenance);
                resolution.value = Some(choice.value);
                resolution.beside = choice.beside;
            }
        }
        if let (None, Some(first)) = (&resolution.value, rule.chain.first()) {
            // Where nothing was found, a person looks at the rule.
            resolution.provenance.rule = Some(format!("{}:{}", first.at.file, first.at.line));
        }
        resolution
    }

    fn note_winner(
        &self,
        alternative: &Alternative,
        index: usize,
        choice: &Choice,
        provenance: &mut Provenance,
    ) {
        provenance.rule = Some(format!("{}:{}", alternative.at.file, alternative.at.line));
        provenance.alternative = Some(index + 1);
        provenance.source = Some(alternative.source.word().to_owned());
        provenance.zone_from = choice.zone_from;
        if self.explain {
            provenance.path = choice.node.map(|node| self.dom.path(node));
            provenance.raw = Some(choice.raw.clone());
        }
    }

    fn choose(
        &self,
        field: &str,
        kind: ValueType,
        alternative: &Alternative,
        candidates: Vec<Candidate>,
    ) -> Option<Choice> {
        let many = alternative.all
            || (matches!(kind, ValueType::List | ValueType::People)
                && !matches!(alternative.source, Source::Css { .. }));
        if many {
            return self.choose_all(field, kind, alternative, candidates);
        }
        candidates.into_iter().find_map(|candidate| self.choose_one(field, kind, alternative, candidate))
    }

    /// The first candidate with a valid value wins: two nodes of one class need no position where a format tells them
    /// apart.
    fn choose_one(
        &self,
        field: &str,
        kind: ValueType,
        alternative: &Alternative,
        candidate: Candidate,
    ) -> Option<Choice> {
        if let (ValueType::Json, Some(json)) = (kind, &candidate.json) {
            return Some(Choice {
                value: Typed::Json(json.clone()),
                beside: Vec::new(),
                places: Vec::new(),
                node: None,
                raw: candidate.text,
                zone_from: None,
            });
        }
        let (text, beside) = matched(field, alternative.pattern.as_ref(), &candidate)?;
        let texts = steps::take(Texts::One(text), &alternative.then)?;
        let value = typed(texts, kind, alternative, &self.surroundings())?;
        if matches!(&value, Typed::List(list) if list.is_empty()) {
            return None;
        }
        let zone_from = if let Typed::Time { zone_from, .. } = &value { *zone_from } else { None };
        Some(Choice {
            value,
            beside,
            places: candidate.place.into_iter().collect(),
            node: candidate.node,
            raw: candidate.text,
            zone_from,
        })
    }

    /// Every candidate that the pattern accepts. An empty list from `all` is a value, not a missing one.
    fn choose_all(
        &self,
        field: &str,
        kind: ValueType,
        alternative: &Alternative,
        candidates: Vec<Candidate>,
    ) -> Option<Choice> {
        let node = candidates.first().and_then(|candidate| candidate.node);
        let raw = candidates.iter().map(|candidate| candidate.text.as_str()).collect::<Vec<_>>().join("\n");
        let mut places = Vec::new();
        let mut texts = Vec::new();
        for candidate in candidates {
            let Some((text, _)) = matched(field, alternative.pattern.as_ref(), &candidate) else { continue };
            texts.push(text);
            places.extend(candidate.place);
        }
        let empty = texts.is_empty();
        let texts = steps::take(Texts::Many(texts), &alternative.then)?;
        let value = typed(texts, kind, alternative, &self.surroundings());
        let value = match value {
            Some(Typed::List(list)) if list.is_empty() && !(alternative.all && empty) => return None,
            None if alternative.all && empty && kind != ValueType::People => Typed::List(Vec::new()),
            value => value?,
        };
        Some(Choice { value, beside: Vec::new(), places, node, raw, zone_from: None })
    }

    pub(super) fn surroundings(&self) -> Surroundings<'_> {
        Surroundings { base: &self.base, zone: self.profile.zone.as_ref() }
    }

    fn check_count(&mut self, field: &str, alternative: &Alternative, count: usize) {
        let Some((least, most)) = alternative.expect.as_ref().and_then(|expect| expect.count) else { return };
        if !(least..=most).contains(&count) {
            self.findings
                .push(Finding::warning(field, format!("{count} matches where {least}..{most} are expected")));
        }
    }

    fn check_pattern(&mut self, field: &str, alternative: &Alternative, choice: &Choice) {
        let Some(regex) = alternative.expect.as_ref().and_then(|expect| expect.matches.as_ref()) else {
            return;
        };
        if !choice.value.clone().into_list().iter().all(|text| regex.is_match(text)) {
            self.findings.push(Finding::warning(field, format!("a value that `{regex}` does not match")));
        }
    }
}

/// The candidate's text after `match`, and what its groups give to the fields beside.
pub(super) fn matched(
    field: &str,
    pattern: Option<&Match>,
    candidate: &Candidate,
) -> Option<(String, Vec<(String, String)>)> {
    let Some(pattern) = pattern else {
        return Some(from_groups(field, &candidate.text, &candidate.groups));
    };
    let text = crate::dom::tidy(&candidate.text);
    let found = pattern.regex.captures(&text)?;
    let groups: Vec<(Option<String>, String)> = found
        .iter()
        .skip(1)
        .enumerate()
        .filter_map(|(index, group)| {
            let name = pattern.into.get(index).cloned().flatten();
            Some((name, group?.as_str().to_owned()))
        })
        .collect();
    let whole = found.get(0).map_or("", |found| found.as_str());
    Some(from_groups(field, whole, &groups))
}

/// The field's own value is the group of its name, else the first group, else the whole text.
fn from_groups(
    field: &str,
    whole: &str,
    groups: &[(Option<String>, String)],
) -> (String, Vec<(String, String)>) {
    let own = groups
        .iter()
        .find(|(name, _)| name.as_deref() == Some(field))
        .or_else(|| groups.first())
        .map_or(whole, |(_, text)| text.as_str());
    let beside = groups
        .iter()
        .filter_map(|(name, text)| Some((name.clone()?, text.clone())))
        .filter(|(name, _)| name != field)
        .collect();
    (own.to_owned(), beside)
}
