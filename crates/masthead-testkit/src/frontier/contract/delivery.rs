use std::sync::Arc;
use std::time::Duration;

use masthead_frontier::{Bounds, Idle, StoreError};
use masthead_record::{Position, Rejected};

use super::{Broken, Kept, must, same};
use crate::frontier::{Bench, article};

/// Emits records 1 to `count` of a host.
async fn fill(bench: &Bench, count: u32) -> Kept {
    for n in 1..=count {
        let url = format!("https://a.example/{n}");
        bench.emit(&url, article(&url, "One")).await?;
    }
    Ok(())
}

fn at(n: u64) -> Position {
    Position { n, token: vec![0, 1, 255] }
}

fn numbers(bench: &Bench, after: u64) -> Result<Vec<u64>, Broken> {
    Ok(bench.store.read(after, 100, usize::MAX)?.iter().map(|delivery| delivery.n).collect())
}

pub(super) async fn numbers_rise_and_are_never_used_again(bench: Bench) -> Kept {
    bench.store.register("one")?;
    fill(&bench, 3).await?;
    same!(numbers(&bench, 0)?, [1, 2, 3], "numbers");
    bench.store.save_cursor("one", &at(3))?;
    same!(bench.store.prune()?, 3, "pruned");
    let bench = bench.reopen();
    same!(bench.store.bounds()?, Bounds { pruned: 3, last: 3 }, "bounds of an empty outbox");
    let url = "https://a.example/4";
    let emitted = bench.emit(url, article(url, "One")).await?;
    same!(emitted.iter().map(|item| item.n).collect::<Vec<_>>(), [4], "the next number");
    Ok(())
}

pub(super) async fn an_outbox_over_its_limit_stops_claims(bench: Bench) -> Kept {
    bench.store.register("one")?;
    fill(&bench, 10).await?;
    let url = "https://a.example/11";
    bench.store.add(&[crate::frontier::discovered(masthead_frontier::Purpose::Article, url)]).await?;
    same!(bench.idle().await?, Idle::OutboxFull { length: 10, limit: 10 }, "at the limit");
    bench.store.save_cursor("one", &at(1))?;
    bench.store.prune()?;
    same!(bench.store.len()?, 9, "items");
    same!(bench.claim().await?.len(), 1, "hosts, below the limit");
    Ok(())
}

pub(super) async fn a_new_sink_starts_at_the_end(bench: Bench) -> Kept {
    let first = bench.store.register("one")?;
    same!((first.new, first.position), (true, Position::default()), "the first sink");
    fill(&bench, 2).await?;
    let second = bench.store.register("two")?;
    same!((second.new, second.position.n), (true, 2), "a sink that comes later");
    bench.store.save_cursor("one", &at(1))?;
    let bench = bench.reopen();
    let known = bench.store.register("one")?;
    same!((known.new, known.position), (false, at(1)), "a sink that is known");
    same!(bench.store.sinks()?, ["one", "two"], "sinks");
    Ok(())
}

pub(super) async fn items_are_kept_until_every_sink_has_them(bench: Bench) -> Kept {
    fill(&bench, 4).await?;
    same!(bench.store.prune()?, 0, "pruned without a sink");
    let bench = bench.reopen();
    for (sink, n) in [("one", 4), ("two", 2)] {
        bench.store.register(sink)?;
        bench.store.save_cursor(sink, &at(n))?;
    }
    same!(bench.store.prune()?, 2, "pruned up to the slower one");
    same!(numbers(&bench, 0)?, [3, 4], "items");
    same!(bench.store.bounds()?, Bounds { pruned: 2, last: 4 }, "bounds");
    bench.store.forget("two")?;
    same!(bench.store.prune()?, 2, "pruned without the slower one");
    same!(bench.store.is_empty()?, true, "empty");
    Ok(())
}

