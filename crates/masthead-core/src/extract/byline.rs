//! Who wrote it: the three ways to write `byline:`.

use masthead_record::{Author, Provenance};

use super::context::Context;
use super::field::Resolution;
use super::finding::Finding;
use super::typed::{Typed, absolute};
use crate::profile::model::{Byline, Rule};

impl Context<'_> {
    /// The authors, and where they came from.
    pub(crate) fn authors(&mut self, byline: &Byline) -> (Vec<Author>, Provenance) {
        match byline {
            Byline::Value(rule) => {
                let resolution = self.resolve("byline", "name", rule, None);
                let (email, url) = (beside(&resolution, "email"), beside(&resolution, "url"));
                let names = resolution.value.map(Typed::into_list).unwrap_or_default();
                (
                    self.people(names, email.into_iter().collect(), url.into_iter().collect()),
                    resolution.provenance,
                )
            }
            Byline::Parts { name, email, url, .. } => self.parts(name.as_ref(), email.as_ref(), url.as_ref()),
            Byline::Each(each) => {
                let items = self.items("byline", each);
                let authors = items.into_iter().filter_map(|item| {
                    Some(Author {
                        name: item.get("name").filter(|name| !name.is_empty())?,
                        email: item.get("email").as_deref().and_then(address),
                        url: item.get("url").and_then(|url| absolute(&self.base, &url)),
                    })
                });
                let authors: Vec<Author> = authors.collect();
                let provenance = each.provenance(authors.len());
                (authors, provenance)
            }
        }
    }

    fn parts(
        &mut self,
        name: Option<&Rule>,
        email: Option<&Rule>,
        url: Option<&Rule>,
    ) -> (Vec<Author>, Provenance) {
        let named = name.map(|rule| self.resolve("byline", "name", rule, None)).unwrap_or_default();
        let mut list = |rule: Option<&Rule>, field: &str| -> Vec<String> {
            let found = rule.and_then(|rule| self.resolve("byline", field, rule, None).value);
            found.map(Typed::into_list).or_else(|| Some(vec![beside(&named, field)?])).unwrap_or_default()
        };
        let emails = list(email, "email").iter().filter_map(|text| address(text)).collect();
        let urls = list(url, "url");
        let names = named.value.map(Typed::into_list).unwrap_or_default();
        (self.people(names, emails, urls), named.provenance)
    }

    /// Pairs names with addresses: one each, or the only one for the only name.
    fn people(&mut self, names: Vec<String>, emails: Vec<String>, urls: Vec<String>) -> Vec<Author> {
        for (what, list) in [("e-mail addresses", &emails), ("pages", &urls)] {
            if !list.is_empty() && list.len() != names.len() {
                let (have, people) = (list.len(), names.len());
                self.findings.push(Finding::note(
                    "byline",
                    format!("{have} {what} for {people} names: which belongs to whom is not known, so none is kept"),
                ));
            }
        }
        let paired = |list: &[String], index: usize| -> Option<String> {
            (list.len() == names.len()).then(|| list.get(index).cloned())?
        };
        let authors = names.iter().enumerate().map(|(index, name)| Author {
            name: name.clone(),
            email: paired(&emails, index).as_deref().and_then(address),
            url: paired(&urls, index).and_then(|url| absolute(&self.base, &url)),
        });
        authors.collect()
    }
}

fn beside(resolution: &Resolution, name: &str) -> Option<String> {
    resolution.beside.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
}

/// An e-mail address from a text or a `mailto:` link (RFC 6068), without its headers.
pub(crate) fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let text = match text.split_at_checked(7) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto:") => {
            rest.split('?').next().unwrap_or(rest)
        }
        _ => text,
    };
    let text = text.replace("%40", "@");
    let found = text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | ',' | ';'));
    found
        .filter(|word| {
            word.split_once('@').is_some_and(|(local, host)| {
                !local.is_empty() && host.contains('.') && !host.contains('@') && !host.ends_with('.')
            })
        })
        .map(str::to_owned)
        .next()
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn addresses_are_found_in_links_and_texts() {
        assert_eq!(address("mailto:a.b@c.example?subject=x").as_deref(), Some("a.b@c.example"));
        assert_eq!(address("write to <a@b.example>").as_deref(), Some("a@b.example"));
        assert_eq!(address("@handle"), None);
        assert_eq!(address("Email"), None);
    }
}
