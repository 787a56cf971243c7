use std::time::Duration;

/// How long to wait where the host doesn't say: doubling from `first`, at most `longest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The wait after the first failure.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
}

impl Default for Backoff {
    /// A minute, then two, four, … up to an hour.
    fn default() -> Self {
        Self { first: Duration::from_secs(60), longest: Duration::from_secs(60 * 60) }
    }
}

impl Backoff {
    /// The wait after this many failures in a row, counted from 1.
    #[must_use]
    pub fn after(self, failures: u32) -> Duration {
        let factor = 2_u32.checked_pow(failures.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first.checked_mul(factor).unwrap_or(self.longest).min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let waits: Vec<u64> = (1..=8).map(|failures| Backoff::default().after(failures).as_secs()).collect();
        assert_eq!(waits, [60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(Backoff::default().after(u32::MAX).as_secs(), 3600);
        assert_eq!(Backoff::default().after(0).as_secs(), 60);
    }
}
