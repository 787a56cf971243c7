use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// One budget of bytes for all bodies in flight and all pages being read.
#[derive(Clone, Debug)]
pub(super) struct Memory {
    kilobytes: Arc<Semaphore>,
    whole: u32,
}

/// A part of the budget, free again when this is dropped.
#[derive(Debug)]
pub(super) struct Share(Option<OwnedSemaphorePermit>);

impl Memory {
    pub(super) fn new(bytes: u64) -> Self {
        let whole = kilobytes(bytes).max(1);
        Self { kilobytes: Arc::new(Semaphore::new(whole as usize)), whole }
    }

    /// Waits until so many bytes are free. Who asks for more than there is gets all there is.
    pub(super) async fn share(&self, bytes: u64) -> Share {
        let wanted = kilobytes(bytes).clamp(1, self.whole);
        // The semaphore is never closed.
        Share(Arc::clone(&self.kilobytes).acquire_many_owned(wanted).await.ok())
    }
}

impl Share {
    /// Gives back what goes beyond so many bytes.
    pub(super) fn shrink_to(&mut self, bytes: u64) {
        if let Some(permit) = &mut self.0 {
            let spare = permit.num_permits().saturating_sub(kilobytes(bytes) as usize);
            drop(permit.split(spare));
        }
    }
}

fn kilobytes(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_share_shrinks_and_comes_back() {
        let memory = Memory::new(10 * 1024);
        let mut share = memory.share(u64::MAX).await;
        assert_eq!(memory.kilobytes.available_permits(), 0, "no more than there is");
        share.shrink_to(3 * 1024);
        assert_eq!(memory.kilobytes.available_permits(), 7);
        drop(share);
        assert_eq!(memory.kilobytes.available_permits(), 10);
    }
}
