use std::time::Duration;

use masthead_frontier::{Discovered, Done, HostClock, Idle, Outcome, Purpose, StoreError, TaskId, TaskState};
use serde_json::json;

use super::{Broken, Kept, must, same};
use crate::frontier::{Bench, article, discovered, fetched};

const A: &str = "https://a.example/1";
const B: &str = "https://b.example/1";

pub(super) async fn a_url_is_added_once_for_each_purpose(bench: Bench) -> Kept {
    let page = discovered(Purpose::Article, A);
    let spelt_otherwise = Discovered { url: "https://a.example/1?utm_source=x".to_owned(), ..page.clone() };
    let list = discovered(Purpose::List, A);
    same!(bench.store.add(&[page.clone(), spelt_otherwise, list]).await?, 2, "new tasks");
    same!(bench.store.add(&[page]).await?, 0, "new tasks the second time");
    let work = bench.claim_one().await?;
    let urls: Vec<&str> = work.tasks.iter().map(|task| task.url.as_str()).collect();
    same!(urls, [A, A], "URLs as they were found first");
    Ok(())
}

pub(super) async fn tasks_come_by_priority_then_in_order(bench: Bench) -> Kept {
    let url = |n: u32| format!("https://a.example/{n}");
    let found = [
        discovered(Purpose::List, &url(1)),
        discovered(Purpose::Article, &url(2)),
        discovered(Purpose::Feed, &url(3)),
        discovered(Purpose::Robots, &url(4)),
        discovered(Purpose::Sitemap, &url(5)),
        discovered(Purpose::Article, &url(6)),
        Discovered { priority: -1, ..discovered(Purpose::List, &url(7)) },
    ];
    bench.store.add(&found).await?;
    let work = bench.claim_one().await?;
    let order: Vec<String> = work.tasks.into_iter().map(|task| task.url).collect();
    same!(order, [7, 4, 2, 6, 3, 5, 1].map(url), "order");
    Ok(())
}

pub(super) async fn what_several_pages_say_comes_together(bench: Bench) -> Kept {
    let says = |witnesses| Discovered { witnesses, depth: 2, ..discovered(Purpose::Article, A) };
    bench.store.add(&[says(json!({"feed": {"title": "One"}}))]).await?;
    bench.store.add(&[says(json!({"feed": {"title": "Two"}, "list": {"teaser": "Three"}}))]).await?;
    bench.store.add(&[Discovered { depth: 1, ..discovered(Purpose::Article, A) }]).await?;
    let work = bench.claim_one().await?;
    let task = work.tasks.first().ok_or_else(|| Broken("no task".to_owned()))?;
    same!(task.witnesses, json!({"feed": {"title": "One"}, "list": {"teaser": "Three"}}), "witnesses");
    same!(task.depth, 1, "depth of the shortest way");
    Ok(())
}

pub(super) async fn a_retry_waits_and_is_not_lost(bench: Bench) -> Kept {
    bench.store.add(&[discovered(Purpose::Article, A)]).await?;
    let failed = |retry_in| {
        move |task, _: &str| Done::new(task, Outcome::Failed { reason: "timed out".to_owned(), retry_in })
    };
    bench.work_off(failed(Some(Duration::from_secs(30)))).await?;
    let wait = Idle::Wait { host: "a.example".to_owned(), next_in: Duration::from_secs(30), leased: 0 };
    same!(bench.idle().await?, wait, "while the retry waits");
    bench.advance(30);
    let work = bench.claim_one().await?;
    same!(work.tasks.iter().map(|task| task.attempts).collect::<Vec<_>>(), [1], "attempts");
    bench.store.release(work.lease, HostClock::default()).await?;
    bench.work_off(failed(None)).await?;
    same!(bench.idle().await?, Idle::Finished, "once it is given up");
    same!(bench.store.stats().await?.count(Purpose::Article, TaskState::Failed), 1, "failed");
    Ok(())
}

pub(super) async fn an_outcome_is_committed_once(bench: Bench) -> Kept {
    bench.store.add(&[discovered(Purpose::Article, A)]).await?;
    let work = bench.claim_one().await?;
    for task in &work.tasks {
        let commit = || async {
            let done = Done { items: vec![article(A, "One")], ..fetched(task.id) };
            bench.store.commit(&work.lease, vec![done], HostClock::default()).await
        };
        same!(commit().await?.len(), 1, "items of the first commit");
        let again = commit().await;
        must!(matches!(again, Err(StoreError::NotWaiting { .. })), "the second commit gave {again:?}");
    }
    same!(bench.store.len()?, 1, "items");
    Ok(())
}

