use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::host::{Start, Starts};

/// The moment at which a turn's request leaves, as the fetcher reports it. The host measures its delay from there: a
/// turn is only when the request was allowed, and a new connection takes time.
///
/// In this order: [`leave`](Self::leave) when the request is handed over; where that makes a new connection,
/// [`connecting`](Self::connecting) and, when it stands, `leave` again; [`answered`](Self::answered) when the answer's
/// head has come; and [`settled`](Self::settled) in the end, whatever came.
#[derive(Clone)]
pub struct Departure {
    starts: Arc<Starts>,
    turn: u64,
}

impl Departure {
    pub(super) fn new(starts: Arc<Starts>, turn: u64) -> Self {
        Self { starts, turn }
    }

    /// Returns when the request may be written, and takes that moment as its start. That is now, unless another
    /// request to the host has started since: then a delay after that one.
    pub async fn leave(&self) {
        while let Some(wait) = self.try_leave() {
            self.starts.clock.sleep(wait).await;
        }
    }

    /// Holds back the host's next turns, for it is not known when this request will leave: when its own connection
    /// stands, or another's is free before. [`leave`](Self::leave), [`answered`](Self::answered) and
    /// [`settled`](Self::settled) let them go on.
    pub fn connecting(&self) {
        let mut state = self.starts.state();
        if !state.connecting.contains(&self.turn) {
            state.connecting.push(self.turn);
        }
    }

    /// The answer has come, so the request left between its start and now. A busy machine writes a little later than
    /// it decides to: the start counts as up to a hundredth of the delay later.
    pub fn answered(&self) {
        self.end(|start, delay, now| now.min(start.saturating_add(delay / 100)).max(start));
    }

    /// No answer will come. A request that was still connecting counts as having left now, for it may have.
    pub fn settled(&self) {
        self.end(|start, _, _| start);
    }

    /// `None` where the start is taken, else how long to wait.
    fn try_leave(&self) -> Option<Duration> {
        let mut state = self.starts.state();
        let now = self.starts.clock.now();
        let is_last = state.last.is_some_and(|last| last.turn == self.turn);
        let wait = state.due().saturating_sub(now);
        if !is_last && !wait.is_zero() {
            return Some(wait);
        }
        state.last = Some(Start { turn: self.turn, at: now });
        state.connecting.retain(|turn| *turn != self.turn);
        drop(state);
        self.starts.connected.notify_waiters();
        None
    }

    /// Ends this turn's claim. `moved` gives the start of a request that left, from start, delay and now.
    fn end(&self, moved: impl Fn(Duration, Duration, Duration) -> Duration) {
        let mut state = self.starts.state();
        let now = self.starts.clock.now();
        let delay = state.delay;
        if state.connecting.contains(&self.turn) {
            // It left on a connection that another request had made, nobody knows when.
            state.connecting.retain(|turn| *turn != self.turn);
            state.last = Some(Start { turn: self.turn, at: now });
        } else if let Some(last) = state.last.as_mut().filter(|last| last.turn == self.turn) {
            last.at = moved(last.at, delay, now);
        }
        drop(state);
        self.starts.connected.notify_waiters();
    }
}

impl fmt::Debug for Departure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Departure").field("turn", &self.turn).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{HostPace, TokioClock};
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const MILLISECOND: Duration = Duration::from_millis(1);

    fn pace(concurrency: usize) -> HostPace {
        HostPace::new(Arc::new(TokioClock::new()), SECOND, concurrency, Duration::ZERO)
    }

    #[tokio::test(start_paused = true)]
    async fn the_delay_runs_from_the_moment_a_request_leaves() {
        let pace = pace(1);
        let departure = pace.turn().await.departure();
        tokio::time::advance(MILLISECOND * 700).await;
        assert_eq!(pace.due_in(), MILLISECOND * 300);
        departure.leave().await;
        assert_eq!(pace.due_in(), SECOND);
        let before = tokio::time::Instant::now();
        let _next = pace.turn().await;
        assert_eq!(before.elapsed(), SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn who_was_overtaken_leaves_a_delay_later() {
        let pace = pace(3);
        let before = tokio::time::Instant::now();
        let first = pace.turn().await.departure();
        let second = pace.turn().await.departure();
        tokio::time::advance(MILLISECOND * 100).await;
        first.leave().await;
        assert_eq!(before.elapsed(), SECOND * 2);
        second.leave().await;
        assert_eq!(before.elapsed(), SECOND * 3);
        let _third = pace.turn().await;
        assert_eq!(before.elapsed(), SECOND * 4);
    }

    #[tokio::test(start_paused = true)]
    async fn no_turn_comes_while_a_request_is_connecting() {
        let pace = pace(2);
        let before = tokio::time::Instant::now();
        let slow = pace.turn().await.departure();
        slow.connecting();
        let connect = async {
            tokio::time::sleep(SECOND * 5).await;
            slow.leave().await;
            slow.leave().await;
        };
        let ((), _turn) = tokio::join!(connect, pace.turn());
        assert_eq!(before.elapsed(), SECOND * 6);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_never_left_holds_nobody_up() {
        let pace = pace(2);
        let before = tokio::time::Instant::now();
        let refused = pace.turn().await.departure();
        refused.connecting();
        refused.connecting();
        let connect = async {
            tokio::time::sleep(SECOND * 3).await;
            refused.settled();
            refused.settled();
        };
        let ((), _turn) = tokio::join!(connect, pace.turn());
        assert_eq!(before.elapsed(), SECOND * 4, "it may have left on another's connection");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_on_a_borrowed_connection_counts_from_the_answer() {
        let pace = pace(2);
        let departure = pace.turn().await.departure();
        departure.connecting();
        tokio::time::advance(MILLISECOND * 800).await;
        departure.answered();
        assert_eq!(pace.due_in(), SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_moves_the_start_by_a_hundredth_of_the_delay_at_most() {
        for (elapsed, left) in [(0, 1000), (4, 1000), (10, 1000), (50, 960)] {
            let pace = pace(2);
            let departure = pace.turn().await.departure();
            departure.leave().await;
            tokio::time::advance(MILLISECOND * elapsed).await;
            departure.answered();
            assert_eq!(pace.due_in(), MILLISECOND * left, "answered after {elapsed} ms");
            departure.settled();
            assert_eq!(pace.due_in(), MILLISECOND * left);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_answer_to_an_earlier_request_moves_nothing() {
        let pace = pace(2);
        let first = pace.turn().await.departure();
        let _second = pace.turn().await;
        tokio::time::advance(MILLISECOND * 100).await;
        first.answered();
        first.settled();
        assert_eq!(pace.due_in(), MILLISECOND * 900);
    }

    #[tokio::test(start_paused = true)]
    async fn no_delay_is_no_wait() {
        let pace = HostPace::new(Arc::new(TokioClock::new()), Duration::ZERO, 2, Duration::ZERO);
        let first = pace.turn().await.departure();
        let second = pace.turn().await.departure();
        first.leave().await;
        second.leave().await;
        first.answered();
        assert_eq!(pace.due_in(), Duration::ZERO);
    }
}
