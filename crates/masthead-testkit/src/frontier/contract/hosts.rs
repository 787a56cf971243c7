use std::time::Duration;

use masthead_frontier::{
    Claimed, Done, HostClock, HostStatus, HostWork, Idle, Purpose, Robots, RobotsRule, StoreError, Want,
};

use super::{Broken, Kept, must, same};
use crate::frontier::{Bench, article, discovered, fetched};

const A: &str = "https://a.example/1";
const SECOND: &str = "https://a.example/2";
const B: &str = "https://b.example/1";

fn clock(next_in: u64, blocked_for: Option<u64>) -> HostClock {
    HostClock {
        next_in: Duration::from_secs(next_in),
        blocked_for: blocked_for.map(Duration::from_secs),
        ..HostClock::default()
    }
}

fn wait(seconds: u64, leased: u64) -> Idle {
    Idle::Wait { host: "a.example".to_owned(), next_in: Duration::from_secs(seconds), leased }
}

/// Two articles of one host, which is leased for a minute.
async fn leased(bench: &Bench) -> Result<HostWork, StoreError> {
    bench.store.add(&[discovered(Purpose::Article, A), discovered(Purpose::Article, SECOND)]).await?;
    bench.claim_one().await
}

pub(super) async fn a_leased_host_is_not_claimed_again(bench: Bench) -> Kept {
    leased(&bench).await?;
    same!(bench.idle().await?, wait(60, 1), "while it is leased");
    bench.store.add(&[discovered(Purpose::Article, B)]).await?;
    same!(bench.claim_one().await?.lease.host, "b.example", "another host");
    Ok(())
}

pub(super) async fn a_claim_takes_no_more_than_it_wants(bench: Bench) -> Kept {
    for host in ["a", "b", "c"] {
        for n in 0..3 {
            let url = format!("https://{host}.example/{n}");
            bench.store.add(&[discovered(Purpose::Article, &url)]).await?;
        }
    }
    let want = Want { hosts: 2, tasks_per_host: 2, lease: Duration::from_secs(60), ..Want::default() };
    let Claimed::Work(work) = bench.store.claim(want).await? else {
        return Err(Broken("three hosts are due, none was claimed".to_owned()));
    };
    same!(work.iter().map(|host| host.tasks.len()).collect::<Vec<_>>(), [2, 2], "tasks of each host");
    Ok(())
}

async fn must_be_fenced(bench: &Bench, old: &HostWork) -> Kept {
    let before = bench.store.stats().await?;
    let done = old.tasks.iter().map(|task| Done { items: vec![article(A, "Old")], ..fetched(task.id) });
    let commit = bench.store.commit(&old.lease, done.collect(), clock(0, Some(999))).await;
    must!(matches!(commit, Err(StoreError::Fenced { .. })), "commit gave {commit:?}");
    let extend = bench.store.extend(&old.lease).await;
    must!(matches!(extend, Err(StoreError::Fenced { .. })), "extend gave {extend:?}");
    let release = bench.store.release(old.lease.clone(), clock(0, Some(999))).await;
    must!(matches!(release, Err(StoreError::Fenced { .. })), "release gave {release:?}");
    same!(bench.store.stats().await?, before, "stats after refused calls");
    Ok(())
}

pub(super) async fn an_expired_lease_is_fenced_once_another_has_the_host(bench: Bench) -> Kept {
    let old = leased(&bench).await?;
    bench.advance(60);
    let new = bench.claim_one().await?;
    must!(new.lease.fence > old.lease.fence, "fence {} after {}", new.lease.fence, old.lease.fence);
    same!(new.tasks, old.tasks, "tasks");
    must_be_fenced(&bench, &old).await?;
    bench.store.extend(&new.lease).await?;
    bench.store.release(new.lease, clock(0, None)).await?;
    same!(bench.claim().await?.len(), 1, "hosts that are due");
    Ok(())
}

