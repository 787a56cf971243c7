//! How hosts have answered lately: whether a failure is the page's or the host's.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use masthead_crawler::pace::Backoff;
use tokio::time::Instant;

/// Unanswered requests in a row from which on the host is taken for gone, and left alone for a while.
const GONE_AFTER: u32 = 3;

/// The waits after failures that are a page's own: ten seconds, then twenty, … up to five minutes.
const OWN: Backoff = Backoff { first: Duration::from_secs(10), longest: Duration::from_secs(300) };

/// The least that a host is left alone which asks for silence and says for how long: some say `0`, and mean it as
/// little as the next time.
const LEAST_SILENCE: Backoff = Backoff { first: Duration::from_secs(1), longest: Duration::from_secs(600) };

/// What a failure asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// The page is put off; other pages of the host go on.
    Page(Duration),
    /// The whole host is left alone, and the page waits a little longer than it: others try first.
    Host(Duration),
    /// The page was tried often enough.
    GiveUp,
}

/// The hosts that have failed lately.
#[derive(Debug, Default)]
pub(super) struct Health(Mutex<HashMap<String, Strikes>>);

/// A host's failures in a row.
#[derive(Clone, Copy, Debug, Default)]
struct Strikes {
    count: u32,
    /// Until when it is left alone because it asked for that.
    silent_until: Option<Instant>,
}

impl Health {
    /// The host has answered with something else than a plea for silence.
    pub(super) fn answered(&self, host: &str) {
        self.strikes().remove(host);
    }

    /// The host asked for silence (429, 503): for `asked`, or without saying for how long.
    ///
    /// A page that answers 503 while its host goes on answering for others is a broken page, not a tired host: it is
    /// tried as often as any that fails. 429 is always meant for the crawler, and no page is given up for it.
    pub(super) fn silence(&self, host: &str, asked: Option<Duration>, page: Page) -> Wait {
        self.silence_at(Instant::now(), host, asked, page)
    }

    fn silence_at(&self, now: Instant, host: &str, asked: Option<Duration>, page: Page) -> Wait {
        let mut known = self.strikes();
        let strikes = known.entry(host.to_owned()).or_default();
        if page.is_503 && page.attempts > 0 && strikes.count == 0 {
            return page.own();
        }
        // What was in flight when the host first asked is the same plea.
        if strikes.silent_until.is_none_or(|until| until <= now) {
            strikes.count += 1;
        }
        let time = match asked {
            Some(asked) => asked.max(LEAST_SILENCE.after(strikes.count)),
            None => Backoff::default().after(strikes.count),
        };
        strikes.silent_until = strikes.silent_until.max(now.checked_add(time));
        Wait::Host(time)
    }

    /// There was no answer. One page may be slow or broken; several in a row are the host.
    pub(super) fn unanswered(&self, host: &str, page: Page) -> Wait {
        let mut known = self.strikes();
        let strikes = known.entry(host.to_owned()).or_default();
        strikes.count += 1;
        match strikes.count.checked_sub(GONE_AFTER) {
            Some(more) => Wait::Host(Backoff::default().after(more + 1)),
            None if strikes.count == 1 => page.own(),
            // Perhaps the host is going: the page is not given up for that.
            None => Wait::Page(OWN.after(page.attempts + 1)),
        }
    }

    fn strikes(&self) -> MutexGuard<'_, HashMap<String, Strikes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long at least a page waits whose host asked for silence, after so many failures before. It may be the page alone
/// that is answered so, for ever: then its waits outgrow what a crawl waits for, and the crawl ends without it.
pub(super) fn once_more(attempts: u32) -> Duration {
    const ALONE: Backoff = Backoff { longest: Duration::from_secs(60 * 60), ..OWN };
    if attempts == 0 { Duration::ZERO } else { ALONE.after(attempts) }
}

/// The page that failed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    /// How often it failed before.
    pub(super) attempts: u32,
    /// How often it may be tried again.
    pub(super) retries: u32,
    pub(super) is_503: bool,
}

impl Page {
    /// What a failure of its own asks for.
    pub(super) fn own(self) -> Wait {
        if self.attempts < self.retries { Wait::Page(OWN.after(self.attempts + 1)) } else { Wait::GiveUp }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "a.example";

    fn page(attempts: u32, is_503: bool) -> Page {
        Page { attempts, retries: 2, is_503 }
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_host_that_asks_for_silence_gets_more_of_it_each_time() {
        let (health, now) = (Health::default(), Instant::now());
        let silence =
            |at, asked, attempts| health.silence_at(now + seconds(at), HOST, asked, page(attempts, false));
        assert_eq!(silence(0, None, 0), Wait::Host(seconds(60)));
        assert_eq!(silence(1, None, 0), Wait::Host(seconds(60)), "it was in flight at the first");
        assert_eq!(silence(61, None, 1), Wait::Host(seconds(120)));
        assert_eq!(silence(181, Some(seconds(5)), 9), Wait::Host(seconds(5)));
        health.answered(HOST);
        assert_eq!(silence(200, None, 2), Wait::Host(seconds(60)), "no page is given up for 429");
    }

    #[test]
    fn a_host_that_asks_for_too_little_gets_more() {
        let (health, now) = (Health::default(), Instant::now());
        let asked = Some(Duration::ZERO);
        let silence = |at| health.silence_at(now + seconds(at), HOST, asked, page(0, false));
        let waits = [0, 1, 3, 7].map(silence);
        assert_eq!(waits, [1, 2, 4, 8].map(|wait| Wait::Host(seconds(wait))));
        let forever = health.silence(HOST, Some(Duration::MAX), page(0, false));
        assert_eq!(forever, Wait::Host(Duration::MAX));
    }

    #[test]
    fn a_page_that_alone_answers_503_is_given_up() {
        let (health, now) = (Health::default(), Instant::now());
        let silence = |at, attempts| health.silence_at(now + seconds(at), HOST, None, page(attempts, true));
        assert_eq!(silence(0, 0), Wait::Host(seconds(60)));
        assert_eq!(silence(60, 1), Wait::Host(seconds(120)), "nothing else has answered");
        health.answered(HOST);
        assert_eq!(silence(180, 1), Wait::Page(seconds(20)));
        assert_eq!(silence(200, 2), Wait::GiveUp);
    }

    #[test]
    fn a_host_that_answers_nothing_is_left_alone_and_loses_no_page() {
        let health = Health::default();
        let unanswered = |attempts| health.unanswered(HOST, page(attempts, false));
        assert_eq!(unanswered(0), Wait::Page(seconds(10)));
        assert_eq!(unanswered(2), Wait::Page(seconds(40)));
        assert_eq!(unanswered(5), Wait::Host(seconds(60)));
        assert_eq!(unanswered(9), Wait::Host(seconds(120)));
        health.answered(HOST);
        assert_eq!(unanswered(2), Wait::GiveUp, "others are answered: it is the page");
    }
}
