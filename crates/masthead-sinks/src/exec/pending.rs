use std::collections::VecDeque;

use masthead_record::{Delivery, RecordId};

/// What the program was given and what it has said to have.
#[derive(Debug, Default)]
pub(super) struct Pending {
    waiting: VecDeque<Waiting>,
    /// The last number before which nothing is missing.
    n: u64,
}

#[derive(Debug)]
struct Waiting {
    n: u64,
    id: RecordId,
    kept: bool,
}

impl Pending {
    /// Nothing is out, and all up to `n` is kept.
    pub(super) fn at(n: u64) -> Self {
        Self { waiting: VecDeque::new(), n }
    }

    pub(super) fn n(&self) -> u64 {
        self.n
    }

    /// How many items are out, from the first that the program has not acknowledged.
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Notes an item that the program is given.
    pub(super) fn add(&mut self, delivery: &Delivery) {
        self.waiting.push_back(Waiting { n: delivery.n, id: delivery.item.id().clone(), kept: false });
    }

    /// Notes an item that nobody will be given.
    pub(super) fn pass_over(&mut self, delivery: &Delivery) {
        self.waiting.push_back(Waiting { n: delivery.n, id: delivery.item.id().clone(), kept: true });
        self.advance();
    }

    /// Everything that is out is kept.
    pub(super) fn acknowledge_all(&mut self) {
        self.waiting.iter_mut().for_each(|one| one.kept = true);
        self.advance();
    }

    /// The first item of this id that is out is kept: revisions of a record come in order. False where none is out.
    pub(super) fn acknowledge(&mut self, id: &str) -> bool {
        let Some(one) = self.waiting.iter_mut().find(|one| !one.kept && one.id.as_str() == id) else {
            return false;
        };
        one.kept = true;
        self.advance();
        true
    }

    fn advance(&mut self) {
        while let Some(Waiting { n, kept: true, .. }) = self.waiting.front() {
            self.n = *n;
            self.waiting.pop_front();
        }
    }
}
