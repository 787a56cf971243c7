//! Texts of a profile become selectors, regexes, paths, formats and locales; each fault is placed inside the text.

use jiff::tz::TimeZoneDatabase;
use regex::{Regex, RegexBuilder};
use rustc_hash::FxHashMap;

use super::fault::{Fault, Faults};
use super::model::{At, Source as ValueSource};
use super::node::Node;
use super::show::quoted;
use super::source::Span;
use super::suggest::Remedy;
use super::{dialects, foreign, patterns, xpath};
use crate::path::JsonPath;
use crate::select::{Selector, SelectorError};
use crate::timestamp::{Format, Locale};

/// Compiled regexes are tried in these sizes, so that small ones are counted as small.
const REGEX_SIZES: [usize; 4] = [1 << 14, 1 << 16, 1 << 18, 1 << 20];
/// All tries to compile the regexes of a profile together take no more bytes than this.
const MAX_REGEX_BYTES: usize = 128 << 20;
/// A profile has no more selectors than this, those counted again that several layouts share.
const MAX_SELECTORS: usize = 20_000;

/// Compiles and collects faults. Compiling gives `None` where there is a fault, which is then noted; also where the
/// node is of the wrong kind, which the check has noted.
pub(super) struct Compiler<'a> {
    faults: &'a mut Faults,
    regexes: FxHashMap<String, Option<Regex>>,
    regex_bytes: usize,
    selectors: usize,
    pub(super) zones: TimeZoneDatabase,
    /// The names of all zones, once somebody has misspelt one.
    zone_names: Option<Vec<String>>,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(faults: &'a mut Faults) -> Self {
        let regexes = FxHashMap::default();
        Self {
            faults,
            regexes,
            regex_bytes: 0,
            selectors: 0,
            zones: TimeZoneDatabase::bundled(),
            zone_names: None,
        }
    }

    /// Every name of a zone, for a suggestion; none where nobody would read it.
    pub(super) fn zone_names(&mut self) -> &[String] {
        if self.faults.is_full() {
            return &[];
        }
        self.zone_names.get_or_insert_with(|| self.zones.available().map(|name| name.to_string()).collect())
    }

    /// Notes a fault, unless one is known in the same place: one mistake, one fault.
    pub(super) fn fault(&mut self, place: &Span, fault: Fault) {
        if !self.faults.cover(place) {
            self.faults.push(fault);
        }
    }

    /// A fault over a whole value.
    pub(super) fn reject(&mut self, node: &Node, message: impl Into<String>, help: impl Into<Remedy>) {
        self.fault(&node.span, Fault::new(&node.span, message).help(help));
    }

    fn reject_at(&mut self, node: &Node, offset: usize, message: String, help: impl Into<Remedy>) {
        let place = node.place(offset);
        self.fault(&place, Fault::new(&place, message).help(help));
    }

    /// A selector; a `relative` one may begin with a combinator.
    pub(super) fn selector(&mut self, node: &Node, relative: bool) -> Option<Selector> {
        let text = node.text()?;
        if let Some((_, Some(attribute))) = split_attribute(text).filter(|(css, _)| css.is_some()) {
            let message =
                format!("`@{attribute}` is not meant here: this is a selector, its matches are the value");
            let offset = text.len() - attribute.len() - 1;
            self.reject_at(node, offset, message, "leave it out");
            return None;
        }
        self.selector_part(node, text, text, relative)
    }

    /// `css` is the selector in `whole`, behind which an attribute may stand.
    fn selector_part(&mut self, node: &Node, css: &str, whole: &str, relative: bool) -> Option<Selector> {
        self.selectors += 1;
        if self.selectors > MAX_SELECTORS + 1 {
            return None; // said once
        }
        if self.selectors > MAX_SELECTORS {
            self.reject(
                node,
                format!("the profile has more than {MAX_SELECTORS} selectors"),
                "make several profiles",
            );
            return None;
        }
        match Selector::parse(css, relative) {
            Ok(selector) => Some(selector),
            Err(error) => {
                self.bad_selector(node, css, whole, &error);
                None
            }
        }
    }

    fn bad_selector(&mut self, node: &Node, css: &str, whole: &str, error: &SelectorError) {
        if looks_like_regex(css) {
            let message = format!("{} looks like a regex, and a selector is meant here", quoted(css));
            let help = "a regex on the page's URL is `{url: REGEX}`; on a text, `{css: …, match: REGEX}`";
            return self.reject(node, message, help);
        }
        match xpath::recognise(whole).or_else(|| foreign::recognise(css)) {
            Some(found) => {
                let place = node.part(found.place);
                let remedy = Remedy { help: found.help, nearest: found.nearest };
                self.fault(&place, Fault::new(&place, found.message).help(remedy));
            }
            None => {
                let help = foreign::general(css, &error.message);
                self.reject_at(node, error.offset, format!("bad selector: {}", error.message), help);
            }
        }
    }

    /// `SELECTOR`, `SELECTOR@ATTRIBUTE`, `@ATTRIBUTE`, `:scope` or `auto`. `inside` an `each` the item itself is a value.
    pub(super) fn css_value(&mut self, node: &Node, inside: bool) -> Option<ValueSource> {
        let text = node.text()?.trim();
        if text == "auto" {
            return Some(ValueSource::Auto);
        }
        let Some((css, attribute)) = split_attribute(text) else {
            let offset = text.rfind('@').unwrap_or(0);
            let name = text.get(offset + 1..).unwrap_or("");
            let message = match name.is_empty() {
                true => "an attribute's name is missing behind the `@`".to_owned(),
                false => format!("{} is no attribute's name", quoted(name)),
            };
            self.reject_at(node, offset, message, "write `SELECTOR@NAME`");
            return None;
        };
        let css = css.filter(|css| !(inside && *css == ":scope"));
        let selector = match css {
            Some(css) => Some(self.selector_part(node, css, text, inside)?),
            None if inside => None,
            None => {
                let message = "an attribute needs a selector before it, outside `each`".to_owned();
                self.reject_at(node, 0, message, format!("write `SELECTOR{text}`"));
                return None;
            }
        };
        Some(ValueSource::Css { selector, attribute: attribute.map(str::to_ascii_lowercase) })
    }

    pub(super) fn regex(&mut self, node: &Node) -> Option<Regex> {
        let text = node.text()?;
        if let Some(known) = self.regexes.get(text) {
            return known.clone();
        }
        let compiled = self.compile_regex(node, text);
        self.regexes.insert(text.to_owned(), compiled.clone());
        compiled
    }

    fn compile_regex(&mut self, node: &Node, text: &str) -> Option<Regex> {
        if let Some(meant) = patterns::without_slashes(text) {
            let help = format!("write `{meant}`");
            self.reject(
                node,
                "the slashes around a regex are JavaScript's: here they would be looked for",
                help,
            );
            return None;
        }
        if text.contains('\u{8}') {
            let raw = node.span.text().trim_matches('"');
            let help = format!("take single quotes: '{}'", raw.replace('\'', "''"));
            self.reject(node, "`\\b` between double quotes is a backspace in YAML", help);
            return None;
        }
        for size in REGEX_SIZES {
            if self.regex_bytes > MAX_REGEX_BYTES {
                return None;
            }
            self.regex_bytes += size;
            if self.regex_bytes > MAX_REGEX_BYTES {
                self.reject(
                    node,
                    "the profile's regexes are too large together",
                    "make fewer or simpler ones",
                );
                return None;
            }
            match RegexBuilder::new(text).size_limit(size).build() {
                Ok(regex) => return Some(regex),
                Err(regex::Error::CompiledTooBig(_)) => {}
                Err(error) => {
                    let bad = patterns::explain(text, &error.to_string());
                    self.reject_at(node, bad.offset, bad.message, bad.help);
                    return None;
                }
            }
        }
        self.reject(
            node,
            "the regex is too large",
            "use smaller repetitions such as `{1,20}`, or simpler classes",
        );
        None
    }

    /// A regex on a page's URL.
    pub(super) fn url_regex(&mut self, node: &Node) -> Option<Regex> {
        let text = node.text()?;
        if looks_like_selector(text) {
            self.reject(
                node,
                format!("{} looks like a selector, and `url` is a regex on the page's URL here", quoted(text)),
                format!("for a value from the page write `css: '{text}'`; a regex begins with `/`, or has a `/` in it"),
            );
            return None;
        }
        self.regex(node)
    }

    pub(super) fn path(&mut self, node: &Node) -> Option<JsonPath> {
        let text = node.text()?;
        if text.starts_with('/') {
            let help = dialects::path_remedy(text, None);
            self.reject(node, format!("{} is a JSON pointer, and paths here have dots", quoted(text)), help);
            return None;
        }
        match JsonPath::parse(text) {
            Ok(path) => Some(path),
            Err(error) => {
                let (what, own) = dialects::parted(&error.message);
                let help = dialects::path_remedy(text, own);
                self.reject_at(node, error.offset, format!("bad JSON path: {what}"), help);
                None
            }
        }
    }

    pub(super) fn format(&mut self, node: &Node) -> Option<Format> {
        let text = node.text()?;
        let error = match Format::parse(text) {
            Ok(format) => return Some(format),
            Err(error) => error,
        };
        if dialects::needs_no_format(text) {
            let help = "leave `format` out: RFC 3339, RFC 2822 and ISO 8601 are read without one";
            self.reject(node, format!("{} is no format of strftime", quoted(text)), help);
            return None;
        }
        if let Some(written) = dialects::rewritten_format(text) {
            let message = format!("{} is no format of strftime", quoted(text));
            self.reject(node, message, format!("write `{written}`"));
            return None;
        }
        let (what, own) = dialects::parted(&error.message);
        let help = own.unwrap_or_else(|| "for example `%Y-%m-%d %H:%M`".to_owned());
        self.reject_at(node, error.offset, format!("bad time format: {what}"), help);
        None
    }

    pub(super) fn locale(&mut self, node: &Node) -> Option<Locale> {
        let tag = self.language(node)?;
        let locale = Locale::parse(&tag);
        if locale.is_none() {
            let message = format!("names of months are not known in {}", quoted(&tag));
            self.reject(
                node,
                message,
                "write a language tag such as `ko` or `fr-CA`; or use a `format` of digits",
            );
        }
        locale
    }
}

