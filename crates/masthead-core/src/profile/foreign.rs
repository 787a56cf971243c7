//! Selectors that are none: what authors bring along from Scrapy, jQuery, browsers and XPath, and what to write here.

use std::ops::Range;

use super::show::quoted;
use super::suggest::nearest;
use crate::select::Selector;

/// What is wrong with a selector that does not compile.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Foreign {
    /// The faulty part, in bytes of the selector.
    pub(super) place: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
    /// The pseudo-class that was most likely meant.
    pub(super) nearest: Option<String>,
}

/// Pseudo-classes that selectors here know.
const KNOWN: [&str; 17] = [
    "has",
    "is",
    "where",
    "not",
    "nth-child",
    "nth-last-child",
    "nth-of-type",
    "nth-last-of-type",
    "first-child",
    "last-child",
    "only-child",
    "first-of-type",
    "last-of-type",
    "only-of-type",
    "empty",
    "root",
    "scope",
];

/// Looks for the tool that a faulty selector comes from.
pub(super) fn recognise(css: &str) -> Option<Foreign> {
    called(css)
        .or_else(|| tag(css))
        .or_else(|| unequal(css))
        .or_else(|| number_first(css))
        .or_else(|| pseudo(css))
}

/// What to do where no other tool is recognised: by the words of the compiler.
pub(super) fn general(css: &str, message: &str) -> String {
    let trimmed = css.trim_matches([' ', ',', '>', '+', '~']);
    let generic = "a selector is CSS such as `h1`, `.headline`, `#story p` or `[itemprop=name]`";
    if trimmed != css.trim() && !trimmed.is_empty() {
        return rewritten(trimmed, generic);
    }
    if let Some(text) = css.strip_prefix("text=") {
        return format!("for a text write `{{css: SELECTOR, having: {}}}`", having(text));
    }
    // Doubled signs, Playwright's `>>`, and a value with a space that lacks its quotes.
    let tries = [css.replace("..", "."), css.replace("##", "#"), css.replace(" >> ", " "), with_quotes(css)];
    if let Some(sound) = tries.iter().find(|text| *text != css && Selector::parse(text, false).is_ok()) {
        return rewritten(sound, generic);
    }
    for (open, close) in [('[', ']'), ('(', ')')] {
        if css.matches(open).count() > css.matches(close).count() {
            return rewritten(&format!("{css}{close}"), &format!("add the `{close}`"));
        }
    }
    if message.contains("attribute selector") || css.contains('@') {
        return "for example `[itemprop=\"name\"]`; an attribute's value is `SELECTOR@NAME`".to_owned();
    }
    generic.to_owned()
}

/// `[class=a b]` as `[class="a b"]`.
fn with_quotes(css: &str) -> String {
    let value = css.split_once('=').and_then(|(before, rest)| Some((before, rest.split_once(']')?)));
    match value {
        Some((before, (value, after))) if !value.contains(['"', '\'']) => {
            format!("{before}=\"{value}\"]{after}")
        }
        _ => css.to_owned(),
    }
}

/// `$("h1")`, `document.querySelector("h1")`, `response.css("h1")`
fn called(css: &str) -> Option<Foreign> {
    let (function, rest) = css.split_once('(')?;
    let known = ["$", "$$", "jQuery", "soup.select", "soup.select_one", "response.css", "sel.css"];
    if !known.contains(&function)
        && !function.ends_with("querySelector")
        && !function.ends_with("querySelectorAll")
    {
        return None;
    }
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = rest.get(1..)?.split(quote).next()?;
    Some(Foreign {
        place: 0..css.len(),
        message: format!("{} is a call, and a selector is only what stands in its quotes", quoted(css)),
        help: rewritten(inner, "write the selector alone"),
        nearest: None,
    })
}

/// `<h1>`
fn tag(css: &str) -> Option<Foreign> {
    let inner = css.strip_prefix('<')?.trim_end_matches('>').trim_end_matches('/');
    let name = inner.split([' ', '>']).next()?;
    Some(Foreign {
        place: 0..css.len(),
        message: format!("{} is HTML, not a selector", quoted(css)),
        help: rewritten(name, "write the element's name without `<` and `>`"),
        nearest: None,
    })
}

/// jQuery's `[a!=b]`
fn unequal(css: &str) -> Option<Foreign> {
    let sign = css.find("!=")?;
    let open = css.get(..sign)?.rfind('[')?;
    let close = sign + css.get(sign..)?.find(']')? + 1;
    let (before, after) = (css.get(..open)?, css.get(close..)?);
    let attribute = css.get(open..close)?.replacen("!=", "=", 1);
    Some(Foreign {
        place: open..close,
        message: "`!=` is not CSS".to_owned(),
        help: rewritten(&format!("{before}:not({attribute}){after}"), "write `:not([name=value])`"),
        nearest: None,
    })
}