pub(super) async fn an_expired_lease_holds_until_then(bench: Bench) -> Kept {
    let work = leased(&bench).await?;
    bench.advance(600);
    let done = work.tasks.iter().map(|task| fetched(task.id)).collect();
    bench.store.commit(&work.lease, done, clock(0, None)).await?;
    same!(bench.store.stats().await?.waiting(), 0, "waiting");
    Ok(())
}

pub(super) async fn a_released_lease_is_fenced(bench: Bench) -> Kept {
    let work = leased(&bench).await?;
    bench.store.release(work.lease.clone(), clock(0, None)).await?;
    must_be_fenced(&bench, &work).await?;
    same!(bench.claim_one().await?.tasks.len(), 2, "tasks that still wait");
    Ok(())
}

pub(super) async fn extending_and_committing_prolong_a_lease(bench: Bench) -> Kept {
    let work = leased(&bench).await?;
    bench.advance(50);
    bench.store.extend(&work.lease).await?;
    bench.advance(50);
    same!(bench.idle().await?, wait(10, 1), "after it was extended");
    bench.store.commit(&work.lease, Vec::new(), clock(0, None)).await?;
    same!(bench.idle().await?, wait(60, 1), "after a commit");
    Ok(())
}

pub(super) async fn a_host_waits_for_its_clock(bench: Bench) -> Kept {
    let work = leased(&bench).await?;
    bench.store.release(work.lease, clock(20, None)).await?;
    same!(bench.idle().await?, wait(20, 0), "right after");
    bench.advance(19);
    same!(bench.idle().await?, wait(1, 0), "a second before");
    bench.advance(1);
    same!(bench.claim_one().await?.tasks.len(), 2, "tasks when it is due");
    Ok(())
}

pub(super) async fn a_silent_host_stays_silent(bench: Bench) -> Kept {
    let work = leased(&bench).await?;
    bench.store.commit(&work.lease, Vec::new(), clock(0, Some(300))).await?;
    bench.store.release(work.lease, clock(2, None)).await?;
    same!(bench.idle().await?, wait(300, 0), "a later clock without a silence");
    let bench = bench.reopen();
    same!(bench.idle().await?, wait(300, 0), "after the store was opened again");
    bench.advance(300);
    let work = bench.claim_one().await?;
    bench.store.commit(&work.lease, Vec::new(), clock(0, Some(300))).await?;
    bench.store.release(work.lease, clock(2, Some(0))).await?;
    same!(bench.idle().await?, wait(2, 0), "after a silence of zero");
    Ok(())
}

pub(super) async fn a_silence_outlasts_a_lease(bench: Bench) -> Kept {
    let work = leased(&bench).await?;
    bench.store.commit(&work.lease, Vec::new(), clock(0, Some(300))).await?;
    bench.advance(61);
    same!(bench.idle().await?, wait(239, 1), "an expired lease of a silent host");
    Ok(())
}

pub(super) async fn the_host_that_is_due_longest_comes_first(bench: Bench) -> Kept {
    bench.store.add(&[discovered(Purpose::Article, A), discovered(Purpose::Article, B)]).await?;
    for work in bench.claim().await? {
        let next_in = if work.lease.host == "a.example" { 20 } else { 10 };
        bench.store.release(work.lease, clock(next_in, None)).await?;
    }
    bench.advance(30);
    let hosts: Vec<String> = bench.claim().await?.into_iter().map(|work| work.lease.host).collect();
    same!(hosts, ["b.example", "a.example"], "order");
    Ok(())
}

pub(super) async fn leases_of_a_dead_owner_are_free_at_once(bench: Bench) -> Kept {
    let old = leased(&bench).await?;
    let bench = bench.reopen();
    let new = bench.claim_one().await?;
    must!(new.lease.fence > old.lease.fence, "fence {} after {}", new.lease.fence, old.lease.fence);
    same!(new.tasks, old.tasks, "tasks");
    must_be_fenced(&bench, &old).await
}

