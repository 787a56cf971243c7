//! The store on SQLite keeps the contract of frontiers; so does the model that it is compared with.

use std::sync::Arc;

use masthead_frontier::{SqliteStore, StoreOptions};
use masthead_testkit::frontier::{ManualClock, MemoryPlace, Place, Store, frontier_contract};
use tempfile::TempDir;

struct Folder(TempDir);

impl Place for Folder {
    fn open(&self, clock: Arc<ManualClock>, max_spool: u64) -> Arc<dyn Store> {
        let options = StoreOptions { max_spool, clock, hook: None };
        Arc::new(SqliteStore::open(self.0.path(), options).expect("the store opens"))
    }
}

#[tokio::test]
async fn the_store_on_sqlite_keeps_the_contract() {
    let violations = frontier_contract(|| Box::new(Folder(TempDir::new().unwrap()))).await;
    assert!(violations.is_empty(), "{violations:#?}");
}

#[tokio::test]
async fn the_store_in_memory_keeps_the_contract() {
    let violations = frontier_contract(|| Box::<MemoryPlace>::default()).await;
    assert!(violations.is_empty(), "{violations:#?}");
}
