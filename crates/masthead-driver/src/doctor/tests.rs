//! Alarms on histories that are made up.

use std::time::Duration;

use masthead_frontier::Observed;

use super::alarms::{self, Broken, What};
use super::past::Past;
use crate::observed::{KnownRule, Rules};

const DAY: u64 = 24 * 60 * 60;

fn known(id: &str, field: &str, number: usize) -> KnownRule {
    let (id, field) = (id.to_owned(), field.to_owned());
    KnownRule { rule: format!("site.yaml:{number}"), source: format!(".{id}"), id, field, number }
}

fn rules(all: &[(&str, &str, usize)]) -> Rules {
    let rules = all.iter().map(|&(id, field, number)| known(id, field, number)).collect();
    Rules { rules, ..Rules::default() }
}

/// Pages of layouts with what served their fields, a minute each.
struct Story {
    observations: Vec<Observed>,
    at: u64,
}

impl Story {
    fn new() -> Self {
        Self { observations: Vec::new(), at: 0 }
    }

    fn then(mut self, pages: u64, layout: &str, fields: &str) -> Self {
        for _ in 0..pages {
            self.at += 60;
            let key = format!("page\t{layout}\tresidual=0 {fields}");
            self.observations.push(Observed { at: Duration::from_secs(self.at), key, n: 1 });
        }
        self
    }

    fn after_days(mut self, days: u64) -> Self {
        self.at += days * DAY;
        self
    }

    fn alarms(&self, rules: &Rules) -> Vec<Broken> {
        alarms::find(&Past::new(&self.observations), rules)
    }

    /// The field and the pages before and after of each alarm.
    fn told(&self, rules: &Rules) -> Vec<(String, u64, u64)> {
        let told = |broken: &Broken| {
            (broken.field().unwrap_or("layout").to_owned(), broken.fall.before.of, broken.fall.after.of)
        };
        self.alarms(rules).iter().map(told).collect()
    }
}

#[test]
fn another_rule_of_the_chain_is_named() {
    let rules = rules(&[("aa", "title", 1), ("bb", "title", 2)]);
    let found = Story::new().then(50, "-", "title=aa").then(25, "-", "title=bb").alarms(&rules);
    let [Broken { what: What::Rule { rule, instead }, .. }] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((rule.number, instead.to_string()), (1, "bb".to_owned()));
}

#[test]
fn a_rule_that_the_author_put_before_is_no_fault() {
    let rules = rules(&[("bb", "title", 1), ("aa", "title", 2)]);
    assert_eq!(Story::new().then(50, "-", "title=aa").then(40, "-", "title=bb").told(&rules), []);
}

#[test]
fn a_rule_that_is_no_longer_written_is_no_fault() {
    let rules = rules(&[("cc", "title", 1)]);
    assert_eq!(Story::new().then(50, "-", "title=aa").then(40, "-", "title=cc").told(&rules), []);
}

#[test]
fn an_optional_field_that_comes_and_goes_is_no_alarm_and_one_that_is_gone_is() {
    let rules = rules(&[("ss", "subtitle", 1)]);
    let mut story = Story::new();
    for _ in 0..20 {
        story = story.then(3, "-", "subtitle=ss").then(2, "-", "title=auto");
    }
    assert_eq!(story.told(&rules), []);
    let gone = Story::new().then(60, "-", "title=auto subtitle=ss").then(30, "-", "title=auto");
    assert_eq!(gone.told(&rules), [("subtitle".to_owned(), 60, 30)]);
}

#[test]
fn each_layout_has_a_past_of_its_own() {
    let rules = rules(&[("aa", "title", 1)]);
    let story =
        Story::new().then(50, "old", "title=auto").then(50, "new", "title=aa").then(50, "old", "title=auto");
    assert_eq!(story.told(&rules), [], "the old layout has always been so");
    let broken = story.then(30, "new", "title=!");
    let found = broken.alarms(&rules);
    assert_eq!(found.iter().map(|one| one.group.as_deref()).collect::<Vec<_>>(), [Some("new")]);
}

#[test]
fn pages_that_fall_to_a_layout_without_a_past_are_noticed() {
    let rules = rules(&[("aa", "title", 1)]);
    let story = Story::new().then(60, "new", "title=aa body=auto").then(30, "rest", "title=! body=auto");
    let found = story.alarms(&rules);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].field(), found[0].group.as_deref()), (Some("title"), None));
}

#[test]
fn what_has_been_so_for_long_is_the_past_itself() {
    let rules = rules(&[("aa", "title", 1)]);
    let story = Story::new().then(50, "-", "title=aa").after_days(1).then(30, "-", "title=auto");
    assert_eq!(story.told(&rules), [("title".to_owned(), 50, 30)]);
    assert_eq!(story.after_days(100).then(30, "-", "title=auto").told(&rules), []);
}

#[test]
fn what_another_version_has_written_is_passed_over() {
    let mut story = Story::new().then(30, "-", "title=aa");
    story.observations.push(Observed {
        at: Duration::from_secs(9_999),
        key: "weather\train".to_owned(),
        n: 9,
    });
    assert_eq!(story.told(&rules(&[("aa", "title", 1)])), []);
}
