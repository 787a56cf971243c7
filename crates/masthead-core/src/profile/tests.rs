//! The language as a whole: profiles that load, profiles that don't, and what is made from the table.

mod invalid;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use super::model::{Byline, Pages, RecordField, Sitemap, Source as ValueSource, Split, Step, ValueType};
use super::{Faults, NoBases, Profile, Source, grammar, load, render_reference, schema, yaml};

const HEAD: &str = "profile: paper\nversion: 1\nhosts: [paper.example]\n";

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn read(text: &str) -> Result<Profile, Faults> {
    load(Source::new("paper.yaml", format!("{HEAD}{text}")), &NoBases)
}

fn good(text: &str) -> Profile {
    read(text).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The messages of a profile's faults with their lines and columns, lines counted without the head.
fn faults(text: &str) -> Vec<String> {
    let faults = read(text).expect_err("the profile has faults");
    faults.into_iter().map(|fault| format!("{}:{} {}", fault.line - 3, fault.column, fault.message)).collect()
}

#[test]
fn five_lines_are_a_profile() {
    let profile = good("timezone: Europe/Paris\narticle: {body: .entry-content}\n");
    assert_eq!((profile.name(), profile.hosts()), ("paper", &["paper.example".to_owned()][..]));
    let [layout] = profile.layouts.as_slice() else { panic!("one layout") };
    assert!(layout.id.is_none() && layout.fields.title.is_none());
    assert!(!layout.fields.body.as_ref().unwrap().optional);
    assert_eq!(profile.politeness().delay, Duration::from_secs(2));
    assert!(profile.politeness().obey_robots);
}

#[test]
fn without_an_article_everything_is_auto() {
    let profile = good("");
    assert_eq!(profile.layouts.len(), 1);
    assert!(profile.layouts[0].fields.body.is_none());
}

#[test]
fn the_three_shapes_of_a_value() {
    let profile = good(
        "article:\n  title: h1.headline\n  section: 'a.more@href'\n  subtitle: [h2, {meta: og:title}, auto]\n  \
         summary: {css: .lead, having: Updated, nth: -1, all: true, claim: false, then: [{after: x}, {replace: ['a', b]}], optional: false}\n",
    );
    let fields = &profile.layouts[0].fields;
    let title = fields.title.as_ref().unwrap();
    assert!(!title.optional);
    assert_eq!((title.chain[0].at.line, &*title.chain[0].at.file), (5, "paper.yaml"));
    let section = &fields.section.as_ref().unwrap().chain[0].source;
    assert!(
        matches!(section, ValueSource::Css { selector: Some(_), attribute: Some(name) } if name == "href")
    );
    let subtitle = fields.subtitle.as_ref().unwrap();
    let words: Vec<_> = subtitle.chain.iter().map(|alternative| alternative.source.word()).collect();
    assert_eq!(words, ["css", "meta", "auto"]);
    let summary = fields.summary.as_ref().unwrap();
    assert!(!summary.optional && summary.chain[0].all && !summary.chain[0].claim);
    assert_eq!(summary.chain[0].nth, Some(-1));
    assert!(matches!(summary.chain[0].then.as_slice(), [Step::After(_), Step::Replace(..)]));
}

#[test]
fn the_three_ways_of_a_byline() {
    let byline =
        |text: &str| good(&format!("article: {{byline: {text}}}\n")).layouts.remove(0).fields.byline.unwrap();
    assert!(
        matches!(byline(".author"), Byline::Value(rule) if rule.kind == ValueType::People && rule.optional)
    );
    assert!(matches!(byline("{url: 'author=(.*)'}"), Byline::Value(_)));
    let Byline::Parts { name, email, url, optional } = byline("{name: .author, email: 'a@href'}") else {
        panic!("parts")
    };
    assert!(name.is_some() && email.is_some() && url.is_none() && optional);
    let Byline::Each(each) = byline("{each: .author, name: ':scope', url: '@href'}") else { panic!("each") };
    assert!(matches!(each.fields[0].1.chain[0].source, ValueSource::Css { selector: None, attribute: None }));
    assert!(matches!(
        &each.fields[1].1.chain[0].source,
        ValueSource::Css { selector: None, attribute: Some(_) }
    ));
}

#[test]
fn groups_fill_the_fields_beside() {
    let images =
        "article:\n  images: {each: figure, caption: {css: > p, match: '^(?<caption>.*) (?<credit>.*)$'}}\n";
    let text = images.replace("css: > p", "css: '> p'");
    let each = good(&text).layouts.remove(0).fields.images.unwrap();
    let groups = &each.fields[0].1.chain[0].pattern.as_ref().unwrap().into;
    assert_eq!(groups.iter().flatten().collect::<Vec<_>>(), ["caption", "credit"]);
    let into = "article: {images: {each: figure, caption: {css: p, match: '(.*) (.*)', into: [caption, credits]}}}\n";
    assert_eq!(faults(into), ["1:88 a group fills `credits`, which is no field beside this one"]);
}

#[test]
fn lists_of_items_may_be_short_or_empty() {
    let fields = good("article: {images: figure, related: []}\n").layouts.remove(0).fields;
    assert_eq!(fields.images.unwrap().each.text(), "figure");
    assert_eq!(fields.related.unwrap().each.text(), ":not(*)");
    assert!(good("article: {images: auto}\n").layouts[0].fields.images.is_none());
}

#[test]
fn layouts_replace_the_articles_fields() {
    let profile = good(
        "article: {title: h1, body: {css: '#a', drop: [.ad]}}\nlayouts:\n  \
         - {id: new, when: {has: main}, body: main, seen: {from: 2025-02}}\n  \
         - {id: old, when: {url: ['/www/', '/old/'], meta: {generator: asp}}, seen: {until: 2024}}\n",
    );
    assert_eq!(profile.layout_ids().collect::<Vec<_>>(), ["new", "old"]);
    let [new, old] = profile.layouts.as_slice() else { panic!("two layouts") };
    assert!(new.fields.title.is_some() && new.fields.body.as_ref().unwrap().chain[0].drop.is_empty());
    assert_eq!(old.fields.body.as_ref().unwrap().chain[0].drop[0].text, ".ad");
    assert_eq!(old.when.url.len(), 2);
    assert_eq!(old.seen.as_ref().unwrap().until.unwrap().to_string(), "2024-12-31");
    assert_eq!(new.seen.as_ref().unwrap().from.unwrap().to_string(), "2025-02-01");
}

#[test]
fn a_layouts_script_shortens_paths() {
    let profile = good(
        "article:\n  script: {id: __NEXT_DATA__, at: props.article}\n  title: {script: title}\n  \
         body: {script: '[0].html', as: html, drop: [.ad], keep: table}\n  summary: {script: other, path: a.b}\n",
    );
    let fields = &profile.layouts[0].fields;
    let ValueSource::Script { needle, path } = &fields.title.as_ref().unwrap().chain[0].source else {
        panic!("script")
    };
    assert_eq!((needle.as_str(), path.text()), ("__NEXT_DATA__", "props.article.title"));
    let ValueSource::Script { path, .. } = &fields.body.as_ref().unwrap().chain[0].source else {
        panic!("script")
    };
    assert_eq!(path.text(), "props.article[0].html");
    let ValueSource::Script { needle, .. } = &fields.summary.as_ref().unwrap().chain[0].source else {
        panic!("script")
    };
    assert_eq!(needle, "other");
}

#[test]
fn times_bodies_and_own_fields() {
    let profile = good(
        "article:\n  published: {css: .date, format: ['Posted : %Y-%m-%d %H:%M', '%d.%m.%Y'], zone: Asia/Seoul, locale: ko}\n  \
         updated: {css: time@datetime, zone: '+09:00'}\n  \
         body: [{css: '#a', all: true, split: br, blocks: [p, h2], unwrap: .box, glue: .initial, start_after: .by, stop_at: .rel, optional: true}, auto]\n  \
         extra: {article_id: {url: '_(\\d+)\\.html$', type: int}, live: {value: true, type: bool}}\n  \
         pages: {next: a.next, max: 3}\n  paywalled: {has: .paywall}\n",
    );
    let fields = &profile.layouts[0].fields;
    assert_eq!(fields.published.as_ref().unwrap().chain[0].formats.len(), 2);
    let body = fields.body.as_ref().unwrap();
    assert!(body.optional && body.chain[0].split == Split::Br && body.chain[0].blocks.len() == 2);
    assert_eq!(fields.extra[0].rule.kind, ValueType::Int);
    assert!(matches!(&fields.extra[1].rule.chain[0].source, ValueSource::Value(Value::Bool(true))));
    assert!(matches!(&fields.pages, Some(Pages::Next { max: 3, link }) if link.attribute == "href"));
    assert!(fields.paywalled.is_some());
}

#[test]
fn records_nest() {
    let profile = good(
        "records:\n  quotes:\n    when: {url: '^/$|^/page/'}\n    each: div.quote\n    key: [text]\n    fields:\n      \
         text: span.text\n      tags: {css: a.tag, all: true}\n      people: {each: .person, fields: {name: b, links: {each: a, fields: {url: '@href'}}}}\n",
    );
    let [kind] = profile.records.as_slice() else { panic!("one kind") };
    assert_eq!((kind.name.as_str(), kind.fields.len()), ("quotes", 3));
    let RecordField::Items(people) = &kind.fields[2].1 else { panic!("items") };
    assert!(matches!(people.fields[1].1, RecordField::Items(_)));
}

#[test]
fn pages_are_found_and_hosts_asked_politely() {
    let profile = good(
        "discover:\n  seeds: [http://www.paper.example:8080/]\n  feeds: /rss\n  sitemaps: [robots, /sitemap.xml]\n  \
         articles: ['^/\\d{4}/']\n  follow: '^/section/'\n  pages: ['/list?page={1..3}']\n  next: a.next\n  \
         list: {each: .card, fields: {teaser: p, url: a@href}}\n  ignore_query: ['utm_*', fbclid]\n\
         article: {summary: {list: teaser}}\npoliteness: {delay: 1500ms, concurrency: 2, timeout: 1m, max_body: 5MB, robots: obey}\n\
         skip: [{why: photo gallery, url: '/photoview/'}]\nrender: true\ncookies: {consent: 'yes', id: {slot: login}}\n",
    );
    let discover = &profile.discover;
    let pages: Vec<_> = discover.pages.iter().map(url::Url::as_str).collect();
    assert_eq!(pages[2], "http://www.paper.example:8080/list?page=3");
    assert_eq!(discover.feeds[0].as_str(), "http://www.paper.example:8080/rss");
    assert_eq!(discover.sitemaps[0], Sitemap::Robots);
    assert_eq!(discover.list.as_ref().unwrap().fields[1].1.kind, ValueType::Url);
    assert_eq!(profile.politeness().delay, Duration::from_millis(1500));
    assert_eq!(profile.politeness().max_body, Some(5_000_000));
    assert_eq!(profile.skip[0].why, "photo gallery");
    assert!(profile.needs_rendering() && profile.cookies.len() == 2);
}

#[test]
fn what_is_expected_stays_as_written() {
    let profile = good(
        "tests:\n  - page: paper/a.html\n    url: https://paper.example/a\n    fetched: 2026-01-02T03:04:05+09:00\n    expect:\n      \
         title: 1984\n      subtitle: null\n      byline: [{name: A}]\n      body: {words: 12, starts: 2026}\n      images: {count: 2, first: {credit: AP}}\n",
    );
    let [test] = profile.tests() else { panic!("one test") };
    assert_eq!((test.line, test.page.as_str()), (5, "paper/a.html"));
    assert_eq!(test.expect["title"], "1984");
    assert_eq!(test.expect["subtitle"], Value::Null);
    assert_eq!(test.expect["body"], serde_json::json!({"words": 12, "starts": "2026"}));
}

#[test]
fn one_s_own_hosts_may_be_asked_quickly() {
    let local = "profile: p\nhosts: [127.0.0.1, localhost]\npoliteness: {delay: 0s, robots: ignore}\n";
    let profile = load(Source::new("p.yaml", local), &NoBases).unwrap();
    assert!(profile.politeness().delay.is_zero() && !profile.politeness().obey_robots);
    assert_eq!(faults("politeness: {delay: 0s, robots: ignore}\n").len(), 2);
}

#[test]
fn an_overlay_changes_one_line() {
    let base = "profile: paper\nhosts: [paper.example]\narticle: {title: h1, body: p}\n\
                layouts: [{id: a, when: {has: b}, title: h2, summary: .lead}]\npoliteness: {delay: 5s, retries: 1}\n";
    let over = "extends: paper\narticle:\n  body: article\nlayouts:\n  - {id: new, when: {has: i}}\n  - {id: a, title: h3}\npoliteness: {delay: 3s}\n";
    let bases = |name: &str| (name == "paper").then(|| Source::new("base/paper.yaml", base));
    let profile = load(Source::new("mine.yaml", over), &bases).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!((profile.name(), profile.politeness().retries), ("paper", 1));
    assert_eq!(profile.politeness().delay, Duration::from_secs(3));
    assert_eq!(profile.layout_ids().collect::<Vec<_>>(), ["new", "a"]);
    let at = |rule: &super::model::Rule| format!("{}:{}", rule.chain[0].at.file, rule.chain[0].at.line);
    let fields = &profile.layouts[1].fields;
    assert_eq!(at(fields.title.as_ref().unwrap()), "mine.yaml:6");
    assert_eq!(at(fields.summary.as_ref().unwrap()), "paper.yaml:4");
    assert_eq!(&*fields.body.as_ref().unwrap().chain[0].at.file, "mine.yaml");
}

#[test]
fn circles_and_missing_bases_are_faults() {
    let circle = |name: &str| {
        Some(Source::new(format!("{name}.yaml"), if name == "a" { "extends: b\n" } else { "extends: a\n" }))
    };
    let faults = load(circle("a").unwrap(), &circle).unwrap_err();
    assert!(faults.to_string().contains("b.yaml:1:10: `a` extends itself in the end"), "{faults}");
    let faults = load(Source::new("x.yaml", "extends: nobody\n"), &NoBases).unwrap_err();
    assert!(faults.to_string().contains("x.yaml:1:10: there is no profile `nobody` to extend"), "{faults}");
    let faults = load(Source::new("x.yaml", "extends: ../../etc\n"), &NoBases).unwrap_err();
    assert!(faults.to_string().contains("leads out of its folder"), "{faults}");
}

#[test]
fn hostile_profiles_are_bounded() {
    let regexes: String = (0..2000).map(|i| format!("    f{i}: {{url: '\\w{{20}}{i}'}}\n")).collect();
    let found = read(&format!("article:\n  extra:\n{regexes}")).unwrap_err();
    let last = found.as_slice().last().unwrap();
    assert!(found.count() < 200 && last.message.contains("too large together"), "{found}");
    let keys: String = (0..40_000).map(|i| format!("k{i}: 1\n")).collect();
    let found = read(&keys).unwrap_err();
    assert_eq!((found.as_slice().len(), found.count()), (500, 40_000));
}

#[test]
fn shipped_profiles_load_and_fit_the_schema() {
    for entry in fs::read_dir(root().join("profiles")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let profile = load(Source::new(name.clone(), text.clone()), &NoBases)
            .unwrap_or_else(|faults| panic!("{faults}"));
        let problems: Vec<_> =
            validator().iter_errors(&yaml::to_json(&text).unwrap()).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{name}: {problems:?}");
        assert_eq!(format!("{}.yaml", profile.name()), name);
    }
}

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

#[test]
fn the_schema_takes_every_example() {
    let whole = schema();
    for kind in grammar::maps() {
        for key in kind.keys() {
            let example =
                yaml::to_json(key.example).unwrap_or_else(|| panic!("{}: {}", key.name, key.example));
            let mut one = whole.clone();
            one["$ref"] = format!("#/$defs/{}/properties/{}", kind.name, key.name).into();
            let validator = jsonschema::draft202012::new(&one).unwrap();
            assert!(validator.is_valid(&example), "{} in {}: {}", key.name, kind.name, key.example);
        }
    }
}

#[test]
fn the_schema_sees_what_a_schema_can_see() {
    let validator = validator();
    for (path, text) in documented() {
        let value = yaml::to_json(&text).unwrap();
        let problems: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{path}: {problems:?}\n{text}");
    }
    for text in [
        "hosts: [a.example]",
        "{profile: p, hosts: [a.example], artcle: {}}",
        "{profile: p, hosts: [a.example], article: {titel: h1}}",
        "{profile: p, hosts: [a.example], article: {title: {css: a, meta: b}}}",
        "{profile: p, hosts: [a.example], article: {title: {having: b}}}",
        "{profile: p, hosts: [a.example], article: {title: {css: h1, format: '%Y'}}}",
        "{profile: p, hosts: [a.example], politeness: {delay: 2}}",
        "{profile: p, hosts: [a.example], article: {title: null}}",
        "{profile: p, hosts: [a.example], skip: [{why: x}]}",
    ] {
        assert!(!validator.is_valid(&yaml::to_json(text).unwrap()), "{text}");
    }
}

/// The schema that is committed, for editors that take it from the project.
#[test]
fn the_committed_schema_is_up_to_date() {
    let path = root().join("docs/profile.schema.json");
    let made = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &made).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == made,
        "docs/profile.schema.json: run with UPDATE=1"
    );
}

