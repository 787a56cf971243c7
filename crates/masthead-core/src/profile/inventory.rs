//! What a profile reads articles by, rule by rule: so that someone can ask which of it any page has used.

use super::model::{Alternative, At, BodyAlternative, Byline, Each, Fields, Profile, Rule, Source};

/// An alternative of a field's chain, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct WrittenRule {
    /// As a [`crate::FieldTrace`] names it: `title`, `byline.name`, `images.caption`. The `each` of a list is the field
    /// itself: `images`.
    pub field: String,
    /// Which of the chain's alternatives it is, from 1.
    pub number: usize,
    /// `FILE:LINE`.
    pub rule: String,
    /// The source as written: `.headline`, `jsonld: headline`.
    pub source: String,
    /// Whether it is the `each` of a list, which a trace does not have.
    pub is_each: bool,
}

/// A `drop` rule of a body, as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct WrittenDrop {
    /// `FILE:LINE`.
    pub rule: String,
    /// As the ledger names it: `.advert`, `line: ^Read also`.
    pub text: String,
}

impl Profile {
    /// Every alternative of every field, layout by layout; what layouts share is named once.
    #[must_use]
    pub fn written_rules(&self) -> Vec<WrittenRule> {
        once(self.layouts.iter().flat_map(|layout| rules(&layout.fields)))
    }

    /// Every `drop` rule of every body; what layouts share is named once.
    #[must_use]
    pub fn written_drops(&self) -> Vec<WrittenDrop> {
        let bodies = self.layouts.iter().filter_map(|layout| layout.fields.body.as_ref());
        let drops = bodies.flat_map(|body| body.chain.iter().flat_map(|alternative| &alternative.drop));
        once(drops.map(|drop| WrittenDrop { rule: place(&drop.at), text: drop.text.clone() }))
    }
}

/// Each once, in the order in which they come.
fn once<T: Clone + Eq + std::hash::Hash>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = rustc_hash::FxHashSet::default();
    all.filter(|one| seen.insert(one.clone())).collect()
}

fn rules(fields: &Fields) -> Vec<WrittenRule> {
    let own = [
        ("title", &fields.title),
        ("subtitle", &fields.subtitle),
        ("section", &fields.section),
        ("summary", &fields.summary),
        ("published", &fields.published),
        ("updated", &fields.updated),
        ("tags", &fields.tags),
        ("language", &fields.language),
    ];
    let mut rules = Vec::new();
    for (name, rule) in own {
        rules.extend(rule.iter().flat_map(|rule| of_chain(name, rule)));
    }
    rules.extend(fields.byline.iter().flat_map(of_byline));
    for (name, each) in [("images", &fields.images), ("related", &fields.related)] {
        rules.extend(each.iter().flat_map(|each| of_each(name, each)));
    }
    rules.extend(
        fields.extra.iter().flat_map(|extra| of_chain(&format!("extra.{}", extra.name), &extra.rule)),
    );
    rules.extend(fields.body.iter().flat_map(|body| body.chain.iter().enumerate()).map(of_body));
    rules
}

fn of_byline(byline: &Byline) -> Vec<WrittenRule> {
    match byline {
        // The trace has a byline that is a value as its names.
        Byline::Value(rule) => of_chain("byline.name", rule),
        Byline::Parts { name, email, url, .. } => [("name", name), ("email", email), ("url", url)]
            .into_iter()
            .flat_map(|(part, rule)| {
                rule.iter().flat_map(move |rule| of_chain(&format!("byline.{part}"), rule))
            })
            .collect(),
        Byline::Each(each) => of_each("byline", each),
    }
}

fn of_each(owner: &str, each: &Each) -> Vec<WrittenRule> {
    let source = Source::Css { selector: Some(each.each.clone()), attribute: None };
    let mut rules = vec![WrittenRule { is_each: true, ..written(owner, 0, &each.at, &source) }];
    for (name, rule) in &each.fields {
        rules.extend(of_chain(&format!("{owner}.{name}"), rule));
    }
    rules
}

