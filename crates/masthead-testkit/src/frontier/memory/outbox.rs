use std::sync::{Arc, PoisonError};
use std::time::Duration;

use masthead_frontier::{Bounds, DeadLetter, Outbox, Registered, StoreError};
use masthead_record::{Delivery, Position, Rejected, StreamId};

use super::MemoryStore;

impl Outbox for MemoryStore {
    fn stream(&self) -> Result<StreamId, StoreError> {
        Ok(StreamId(format!("memory-{}", self.kept.lock().stream)))
    }

    fn new_stream(&self) -> Result<StreamId, StoreError> {
        self.change(|state| {
            state.stream += 1;
            Ok(())
        })?;
        self.stream()
    }

    fn bounds(&self) -> Result<Bounds, StoreError> {
        let state = self.kept.lock();
        Ok(Bounds { pruned: state.pruned, last: state.last })
    }

    fn register(&self, sink: &str) -> Result<Registered, StoreError> {
        self.change(|state| {
            let new = !state.cursors.contains_key(sink);
            let end = Position { n: state.last, token: Vec::new() };
            let position = state.cursors.entry(sink.to_owned()).or_insert(end).clone();
            Ok(Registered { new, position })
        })
    }

    fn forget(&self, sink: &str) -> Result<(), StoreError> {
        self.change(|state| {
            let known = state.cursors.remove(sink);
            known.map(drop).ok_or_else(|| StoreError::UnknownSink { name: sink.to_owned() })
        })
    }

    fn sinks(&self) -> Result<Vec<String>, StoreError> {
        Ok(self.kept.lock().cursors.keys().cloned().collect())
    }

    fn read(&self, after: u64, max_items: usize, max_bytes: usize) -> Result<Vec<Delivery>, StoreError> {
        let state = self.kept.lock();
        let mut bytes = 0;
        let mut deliveries = Vec::new();
        for (n, item) in state.outbox.range(after.saturating_add(1)..).take(max_items) {
            bytes += serde_json::to_string(item).map_or(0, |text| text.len());
            if bytes > max_bytes && !deliveries.is_empty() {
                break;
            }
            deliveries.push(Delivery { n: *n, item: Arc::new(item.clone()) });
        }
        Ok(deliveries)
    }

    fn cursor(&self, sink: &str) -> Result<Option<Position>, StoreError> {
        Ok(self.kept.lock().cursors.get(sink).cloned())
    }

    fn save_cursor(&self, sink: &str, position: &Position) -> Result<(), StoreError> {
        self.change(|state| {
            let known = state.cursors.get_mut(sink);
            let cursor = known.ok_or_else(|| StoreError::UnknownSink { name: sink.to_owned() })?;
            cursor.clone_from(position);
            Ok(())
        })
    }

    fn prune(&self) -> Result<u64, StoreError> {
        self.change(|state| {
            let lowest = state.cursors.values().map(|position| position.n).min().unwrap_or_default();
            let kept = state.outbox.split_off(&lowest.saturating_add(1));
            let gone = std::mem::replace(&mut state.outbox, kept);
            if let Some((n, _)) = gone.last_key_value() {
                state.pruned = *n;
            }
            Ok(gone.len() as u64)
        })
    }

    fn len(&self) -> Result<u64, StoreError> {
        Ok(self.kept.lock().outbox.len() as u64)
    }

    fn wait(&self, after: u64, timeout: Duration) -> bool {
        let waited =
            self.kept.changed.wait_timeout_while(self.kept.lock(), timeout, |state| state.last <= after);
        waited.unwrap_or_else(PoisonError::into_inner).0.last > after
    }

    fn add_dead_letters(&self, sink: &str, rejected: &[Rejected]) -> Result<(), StoreError> {
        self.change(|state| {
            for letter in rejected {
                let item = state.outbox.get(&letter.n).cloned();
                state.dead.entry((sink.to_owned(), letter.n)).or_insert_with(|| (letter.why.clone(), item));
            }
            Ok(())
        })
    }

    fn dead_letters(&self, sink: &str, after: u64, max: usize) -> Result<Vec<DeadLetter>, StoreError> {
        let state = self.kept.lock();
        let from = (sink.to_owned(), after.saturating_add(1));
        let mine = state.dead.range(from..).take_while(|((name, _), _)| name == sink).take(max);
        Ok(mine
            .map(|((_, n), (why, item))| DeadLetter {
                n: *n,
                why: why.clone(),
                item: item.as_ref().and_then(|item| serde_json::to_value(item).ok()),
            })
            .collect())
    }
}