#[test]
fn every_key_of_the_schema_has_words_and_an_example() {
    let whole = schema();
    let mut keys = 0;
    for (name, map) in whole["$defs"].as_object().unwrap() {
        assert!(map["description"].as_str().is_some_and(|words| !words.is_empty()), "{name}");
        for (key, property) in map["properties"].as_object().unwrap() {
            assert!(
                property["description"].as_str().is_some_and(|words| words.ends_with('.')),
                "{name}: {key}"
            );
            assert_eq!(property["examples"].as_array().map(Vec::len), Some(1), "{name}: {key}");
            keys += 1;
        }
    }
    assert!(keys >= 150, "{keys} keys");
}

#[test]
fn the_list_of_keys_is_up_to_date() {
    let path = root().join("docs/profile-keys.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, render_reference()).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == render_reference(),
        "docs/profile-keys.md: run with UPDATE=1"
    );
}

/// The profiles in docs/profile-language.md. A block that begins with a key below the top is put where it belongs by the
/// comment before it: `<!-- article -->`, `<!-- profile -->`.
fn documented() -> Vec<(String, String)> {
    let text = fs::read_to_string(root().join("docs/profile-language.md")).unwrap_or_default();
    let mut place = "";
    let mut lines = text.lines().enumerate();
    let mut found = Vec::new();
    while let Some((number, line)) = lines.next() {
        if let Some(comment) = line.strip_prefix("<!-- ") {
            place = comment.trim_end_matches(" -->");
        }
        if line != "```yaml" {
            continue;
        }
        let block: Vec<_> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
        let profile = match place {
            "whole" => block.join("\n"),
            "article" => format!("{HEAD}article:\n  {}", block.join("\n  ")),
            _ => format!("{HEAD}{}", block.join("\n")),
        };
        found.push((format!("docs/profile-language.md:{}", number + 1), profile + "\n"));
        place = "";
    }
    found
}

#[test]
fn documented_profiles_load() {
    let documented = documented();
    assert!(documented.len() >= 10, "{} blocks", documented.len());
    let bases = |name: &str| {
        (name == "koreatimes")
            .then(|| Source::new("koreatimes.yaml", format!("{HEAD}article: {{title: h1}}\n")))
    };
    for (path, text) in documented {
        load(Source::new(path.clone(), text), &bases).unwrap_or_else(|faults| panic!("{path}\n{faults}"));
    }
}