/// `.2col` and `#2019`: names in CSS don't begin with a digit.
fn number_first(css: &str) -> Option<Foreign> {
    let mut characters = css.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let digit = characters.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        if !matches!(c, '.' | '#') || !digit {
            continue;
        }
        let rest = css.get(at + 1..)?;
        let odd = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'));
        let name = rest.get(..rest.find(odd).unwrap_or(rest.len()))?;
        let end = at + 1 + name.len();
        let attribute = if c == '.' { format!("[class~=\"{name}\"]") } else { format!("[id=\"{name}\"]") };
        let whole = format!("{}{attribute}{}", css.get(..at)?, css.get(end..)?);
        return Some(Foreign {
            place: at..end,
            message: format!("a name in CSS can't begin with a digit: {}", quoted(css.get(at..end)?)),
            help: rewritten(&whole, &format!("write `{attribute}`")),
            nearest: None,
        });
    }
    None
}

/// A pseudo-class or pseudo-element that is not known here, with what stands around it.
struct Pseudo<'a> {
    before: &'a str,
    /// With its colons.
    name: &'a str,
    /// What stands in its brackets, without quotes.
    argument: &'a str,
    after: &'a str,
    place: Range<usize>,
}

impl Pseudo<'_> {
    /// Whether all of the selector stands before it, and can be written again.
    fn stands_last(&self) -> bool {
        !self.before.is_empty() && self.after.is_empty() && self.before.len() + self.argument.len() <= 200
    }
}

fn pseudo(css: &str) -> Option<Foreign> {
    let found = unknown_pseudo(css)?;
    let word = found.name.trim_start_matches(':').to_lowercase();
    let says = |message: &str, help: String| {
        Some(Foreign { place: found.place.clone(), message: message.to_owned(), help, nearest: None })
    };
    match word.as_str() {
        "text" if found.argument.is_empty() => says(
            "`::text` is Scrapy's: here the value of a selector is its text anyway",
            rewritten(&without(&found), "leave it out"),
        ),
        "attr" => says(
            "`::attr()` is Scrapy's: here an attribute stands behind an `@`",
            match found.after.is_empty() {
                true => format!("write `{}@{}`", found.before, found.argument),
                false => "write `SELECTOR@NAME`".to_owned(),
            },
        ),
        "contains" | "icontains" | "-soup-contains" | "-soup-contains-own" | "has-text" | "text"
        | "text-is" | "-abp-contains" | "matches" => says(
            &format!("`{}()` is not CSS, which knows nothing of text", found.name),
            match found.stands_last() {
                true => {
                    format!("write `{{css: {}, having: {}}}`", plain(found.before), having(found.argument))
                }
                false => "write `{css: SELECTOR, having: REGEX}`: the matches whose text matches".to_owned(),
            },
        ),
        "first" | "last" | "eq" | "nth" => says(
            &format!("`{}` is jQuery's, not CSS", found.name),
            match counted(&word, found.argument).filter(|_| found.stands_last()) {
                Some(nth) => format!("write `{{css: {}, nth: {nth}}}`", plain(found.before)),
                None => "write `{css: SELECTOR, nth: 1}`: counted from 1, negative from the end".to_owned(),
            },
        ),
        "even" | "odd" => says(
            &format!("`:{word}` is jQuery's, not CSS"),
            rewritten(
                &format!("{}:nth-child({word}){}", found.before, found.after),
                "write `:nth-child(even)`",
            ),
        ),
        "before" | "after" | "first-line" | "first-letter" | "marker" | "placeholder" => says(
            &format!("`{}` is made by a style sheet; a page's source does not hold it", found.name),
            rewritten(&without(&found), "select the element itself"),
        ),
        "hover" | "focus" | "active" | "visited" | "link" | "visible" | "hidden" | "checked" | "target" => {
            says(
                &format!("`:{word}` is a state that only a browser knows"),
                rewritten(&without(&found), "leave it out"),
            )
        }
        _ => {
            let meant = nearest(&word, KNOWN).map(|name| format!(":{name}"));
            let help = match &meant {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("leave it out, or write one of `:{}`", KNOWN.join("`, `:")),
            };
            let unknown = says(&format!("the pseudo-class {} is not known here", quoted(found.name)), help);
            unknown.map(|unknown| Foreign { nearest: meant, ..unknown })
        }
    }
}

