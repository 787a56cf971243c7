//! Titles without the site's name: `Headline | Example News` is `Headline`.

use super::text::skeleton;

/// What stands between a headline and the names around it. `-` and `:` only with white space around.
const SEPARATORS: [&str; 19] = [
    " | ", " - ", " – ", " — ", " · ", " • ", " » ", " « ", " :: ", " : ", " / ", " ― ", " › ", " ‹ ", " │ ",
    " ¦ ", " > ", "ㅣ", "｜",
];
/// What may also stand before a name at the end.
const BEFORE_LAST: &str = ": ";

/// In longer texts nothing is looked for.
const MAX_BYTES: usize = 1_000;

/// What is known about the names that may follow a headline.
pub(super) struct Names {
    /// Skeletons of the site's names.
    sites: Vec<String>,
    /// Skeletons of headlines that other places of the page give.
    headlines: Vec<String>,
}

impl Names {
    /// `sites`: the site's names, its host among them; `headlines`: of JSON-LD and `<h1>`.
    pub(super) fn new<'a>(
        sites: impl IntoIterator<Item = &'a str>,
        headlines: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let skeletons = |texts: &mut dyn Iterator<Item = &'a str>| -> Vec<String> {
            texts.map(skeleton).filter(|skeleton| skeleton.chars().count() > 1).collect()
        };
        Self { sites: skeletons(&mut sites.into_iter()), headlines: skeletons(&mut headlines.into_iter()) }
    }

    /// Cuts names off the end and the beginning; what is not known to be a name stays.
    pub(super) fn cut<'t>(&self, title: &'t str) -> &'t str {
        if title.len() > MAX_BYTES {
            return title;
        }
        let is_headline = |text: &str| self.headlines.contains(&skeleton(text)) && !self.is_site(text);
        let around = splits(title, &SEPARATORS);
        if let Some((head, _)) = around.iter().find(|(head, tail)| is_headline(head) && !is_headline(tail)) {
            return head.trim();
        }
        let mut kept = title;
        // Longest tail first: "Headline - Example - News" may end in a name that has a separator itself.
        while let Some(head) =
            self.before_site(kept, &SEPARATORS).or_else(|| self.before_site(kept, &[BEFORE_LAST]))
        {
            kept = head;
        }
        let kept = match splits(kept, &SEPARATORS).first() {
            Some((head, tail)) if self.is_site(head) => tail.trim(),
            _ => kept,
        };
        // A template that found no name to put behind its separator.
        [" -", " |", " –"].iter().find_map(|mark| kept.strip_suffix(mark)).unwrap_or(kept).trim()
    }

    fn before_site<'t>(&self, title: &'t str, separators: &[&str]) -> Option<&'t str> {
        splits(title, separators)
            .into_iter()
            .find(|(_, tail)| self.is_site(tail))
            .map(|(head, _)| head.trim())
    }

    /// Headings in the order in which they may be the headline: those that the page's `<title>` holds first; the
    /// site's name is none.
    pub(super) fn headings(&self, headings: &[String], title: &str) -> Vec<String> {
        let title = skeleton(title);
        let may_be = headings.iter().filter(|heading| !self.is_site(heading));
        let (held, others): (Vec<String>, Vec<String>) =
            may_be.cloned().partition(|heading| title.contains(&skeleton(heading)));
        held.into_iter().chain(others).collect()
    }

    fn is_site(&self, text: &str) -> bool {
        let text = skeleton(text);
        self.sites.iter().any(|site| *site == text || is_most_of(site, &text) || is_most_of(&text, site))
    }
}

/// "Example" of "Example News", "example" of "example.com".
fn is_most_of(part: &str, whole: &str) -> bool {
    let (part_length, whole_length) = (part.chars().count(), whole.chars().count());
    part_length >= 4 && part_length * 2 >= whole_length && (whole.starts_with(part) || whole.ends_with(part))
}

/// The text split in two at each of the separators, the shortest head first.
fn splits<'t>(text: &'t str, separators: &[&str]) -> Vec<(&'t str, &'t str)> {
    /// A title has no more parts than this.
    const MAX_SPLITS: usize = 20;
    let mut splits: Vec<(&'t str, &'t str)> = Vec::new();
    for separator in separators {
        for (at, _) in text.match_indices(*separator).take(MAX_SPLITS) {
            if let (Some(head), Some(tail)) = (text.get(..at), text.get(at + separator.len()..)) {
                splits.push((head, tail));
            }
        }
    }
    splits.sort_by_key(|(head, _)| head.len());
    splits.retain(|(head, tail)| !head.trim().is_empty() && !tail.trim().is_empty());
    splits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_and_headlines_stay() {
        let names = Names::new(["Example News", "example", "The Sun"], ["A bridge - at last"]);
        for (title, cut) in [
            ("New bridge | Example News", "New bridge"),
            ("New bridge - Politics - Example News", "New bridge"),
            ("New bridge - The Sun", "New bridge"),
            ("New bridge – Old river", "New bridge – Old river"),
            ("Example News | New bridge", "New bridge"),
            ("A bridge - at last - Somewhere else", "A bridge - at last"),
            ("New bridge | example.com", "New bridge"),
            ("새 다리ㅣExample", "새 다리"),
            ("Example News", "Example News"),
            ("New bridge: Example News", "New bridge"),
            ("Example: new bridge", "Example: new bridge"),
            ("New bridge › example.com", "New bridge"),
            ("New bridge -", "New bridge"),
        ] {
            assert_eq!(names.cut(title), cut, "{title}");
        }
    }

    #[test]
    fn headings_that_the_title_holds_come_first() {
        let names = Names::new(["Example News"], []);
        let headings = ["Example News", "Navigation", "New bridge"].map(str::to_owned);
        assert_eq!(names.headings(&headings, "New bridge | Example News"), ["New bridge", "Navigation"]);
    }
}
