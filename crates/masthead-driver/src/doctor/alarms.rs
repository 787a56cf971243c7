//! What has changed for the worse.

use std::collections::BTreeSet;
use std::time::Duration;

use super::change::{Bar, Fall, fall};
use super::past::{Past, Row, instead, points};
use crate::observed::{By, KnownRule, MUCH_RESIDUAL, Rules};

/// A rule that served most pages serves them no more, although it stands before what serves now.
const OF_RULE: Bar = Bar { from: 0.8, by: 0.4, few: false };
/// A field that most pages had, and that none needs.
const OF_FIELD: Bar = Bar { from: 0.8, by: 0.5, few: false };
/// A field without which a record is incomplete.
const OF_REQUIRED: Bar = Bar { from: 0.8, by: 0.3, few: true };
/// Pages on which another witness agrees with what a rule gives.
const OF_WITNESS: Bar = Bar { from: 0.8, by: 0.5, few: false };
/// Pages whose text belongs to something.
const OF_TEXT: Bar = Bar { from: 0.5, by: 0.5, few: false };
/// Pages that a layout matches.
const OF_LAYOUT: Bar = Bar { from: 0.8, by: 0.3, few: true };
/// What has been so for longer is the profile's past itself.
const FORGIVEN_AFTER: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// What broke, before it is put in words.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Broken {
    pub(super) what: What,
    /// Of which pages; of all where there is none.
    pub(super) group: Option<String>,
    pub(super) fall: Fall,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// A rule serves no more.
    Rule { rule: KnownRule, instead: By },
    /// A field is found no more, and no single rule is to blame.
    Field { field: String },
    /// A rule serves something else than before: every other witness on the page contradicts it.
    Contradicted { rule: KnownRule },
    /// Text belongs to nothing: its share before and after.
    Residual { before: f64, after: f64 },
    /// Pages that no layout matches.
    NoLayout,
}

impl Broken {
    pub(super) fn field(&self) -> Option<&str> {
        match &self.what {
            What::Rule { rule, .. } | What::Contradicted { rule } => Some(&rule.field),
            What::Field { field } => Some(field),
            What::Residual { .. } => Some("body"),
            What::NoLayout => None,
        }
    }

    /// The rule that is to blame.
    pub(super) fn rule(&self) -> Option<&KnownRule> {
        match &self.what {
            What::Rule { rule, .. } | What::Contradicted { rule } => Some(rule),
            _ => None,
        }
    }
}

/// Everything that a state's past says has broken, by group and field.
pub(super) fn find(past: &Past, rules: &Rules) -> Vec<Broken> {
    let mut found = Vec::new();
    for group in past.groups() {
        for field in fields(past.of(Some(group))) {
            found.extend(of_field(past, rules, group, &field));
        }
        found.extend(of_text(past, group));
    }
    found.extend(of_all(past, &found));
    let every = past.pages.iter();
    found.extend(fall(&points(every, |page| page.matched), OF_LAYOUT).map(|fall| Broken {
        what: What::NoLayout,
        group: None,
        fall,
    }));
    let last = past.last();
    found.retain(|broken| last.saturating_sub(broken.fall.since) <= FORGIVEN_AFTER);
    found
}

fn fields<'a>(rows: impl Iterator<Item = &'a Row>) -> BTreeSet<String> {
    rows.flat_map(|row| row.page.fields.keys().cloned()).collect()
}

/// The first rule of the chain that has fallen; else the field, where it has; else a rule that serves something else.
fn of_field(past: &Past, rules: &Rules, group: &str, field: &str) -> Option<Broken> {
    let mut of_field: Vec<KnownRule> = Vec::new();
    for rule in rules.rules.iter().filter(|rule| rule.field == field) {
        if !of_field.iter().any(|known| known.id == rule.id) {
            of_field.extend(rules.rule(group, &rule.id));
        }
    }
    of_field.sort_by_key(|rule| rule.number);
    let mut each = of_field.iter();
    each.find_map(|rule| of_rule(past, rules, group, rule.clone()))
        .or_else(|| of_filled(past, Some(group), field))
        .or_else(|| of_field.iter().find_map(|rule| of_witness(past, group, rule)))
}

fn of_rule(past: &Past, rules: &Rules, group: &str, rule: KnownRule) -> Option<Broken> {
    let rows = past.of(Some(group));
    let served = |by: &By| matches!(by, By::Rule(id) if *id == rule.id);
    let history = points(rows.clone(), |page| served(&page.by(&rule.field)));
    let serves_instead = |found: &Fall| instead(rows.clone(), &rule.field, found.since, Some(&rule.id));
    // A few pages are enough only where the field itself is lost: where another rule serves, there is time.
    let lost = |found: &Fall| matches!(serves_instead(found), By::Missing { required: true });
    let fall = fall(&history, OF_RULE).or_else(|| fall(&history, OF_REQUIRED).filter(lost))?;
    let instead = serves_instead(&fall);
    // A rule that the author has put before it serves: that is no fault.
    let is_mended = matches!(&instead, By::Rule(id)
        if rules.rule(group, id).is_none_or(|other| other.number < rule.number));
    (!is_mended).then(|| Broken { what: What::Rule { rule, instead }, group: Some(group.to_owned()), fall })
}

/// What a rule gives is there as before, and it is something else: the page's other witnesses say so.
fn of_witness(past: &Past, group: &str, rule: &KnownRule) -> Option<Broken> {
    let history = points(past.of(Some(group)), |page| {
        page.by(&rule.field) != By::Rule(rule.id.clone()) || !page.contradicted.contains(&rule.field)
    });
    let fall = fall(&history, OF_WITNESS)?;
    let what = What::Contradicted { rule: rule.clone() };
    Some(Broken { what, group: Some(group.to_owned()), fall })
}

fn of_filled(past: &Past, group: Option<&str>, field: &str) -> Option<Broken> {
    let rows = past.of(group);
    let bar = if is_required(rows.clone(), field) { OF_REQUIRED } else { OF_FIELD };
    let history = points(rows, |page| !matches!(page.by(field), By::Missing { .. }));
    let fall = fall(&history, bar)?;
    Some(Broken { what: What::Field { field: field.to_owned() }, group: group.map(str::to_owned), fall })
}

/// Whether any record was incomplete by it.
fn is_required<'a>(mut rows: impl Iterator<Item = &'a Row>, field: &str) -> bool {
    rows.any(|row| row.page.fields.get(field) == Some(&By::Missing { required: true }))
}

/// Required fields over all layouts, where no single layout shows it: new pages fall to a layout that has no past.
fn of_all(past: &Past, found: &[Broken]) -> Vec<Broken> {
    if past.groups().len() < 2 {
        return Vec::new();
    }
    let required = fields(past.of(None)).into_iter().filter(|field| is_required(past.of(None), field));
    let open = required.filter(|field| !found.iter().any(|broken| broken.field() == Some(field)));
    open.filter_map(|field| of_filled(past, None, &field)).collect()
}

fn of_text(past: &Past, group: &str) -> Option<Broken> {
    let history = points(past.of(Some(group)), |page| page.residual < MUCH_RESIDUAL);
    let fall = fall(&history, OF_TEXT)?;
    let before = past.residual(group, Duration::ZERO, fall.since);
    let after = past.residual(group, fall.since, Duration::MAX);
    let what = What::Residual { before, after };
    (after > before).then(|| Broken { what, group: Some(group.to_owned()), fall })
}