fn unknown_pseudo(css: &str) -> Option<Pseudo<'_>> {
    let (mut quote, mut brackets) = (None, 0_usize);
    let mut characters = css.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[') => brackets += 1,
            (None, ']') => brackets = brackets.saturating_sub(1),
            (None, ':') if brackets == 0 => {
                let _second = characters.next_if(|(_, next)| *next == ':');
                let found = pseudo_at(css, at)?;
                if !KNOWN.contains(&found.name.trim_start_matches(':').to_lowercase().as_str()) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}

fn pseudo_at(css: &str, at: usize) -> Option<Pseudo<'_>> {
    let rest = css.get(at..)?;
    let colons = rest.len() - rest.trim_start_matches(':').len();
    let odd = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'));
    let end = colons + rest.get(colons..)?.find(odd).unwrap_or(rest.len() - colons);
    let (name, behind) = rest.split_at_checked(end)?;
    let (argument, length) = match behind.starts_with('(') {
        true => in_brackets(behind)?,
        false => ("", 0),
    };
    let end = at + end + length;
    Some(Pseudo {
        before: css.get(..at)?.trim_end(),
        name,
        argument: argument.trim().trim_matches(['"', '\'']),
        after: css.get(end..)?,
        place: at..end,
    })
}

/// What stands in the round brackets that a text begins with, and how long they are with it.
fn in_brackets(text: &str) -> Option<(&str, usize)> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth <= 1 => return Some((text.get(1..at)?, at + 1)),
            ')' => depth -= 1,
            _ => {}
        }
    }
    Some((text.get(1..)?, text.len()))
}

fn without(pseudo: &Pseudo<'_>) -> String {
    format!("{}{}", pseudo.before, pseudo.after)
}

/// jQuery counts from 0, profiles from 1.
fn counted(word: &str, argument: &str) -> Option<i64> {
    match word {
        "first" => Some(1),
        "last" => Some(-1),
        _ => {
            let number = argument.parse::<i64>().ok()?;
            Some(if number < 0 { number } else { number.checked_add(1)? })
        }
    }
}

/// The whole selector as it should be, where that is a selector; else what to do in general.
pub(super) fn rewritten(css: &str, general: &str) -> String {
    let css = css.trim();
    let sound = css.len() <= 200 && !css.contains('`') && Selector::parse(css, false).is_ok();
    if sound { format!("write `{css}`") } else { general.to_owned() }
}

/// A text of somebody's as a regex inside `{ }`.
fn having(text: &str) -> String {
    plain(&regex::escape(text))
}

/// A text inside `{ }`: in quotes where YAML wants them.
fn plain(text: &str) -> String {
    let first = text.chars().next().is_some_and(|c| c.is_alphanumeric() || c == '.');
    let odd = |c: char| matches!(c, ',' | '[' | ']' | '{' | '}' | '#' | ':' | '\'');
    if first && !text.contains(odd) { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(css: &str) -> String {
        assert!(Selector::parse(css, false).is_err(), "{css} is a selector");
        recognise(css).unwrap_or_else(|| panic!("{css}")).help
    }

    #[test]
    fn the_words_of_other_tools_are_rewritten() {
        for (css, written) in [
            ("h2::text", "write `h2`"),
            ("a.more::attr(href)", "write `a.more@href`"),
            ("h1:contains(News)", "write `{css: h1, having: News}`"),
            ("h1:contains('a: b')", "write `{css: h1, having: 'a: b'}`"),
            ("li:eq(2)", "write `{css: li, nth: 3}`"),
            ("li:eq(-2)", "write `{css: li, nth: -2}`"),
            ("#a p:first", "write `{css: '#a p', nth: 1}`"),
            ("p:last", "write `{css: p, nth: -1}`"),
            ("tr:odd td", "write `tr:nth-child(odd) td`"),
            ("a[rel!=tag]", "write `a:not([rel=tag])`"),
            ("p:visible", "write `p`"),
            ("div.2col p", "write `div[class~=\"2col\"] p`"),
            ("#2019", "write `[id=\"2019\"]`"),
            ("<h1 class=\"x\">", "write `h1`"),
            ("$('.lead p')", "write `.lead p`"),
            ("document.querySelector(\"h1\")", "write `h1`"),
            ("p:frist-child", "did you mean `:first-child`?"),
            ("a::before", "write `a`"),
        ] {
            assert_eq!(help(css), written, "{css}");
        }
        assert!(help("p:bogus").contains("`:nth-child`"));
    }

    #[test]
    fn the_place_is_the_part_that_is_foreign() {
        let place = |css: &str| css.get(recognise(css).unwrap().place).unwrap().to_owned();
        assert_eq!(place("div h1:contains(x (y)) a"), ":contains(x (y))");
        assert_eq!(place("a[title=':x']::text"), "::text");
        assert_eq!(recognise("h1 >"), None);
    }
}
