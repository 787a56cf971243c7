use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Why hosts are left alone, for whoever asks what a crawl waits for.
#[derive(Debug, Default)]
pub(super) struct Waits(Mutex<HashMap<String, String>>);

impl Waits {
    /// The latest reason.
    pub(super) fn note(&self, host: &str, why: &str) {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        notes.insert(host.to_owned(), why.to_owned());
    }

    /// A reason that says less than what may be known already.
    pub(super) fn note_where_unknown(&self, host: &str, why: &str) {
        let mut notes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        notes.entry(host.to_owned()).or_insert_with(|| why.to_owned());
    }

    pub(super) fn why(&self, host: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(host).cloned()
    }
}