pub(super) async fn a_read_is_bounded(bench: Bench) -> Kept {
    fill(&bench, 5).await?;
    let read = |after, items, bytes| -> Result<Vec<u64>, Broken> {
        Ok(bench.store.read(after, items, bytes)?.iter().map(|delivery| delivery.n).collect())
    };
    same!(read(2, 2, usize::MAX)?, [3, 4], "two items past the second");
    same!(read(0, 100, 1)?, [1], "one byte: one item");
    let length = bench.store.read(0, 1, 1)?.first().and_then(|one| serde_json::to_string(&*one.item).ok());
    let length = length.map_or(0, |text| text.len());
    same!(read(0, 100, length * 3)?, [1, 2, 3], "bytes of three items");
    same!(read(5, 100, usize::MAX)?.len(), 0, "past the end");
    Ok(())
}

pub(super) async fn an_unknown_sink_is_refused(bench: Bench) -> Kept {
    same!(bench.store.cursor("one")?, None, "cursor");
    let saved = bench.store.save_cursor("one", &at(1));
    must!(matches!(saved, Err(StoreError::UnknownSink { .. })), "saving gave {saved:?}");
    let forgot = bench.store.forget("one");
    must!(matches!(forgot, Err(StoreError::UnknownSink { .. })), "forgetting gave {forgot:?}");
    Ok(())
}

pub(super) async fn a_cursor_may_go_back(bench: Bench) -> Kept {
    bench.store.register("one")?;
    fill(&bench, 3).await?;
    bench.store.save_cursor("one", &at(3))?;
    bench.store.save_cursor("one", &at(1))?;
    same!(bench.store.cursor("one")?, Some(at(1)), "the sink decides");
    same!(bench.store.prune()?, 1, "pruned");
    Ok(())
}

pub(super) async fn dead_letters_are_kept_once(bench: Bench) -> Kept {
    bench.store.register("one")?;
    fill(&bench, 2).await?;
    let refused = |n| Rejected { n, why: "no title".to_owned() };
    bench.store.add_dead_letters("one", &[refused(2)])?;
    bench.store.add_dead_letters("one", &[refused(1), refused(2)])?;
    bench.store.add_dead_letters("two", &[refused(1)])?;
    bench.store.save_cursor("one", &at(2))?;
    bench.store.prune()?;
    let bench = bench.reopen();
    let letters = bench.store.dead_letters("one", 0, 10)?;
    same!(letters.iter().map(|letter| letter.n).collect::<Vec<_>>(), [1, 2], "numbers");
    must!(letters.iter().all(|letter| letter.why == "no title"), "reasons: {letters:?}");
    must!(letters.iter().all(|letter| letter.item.is_some()), "items: {letters:?}");
    same!(bench.store.dead_letters("one", 1, 10)?.len(), 1, "letters past the first");
    same!(bench.store.stats().await?.dead_letters, 3, "counted");
    Ok(())
}

pub(super) async fn a_new_stream_keeps_items_and_numbers(bench: Bench) -> Kept {
    bench.store.register("one")?;
    fill(&bench, 2).await?;
    bench.store.save_cursor("one", &at(1))?;
    let old = bench.store.stream()?;
    let new = bench.store.new_stream()?;
    must!(old != new, "both streams are {new}");
    let bench = bench.reopen();
    same!(bench.store.stream()?, new, "stream after a restart");
    same!(bench.store.cursor("one")?, Some(at(1)), "cursor");
    same!(numbers(&bench, 0)?, [1, 2], "items");
    Ok(())
}

pub(super) async fn a_reader_is_woken(bench: Bench) -> Kept {
    same!(bench.store.wait(0, Duration::ZERO), false, "nothing is there");
    let store = Arc::clone(&bench.store);
    let reader = std::thread::spawn(move || store.wait(0, Duration::from_secs(60)));
    fill(&bench, 1).await?;
    same!(reader.join().ok(), Some(true), "woken");
    let bench = bench.reopen();
    same!(bench.store.wait(0, Duration::ZERO), true, "an item is there from the start");
    same!(bench.store.wait(1, Duration::ZERO), false, "none past the last");
    Ok(())
}
