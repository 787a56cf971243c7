use masthead_core::Profile;
use masthead_frontier::{Discovered, Purpose, RunKind, Task};
use serde_json::{Map, Value, json};
use url::Url;

use super::robots;

/// Where the crawl begins: the pages that the job names, or what the profile's `discover` says; in the first round each
/// origin's robots.txt before.
pub(crate) fn all(profile: &Profile, urls: &[Url], kind: RunKind, again: bool) -> Vec<Discovered> {
    let mut found = Vec::new();
    if urls.is_empty() {
        of_profile(profile, &mut found);
    } else {
        for url in urls {
            found.push(Discovered { again, ..task(profile, Purpose::Article, url) });
        }
    }
    if kind != RunKind::First {
        // Asked for again when it is too old, not because a run begins.
        return found;
    }
    let urls = found.iter().filter_map(|seed| Url::parse(&seed.url).ok());
    let origins: Vec<Discovered> =
        urls.map(|url| Discovered { again: false, ..robots::task(&url) }).collect();
    origins.into_iter().chain(found).collect()
}

fn of_profile(profile: &Profile, found: &mut Vec<Discovered>) {
    let (_, sitemaps) = profile.sitemaps();
    let lists = profile.seeds().iter().chain(profile.list_pages());
    found.extend(lists.map(|url| task(profile, Purpose::List, url)));
    found.extend(profile.feeds().iter().map(|url| task(profile, Purpose::Feed, url)));
    found.extend(sitemaps.iter().map(|url| task(profile, Purpose::Sitemap, url)));
    if found.is_empty()
        && let Some(url) = profile.hosts().first().and_then(|host| front_page(host))
    {
        found.push(task(profile, Purpose::List, &url));
    }
}

fn front_page(host: &str) -> Option<Url> {
    let host =
        if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host.to_owned() };
    Url::parse(&format!("https://{host}/")).ok()
}

/// A task for a URL of this profile.
pub(super) fn task(profile: &Profile, purpose: Purpose, url: &Url) -> Discovered {
    Discovered::new(purpose, &robots::host(url), url.as_str(), profile.canonical(url).as_str())
}

/// A task that a redirect from another host made: `from` led here, and `hops` were followed so far. What pages said of
/// the one holds for the other.
pub(super) fn hop(profile: &Profile, from: &Task, url: &Url, hops: u32) -> Discovered {
    let mut witnesses = match &from.witnesses {
        Value::Object(said) => said.clone(),
        _ => Map::new(),
    };
    witnesses.insert(HOPS.to_owned(), json!(hops));
    Discovered {
        witnesses: Value::Object(witnesses),
        depth: from.depth,
        referrer: Some(from.url.clone()),
        ..task(profile, from.purpose, url)
    }
}

/// How many redirects led to a task.
pub(super) fn hops(witnesses: &Value) -> u32 {
    witnesses.get(HOPS).and_then(Value::as_u64).and_then(|hops| u32::try_from(hops).ok()).unwrap_or(0)
}

/// The key among a task's witnesses; the others are what pages say of it.
const HOPS: &str = "hops";