/// Where a rule stands.
pub(super) fn at(span: &Span) -> At {
    At { file: span.file.short_name.clone(), line: span.line() }
}

/// The selector and the attribute of `SELECTOR@ATTRIBUTE`. An `@` inside brackets, quotes or round brackets belongs to the
/// selector. `None` where what stands behind the `@` is no name.
fn split_attribute(text: &str) -> Option<(Option<&str>, Option<&str>)> {
    let (mut depth, mut quote, mut at) = (0_usize, None, None);
    for (index, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '(') => depth += 1,
            (None, ']' | ')') => depth = depth.saturating_sub(1),
            (None, '@') if depth == 0 => at = Some(index),
            _ => {}
        }
    }
    let Some(at) = at else { return Some((Some(text), None)) };
    let css = text.get(..at).map(str::trim).filter(|css| !css.is_empty());
    let name = text.get(at + 1..).unwrap_or("").trim();
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.');
    (!name.is_empty() && name.chars().all(is_name)).then_some((css, Some(name)))
}

pub(super) fn is_alphabetic(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphabetic())
}

/// A URL's regex has a slash, a class, an anchor or a group in it; `a.more@href`, `.card` and `h1.x` have none.
fn looks_like_selector(text: &str) -> bool {
    let regex = text.contains(['/', '\\', '^', '$', '(', '?', '*', '+', '=', '&', '%', '|']);
    let attribute = text.rsplit_once('@').is_some_and(|(_, name)| !name.is_empty() && is_alphabetic(name));
    let class = text.starts_with(['.', '#']) && text.chars().nth(1).is_some_and(char::is_alphabetic);
    let tag = text.split_once(['.', '#', ' ']).is_some_and(|(tag, _)| {
        matches!(
            tag,
            "a" | "div"
                | "p"
                | "span"
                | "h1"
                | "h2"
                | "h3"
                | "li"
                | "ul"
                | "time"
                | "img"
                | "section"
                | "main"
        )
    });
    (attribute && !text.contains('/')) || !regex && (class || tag)
}

fn looks_like_regex(text: &str) -> bool {
    text.contains("\\d")
        || text.contains(".*")
        || text.contains("(?")
        || text.starts_with('^')
        || text.ends_with('$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_split_off() {
        assert_eq!(split_attribute("a.more@href"), Some((Some("a.more"), Some("href"))));
        assert_eq!(split_attribute("@href"), Some((None, Some("href"))));
        assert_eq!(split_attribute("a[href*=\"@x\"]"), Some((Some("a[href*=\"@x\"]"), None)));
        assert_eq!(split_attribute("a@"), None);
    }

    #[test]
    fn urls_and_selectors_are_told_apart() {
        for selector in ["a.more@href", ".card", "#x", "div.a", "h1 a"] {
            assert!(looks_like_selector(selector), "{selector}");
        }
        for regex in ["/news/", "^/a", "_(\\d+)\\.html$", "article", "id=\\d+", "photo.view"] {
            assert!(!looks_like_selector(regex), "{regex}");
        }
    }
}
