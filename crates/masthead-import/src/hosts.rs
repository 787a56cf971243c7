//! A profile's hosts: the config's file name says them, else its test addresses.

use std::collections::BTreeSet;

use url::{Host, Url};

/// The hosts of a config, and those of test addresses that are not among them. The first list may be empty.
pub(crate) fn hosts(file: &str, tests: &[String]) -> (Vec<String>, Vec<String>) {
    let own = of_file(file);
    let tested: BTreeSet<String> = tests.iter().filter_map(|test| of_url(test)).collect();
    let hosts: Vec<String> = own.map_or_else(|| tested.iter().cloned().collect(), |own| vec![own]);
    let other = tested.into_iter().filter(|host| !hosts.iter().any(|own| covers(own, host))).collect();
    (hosts, other)
}

/// The config's name without its ending, and without the dot that stands for "any sub-domain".
pub(crate) fn stem(file: &str) -> &str {
    let name = base(file);
    name.strip_suffix(".txt").unwrap_or(name).trim_start_matches('.')
}

/// Whether the config is for a site's sub-domains.
pub(crate) fn is_of_subdomains(file: &str) -> bool {
    base(file).starts_with('.')
}

fn base(file: &str) -> &str {
    file.rsplit(['/', '\\']).next().unwrap_or(file)
}

fn of_file(file: &str) -> Option<String> {
    host(stem(file)).filter(|host| host.contains('.'))
}

fn of_url(text: &str) -> Option<String> {
    host(Url::parse(text).ok()?.host_str()?)
}

/// A name that one site owns: what is on the Public Suffix List belongs to many.
fn host(text: &str) -> Option<String> {
    let Ok(Host::Domain(name)) = Host::parse(text) else { return None };
    if is_shared(&name) {
        return None;
    }
    let bare = name.strip_prefix("www.").filter(|bare| !is_shared(bare));
    Some(bare.unwrap_or(&name).to_owned())
}

fn is_shared(name: &str) -> bool {
    psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix == name && suffix.is_known())
}

fn covers(own: &str, host: &str) -> bool {
    host.strip_suffix(own).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_names_the_site() {
        let tests = ["https://news.paper.example/a".to_owned(), "http://feeds.other.example/b".to_owned()];
        let owned = |hosts: &[&str]| hosts.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            hosts("configs/.paper.example.txt", &tests),
            (owned(&["paper.example"]), owned(&["feeds.other.example"]))
        );
        assert_eq!(
            hosts("global.txt", &tests),
            (owned(&["feeds.other.example", "news.paper.example"]), vec![])
        );
        assert_eq!(hosts("github.io.txt", &[]), (vec![], vec![]));
        assert_eq!(
            hosts("gov.uk.txt", &["https://www.gov.uk/a".to_owned()]),
            (owned(&["www.gov.uk"]), vec![])
        );
    }
}
