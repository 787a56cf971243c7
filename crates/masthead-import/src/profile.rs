//! The profile as text, with the origin of every rule in a comment.

use crate::Placed;
use crate::css::{Found, Selection};
use crate::hosts;
use crate::report::Report;
use crate::rule::Place;
use crate::yaml::{comment, scalar};

/// A profile's name: letters, digits, `.`, `-` and `_`. A config whose name begins with a dot is for sub-domains, and may
/// stand beside one for the site itself.
pub(crate) fn name(file: &str) -> String {
    let stem = hosts::stem(file);
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let name: String = stem.chars().map(|c| if fits(c) { c.to_ascii_lowercase() } else { '-' }).collect();
    let name = match name.trim_matches(|c: char| !c.is_ascii_alphanumeric()) {
        "" => "imported",
        name => name,
    };
    if hosts::is_of_subdomains(file) { format!("{name}-subdomains") } else { name.to_owned() }
}

/// Writes the profile. With `auto` each chain ends in it.
pub(crate) fn write(report: &Report, placed: &[Placed], auto: bool, elsewhere: &[String]) -> String {
    let mut out = Out::default();
    head(&mut out, report, elsewhere);
    if placed.is_empty() {
        out.line(0, "# No rule was carried: every field is found by itself.");
    } else {
        out.line(0, "article:");
        field(&mut out, placed, Place::Title, "title", auto);
        field(&mut out, placed, Place::Byline, "byline", auto);
        field(&mut out, placed, Place::Published, "published", auto);
        body(&mut out, placed, auto);
        pages(&mut out, placed);
    }
    tail(&mut out, report);
    out.text
}

#[derive(Default)]
struct Out {
    text: String,
}

impl Out {
    fn line(&mut self, indent: usize, text: &str) {
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn origin(&mut self, indent: usize, one: &Placed) {
        self.line(indent, &format!("# line {}: {}", one.line, comment(&one.written)));
    }
}

fn head(out: &mut Out, report: &Report, elsewhere: &[String]) {
    out.line(0, &format!("# Made from {} by `crawl import`.", comment(&report.config)));
    let counts = format!("# {} of {} rules are carried over", report.carried.len(), report.rules);
    out.line(
        0,
        &match report.not_carried.len() {
            0 => format!("{counts}."),
            rest => format!("{counts}; {rest} are not, and stand at the end with the reason."),
        },
    );
    out.line(0, &format!("profile: {}", scalar(&report.profile)));
    out.line(0, "version: 1");
    let hosts: Vec<_> = report.hosts.iter().map(|host| scalar(host)).collect();
    out.line(0, &format!("hosts: [{}]", hosts.join(", ")));
    if !elsewhere.is_empty() {
        out.line(
            0,
            &format!("# Tests of the config are on these hosts, too: {}", comment(&elsewhere.join(", "))),
        );
    }
}

fn of(placed: &[Placed], place: Place) -> impl Iterator<Item = &Placed> {
    placed.iter().filter(move |one| one.place == place)
}

fn field(out: &mut Out, placed: &[Placed], place: Place, key: &str, auto: bool) {
    if of(placed, place).next().is_none() {
        return;
    }
    out.line(2, &format!("{key}:"));
    for one in of(placed, place) {
        out.origin(4, one);
        out.line(4, &format!("- {}", value(&one.found, place == Place::Byline)));
    }
    if auto {
        out.line(4, "- auto");
    }
}

fn value(found: &Found, all: bool) -> String {
    let selection = match found {
        Found::Constant(text) => return format!("{{value: {}}}", scalar(text)),
        Found::Nodes(selections) => selections.first(),
    };
    let Some(selection) = selection else { return "auto".to_owned() };
    let mut parts = vec![format!("css: {}", scalar(&selection.to_string()))];
    parts.extend(options(selection, all));
    if !selection.matches.is_empty() {
        let steps: Vec<_> =
            selection.matches.iter().map(|regex| format!("{{match: {}}}", scalar(regex))).collect();
        parts.push(format!("then: [{}]", steps.join(", ")));
    }
    if parts.len() == 1 { scalar(&selection.to_string()) } else { format!("{{{}}}", parts.join(", ")) }
}

fn options(selection: &Selection, all: bool) -> Vec<String> {
    let having = selection.having.as_ref().map(|regex| format!("having: {}", scalar(regex)));
    let count = match selection.nth {
        Some(nth) => Some(format!("nth: {nth}")),
        None => all.then(|| "all: true".to_owned()),
    };
    having.into_iter().chain(count).collect()
}

fn body(out: &mut Out, placed: &[Placed], auto: bool) {
    let mut first = true;
    for one in of(placed, Place::Body) {
        let Found::Nodes(selections) = &one.found else { continue };
        let Some(selection) = selections.first() else { continue };
        if first {
            out.line(2, "body:");
        }
        out.origin(4, one);
        out.line(4, &format!("- css: {}", scalar(&selection.to_string())));
        options(selection, true).iter().for_each(|option| out.line(6, option));
        out.line(6, "split: br");
        removed(out, placed, Place::Drop, "drop", first);
        removed(out, placed, Place::Unwrap, "unwrap", first);
        first = false;
    }
    if !first && auto {
        out.line(4, "- auto");
    }
}

/// What is left out stands once, and further containers point at it.
fn removed(out: &mut Out, placed: &[Placed], place: Place, key: &str, first: bool) {
    if of(placed, place).next().is_none() {
        return;
    }
    if !first {
        out.line(6, &format!("{key}: *{key}"));
        return;
    }
    let several = of(placed, Place::Body).count() > 1;
    out.line(6, &if several { format!("{key}: &{key}") } else { format!("{key}:") });
    for one in of(placed, place) {
        let Found::Nodes(selections) = &one.found else { continue };
        out.origin(8, one);
        for selection in selections {
            let item = match &selection.having {
                None => scalar(&selection.css()),
                Some(having) => format!("{{css: {}, having: {}}}", scalar(&selection.css()), scalar(having)),
            };
            out.line(8, &format!("- {item}"));
        }
    }
}

fn pages(out: &mut Out, placed: &[Placed]) {
    for (place, key) in [(Place::Single, "single"), (Place::Next, "next")] {
        for one in of(placed, place) {
            if let Found::Nodes(selections) = &one.found {
                out.origin(2, one);
                for selection in selections {
                    out.line(2, &format!("pages: {{{key}: {}}}", scalar(&selection.to_string())));
                }
            }
        }
    }
}

fn tail(out: &mut Out, report: &Report) {
    if !report.tests.is_empty() {
        out.line(0, "# Pages to try it on:");
        report.tests.iter().for_each(|test| out.line(0, &format!("#   {}", comment(test))));
    }
    if !report.not_carried.is_empty() {
        out.line(0, &format!("# Not carried: {} of {} rules.", report.not_carried.len(), report.rules));
        for one in &report.not_carried {
            out.line(0, &format!("#   line {}: {}: {}", one.line, one.key, comment(&one.rule)));
            out.line(0, &format!("#     {}", comment(&one.reason)));
        }
    }
    if !report.faults.is_empty() {
        out.line(0, "# Not understood:");
        for one in &report.faults {
            out.line(0, &format!("#   line {}: {}", one.line, comment(&one.text)));
            out.line(0, &format!("#     {}", comment(&one.message)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_are_made_of_a_files_name() {
        assert_eq!(name("configs/Paper.example.txt"), "paper.example");
        assert_eq!(name("configs/.paper.example.txt"), "paper.example-subdomains");
        assert_eq!(name("a b'ü.txt"), "a-b");
        assert_eq!(name(""), "imported");
    }
}
