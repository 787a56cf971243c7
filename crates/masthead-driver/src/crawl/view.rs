//! What is shown of a crawl while it runs.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use masthead_frontier::{HostStatus, StoreError};

use super::Crawl;
use crate::progress::{HostLine, Snapshot};

/// How often the store is asked what waits.
const COUNT_EVERY: Duration = Duration::from_millis(500);
/// How many hosts are told of.
const HOSTS: usize = 8;
/// From so many answers on a host's rate says something.
const ENOUGH: u64 = 5;

/// What the store said last.
#[derive(Debug, Default)]
pub(super) struct View(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    at: Option<Instant>,
    waiting: u64,
    hosts: Vec<HostStatus>,
}

impl Crawl {
    /// Tells whoever follows the crawl.
    pub(super) async fn show(&self, url: &str) -> Result<(), StoreError> {
        if self.view.is_old() {
            let waiting = self.frontier.stats().await?.waiting();
            let hosts = self.frontier.hosts(HOSTS).await?;
            *self.view.counted() = Counted { at: Some(Instant::now()), waiting, hosts };
        }
        self.teller.update(self.snapshot(), url);
        Ok(())
    }

    /// How far the crawl is.
    fn snapshot(&self) -> Snapshot<'static> {
        let view = self.view.counted();
        let hosts: Vec<HostLine> = view.hosts.iter().map(|host| self.line(host)).collect();
        let numbers = self.tally.numbers();
        Snapshot {
            pages: numbers.pages.values().sum(),
            queued: view.waiting,
            articles: numbers.articles.whole,
            limit: self.quota.limit(),
            incomplete: numbers.articles.incomplete,
            failures: numbers.failures.total(),
            url: "",
            left: hosts
                .iter()
                .map(left)
                .collect::<Option<Vec<_>>>()
                .and_then(|times| times.into_iter().max()),
            hosts,
            elapsed: self.elapsed(),
        }
    }

    fn line(&self, status: &HostStatus) -> HostLine {
        let answers = self.tally.numbers().hosts.get(&status.host).copied();
        HostLine {
            host: status.host.clone(),
            waiting: status.waiting,
            answered: answers.map_or(0, |answers| answers.count),
            per_minute: answers.map_or(0.0, |answers| answers.per_minute()),
            due_in: status.due_in,
            why: status.silent.then(|| self.waits.why(&status.host)).flatten(),
        }
    }
}

/// How long a host's queue takes at its rate; `None` while the rate says nothing.
fn left(host: &HostLine) -> Option<Duration> {
    let known = host.answered >= ENOUGH && host.per_minute > 0.0;
    let seconds = known.then(|| host.waiting as f64 * 60.0 / host.per_minute)?;
    Duration::try_from_secs_f64(seconds).ok()?.checked_add(host.due_in)
}

impl View {
    fn is_old(&self) -> bool {
        let mut counted = self.counted();
        let is_old = counted.at.is_none_or(|at| at.elapsed() >= COUNT_EVERY);
        if is_old {
            // Whoever sees it first asks; the others show what is there.
            counted.at = Some(Instant::now());
        }
        is_old
    }

    fn counted(&self) -> std::sync::MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_follows_from_rate_and_queue() {
        let host = |answered, per_minute| HostLine {
            waiting: 60,
            answered,
            per_minute,
            due_in: Duration::from_secs(30),
            ..HostLine::default()
        };
        assert_eq!(left(&host(20, 30.0)), Some(Duration::from_secs(150)));
        assert_eq!(left(&host(2, 30.0)), None, "too few answers");
        assert_eq!(left(&host(20, 0.0)), None);
    }
}
