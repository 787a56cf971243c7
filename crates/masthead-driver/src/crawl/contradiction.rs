//! Does a rule give something else than the page's metadata says? A selector that matches, and matches the wrong node,
//! shows in nothing else.

use std::collections::BTreeSet;

use masthead_record::Provenance;

/// Metadata that no reader sees. The page's own headings and times may be the very node that the rule has selected, and
/// a `<title>` has the site's name in it.
const METADATA: [&str; 4] = ["jsonld", "microdata", "og", "meta"];

/// Whether the metadata says something quite different, and none of it the same. Headlines are often shortened or put
/// another way for search engines, and times differ by minutes: that is no contradiction.
pub(super) fn is_contradicted(field: &str, value: Option<&str>, source: &Provenance) -> bool {
    let Some(value) = value else { return false };
    let is_metadata = |name: &str| METADATA.contains(&name);
    if source.agrees.iter().any(|name| is_metadata(name)) {
        return false;
    }
    let mut others =
        source.disagrees.iter().filter(|(name, _)| is_metadata(name)).map(|(_, said)| said).peekable();
    others.peek().is_some() && others.all(|said| is_different(field, value, said))
}

fn is_different(field: &str, one: &str, other: &str) -> bool {
    if matches!(field, "published" | "updated") {
        return one.get(..10) != other.get(..10);
    }
    if one.contains(is_without_spaces) || other.contains(is_without_spaces) {
        return false;
    }
    let (one, other) = (words(one), words(other));
    let (shared, fewest) = (one.intersection(&other).count(), one.len().min(other.len()));
    fewest > 0 && shared * 4 < fewest
}

/// Whether a character belongs to a script that does not part words: nothing can be said of those.
fn is_without_spaces(character: char) -> bool {
    matches!(character, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric());
    // The short words of Latin scripts stand in any sentence.
    words.filter(|word| word.len() > 3).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_quite_different_contradicts() {
        let said = |witness: &str, text: &str| Provenance {
            disagrees: [(witness.to_owned(), text.to_owned())].into(),
            ..Provenance::default()
        };
        let title = |value, source: &Provenance| is_contradicted("title", Some(value), source);
        let og = said("og", "Low water at the old lock, and what it means");
        assert!(title("The Ferryman", &og));
        assert!(!title("What low water means", &og), "the same, put another way");
        assert!(!title("渡し船の船頭", &said("og", "閘門の低水位")), "no words to compare");
        assert!(!title("The Ferryman", &said("h1", "Low water at the lock")), "perhaps the node itself");
        assert!(!title("The Ferryman", &Provenance { agrees: vec!["jsonld".to_owned()], ..og.clone() }));
        let day = said("jsonld", "2026-01-27T09:00:00+01:00");
        assert!(!is_contradicted("published", Some("2026-01-27T09:05:00+01:00"), &day));
        assert!(is_contradicted("published", Some("2026-01-28"), &day));
        assert!(!is_contradicted("published", None, &day));
    }
}
