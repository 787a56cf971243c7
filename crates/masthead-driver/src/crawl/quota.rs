use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The limit on whole articles. An article takes a place before it is fetched and gives it back where it comes to
/// nothing new, so that pages in flight never pass the limit.
#[derive(Debug)]
pub(super) struct Quota {
    limit: Option<u64>,
    whole: AtomicU64,
    places: Arc<Semaphore>,
}

/// The permission to fetch one article.
#[derive(Debug)]
pub(super) struct Place(Option<OwnedSemaphorePermit>);

impl Quota {
    /// `whole` articles are there already.
    pub(super) fn new(limit: Option<u64>, whole: u64) -> Self {
        let free = usize::try_from(limit.unwrap_or(0).saturating_sub(whole)).unwrap_or(usize::MAX);
        let places = Arc::new(Semaphore::new(free.min(Semaphore::MAX_PERMITS)));
        Self { limit, whole: AtomicU64::new(whole), places }
    }

    pub(super) fn limit(&self) -> Option<u64> {
        self.limit
    }

    pub(super) fn is_reached(&self) -> bool {
        self.limit.is_some_and(|limit| self.whole.load(Ordering::SeqCst) >= limit)
    }

    /// Waits for a place; where the limit is reached meanwhile, it waits forever.
    pub(super) async fn place(&self) -> Place {
        match self.limit {
            None => Place(None),
            // The semaphore is never closed.
            Some(_) => Place(Arc::clone(&self.places).acquire_owned().await.ok()),
        }
    }

    /// The article is whole and new: its place is not given back.
    pub(super) fn keep(&self, place: Option<Place>) {
        if let Some(permit) = place.and_then(|place| place.0) {
            permit.forget();
        }
        self.whole.fetch_add(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_back_unless_they_are_kept() {
        let quota = Quota::new(Some(3), 1);
        assert_eq!(quota.places.available_permits(), 2);
        let place = || Some(Place(Arc::clone(&quota.places).try_acquire_owned().ok()));
        drop(place());
        quota.keep(place());
        assert!(!quota.is_reached());
        quota.keep(place());
        assert!(quota.is_reached());
        assert_eq!(quota.places.available_permits(), 0);
        assert!(Quota::new(Some(3), 7).is_reached() && !Quota::new(None, 7).is_reached());
    }
}
