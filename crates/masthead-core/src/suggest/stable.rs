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
    let lower = word.chars().filter(char::is_ascii_lowercase).count();
    let begins = word.chars().skip(1).filter(char::is_ascii_uppercase).count();
    lower > 0 && begins > 0 && word.len() < (begins + 1) * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_people_give_are_stable() {
        for name in [
            "art-tit",
            "headline",
            "articleTitle",
            "h1",
            "col-12",
            "c-article__title",
            "BodyText",
            "PostHeader",
        ] {
            assert!(is_stable(name), "{name}");
        }
        for name in [
            "css-1x2y3z",
            "sc-bdVaJa",
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
    fn the_beginning_of_a_made_class_is_a_persons_name() {
        assert_eq!(stem("Headline_title__x1Y2z"), Some("Headline_title__"));
        assert_eq!(stem("c-article__title"), None);
        assert_eq!(stem("css-1a2b__x1Y2z"), None);
    }
}