pub(super) async fn a_host_that_was_leased_at_a_crash_keeps_its_pace(bench: Bench) -> Kept {
    bench.store.add(&[discovered(Purpose::Article, A), discovered(Purpose::Article, B)]).await?;
    let paced = Want { hosts: 2, pace: Duration::from_secs(7), ..Want::default() };
    let Claimed::Work(work) = bench.store.claim(paced).await? else {
        return Err(Broken("two hosts are due, none was claimed".to_owned()));
    };
    for host in work.into_iter().filter(|host| host.lease.host == "b.example") {
        let slow = HostClock { pace: Duration::from_secs(30), ..HostClock::default() };
        bench.store.commit(&host.lease, Vec::new(), slow).await?;
    }
    let bench = bench.reopen();
    same!(bench.idle().await?, wait(7, 0), "the pace of the claim");
    bench.advance(7);
    same!(bench.claim_one().await?.lease.host, "a.example", "the host that is due");
    bench.advance(22);
    must!(bench.claim().await?.iter().all(|host| host.lease.host == "a.example"), "b.example came too soon");
    bench.advance(1);
    same!(bench.claim_one().await?.lease.host, "b.example", "the pace of the commit");
    Ok(())
}

pub(super) async fn hosts_are_told_by_what_waits(bench: Bench) -> Kept {
    let urls = [B, A, SECOND];
    bench.store.add(&urls.map(|url| discovered(Purpose::Article, url))).await?;
    for work in bench.claim().await? {
        let silence = (work.lease.host == "b.example").then_some(300);
        bench.store.release(work.lease, clock(20, silence)).await?;
    }
    bench.advance(5);
    let status = |host: &str, waiting, due_in, silent| HostStatus {
        host: host.to_owned(),
        waiting,
        due_in: Duration::from_secs(due_in),
        silent,
    };
    let (a, b) = (status("a.example", 2, 15, false), status("b.example", 1, 295, true));
    same!(bench.store.hosts(9).await?, [a.clone(), b], "hosts");
    same!(bench.store.hosts(1).await?, [a], "the first of them");
    Ok(())
}

pub(super) async fn a_clock_set_back_lengthens_nothing(bench: Bench) -> Kept {
    let work = leased(&bench).await?;
    bench.store.release(work.lease, clock(0, Some(300))).await?;
    bench.clock.set_back(Duration::from_secs(100_000));
    let bench = bench.reopen();
    same!(bench.idle().await?, wait(300, 0), "after the clock was set back");
    bench.advance(300);
    same!(bench.claim().await?.len(), 1, "hosts that are due");
    Ok(())
}

pub(super) async fn robots_are_remembered_with_their_age(bench: Bench) -> Kept {
    let origin = "https://a.example";
    same!(bench.store.robots(origin).await?, None, "before it was fetched");
    for (rule, text) in [(RobotsRule::Nothing, ""), (RobotsRule::Text, "User-agent: *\nDisallow: /x\n")] {
        let robots = Robots { origin: origin.to_owned(), rule, text: text.to_owned() };
        let mut found = discovered(Purpose::Robots, "https://a.example/robots.txt");
        found.again = true;
        same!(bench.store.add(&[found]).await?, 1, "due by being asked for again");
        bench.work_off(|task, _| Done { robots: Some(robots.clone()), ..fetched(task) }).await?;
        bench.advance(90);
        let known = bench.store.robots(origin).await?.ok_or_else(|| Broken("forgotten".to_owned()))?;
        same!((known.robots, known.age), (robots, Duration::from_secs(90)), "robots.txt and its age");
    }
    let bench = bench.reopen();
    let known = bench.store.robots(origin).await?;
    same!(known.map(|known| known.age), Some(Duration::from_secs(90)), "age after a restart");
    Ok(())
}