pub(super) async fn a_task_of_another_host_is_refused(bench: Bench) -> Kept {
    bench.store.add(&[discovered(Purpose::Article, A), discovered(Purpose::Article, B)]).await?;
    let work = bench.claim().await?;
    let [a, b] = work.as_slice() else { return Err(Broken(format!("two hosts are due, claimed {work:?}"))) };
    let foreign: Vec<Done> = b.tasks.iter().map(|task| fetched(task.id)).collect();
    let refused = bench.store.commit(&a.lease, foreign, HostClock::default()).await;
    must!(matches!(refused, Err(StoreError::NotWaiting { .. })), "gave {refused:?}");
    same!(bench.store.stats().await?.waiting(), 2, "waiting");
    Ok(())
}

pub(super) async fn a_commit_is_all_or_nothing(bench: Bench) -> Kept {
    bench.store.add(&[discovered(Purpose::Article, A)]).await?;
    let work = bench.claim_one().await?;
    let before = bench.store.stats().await?;
    let found = vec![discovered(Purpose::Article, B)];
    let mut done: Vec<Done> = work.tasks.iter().map(|task| fetched(task.id)).collect();
    for page in &mut done {
        page.items = vec![article(A, "One")];
        page.found.clone_from(&found);
    }
    done.push(fetched(TaskId(999_999)));
    let clock = HostClock { next_in: Duration::from_secs(3_600), ..HostClock::default() };
    let refused = bench.store.commit(&work.lease, done, clock).await;
    must!(refused.is_err(), "a commit with an unknown task succeeded");
    same!(bench.store.stats().await?, before, "stats");
    same!(bench.store.read(0, 10, 1_000)?.len(), 0, "items");
    bench.advance(61);
    let work = bench.claim_one().await?;
    same!(work.tasks.len(), 1, "tasks that wait, with the host's clock as it was");
    Ok(())
}

pub(super) async fn links_of_a_page_come_with_its_outcome(bench: Bench) -> Kept {
    bench.store.add(&[discovered(Purpose::List, A)]).await?;
    let link = Discovered {
        referrer: Some(A.to_owned()),
        depth: 1,
        ..discovered(Purpose::Article, "https://a.example/2")
    };
    let hop = discovered(Purpose::Article, B);
    bench.work_off(|task, _| Done { found: vec![link.clone(), hop.clone()], ..fetched(task) }).await?;
    let work = bench.claim().await?;
    same!(work.len(), 2, "hosts with links");
    let referrers: Vec<_> =
        work.iter().flat_map(|host| &host.tasks).map(|task| (task.depth, task.referrer.as_deref())).collect();
    must!(referrers.contains(&(1, Some(A))) && referrers.contains(&(0, None)), "links were {referrers:?}");
    Ok(())
}

pub(super) async fn counts_follow_what_happens(bench: Bench) -> Kept {
    let urls: Vec<Discovered> =
        (0..5).map(|n| discovered(Purpose::Article, &format!("https://a.example/{n}"))).collect();
    bench.store.add(&urls).await?;
    let work = bench.claim_one().await?;
    same!(bench.store.stats().await?.leased_hosts, 1, "leased hosts");
    let outcomes = [
        Outcome::Gone { status: 404 },
        Outcome::Skipped { reason: "robots.txt".to_owned() },
        Outcome::Failed { reason: "500".to_owned(), retry_in: None },
        Outcome::Failed { reason: "500".to_owned(), retry_in: Some(Duration::from_secs(1)) },
        Outcome::NotModified,
    ];
    let done = work.tasks.iter().zip(outcomes).map(|(task, outcome)| Done::new(task.id, outcome)).collect();
    bench.store.commit(&work.lease, done, HostClock::default()).await?;
    bench.store.release(work.lease, HostClock::default()).await?;
    let stats = bench.store.stats().await?;
    for state in TaskState::ALL {
        let expected = u64::from(state != TaskState::Waiting);
        must!(stats.count(Purpose::Article, state) == expected, "{state}: {:?}", stats.tasks);
    }
    same!((stats.waiting(), stats.hosts, stats.leased_hosts), (1, 1, 0), "waiting, hosts, leased");
    Ok(())
}

pub(super) async fn reasons_are_counted(bench: Bench) -> Kept {
    let urls: Vec<Discovered> =
        (0..3).map(|n| discovered(Purpose::Article, &format!("https://a.example/{n}"))).collect();
    bench.store.add(&urls).await?;
    bench
        .work_off(|task, url| {
            let reason = if url.ends_with('0') { "photo gallery" } else { "robots.txt" }.to_owned();
            Done::new(task, Outcome::Skipped { reason })
        })
        .await?;
    let reasons = bench.store.reasons(10).await?;
    let found: Vec<_> =
        reasons.iter().map(|group| (group.reason.as_str(), group.count, group.example.as_str())).collect();
    let expected = [("robots.txt", 2, "https://a.example/1"), ("photo gallery", 1, "https://a.example/0")];
    same!(found, expected, "reasons");
    same!(bench.store.reasons(1).await?.len(), 1, "reasons, one asked for");
    Ok(())
}
