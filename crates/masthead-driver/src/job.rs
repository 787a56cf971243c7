use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use masthead_core::Profile;
use masthead_crawler::fetch::{HttpSetupError, Proxy};
use masthead_crawler::pace::{HostPaces, TokioClock};
use masthead_crawler::scope::OpenError;
use masthead_frontier::CrawlMode;
use masthead_sinks::{Registry, SinkSpec};
use url::Url;

use crate::stop::Stop;

/// Where a crawl's pages come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Pages {
    /// The recorded pages that ship with the profile.
    Offline,
    /// WARC files, or folders of them.
    Archive(Vec<PathBuf>),
    /// The network.
    #[default]
    Live,
}

impl Pages {
    /// The mode that a state remembers.
    #[must_use]
    pub fn mode(&self) -> CrawlMode {
        match self {
            Self::Offline => CrawlMode::Offline,
            Self::Archive(_) => CrawlMode::Archive,
            Self::Live => CrawlMode::Live,
        }
    }
}

/// What must not be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// One crawl: what to read, where to put it, and how far to go.
#[derive(Debug)]
pub struct Job {
    /// The site.
    pub profile: Profile,
    /// Where the pages come from.
    pub pages: Pages,
    /// The outputs. None: `jsonl:NAME.jsonl` in the present folder, NAME being the profile's.
    pub sinks: Vec<SinkSpec>,
    /// The sinks that there are.
    pub registry: Arc<Registry>,
    /// The folder of the crawl's state. None: `.crawl/NAME` beside the first file output.
    pub state: Option<PathBuf>,
    /// Forget the state and replace the outputs that it wrote.
    pub fresh: bool,
    /// End when the crawl has so many whole articles, those of earlier runs included.
    pub limit: Option<u64>,
    /// How many list pages may lie between a seed and an article's list; a `next` counts nothing. Default 3.
    pub max_depth: u32,
    /// Leave out articles that were published before this day, `2019-08-21`.
    pub since: Option<String>,
    /// From request start to request start on one host, instead of the profile's. Archives have none by default.
    pub delay: Option<Duration>,
    /// Requests in flight on one host, instead of the profile's.
    pub concurrency: Option<u32>,
    /// Read these pages only, and follow no links. Empty: the profile's seeds, lists, feeds and sitemaps.
    pub urls: Vec<Url>,
    /// End after this time.
    pub max_time: Option<Duration>,
    /// End after so many bytes of bodies, decoded.
    pub max_bytes: Option<u64>,
    /// End after so many answers.
    pub max_pages: Option<u64>,
    /// The outbox's limit, in items: while the sinks are so far behind, nothing is claimed. Default 10,000.
    pub max_spool: u64,
    /// Provenance and ledger in the records.
    pub explain: bool,
    /// Keep the texts of a few pages with the state, at most 20 MB, so that a rule that breaks can be mended. Default on.
    pub keep_samples: bool,
    /// The name that robots.txt knows this crawler by (RFC 9309 §2.2.1). Default `Masthead`.
    pub agent: String,
    /// How the people of a site reach whoever runs the crawl: a URL or an e-mail address, for the `User-Agent`.
    pub contact: Option<String>,
    /// Hosts, addresses and networks that may be reached although they are not public.
    pub allow_private: Vec<String>,
    /// What fills the slots that profiles name in `cookies`, by slot. Sent over https to the profile's hosts alone.
    pub secrets: BTreeMap<String, Secret>,
    /// A proxy for all requests. None by default, whatever the environment says.
    pub proxy: Proxy,
    /// The paces of hosts. Jobs that run side by side in one process must share them.
    pub paces: Arc<HostPaces>,
    /// Stops the crawl from outside.
    pub stop: Stop,
}

impl Job {
    /// A crawl of the whole site into `NAME.jsonl`.
    #[must_use]
    pub fn new(profile: Profile, pages: Pages) -> Self {
        Self {
            profile,
            pages,
            sinks: Vec::new(),
            registry: Arc::new(Registry::builtin()),
            state: None,
            fresh: false,
            limit: None,
            max_depth: 3,
            since: None,
            delay: None,
            concurrency: None,
            urls: Vec::new(),
            max_time: None,
            max_bytes: None,
            max_pages: None,
            max_spool: 10_000,
            explain: false,
            keep_samples: true,
            agent: "Masthead".to_owned(),
            contact: None,
            allow_private: Vec::new(),
            secrets: BTreeMap::new(),
            proxy: Proxy::None,
            paces: Arc::new(HostPaces::new(Arc::new(TokioClock::new()))),
            stop: Stop::new(),
        }
    }
}

/// A job that can't be begun: the person who wrote it must change something.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// A value that opens nothing.
    #[error("--allow-private: {0}")]
    Private(#[from] OpenError),
    /// The profile's hosts are not public, and nobody has opened them.
    #[error("{host} is not a public address; where you mean to crawl it, say --allow-private {host}")]
    NotOpened {
        /// The host.
        host: String,
    },
    /// The profile asks for a secret that nobody gave.
    #[error(
        "the profile's cookie {cookie} asks for the secret {slot}: bind it with --secret {slot}=VARIABLE"
    )]
    UnfilledSlot {
        /// The slot's name.
        slot: String,
        /// The cookie's name.
        cookie: String,
    },
    /// The fetcher can't be made as the job wants it.
    #[error("the network can't be used as asked")]
    Network(#[source] HttpSetupError),
    /// The profile has no recorded pages.
    #[error("no recorded pages ship with the profile {profile}; name WARC files with --archive{}", and_those_with(.known))]
    NoRecordedPages {
        /// The profile's name.
        profile: String,
        /// Profiles that have some.
        known: Vec<&'static str>,
    },
    /// `--archive` without a file.
    #[error("no archive is named; give --archive a WARC file or a folder of them")]
    NoArchive,
    /// `--since` is no day.
    #[error("{value:?} is no day; write it as 2019-08-21")]
    Since {
        /// As written.
        value: String,
    },
    /// Two outputs are one.
    #[error("two sinks write to {name}; leave one out")]
    SameOutput {
        /// The output.
        name: String,
    },
    /// Two archives.
    #[error("a crawl keeps one archive; name one `warc:` folder")]
    TwoArchives,
    /// The state is an unfinished crawl of other pages.
    #[error(
        "the state holds pages that wait from a crawl without these --url; name another folder with --state"
    )]
    OtherPagesWait,
    /// The folder holds no state.
    #[error(
        "there is no crawl's state in {}; name its folder with --state (it is `.crawl/NAME` beside the first output)",
        folder.display()
    )]
    NoState {
        /// The folder.
        folder: PathBuf,
    },
    /// A URL that is not the profile's.
    #[error("{url} is not on a host of the profile {profile}")]
    ForeignUrl {
        /// The URL.
        url: Url,
        /// The profile's name.
        profile: String,
    },
    /// `--fresh` would replace a file that the state did not write.
    #[error(
        "{} is not empty, and nothing proves that this crawl wrote it; move it away, or name another output",
        path.display()
    )]
    ForeignOutput {
        /// The file.
        path: PathBuf,
    },
}

fn and_those_with(names: &[&str]) -> String {
    if names.is_empty() { String::new() } else { format!(" (some ship with {})", names.join(", ")) }
}
