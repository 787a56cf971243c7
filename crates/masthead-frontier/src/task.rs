use std::fmt;

use masthead_record::RecordId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Why a URL is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Purpose {
    /// A robots.txt.
    Robots,
    /// A page that may become a record.
    Article,
    /// RSS, Atom or JSON Feed.
    Feed,
    /// A sitemap, or an index of sitemaps.
    Sitemap,
    /// A page whose links are looked at: seeds, sections, numbered and following pages.
    List,
}

impl Purpose {
    /// Every purpose, in the order of their priorities.
    pub const ALL: [Self; 5] = [Self::Robots, Self::Article, Self::Feed, Self::Sitemap, Self::List];

    /// The priority that a task has by its purpose; the smallest number goes first.
    ///
    /// robots.txt precedes all. Articles precede the places that name more of them: a limit on articles is then met
    /// after few requests, and the list of what is waiting stays short.
    #[must_use]
    pub fn priority(self) -> i32 {
        match self {
            Self::Robots => 0,
            Self::Article => 10,
            Self::Feed => 20,
            Self::Sitemap => 30,
            Self::List => 40,
        }
    }

    /// Whether pages of this purpose name articles: they are looked at again when a finished crawl runs again.
    #[must_use]
    pub fn names_articles(self) -> bool {
        matches!(self, Self::Feed | Self::Sitemap | Self::List)
    }

    /// The lower-case word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Robots => "robots",
            Self::Article => "article",
            Self::Feed => "feed",
            Self::Sitemap => "sitemap",
            Self::List => "list",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What became of a task so far.
///
/// There is no state "leased": the host is leased, not the URL, and a task waits until its outcome is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum TaskState {
    /// To be fetched.
    Waiting,
    /// To be fetched again, not before some time has passed.
    Delayed,
    /// Fetched.
    Done,
    /// Not there (404, 410).
    Gone,
    /// Given up, with a reason.
    Failed,
    /// Never requested, with a reason.
    Skipped,
}

impl TaskState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Delayed, Self::Done, Self::Gone, Self::Failed, Self::Skipped];

    /// Whether the task is still to be fetched.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Delayed)
    }

    /// The lower-case word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delayed => "delayed",
            Self::Done => "done",
            Self::Gone => "gone",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

impl fmt::Display for TaskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A task's number in its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskId(pub i64);

/// What makes a later request conditional (RFC 9110 §8.8): header values, as the server sent them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

/// A URL that somebody named.
#[derive(Clone, Debug, PartialEq)]
pub struct Discovered {
    /// The URL as found: what is fetched.
    pub url: String,
    /// Its canonical form: there is one task for each key and purpose. A robots.txt that is fetched on behalf of
    /// another host (a redirect) has a key of its own that says so.
    pub key: String,
    /// Whose pace it follows: the host's name as the governor counts it. Any text; equal texts are one host.
    pub host: String,
    /// Why it is fetched.
    pub purpose: Purpose,
    /// The smallest goes first; equal ones in the order in which they were found.
    pub priority: i32,
    /// How many links lead here from a seed (a seed: 0). What the depth counts is the driver's business.
    pub depth: u32,
    /// The URL of the page that led here.
    pub referrer: Option<String>,
    /// What the page that led here says of it (a feed's title, a list's teaser). Opaque to the store. Where the task
    /// stands already and both are objects, keys that it lacks are added, in objects within them as well.
    pub witnesses: Value,
    /// Makes a task due again that has an outcome already (a robots.txt past its day).
    pub again: bool,
}

impl Discovered {
    /// A URL with its purpose's priority, depth 0, and nothing more said of it.
    #[must_use]
    pub fn new(purpose: Purpose, host: &str, url: &str, key: &str) -> Self {
        Self {
            url: url.to_owned(),
            key: key.to_owned(),
            host: host.to_owned(),
            purpose,
            priority: purpose.priority(),
            depth: 0,
            referrer: None,
            witnesses: Value::Null,
            again: false,
        }
    }
}

/// A URL to fetch, as it was claimed.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// Its number in the store.
    pub id: TaskId,
    /// The URL as found: what is fetched.
    pub url: String,
    /// Its canonical form.
    pub key: String,
    /// Why it is fetched.
    pub purpose: Purpose,
    /// Its priority; tasks come in this order.
    pub priority: i32,
    /// How many links lead here from a seed.
    pub depth: u32,
    /// The URL of the page that led here first.
    pub referrer: Option<String>,
    /// How often it failed in this round and was put off.
    pub attempts: u32,
    /// What the pages that led here say of it.
    pub witnesses: Value,
    /// What an earlier look at it gave; absent before the first.
    pub previous: Option<Previous>,
}

/// What an earlier look at a URL gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Previous {
    /// What makes the next request conditional.
    pub validators: Validators,
    /// The records that were made from it: id and canonical URL.
    pub records: Vec<(RecordId, String)>,
    /// Whether one of them misses a required field.
    pub incomplete: bool,
}
