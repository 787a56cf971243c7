//! How hosts have answered lately: whether a failure is the page's or the host's.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use masthead_crawler::pace::Backoff;

/// Unanswered requests in a row from which on the host is taken for gone, and left alone for a while.
const GONE_AFTER: u32 = 3;

/// The waits after failures that are a page's own: ten seconds, then twenty, … up to five minutes.
const OWN: Backoff = Backoff { first: Duration::from_secs(10), longest: Duration::from_secs(300) };

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
pub(super) struct Health(Mutex<HashMap<String, u32>>);

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
        let mut known = self.strikes();
        let strikes = known.entry(host.to_owned()).or_default();
        if page.is_503 && page.attempts > 0 && *strikes == 0 {
            return page.own();
        }
        *strikes += 1;
        Wait::Host(asked.unwrap_or_else(|| Backoff::default().after(*strikes)))
    }

    /// There was no answer. One page may be slow or broken; several in a row are the host.
    pub(super) fn unanswered(&self, host: &str, page: Page) -> Wait {
        let mut known = self.strikes();
        let strikes = known.entry(host.to_owned()).or_default();
        *strikes += 1;
        match strikes.checked_sub(GONE_AFTER) {
            Some(more) => Wait::Host(Backoff::default().after(more + 1)),
            None if *strikes == 1 => page.own(),
            // Perhaps the host is going: the page is not given up for that.
            None => Wait::Page(OWN.after(page.attempts + 1)),
        }
    }

    fn strikes(&self) -> MutexGuard<'_, HashMap<String, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        let health = Health::default();
        let silence = |attempts| health.silence(HOST, None, page(attempts, false));
        assert_eq!(silence(0), Wait::Host(seconds(60)));
        assert_eq!(silence(1), Wait::Host(seconds(120)));
        assert_eq!(health.silence(HOST, Some(seconds(5)), page(9, false)), Wait::Host(seconds(5)));
        health.answered(HOST);
        assert_eq!(silence(2), Wait::Host(seconds(60)), "no page is given up for 429");
    }

    #[test]
    fn a_page_that_alone_answers_503_is_given_up() {
        let health = Health::default();
        assert_eq!(health.silence(HOST, None, page(0, true)), Wait::Host(seconds(60)));
        assert_eq!(
            health.silence(HOST, None, page(1, true)),
            Wait::Host(seconds(120)),
            "nothing else has answered"
        );
        health.answered(HOST);
        assert_eq!(health.silence(HOST, None, page(1, true)), Wait::Page(seconds(20)));
        assert_eq!(health.silence(HOST, None, page(2, true)), Wait::GiveUp);
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
