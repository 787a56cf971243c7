use masthead_frontier::{Discovered, Done, LookAgain, Purpose};
use masthead_record::{Item, Removed};
use serde_json::json;

use super::{Broken, Kept, same};
use crate::frontier::{Bench, article, discovered, fetched, record};

const A: &str = "https://a.example/1";
const SECOND: &str = "https://a.example/2";

/// Numbers and revisions of what is in the outbox.
fn revisions(bench: &Bench) -> Result<Vec<u32>, Broken> {
    Ok(bench.store.read(0, 100, usize::MAX)?.iter().map(|delivery| delivery.item.revision()).collect())
}

fn removed(url: &str) -> Item {
    let record = record(url, "");
    let (id, url, profile) = (record.id, record.url, record.profile);
    Item::Removed(Removed { id, revision: 0, kind: Default::default(), profile, url, fetched: None })
}

fn incomplete(url: &str) -> Item {
    let mut record = record(url, "One");
    record.content.missing = vec!["body".to_owned()];
    Item::Record(Box::new(record))
}

pub(super) async fn unchanged_content_emits_nothing(bench: Bench) -> Kept {
    let emitted = bench.emit(A, article(A, "One")).await?;
    same!(emitted.iter().map(|item| item.revision).collect::<Vec<_>>(), [1], "the first time");
    let mut later = record(A, "One");
    later.fetched = Some("2025-06-07T08:09:10Z".to_owned());
    later.provenance = Some(Default::default());
    same!(bench.emit(A, Item::Record(Box::new(later))).await?, [], "fetched later, with provenance");
    same!(revisions(&bench)?, [1], "outbox");
    Ok(())
}

pub(super) async fn changed_content_emits_a_revision(bench: Bench) -> Kept {
    for (title, revision) in [("One", 1), ("Two", 2), ("One", 3)] {
        let emitted = bench.emit(A, article(A, title)).await?;
        same!(emitted.iter().map(|item| item.revision).collect::<Vec<_>>(), [revision], "revision");
    }
    same!(revisions(&bench)?, [1, 2, 3], "outbox");
    same!(bench.store.stats().await?.records.whole, 1, "records");
    Ok(())
}

pub(super) async fn a_record_belongs_to_one_page_a_round(bench: Bench) -> Kept {
    bench.emit(A, article(A, "One")).await?;
    same!(bench.emit(SECOND, article(A, "Two")).await?, [], "a second page in the same round");
    bench.store.begin_run(LookAgain::WhenFinished).await?;
    let again = |url| Discovered { again: true, ..discovered(Purpose::Article, url) };
    bench.store.add(&[again(A), again(SECOND)]).await?;
    let page = |task, url: &str| {
        let title = if url == A { "One" } else { "Two" };
        Done { items: vec![article(A, title)], ..fetched(task) }
    };
    same!(bench.work_off(page).await?, [], "both pages in the next round");
    Ok(())
}

pub(super) async fn another_page_may_give_a_record_in_a_later_round(bench: Bench) -> Kept {
    bench.emit(A, article(A, "One")).await?;
    bench.store.begin_run(LookAgain::WhenFinished).await?;
    let emitted = bench.emit(SECOND, article(A, "Two")).await?;
    same!(emitted.iter().map(|item| item.revision).collect::<Vec<_>>(), [2], "revisions from another page");
    same!(bench.emit(A, article(A, "Three")).await?, [], "from the first one, in the same round");
    Ok(())
}

pub(super) async fn a_whole_record_replaces_an_incomplete_one(bench: Bench) -> Kept {
    let emitted = bench.emit(A, incomplete(A)).await?;
    same!(emitted.iter().map(|item| item.incomplete).collect::<Vec<_>>(), [true], "flag");
    same!(bench.store.stats().await?.records.incomplete, 1, "incomplete records");
    let emitted = bench.emit(SECOND, article(A, "One")).await?;
    let found: Vec<_> = emitted.iter().map(|item| (item.revision, item.incomplete)).collect();
    same!(found, [(2, false)], "from another page in the same round");
    let records = bench.store.stats().await?.records;
    same!((records.whole, records.incomplete), (1, 0), "whole and incomplete");
    Ok(())
}

pub(super) async fn a_removed_record_is_said_once(bench: Bench) -> Kept {
    same!(bench.emit(A, removed(A)).await?, [], "of a record that never was");
    bench.emit(A, article(A, "One")).await?;
    same!(bench.emit(A, removed(A)).await?.len(), 1, "of one that was");
    same!(bench.emit(A, removed(A)).await?, [], "the second time");
    same!(bench.store.stats().await?.records.removed, 1, "removed records");
    same!(bench.emit(A, article(A, "One")).await?.len(), 1, "when it is back");
    same!(revisions(&bench)?, [1, 2, 3], "outbox");
    Ok(())
}

pub(super) async fn an_item_is_kept_as_it_was(bench: Bench) -> Kept {
    let mut record = record(A, "제목 \u{0} \"quoted\"");
    record.content.extra.insert("nested".to_owned(), json!({"z": [1, null, 0.5], "a": {}}));
    record.truncated = vec!["depth".to_owned()];
    bench.emit(A, Item::Record(Box::new(record.clone()))).await?;
    bench.emit(A, removed(A)).await?;
    let bench = bench.reopen();
    record.revision = 1;
    let mut gone = removed(A);
    if let Item::Removed(removed) = &mut gone {
        removed.revision = 2;
    }
    let items: Vec<Item> =
        bench.store.read(0, 10, usize::MAX)?.iter().map(|delivery| (*delivery.item).clone()).collect();
    same!(items, [Item::Record(Box::new(record)), gone], "items");
    Ok(())
}
