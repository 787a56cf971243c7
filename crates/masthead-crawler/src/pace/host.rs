use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use super::{Clock, Departure};

/// The pace of one host, for as long as its lease lasts: every request to it, hops of redirects and retries included,
/// waits for its [`turn`](HostPace::turn).
///
/// The rate comes from governor with a period, which lets through one request a period and never several at once. It
/// is asked how long, and the clock sleeps: governor's own waiting would not follow a test's clock.
///
/// A request leaves later than its turn comes, by the time that a new connection takes. What the host sees is kept by
/// the turn's [`departure`](Turn::departure).
pub struct HostPace {
    slots: Semaphore,
    starts: Arc<Starts>,
}

/// What turns and departures of one host share.
pub(super) struct Starts {
    pub(super) clock: Arc<dyn Clock>,
    /// Wakes the turns that wait for a connection to be made.
    pub(super) connected: Notify,
    state: Mutex<State>,
}

pub(super) struct State {
    pub(super) delay: Duration,
    /// `None` where there is no delay, as for an archive.
    limiter: Option<Limiter>,
    pub(super) last: Option<Start>,
    /// No request starts before this, whatever the limiter says.
    silent_until: Duration,
    turns: u64,
    /// The turns that are connecting: when their requests leave is not known yet.
    pub(super) connecting: Vec<u64>,
}

/// A request that left, or whose turn came.
#[derive(Clone, Copy)]
pub(super) struct Start {
    pub(super) turn: u64,
    pub(super) at: Duration,
}

enum Take {
    Turn(u64),
    Wait(Duration),
    /// Until a request that is connecting has left.
    WaitForDeparture,
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, LimiterClock, NoOpMiddleware<Duration>>;

/// The permission to send one request, and the place among those in flight, which is held until this is dropped.
#[must_use = "the place is free again as soon as this is dropped"]
pub struct Turn<'a> {
    _place: Option<SemaphorePermit<'a>>,
    departure: Departure,
}

impl Turn<'_> {
    /// The moment at which the request leaves, for the fetcher to report.
    #[must_use]
    pub fn departure(&self) -> Departure {
        self.departure.clone()
    }
}

impl HostPace {
    /// A host that is asked once a `delay` (zero: as fast as it answers) and with at most `concurrency` (at least 1)
    /// requests in flight. `due_in` is what is left of the wait that an earlier lease ended with.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, delay: Duration, concurrency: usize, due_in: Duration) -> Self {
        let silent_until = clock.now().saturating_add(due_in);
        let limiter = limiter(&clock, delay);
        let state = State { delay, limiter, last: None, silent_until, turns: 0, connecting: Vec::new() };
        let starts = Starts { clock, connected: Notify::new(), state: Mutex::new(state) };
        Self { slots: Semaphore::new(concurrency.max(1)), starts: Arc::new(starts) }
    }

    /// Waits until the next request may start.
    pub async fn turn(&self) -> Turn<'_> {
        // The semaphore is never closed; were it, the limiter alone would keep the pace.
        let place = self.slots.acquire().await.ok();
        loop {
            // Asked for first: a departure between the look and the wait must not be missed.
            let mut departed = std::pin::pin!(self.starts.connected.notified());
            departed.as_mut().enable();
            match self.take() {
                Take::Turn(turn) => {
                    let departure = Departure::new(Arc::clone(&self.starts), turn);
                    return Turn { _place: place, departure };
                }
                Take::Wait(wait) => self.starts.clock.sleep(wait).await,
                Take::WaitForDeparture => departed.await,
            }
        }
    }

    /// What must pass before the next request may start; zero where it may start now. The frontier keeps it when the
    /// host is released.
    #[must_use]
    pub fn due_in(&self) -> Duration {
        let state = self.starts.state();
        state.due().max(state.silent_until).saturating_sub(self.starts.clock.now())
    }

    /// From request to request, at least.
    #[must_use]
    pub fn delay(&self) -> Duration {
        self.starts.state().delay
    }

    /// Asks the host at most once in `floor` from now on, as its robots.txt wishes. Never makes it faster.
    pub fn slow_to(&self, floor: Duration) {
        let mut state = self.starts.state();
        if floor <= state.delay {
            return;
        }
        state.delay = floor;
        state.limiter = limiter(&self.starts.clock, floor);
    }

    /// Starts nothing for `pause` from now, because the host asked for it.
    pub fn silence(&self, pause: Duration) {
        let mut state = self.starts.state();
        state.silent_until = state.silent_until.max(self.starts.clock.now().saturating_add(pause));
    }

    /// Takes the next start, or says what to wait for before asking again.
    fn take(&self) -> Take {
        let mut state = self.starts.state();
        if !state.connecting.is_empty() {
            return Take::WaitForDeparture;
        }
        let now = self.starts.clock.now();
        // The limiter knows when turns came; `due` knows when requests left, and outlives the limiter.
        let wait = state.due().max(state.silent_until).saturating_sub(now);
        if !wait.is_zero() {
            return Take::Wait(wait);
        }
        if let Some(Err(not_until)) = state.limiter.as_ref().map(RateLimiter::check) {
            let wait = not_until.wait_time_from(now);
            if !wait.is_zero() {
                return Take::Wait(wait);
            }
        }
        state.turns += 1;
        let turn = state.turns;
        state.last = Some(Start { turn, at: now });
        Take::Turn(turn)
    }
}

