//! `auto`: what the page says of itself, where the author wrote nothing or wrote `auto`.
//!
//! Whoever uses it is counted: the provenance of such a value is `auto`, so that it can't hide that a rule has died.

use masthead_record::{Author, Image, Provenance};

use super::body::Body;
use super::context::Context;
use super::field::Resolution;
use super::steps::Texts;
use super::typed::{Surroundings, Typed, typed};
use crate::metadata::Witness;
use crate::profile::model::{Alternative, At, Source, ValueType};

impl Context<'_> {
    /// A field without a rule.
    pub(crate) fn resolve_left_to_auto(&mut self, field: &str) -> Resolution {
        let kind = match field {
            "published" | "updated" => ValueType::Time,
            "tags" => ValueType::List,
            _ => ValueType::Text,
        };
        let mut resolution = Resolution::default();
        self.resolve_auto(field, kind, 0, &mut resolution);
        resolution
    }

    /// The word `auto` in a chain, at `index`.
    pub(crate) fn resolve_auto(
        &mut self,
        field: &str,
        kind: ValueType,
        index: usize,
        resolution: &mut Resolution,
    ) {
        for (source, raw) in self.witnesses(field) {
            let Some((value, zone_from)) = self.automatic(kind, &raw) else { continue };
            resolution.provenance.alternative = Some(index + 1);
            resolution.provenance.source = Some(format!("auto:{source}"));
            resolution.provenance.zone_from = zone_from;
            resolution.provenance.raw = self.explain.then(|| raw.join(", "));
            resolution.value = Some(value);
            return;
        }
    }

    /// What each witness on the page says about a field, the most trusted first.
    pub(super) fn witnesses(&self, field: &str) -> Vec<(&'static str, Vec<String>)> {
        let one = |found: Vec<Witness<String>>| {
            found.into_iter().map(|witness| (witness.source.word(), vec![witness.value])).collect()
        };
        let metadata = self.metadata();
        match field {
            "title" => one(metadata.title()),
            "subtitle" => one(metadata.subtitle()),
            "section" => one(metadata.section()),
            "summary" => one(metadata.summary()),
            "published" => one(metadata.published()),
            "updated" => one(metadata.updated()),
            "language" => one(metadata.language()),
            "tags" => {
                metadata.tags().into_iter().map(|witness| (witness.source.word(), witness.value)).collect()
            }
            "name" | "byline" => metadata
                .authors()
                .into_iter()
                .map(|witness| {
                    (witness.source.word(), witness.value.into_iter().map(|author| author.name).collect())
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    fn automatic(
        &self,
        kind: ValueType,
        raw: &[String],
    ) -> Option<(Typed, Option<masthead_record::ZoneFrom>)> {
        if matches!(kind, ValueType::List | ValueType::People) {
            return (!raw.is_empty()).then(|| (Typed::List(raw.to_vec()), None));
        }
        let plain = Alternative::of_source(At::nowhere(), Source::Auto);
        let around = Surroundings { base: &self.base, zone: self.profile.zone.as_ref() };
        let value = typed(Texts::One(raw.first()?.clone()), kind, &plain, &around)?;
        let zone_from = if let Typed::Time { zone_from, .. } = &value { *zone_from } else { None };
        Some((value, zone_from))
    }

    /// The authors, with their addresses where the page's metadata has them.
    pub(crate) fn auto_authors(&mut self) -> (Vec<Author>, Provenance) {
        let Some(witness) = self.metadata().authors().into_iter().next() else {
            return (Vec::new(), Provenance::default());
        };
        let source = Some(format!("auto:{}", witness.source.word()));
        (witness.value, Provenance { alternative: Some(1), source, ..Provenance::default() })
    }

    pub(crate) fn auto_images(&self) -> Vec<Image> {
        self.metadata().images().into_iter().next().map(|witness| witness.value).unwrap_or_default()
    }

    pub(crate) fn auto_paywalled(&self) -> bool {
        self.metadata().paywalled().first().is_some_and(|witness| witness.value)
    }

    /// The text that the page's JSON-LD carries.
    pub(crate) fn auto_body(&self) -> Body {
        let mut body = super::body::body_of_texts(self.article_body().into_iter().collect());
        if !body.blocks.is_empty() {
            body.provenance = Provenance {
                alternative: Some(1),
                source: Some("auto:jsonld".to_owned()),
                ..Provenance::default()
            };
        }
        body
    }

    /// Notes which other witnesses on the page say the same, and which say something else.
    pub(crate) fn compare(&self, field: &str, value: Option<&Typed>, provenance: &mut Provenance) {
        let Some(value) = value.filter(|_| self.explain) else { return };
        let kind = match (field, value) {
            (_, Typed::Time { .. }) => ValueType::Time,
            (_, Typed::List(_)) => return,
            _ => ValueType::Text,
        };
        let own = value.clone().into_text().unwrap_or_default();
        let source = provenance.source.clone().unwrap_or_default();
        for (witness, raw) in self.witnesses(field) {
            if source == witness || source.strip_prefix("auto:") == Some(witness) {
                continue;
            }
            let Some(text) = self.automatic(kind, &raw).and_then(|(value, _)| value.into_text()) else {
                continue;
            };
            if says_the_same(&own, &text) {
                if !provenance.agrees.iter().any(|name| name == witness) {
                    provenance.agrees.push(witness.to_owned());
                }
            } else {
                provenance.disagrees.entry(witness.to_owned()).or_insert(text);
            }
        }
    }
}

/// Equal texts, or equal instants to the minute: pages often show less than their metadata holds.
fn says_the_same(own: &str, other: &str) -> bool {
    let minute =
        |text: &str| text.parse::<jiff::Timestamp>().ok().map(|instant| instant.as_second().div_euclid(60));
    match (minute(own), minute(other)) {
        (Some(own), Some(other)) => own == other,
        // A bare day agrees with any time on it.
        (None, Some(_)) | (Some(_), None) => own.get(..10) == other.get(..10),
        (None, None) => own == other,
    }
}