fn of_chain(field: &str, rule: &Rule) -> Vec<WrittenRule> {
    let written = |(index, one): (usize, &Alternative)| written(field, index, &one.at, &one.source);
    rule.chain.iter().enumerate().map(written).collect()
}

fn of_body((index, alternative): (usize, &BodyAlternative)) -> WrittenRule {
    written("body", index, &alternative.at, &alternative.source)
}

fn written(field: &str, index: usize, at: &At, source: &Source) -> WrittenRule {
    let (field, source) = (field.to_owned(), source.to_string());
    WrittenRule { field, number: index + 1, rule: place(at), source, is_each: false }
}

fn place(at: &At) -> String {
    format!("{}:{}", at.file, at.line)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use crate::extract::{Page, read_traced};
    use crate::profile::{NoBases, Profile, Source, load};

    const HEAD: &str = "profile: paper\nversion: 1\nhosts: [paper.example]\n";

    fn profile(rest: &str) -> Profile {
        load(Source::new("paper.yaml", format!("{HEAD}{rest}")), &NoBases)
            .unwrap_or_else(|faults| panic!("{faults}"))
    }

    /// What a trace of any page names, the inventory names too, and with the same words.
    #[test]
    fn it_names_rules_as_a_trace_does() {
        let bylines = ["[.by, {meta: author}]", "{name: .by, email: a@href}", "{each: .by, name: b}"];
        for byline in bylines {
            let profile = profile(&format!(
                "article:\n  title: [.none, h1, auto]\n  subtitle: h2\n  section: {{jsonld: articleSection}}\n  \
                 summary: {{meta: description}}\n  published: {{css: time, format: '%Y-%m-%d'}}\n  updated: time@datetime\n  \
                 tags: {{css: .tag, all: true}}\n  language: {{value: en}}\n  byline: {byline}\n  \
                 images: {{each: figure, caption: [b, i]}}\n  related: {{each: .rel, title: a, url: a@href}}\n  \
                 extra: {{number: {{url: '(\\d+)', type: int}}}}\n  body: [main, {{css: article, drop: [.ad]}}]\n"
            ));
            let page = "<h1>A</h1><p class=by><b>Ida</b><figure><b>x</b></figure><i class=rel><a href=/b>B</a></i><article><p>Text.</article>";
            let url = Url::parse("https://paper.example/7").unwrap();
            let (_, trace) =
                read_traced(&profile, &Page { url: &url, text: page, fetched: None, witness: None });
            let mut traced = Vec::new();
            for field in &trace.fields {
                for (index, one) in field.alternatives.iter().enumerate() {
                    traced.push((field.name.clone(), index + 1, one.rule.clone(), one.source.clone()));
                }
            }
            let written = profile.written_rules().into_iter().filter(|rule| !rule.is_each);
            let mut written: Vec<_> =
                written.map(|rule| (rule.field, rule.number, rule.rule, rule.source)).collect();
            traced.sort();
            written.sort();
            assert_eq!(written, traced);
            let drops: Vec<_> =
                profile.written_drops().into_iter().map(|drop| (drop.rule, drop.text)).collect();
            let found: Vec<_> = trace.drops.into_iter().map(|drop| (drop.rule, drop.text)).collect();
            assert_eq!(drops, found);
        }
    }

    #[test]
    fn what_layouts_share_is_named_once() {
        let profile = profile(
            "article: {title: h1}\nlayouts:\n  - {id: new, when: {has: .new}, body: .new}\n  - {id: old, when: {has: .old}, body: .old, title: h2}\n  \
             - {id: older, when: {has: h1}, body: .old}\n",
        );
        let rules: Vec<_> =
            profile.written_rules().into_iter().map(|rule| (rule.field, rule.rule, rule.source)).collect();
        let row = |field: &str, line: u32, source: &str| {
            (field.to_owned(), format!("paper.yaml:{line}"), source.to_owned())
        };
        assert_eq!(
            rules,
            [
                row("title", 4, "h1"),
                row("body", 6, ".new"),
                row("title", 7, "h2"),
                row("body", 7, ".old"),
                row("body", 8, ".old"),
            ]
        );
    }
}
