//! The crawl itself: from the seeds to the last commit. Data goes one way: profile → frontier → fetch → page →
//! extraction → record → outbox; the sinks' threads ([`crate::delivery`]) take it from there.

mod contradiction;
mod halt;
mod health;
mod links;
mod memory;
mod observe;
mod page;
mod parts;
mod quota;
mod robots;
mod seeds;
mod settle;
mod settle_robots;
mod tally;
mod view;
mod visit;
mod waits;
mod work;

use std::sync::Arc;
use std::time::{Duration, Instant};

use masthead_core::Profile;
use masthead_crawler::fetch::Fetch;
use masthead_crawler::pace::{HostPace, HostPaces};
use masthead_crawler::robots::RobotsVerdict;
use masthead_frontier::{Discovered, Frontier, Purpose, Task};
use tokio::sync::{Notify, Semaphore};
use url::Url;

use crate::job::Job;
use crate::progress::Teller;
use crate::report::End;
pub(crate) use halt::Halt;
use memory::Memory;
pub(crate) use observe::Observer;
use page::Reader;
pub(crate) use page::is_day;
use quota::Quota;
pub(crate) use seeds::all as seeds;
pub(crate) use tally::Tally;

/// The memory for bodies in flight and pages being read.
const MEMORY: u64 = 256 << 20;

/// A crawl at work.
pub(crate) struct Crawl {
    profile: Profile,
    /// Whether pages come from an archive: it needs no pace, and its answers don't change.
    replays: bool,
    /// Whether pages are read again although they have not changed: the profile has.
    reads_anew: bool,
    /// Whether links lead on; not where the job names its pages.
    follows_links: bool,
    max_depth: u32,
    delay: Option<Duration>,
    concurrency: Option<u32>,
    budgets: Budgets,
    frontier: Arc<dyn Frontier>,
    fetcher: Arc<dyn Fetch>,
    paces: Arc<HostPaces>,
    teller: Teller,
    reader: Arc<Reader>,
    observer: Arc<Observer>,
    robots: robots::Rules,
    quota: Quota,
    memory: Memory,
    health: health::Health,
    waits: waits::Waits,
    pub(crate) tally: Tally,
    halt: Arc<Halt>,
    started: Instant,
    /// Something was found for a host that nobody works on.
    found: Notify,
    /// As many pages are read at once as there are cores.
    readers: Semaphore,
    /// Places for articles that are gathered from several pages.
    gathering: Semaphore,
    view: view::View,
}

#[derive(Clone, Copy, Debug)]
struct Budgets {
    bytes: Option<u64>,
    pages: Option<u64>,
}

/// What a crawl works with.
pub(crate) struct Tools {
    pub(crate) frontier: Arc<dyn Frontier>,
    pub(crate) fetcher: Arc<dyn Fetch>,
    pub(crate) teller: Teller,
    pub(crate) halt: Arc<Halt>,
}

impl Crawl {
    /// A crawl that has `whole` articles already.
    pub(crate) fn new(job: &Job, tools: Tools, whole: u64, reads_anew: bool) -> Self {
        let profile = job.profile.clone();
        let since = job.since.clone();
        let observer = Arc::new(Observer::new(&profile, job.keep_samples));
        let reader =
            Reader { profile: profile.clone(), since, explain: job.explain, observer: Arc::clone(&observer) };
        Self {
            replays: job.pages != crate::job::Pages::Live,
            reads_anew,
            follows_links: job.urls.is_empty(),
            max_depth: job.max_depth,
            delay: job.delay,
            concurrency: job.concurrency,
            budgets: Budgets { bytes: job.max_bytes, pages: job.max_pages },
            frontier: tools.frontier,
            fetcher: tools.fetcher,
            paces: Arc::clone(&job.paces),
            teller: tools.teller,
            reader: Arc::new(reader),
            observer,
            robots: robots::Rules::new(&job.agent),
            quota: Quota::new(job.limit, whole),
            memory: Memory::new(MEMORY),
            health: health::Health::default(),
            waits: waits::Waits::default(),
            tally: Tally::default(),
            halt: tools.halt,
            started: Instant::now(),
            found: Notify::new(),
            gathering: Semaphore::new(parts::GATHERED_AT_ONCE),
            readers: Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)),
            view: view::View::default(),
            profile,
        }
    }

    /// Tells a person something that is worth a line.
    pub(crate) fn say(&self, text: &str) {
        self.teller.say(text);
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Halts where a budget of the job is used up.
    fn keep_budgets(&self) {
        let (pages, bytes) = {
            let numbers = self.tally.numbers();
            (numbers.pages.values().sum::<u64>(), numbers.bytes)
        };
        if self.budgets.pages.is_some_and(|most| pages >= most) {
            self.halt.set(End::Budget { flag: "--max-pages" });
        }
        if self.budgets.bytes.is_some_and(|most| bytes >= most) {
            self.halt.set(End::Budget { flag: "--max-bytes" });
        }
    }

    /// A Crawl-delay that asks for more than the profile wins; an archive needs none.
    fn keep_crawl_delay(&self, pace: &HostPace, verdict: &RobotsVerdict) {
        if let (false, RobotsVerdict::Rules { rules, .. }) = (self.replays, verdict)
            && let Some(period) = rules.period()
        {
            pace.slow_to(period);
        }
    }

    /// The sitemaps that a robots.txt names, where the profile wants them.
    fn sitemaps_of(&self, verdict: &RobotsVerdict, task: &Task) -> Vec<Discovered> {
        let (wanted, _) = self.profile.sitemaps();
        let RobotsVerdict::Rules { sitemaps, .. } = verdict else { return Vec::new() };
        if !wanted || !self.follows_links {
            return Vec::new();
        }
        let base = Url::parse(&task.url).ok();
        let urls = sitemaps.iter().filter_map(|sitemap| base.as_ref()?.join(sitemap).ok());
        let urls = urls.filter(|url| self.profile.in_scope(url));
        urls.map(|url| Discovered {
            referrer: Some(task.url.clone()),
            ..seeds::task(&self.profile, Purpose::Sitemap, &url)
        })
        .collect()
    }
}
