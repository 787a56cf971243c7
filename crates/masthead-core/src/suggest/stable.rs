//! Which names a site keeps from release to release.

/// Words that say in which state an element is, not what it is.
const STATES: [&str; 16] = [
    "active", "open", "opened", "show", "shown", "hidden", "visible", "current", "selected", "loaded",
    "lazy", "first", "last", "js", "no-js", "clearfix",
];
/// How the classes begin that build tools make.
const MADE: [&str; 7] = ["css-", "sc-", "jsx-", "jss", "emotion-", "svelte-", "styled-"];

/// Whether a class, an id or a value is a name that a person gave, and that can be written without quotes.
pub(super) fn is_stable(name: &str) -> bool {
    is_plain(name)
        && !STATES.contains(&name)
        && !MADE.iter().any(|made| name.starts_with(made))
        && name.split(['-', '_']).all(|word| word.is_empty() || !is_made(word))
}

/// The first words of classes that say how an element looks, as frameworks of styles have them: `mb-3`, `text-lg`.
const STYLES: [&str; 44] = [
    "m", "mt", "mb", "ml", "mr", "mx", "my", "p", "pt", "pb", "pl", "pr", "px", "py", "w", "h", "d", "text",
    "font", "leading", "tracking", "flex", "grid", "inline", "bg", "border", "rounded", "outline", "gap",
    "items", "justify", "col", "row", "float", "max", "min", "order", "overflow", "space", "align", "fw",
    "fs", "u", "is",
];

/// Whether a class says how an element looks, and not what it is.
pub(super) fn is_style(class: &str) -> bool {
    class.split_once('-').is_some_and(|(first, _)| STYLES.contains(&first))
}

/// The beginning of a class that a build tool has made of a person's name and a hash: `Headline_title__` of
/// `Headline_title__x1Y2z`.
pub(super) fn stem(class: &str) -> Option<&str> {
    let (stem, hash) = class.rsplit_once("__")?;
    let with_mark = class.get(..stem.len() + 2)?;
    (is_plain(class) && is_made(hash) && stem.len() >= 4 && is_stable(stem)).then_some(with_mark)
}

fn is_plain(name: &str) -> bool {
    (2..=40).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// Whether a word looks as if no person had chosen it: a number, or letters and digits or cases mixed.
fn is_made(word: &str) -> bool {
    let digits = word.chars().filter(char::is_ascii_digit).count();
    if digits == word.len() {
        return digits > 2;
    }
    // `h1` and `col12` are names; `x1Y2z` and `article20240506` are not.
    let ends_in_few =
        word.trim_end_matches(|c: char| c.is_ascii_digit()).len() + digits == word.len() && digits <= 2;
    (digits > 0 && !ends_in_few) || is_mixed(word)
}

/// Whether capitals stand where no word begins: `bdVaJa`, not `articleTitle`.
fn is_mixed(word: &str) -> bool {
    let lower = word.contains(|c: char| c.is_ascii_lowercase());
    let begins = word.chars().enumerate().skip(1).filter(|(_, c)| c.is_ascii_uppercase()).map(|(at, _)| at);
    let ends: Vec<usize> = begins.chain([word.len()]).collect();
    let is_short = |pair: &[usize]| matches!(pair, [from, until] if until - from < 3);
    let any_short = ends.first().is_some_and(|first| *first < 3) || ends.windows(2).any(is_short);
    lower && ends.len() > 1 && word.len() <= 8 && any_short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_people_give_are_stable() {
        for name in
            ["art-tit", "headline", "articleTitle", "h1", "col-12", "c-article__title", "BodyText", "navBar"]
        {
            assert!(is_stable(name), "{name}");
        }
        for name in [
            "css-1x2y3z",
            "sc-bdVaJa",
            "csIspw",
            "bdVaJa",
            "post-12345",
            "x1Y2z",
            "a",
            "1st",
            "active",
            "md:text-lg",
            "r9f3ab",
        ] {
            assert!(!is_stable(name), "{name}");
        }
    }

    #[test]
    fn styles_are_told_from_names() {
        assert!(is_style("mb-3") && is_style("outline-none"));
        assert!(!is_style("art-tit") && !is_style("text"));
    }

    #[test]
    fn the_beginning_of_a_made_class_is_a_persons_name() {
        assert_eq!(stem("Headline_title__x1Y2z"), Some("Headline_title__"));
        assert_eq!(stem("c-article__title"), None);
        assert_eq!(stem("css-1a2b__x1Y2z"), None);
    }
}
