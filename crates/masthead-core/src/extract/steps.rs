//! The steps of `then:`.

use url::Url;

use crate::profile::model::Step;

/// A value on its way through the steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Texts {
    One(String),
    Many(Vec<String>),
}

impl Texts {
    /// The texts, one or many.
    pub(crate) fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

/// Takes the steps in order. A step maps over a list; `split` makes one, `join` ends it. A `match` that fails ends the
/// value (or the item), so that a chain goes on.
pub(crate) fn take(texts: Texts, steps: &[Step]) -> Option<Texts> {
    steps.iter().try_fold(texts, |texts, step| match (step, texts) {
        (Step::Split(at), Texts::One(text)) => Some(Texts::Many(split(&text, at))),
        (Step::Split(at), Texts::Many(texts)) => {
            Some(Texts::Many(texts.iter().flat_map(|text| split(text, at)).collect()))
        }
        (Step::Join(with), texts) => Some(Texts::One(texts.into_vec().join(with))),
        (step, Texts::One(text)) => one(text, step).map(Texts::One),
        (step, Texts::Many(texts)) => {
            Some(Texts::Many(texts.into_iter().filter_map(|text| one(text, step)).collect()))
        }
    })
}

fn split(text: &str, at: &str) -> Vec<String> {
    let parts: Vec<&str> =
        if at.is_empty() { text.split_whitespace().collect() } else { text.split(at).collect() };
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

fn one(text: String, step: &Step) -> Option<String> {
    Some(match step {
        Step::After(mark) => {
            text.split_once(mark.as_str()).map_or(text.clone(), |(_, after)| after.trim().to_owned())
        }
        Step::Before(mark) => {
            text.split_once(mark.as_str()).map_or(text.clone(), |(before, _)| before.trim().to_owned())
        }
        Step::Match(regex) => {
            let found = regex.captures(&text)?;
            found.iter().skip(1).flatten().next().or_else(|| found.get(0))?.as_str().trim().to_owned()
        }
        Step::Replace(regex, with) => regex.replace_all(&text, with.as_str()).trim().to_owned(),
        Step::Prefix(prefix) => format!("{prefix}{text}"),
        Step::Suffix(suffix) => format!("{text}{suffix}"),
        Step::Map(pairs) => pairs.iter().find(|(from, _)| *from == text).map_or(text, |(_, to)| to.clone()),
        Step::Query(name) => {
            let url = Url::parse(&text)
                .or_else(|_| Url::parse("https://x/").and_then(|base| base.join(&text)))
                .ok()?;
            url.query_pairs().find(|(key, _)| key == name.as_str())?.1.into_owned()
        }
        Step::Lower => text.to_lowercase(),
        Step::Upper => text.to_uppercase(),
        Step::Split(_) | Step::Join(_) => text,
    })
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    #[test]
    fn steps_map_over_lists() {
        let steps = [
            Step::After(":".into()),
            Step::Split("/".into()),
            Step::Match(Regex::new(r"^\w+").unwrap()),
            Step::Upper,
            Step::Join("+".into()),
        ];
        let taken = take(Texts::One("tags: one two / -- / three".into()), &steps);
        assert_eq!(taken, Some(Texts::One("ONE+THREE".into())));
    }

    #[test]
    fn a_match_that_fails_ends_the_value() {
        assert_eq!(take(Texts::One("a".into()), &[Step::Match(Regex::new("b").unwrap())]), None);
    }

    #[test]
    fn a_query_parameter_is_decoded() {
        let taken = take(Texts::One("/go?u=https%3A%2F%2Fa.example%2F".into()), &[Step::Query("u".into())]);
        assert_eq!(taken, Some(Texts::One("https://a.example/".into())));
    }
}