impl Starts {
    /// A panic elsewhere leaves the few numbers in here whole.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// When the request after the last one may leave.
    pub(super) fn due(&self) -> Duration {
        self.last.map_or(Duration::ZERO, |start| start.at.saturating_add(self.delay))
    }
}

/// governor counts nanoseconds in 64 bits and panics on a period of more than 584 years; nobody waits for a year.
const LONGEST_DELAY: Duration = Duration::from_secs(365 * 24 * 60 * 60);

fn limiter(clock: &Arc<dyn Clock>, delay: Duration) -> Option<Limiter> {
    let quota = Quota::with_period(delay.min(LONGEST_DELAY))?;
    Some(RateLimiter::direct_with_clock(quota, LimiterClock(Arc::clone(clock))))
}

/// Our clock as governor wants it.
#[derive(Clone)]
struct LimiterClock(Arc<dyn Clock>);

impl governor::clock::Clock for LimiterClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.now()
    }
}

#[cfg(test)]
mod tests {
    use super::super::TokioClock;
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn pace(delay: Duration, concurrency: usize, due_in: Duration) -> (Arc<TokioClock>, HostPace) {
        let clock = Arc::new(TokioClock::new());
        (Arc::clone(&clock), HostPace::new(clock, delay, concurrency, due_in))
    }

    async fn starts(clock: &TokioClock, pace: &HostPace, count: usize) -> Vec<u128> {
        let mut starts = Vec::new();
        for _ in 0..count {
            let _turn = pace.turn().await;
            starts.push(clock.now().as_millis());
        }
        starts
    }

    #[tokio::test(start_paused = true)]
    async fn one_request_a_period_and_never_a_burst() {
        let (clock, pace) = pace(SECOND, 4, Duration::ZERO);
        assert_eq!(starts(&clock, &pace, 3).await, [0, 1000, 2000]);
        tokio::time::advance(SECOND * 60).await;
        assert_eq!(starts(&clock, &pace, 3).await, [62_000, 63_000, 64_000], "idle time buys nothing");
    }

    #[tokio::test(start_paused = true)]
    async fn no_delay_is_no_wait() {
        let (clock, pace) = pace(Duration::ZERO, 1, Duration::ZERO);
        assert_eq!(starts(&clock, &pace, 3).await, [0, 0, 0]);
        assert_eq!(pace.due_in(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn an_absurd_delay_does_no_harm() {
        let (clock, pace) = pace(Duration::MAX, 1, Duration::ZERO);
        assert_eq!(starts(&clock, &pace, 1).await, [0]);
        assert_eq!(pace.due_in(), Duration::MAX);
        pace.silence(Duration::MAX);
    }

    #[tokio::test(start_paused = true)]
    async fn an_earlier_lease_is_not_forgotten() {
        let (clock, pace) = pace(SECOND, 1, SECOND * 5);
        assert_eq!(pace.due_in(), SECOND * 5);
        assert_eq!(starts(&clock, &pace, 2).await, [5000, 6000]);
        assert_eq!(pace.due_in(), SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn a_crawl_delay_only_slows() {
        let (clock, pace) = pace(SECOND, 1, Duration::ZERO);
        assert_eq!(starts(&clock, &pace, 1).await, [0]);
        pace.slow_to(SECOND * 3);
        assert_eq!(starts(&clock, &pace, 2).await, [3000, 6000]);
        pace.slow_to(SECOND);
        assert_eq!(starts(&clock, &pace, 1).await, [9000]);
    }

    #[tokio::test(start_paused = true)]
    async fn silence_holds_the_whole_host() {
        let (clock, pace) = pace(SECOND, 1, Duration::ZERO);
        assert_eq!(starts(&clock, &pace, 1).await, [0]);
        pace.silence(SECOND * 10);
        pace.silence(SECOND * 2);
        assert_eq!(pace.due_in(), SECOND * 10);
        assert_eq!(starts(&clock, &pace, 2).await, [10_000, 11_000]);
    }

    #[tokio::test(start_paused = true)]
    async fn places_are_held_while_requests_are_in_flight() {
        let (clock, pace) = pace(SECOND, 2, Duration::ZERO);
        let first = pace.turn().await;
        let _second = pace.turn().await;
        assert_eq!(clock.now(), SECOND);
        let third = tokio::time::timeout(SECOND * 60, pace.turn());
        assert!(third.await.is_err(), "two are in flight");
        drop(first);
        let _third = pace.turn().await;
        assert_eq!(clock.now(), SECOND * 61);
    }
}
