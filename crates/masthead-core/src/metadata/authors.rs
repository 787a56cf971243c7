//! Authors as metadata names them: people, or the desk or agency that stands for them.

use masthead_record::Author;
use serde_json::Value;
use url::Url;

use super::images::absolute;
use super::jsonld::types;
use super::text::{skeleton, tidy};
use crate::people::{people, strip_roles};

/// An article has no more authors than this.
const MAX_AUTHORS: usize = 100;

/// The authors that one place names.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Whoever may be a person.
    pub(super) people: Vec<Author>,
    /// What is said to be an organisation.
    pub(super) organisations: Vec<Author>,
}

/// `author` of JSON-LD: a text, an object, or a list of these.
pub(super) fn from_json(value: &Value, page: Option<&Url>) -> Named {
    let mut named = Named::default();
    let items = match value {
        Value::Array(list) => list.as_slice(),
        one => std::slice::from_ref(one),
    };
    for item in items.iter().take(MAX_AUTHORS) {
        from_item(item, page, &mut named);
    }
    named
}

fn from_item(item: &Value, page: Option<&Url>, named: &mut Named) {
    let is_organisation = types(item).any(|name| name.ends_with("Organization"));
    let text = |name: &str| item.get(name).and_then(Value::as_str).map(tidy);
    for name in names(item) {
        if is_organisation {
            let name = tidy(&name);
            if is_name(&name) {
                push(&mut named.organisations, Author { name, ..Author::default() });
            }
            continue;
        }
        let mut found = from_text(&name);
        // What is said beside a name belongs to one person.
        if let [author] = found.as_mut_slice() {
            let email = text("email").map(|email| email.trim_start_matches("mailto:").to_owned());
            author.email = email.filter(|email| email.contains('@'));
            author.url = text("url").or_else(|| text("sameAs")).and_then(|url| absolute(&url, page));
        }
        found.into_iter().for_each(|author| push(&mut named.people, author));
    }
}

/// The names of one item: its text, its `name` (which may be a list), or its parts.
fn names(item: &Value) -> Vec<String> {
    let texts = |value: &Value| -> Vec<String> {
        let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        items.iter().take(MAX_AUTHORS).filter_map(Value::as_str).map(str::to_owned).collect()
    };
    if let Some(name) = item.get("name") {
        return texts(name);
    }
    let part = |name: &str| item.get(name).and_then(Value::as_str);
    match (part("givenName"), part("familyName")) {
        (None, None) => texts(item),
        (given, family) => vec![[given, family].into_iter().flatten().collect::<Vec<_>>().join(" ")],
    }
}

/// The people in a byline that nobody has looked at: addresses and job titles are left out.
pub(super) fn from_text(text: &str) -> Vec<Author> {
    let text = tidy(text);
    if is_address(&text) {
        return Vec::new();
    }
    let mut authors = Vec::new();
    for name in people(strip_roles(&text)) {
        let name = strip_roles(&name);
        if is_name(name) {
            push(&mut authors, Author { name: name.to_owned(), ..Author::default() });
        }
    }
    authors
}

/// The people in several texts.
pub(super) fn from_texts<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Author> {
    let mut authors = Vec::new();
    for author in texts.take(MAX_AUTHORS).flat_map(from_text) {
        push(&mut authors, author);
    }
    authors
}

/// People, and what is taken for the authors only where nobody else is named: the site's own name, and logins where
/// there is nothing but logins. Beside a name one is rather an agency's sign.
pub(super) fn told_apart(authors: Vec<Author>, sites: &[String]) -> (Vec<Author>, Vec<Author>) {
    let is_site = |author: &Author| sites.contains(&skeleton(&author.name));
    let only_logins = authors.iter().filter(|author| !is_site(author)).all(|author| is_login(&author.name));
    authors.into_iter().partition(|author| !is_site(author) && !only_logins)
}

/// `ada.lind`, `alind2`: what content systems show of an account that has no name.
fn is_login(name: &str) -> bool {
    name.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-'))
}

fn push(authors: &mut Vec<Author>, author: Author) {
    let is_new = authors.iter().all(|known| known.name != author.name);
    if is_new && authors.len() < MAX_AUTHORS {
        authors.push(author);
    }
}

fn is_address(text: &str) -> bool {
    text.contains("://") || text.starts_with("www.") || text.starts_with('/')
}

fn is_name(name: &str) -> bool {
    /// Longer texts are sentences, or where somebody works.
    const MAX_WORDS: usize = 7;
    name.chars().any(char::is_alphabetic) && name.split(' ').nth(MAX_WORDS).is_none() && !is_address(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(authors: &[Author]) -> Vec<&str> {
        authors.iter().map(|author| author.name.as_str()).collect()
    }

    #[test]
    fn people_and_organisations_are_told_apart() {
        let named = from_json(
            &json!([
                {"@type": "Person", "name": "By Ada Lind", "email": "mailto:ada@example.com", "url": "/ada"},
                {"@type": "NewsMediaOrganization", "name": "Example News"},
                "Bo Ek and Cy Roe", "https://example.com/x", {"name": ["Di Wang", ""]},
                {"@type": "Person", "givenName": "Eva", "familyName": "Sol"}, null, {"@id": "#x"},
            ]),
            Url::parse("https://example.com/news/1").ok().as_ref(),
        );
        assert_eq!(names(&named.people), ["Ada Lind", "Bo Ek", "Cy Roe", "Di Wang", "Eva Sol"]);
        assert_eq!(names(&named.organisations), ["Example News"]);
        assert_eq!(named.people[0].email.as_deref(), Some("ada@example.com"));
        assert_eq!(named.people[0].url.as_deref(), Some("https://example.com/ada"));
        assert_eq!(named.people[1].email, None);
    }

    #[test]
    fn logins_and_the_site_are_doubtful() {
        let apart = |texts: &[&str]| {
            let (people, doubtful) = told_apart(from_texts(texts.iter().copied()), &["example".to_owned()]);
            let names =
                |authors: &[Author]| authors.iter().map(|author| author.name.clone()).collect::<Vec<_>>();
            (names(&people).join(", "), names(&doubtful).join(", "))
        };
        assert_eq!(apart(&["ada.lind", "Example"]), (String::new(), "ada.lind, Example".to_owned()));
        assert_eq!(
            apart(&["Ada Lind", "dpa", "Example"]),
            ("Ada Lind, dpa".to_owned(), "Example".to_owned())
        );
    }

    #[test]
    fn texts_lose_titles_and_addresses() {
        assert_eq!(names(&from_text("By Ada Lind, Senior Correspondent")), ["Ada Lind"]);
        let works_at = "Ada Lind, professor at the faculty of law of the old university";
        assert_eq!(names(&from_text(works_at)), ["Ada Lind"]);
        assert_eq!(names(&from_text("https://example.com/people/ada")), [] as [&str; 0]);
        assert_eq!(names(&from_texts(["정준호 기자", "정준호"].into_iter())), ["정준호"]);
    }
}
