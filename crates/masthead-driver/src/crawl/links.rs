use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use masthead_core::{Link, LinkRole, Profile};
use masthead_frontier::{Discovered, Purpose, Task};
use masthead_record::Record;
use serde_json::{Value, json};
use url::Url;

use super::page::{Named, NamedAs};
use super::seeds;

/// The longest chain of `next` that is followed, and the deepest nesting of sitemaps.
const LONGEST_CHAIN: u64 = 10_000;
const DEEPEST_SITEMAP: u32 = 3;

/// Turns links into tasks.
pub(super) struct Finder<'a> {
    pub(super) profile: &'a Profile,
    pub(super) max_depth: u32,
    /// The page that was read, and where it was.
    pub(super) task: &'a Task,
    pub(super) page: &'a Url,
}

impl Finder<'_> {
    /// The links of a list page, and of one that holds records of the profile's own.
    pub(super) fn of_list(&self, links: &[Link], records: &[Record]) -> Vec<Discovered> {
        let chain = Chain::of(&self.task.witnesses);
        let content = self.content(links).or_else(|| content_of(records));
        links.iter().filter_map(|link| self.of_link(link, &chain, content)).collect()
    }

    fn of_link(&self, link: &Link, chain: &Chain, content: Option<u64>) -> Option<Discovered> {
        let deeper = self.task.depth + 1;
        let said = |task: Discovered| Discovered { witnesses: witnesses(link), ..task };
        match link.role {
            LinkRole::Article => Some(said(self.task_for(Purpose::Article, &link.url, deeper))),
            LinkRole::List => {
                (deeper <= self.max_depth).then(|| said(self.task_for(Purpose::List, &link.url, deeper)))
            }
            LinkRole::Next => {
                let next = chain.next(content?)?;
                let task = self.task_for(Purpose::List, &link.url, self.task.depth);
                Some(Discovered { witnesses: next, ..task })
            }
        }
    }

    /// What a feed or sitemap names.
    pub(super) fn of_entries(&self, entries: Vec<Named>) -> Vec<Discovered> {
        let deeper = self.task.depth + 1;
        let tasks = entries.into_iter().filter_map(|entry| {
            let purpose = match entry.what {
                NamedAs::Article => Purpose::Article,
                NamedAs::List => Purpose::List,
                NamedAs::Sitemap if deeper > DEEPEST_SITEMAP => return None,
                NamedAs::Sitemap => Purpose::Sitemap,
            };
            Some(Discovered { witnesses: entry.witness, ..self.task_for(purpose, &entry.url, deeper) })
        });
        tasks.collect()
    }

    fn task_for(&self, purpose: Purpose, url: &Url, depth: u32) -> Discovered {
        let referrer = Some(self.page.to_string());
        Discovered { depth, referrer, ..seeds::task(self.profile, purpose, url) }
    }

    /// What tells one page of a list from the next: a hash of what it leads to; `None` where that is nothing.
    fn content(&self, links: &[Link]) -> Option<u64> {
        let leads = links.iter().filter(|link| link.role == LinkRole::Article);
        let keys: BTreeSet<String> = leads.map(|link| self.profile.canonical(&link.url).into()).collect();
        let mut hash = DefaultHasher::new();
        keys.hash(&mut hash);
        (!keys.is_empty()).then(|| hash.finish())
    }
}

/// The same for a page of records, by what they say: their ids tell of the page too.
fn content_of(records: &[Record]) -> Option<u64> {
    let mut hash = DefaultHasher::new();
    for record in records {
        (&record.kind, serde_json::to_string(&record.content.fields).ok()).hash(&mut hash);
    }
    (!records.is_empty()).then(|| hash.finish())
}

/// What a list page says of a link, as [`masthead_core::Page::witness`] takes it.
fn witnesses(link: &Link) -> Value {
    link.said.as_ref().map_or(Value::Null, |said| json!({ "list": said }))
}

/// The pages of one list, one after the other. It ends by itself: at a page that leads to no article and holds no
/// record, at one that has the same of them as the page before it, and at a great length.
struct Chain {
    length: u64,
    before: Option<u64>,
}

const CHAIN: &str = "chain";

impl Chain {
    fn of(witnesses: &Value) -> Self {
        let part = |name| witnesses.get(CHAIN).and_then(|chain| chain.get(name)).and_then(Value::as_u64);
        Self { length: part("length").unwrap_or(0), before: part("content") }
    }

    fn next(&self, content: u64) -> Option<Value> {
        let goes_on = self.before != Some(content) && self.length < LONGEST_CHAIN;
        goes_on.then(|| json!({ CHAIN: { "length": self.length + 1, "content": content } }))
    }
}

#[cfg(test)]
mod tests {
    use masthead_core::profile::{NoBases, Source, load};

    use super::*;

    fn found(
        profile: &Profile,
        depth: u32,
        take: impl Fn(&Finder<'_>) -> Vec<Discovered>,
    ) -> Vec<Discovered> {
        let page = Url::parse("https://paper.example/list").unwrap();
        let task = Task {
            id: masthead_frontier::TaskId(1),
            url: page.to_string(),
            key: page.to_string(),
            purpose: Purpose::List,
            priority: 0,
            depth,
            referrer: None,
            attempts: 0,
            witnesses: Value::Null,
            previous: None,
        };
        take(&Finder { profile, max_depth: 3, task: &task, page: &page })
    }

    fn profile() -> Profile {
        let text = "profile: paper\nversion: 1\nhosts: [paper.example]\ndiscover: {articles: ['^/news/'], follow: ['^/list']}\n";
        load(Source::new("paper.yaml", text), &NoBases).unwrap()
    }

    #[test]
    fn a_task_keeps_what_the_list_said() {
        let link = |path: &str, role, said: Value| Link {
            url: Url::parse("https://paper.example").unwrap().join(path).unwrap(),
            role,
            said: said.as_object().cloned(),
        };
        let links = [
            link("/news/a", LinkRole::Article, json!({"teaser": "Boats stay in."})),
            link("/news/b", LinkRole::Article, Value::Null),
            link("/list?page=2", LinkRole::List, Value::Null),
        ];
        let tasks = found(&profile(), 0, |finder| finder.of_list(&links, &[]));
        let told: Vec<_> = tasks.iter().map(|task| (task.purpose, task.witnesses.clone())).collect();
        assert_eq!(
            told,
            [
                (Purpose::Article, json!({"list": {"teaser": "Boats stay in."}})),
                (Purpose::Article, Value::Null),
                (Purpose::List, Value::Null),
            ]
        );
    }

    #[test]
    fn sitemaps_name_sitemaps_only_so_deep() {
        let index = |depth| {
            let url = Url::parse("https://paper.example/map.xml").unwrap();
            let named = || vec![Named { url: url.clone(), what: NamedAs::Sitemap, witness: Value::Null }];
            found(&profile(), depth, |finder| finder.of_entries(named()))
        };
        assert_eq!(index(DEEPEST_SITEMAP - 1)[0].depth, DEEPEST_SITEMAP);
        assert!(index(DEEPEST_SITEMAP).is_empty());
    }

    #[test]
    fn an_endless_next_ends() {
        let first = Chain::of(&Value::Null);
        let second = Chain::of(&first.next(7).unwrap());
        assert_eq!((second.length, second.before), (1, Some(7)));
        assert!(second.next(8).is_some());
        assert!(second.next(7).is_none(), "the same articles again");
        assert!(Chain { length: LONGEST_CHAIN, before: None }.next(1).is_none());
    }
}
