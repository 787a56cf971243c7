use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use masthead_crawler::fetch::{ArchiveFetcher, Fetch};
use masthead_frontier::{
    Frontier, Identity, LookAgain, Outbox, RunKind, RunStart, SqliteStore, Stats, StoreError, StoreOptions,
    TaskState,
};
use masthead_sinks::{SinkSpec, SpecError, warc};
use masthead_warc::ArchiveError;
use url::Url;

use crate::bundled;
use crate::crash_point::crash_point;
use crate::crawl::{Crawl, Halt, Tools, is_day, seeds};
use crate::delivery::{Deliveries, OnFailure, Output, Pace, Route};
use crate::job::{Job, JobError, Pages};
use crate::observed::Rules;
use crate::progress::{Progress, line};
use crate::recording::{Archive, Recorder};
use crate::report::{Counts, CrawlReport, End, OutputReport, Total};
use crate::state;
use crate::{doctor, live};

/// Runs a crawl to its end, on threads of its own, and returns when everything that was found is delivered.
///
/// Where the state in its folder is unfinished, it goes on; where it is finished, it looks again. A crawl that can't
/// go on half-way (a full disk, a sink that fails) returns a report that says so: what was committed stays, and the
/// next run goes on.
///
/// # Errors
/// Where the crawl can't be begun: see [`JobError`], and [`exit_code`] for the meaning of the others.
pub fn run(job: Job, progress: &dyn Progress) -> anyhow::Result<CrawlReport> {
    check(&job)?;
    let present = std::env::current_dir().context("can't tell the present folder")?;
    let mut outputs = outputs(&job, &present)?;
    let (fetcher, damaged) = fetcher(&job)?;
    let archive = archive(&job)?;
    let folder = match &job.state {
        Some(folder) => std::path::absolute(folder).context("can't tell where the state is")?,
        None => state::default_folder(&outputs, job.profile.name(), &present),
    };
    if job.fresh {
        for forgotten in state::forget(&folder, &mut outputs)? {
            progress.say(&forgotten.to_string());
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .thread_name("crawl")
        .build()
        .context("can't start the crawl's threads")?;
    let mut report = runtime.block_on(begin(&job, &folder, outputs, (fetcher, archive), progress))?;
    report.damaged = damaged.sorted();
    Ok(report)
}

/// What the program should exit with after an error of [`run`]: 2 where the person must change the command, 3 where
/// the crawl could not go on.
#[must_use]
pub fn exit_code(error: &anyhow::Error) -> u8 {
    let is_usage = error.is::<JobError>()
        || error.is::<SpecError>()
        || matches!(error.downcast_ref(), Some(StoreError::Mismatch { .. } | StoreError::Foreign { .. }))
        // Archives are opened before the crawl begins: the wrong one was named.
        || error.is::<ArchiveError>();
    if is_usage { 2 } else { 3 }
}

fn check(job: &Job) -> Result<(), JobError> {
    if job.pages == Pages::Live {
        live::check(job)?;
    }
    if let Some(since) = job.since.as_ref().filter(|since| !is_day(since)) {
        return Err(JobError::Since { value: since.clone() });
    }
    match job.urls.iter().find(|url| !job.profile.in_scope(url)) {
        Some(url) => {
            Err(JobError::ForeignUrl { url: Url::clone(url), profile: job.profile.name().to_owned() })
        }
        None => Ok(()),
    }
}

/// The outputs of a job, each with its sink, and the one for incomplete records beside the first file.
fn outputs(job: &Job, present: &Path) -> anyhow::Result<Vec<Output>> {
    let mut specs: Vec<SinkSpec> =
        job.sinks.iter().filter(|spec| warc::folder(spec).is_none()).cloned().collect();
    if specs.is_empty() {
        specs.push(job.registry.parse(&format!("jsonl:{}.jsonl", job.profile.name()), present)?);
    }
    // Without a file beside which it could stand, it stands in the present folder: no record is dropped in silence.
    let first = specs.iter().find(|spec| !spec.file_outputs().is_empty());
    let incomplete = match first {
        Some(spec) if !job.registry.is_shared(spec) => spec.incomplete(),
        // Several crawls may stand there: each has an output of its own name.
        first => {
            let file = first.and_then(|spec| spec.file_outputs().into_iter().next());
            let folder = file.as_deref().and_then(Path::parent).unwrap_or(present);
            job.registry.parse(&format!("jsonl:{}.incomplete.jsonl", job.profile.name()), folder).ok()
        }
    };
    let whole = specs.iter().map(|spec| (spec, Route::Whole));
    let mut outputs: Vec<Output> = Vec::new();
    for (spec, route) in whole.chain(incomplete.iter().map(|spec| (spec, Route::Incomplete))) {
        let (key, file) = (spec.to_string(), spec.file_outputs().into_iter().next());
        if let Some(other) =
            outputs.iter().find(|other| other.key == key || (file.is_some() && other.file == file))
        {
            return Err(JobError::SameOutput { name: other.name.clone() }.into());
        }
        let shown =
            file.as_deref().map(|file| file.strip_prefix(present).unwrap_or(file).display().to_string());
        let name = shown.unwrap_or_else(|| key.clone());
        outputs.push(Output { key, name, file, sink: job.registry.make(spec)?, route });
    }
    Ok(outputs)
}

/// The archive that answers are kept in, where the job names one among its sinks.
fn archive(job: &Job) -> anyhow::Result<Option<Archive>> {
    let mut folders = job.sinks.iter().filter_map(warc::folder);
    match (folders.next(), folders.next()) {
        (Some(_), Some(_)) => Err(JobError::TwoArchives.into()),
        (folder, _) => folder.map(|folder| Archive::open(folder, job.profile.name())).transpose(),
    }
}

/// Where the pages come from, and what of it can't be read.
fn fetcher(job: &Job) -> anyhow::Result<(Arc<dyn Fetch>, Counts)> {
    let archives = match &job.pages {
        Pages::Live => return Ok((live::fetcher(job)?, Counts::default())),
        Pages::Offline => {
            let name = job.profile.name();
            let bytes = bundled::recorded_pages(name).ok_or_else(|| JobError::NoRecordedPages {
                profile: name.to_owned(),
                known: bundled::with_recorded_pages(),
            })?;
            vec![masthead_warc::Archive::from_static(bytes)]
        }
        Pages::Archive(paths) if paths.is_empty() => return Err(JobError::NoArchive.into()),
        Pages::Archive(paths) => paths.iter().map(masthead_warc::Archive::open).collect::<Result<_, _>>()?,
    };
    let mut damaged = Counts::default();
    for (path, fault) in archives.iter().flat_map(masthead_warc::Archive::faults) {
        tracing::warn!(path = %path.display(), %fault, "a record of the archive can't be read");
        damaged.add(&fault.to_string(), &path.display().to_string());
    }
    let profile = job.profile.clone();
    Ok((Arc::new(ArchiveFetcher::new(archives, move |url| profile.canonical(url))), damaged))
}

async fn begin(
    job: &Job,
    folder: &Path,
    outputs: Vec<Output>,
    (fetcher, archive): (Arc<dyn Fetch>, Option<Archive>),
    progress: &dyn Progress,
) -> anyhow::Result<CrawlReport> {
    let store = Arc::new(SqliteStore::open(folder, store_options(job))?);
    let frontier: Arc<dyn Frontier> = Arc::clone(&store) as Arc<dyn Frontier>;
    let start = start(job, frontier.as_ref(), &outputs).await?;
    let halt = Arc::new(Halt::default());
    let on_failure: OnFailure = {
        let halt = Arc::clone(&halt);
        Arc::new(move |message| halt.set(End::Failed { message }))
    };
    let fetcher: Arc<dyn Fetch> = match archive {
        Some(archive) => {
            let halt = Arc::clone(&halt);
            let failed = move |message| halt.set(End::Failed { message });
            Arc::new(Recorder::new(fetcher, archive, failed))
        }
        None => fetcher,
    };
    let outbox: Arc<dyn Outbox> = Arc::clone(&store) as Arc<dyn Outbox>;
    // A full outbox must not wait for the next checkpoint in the course of things.
    let pace = Pace { items: (job.max_spool / 4).clamp(1, 200), ..Pace::default() };
    let deliveries = Deliveries::start(&outbox, outputs, pace, &on_failure)?;
    deliveries.all_opened();
    let whole = frontier.stats().await?.records.whole;
    let (teller, mut listener) = line();
    let tools = Tools { frontier, fetcher, teller, halt: Arc::clone(&halt) };
    let reads_anew = changed_profile(job, store.as_ref()).await?;
    let crawl = Arc::new(Crawl::new(job, tools, whole, reads_anew));
    tracing::info!(profile = job.profile.name(), mode = %job.pages.mode(), state = %folder.display(),
        kind = ?start.kind, round = start.round, waiting = start.waiting, "the crawl begins");
    match start.kind {
        RunKind::GoesOn if start.waiting > 0 => {
            crawl.say(&format!("The crawl goes on: {} pages wait.", start.waiting));
        }
        RunKind::LooksAgain => {
            crawl.say("The crawl was finished; it looks again for what is new or changed.")
        }
        _ => {}
    }
    let watch = tokio::spawn(watch(job.stop.clone(), job.max_time, Arc::clone(&halt)));
    let work = crawl_from(job, &store, &crawl, &halt, start.kind);
    let worked = listener.follow(progress, work).await;
    watch.abort();
    let outputs = deliveries.finish();
    if let Err(error) = worked {
        halt.set(End::Failed { message: format!("{:#}", anyhow::Error::new(error)) });
    }
    if halt.end() == End::Finished {
        store.set_meta(READ_WITH, job.profile.fingerprint()).await?;
    }
    let stats = store.stats().await.unwrap_or_default();
    let mut report = report(job, folder, &crawl, (halt.end(), start.round), outputs, &stats);
    report.alarms = alarms(store.as_ref()).await;
    tracing::info!(end = %report.end, articles = report.articles.whole, seconds = report.seconds, "the crawl ends");
    Ok(report)
}

#[expect(clippy::field_reassign_with_default, reason = "the struct is non-exhaustive: it has no other way")]
fn store_options(job: &Job) -> StoreOptions {
    let mut options = StoreOptions::default();
    options.max_spool = job.max_spool.max(1);
    options.hook = Some(Arc::new(crash_point));
    options
}

/// What has changed for the worse. A state that can't be read has ended the crawl already, and says so.
async fn alarms(frontier: &dyn Frontier) -> Vec<String> {
    let (observations, note) = (frontier.observations().await, frontier.meta(Rules::NOTE).await);
    match (observations, note) {
        (Ok(observations), Ok(note)) => doctor::in_short(&observations, note.as_deref()),
        _ => Vec::new(),
    }
}

/// Ties the state to this crawl, and begins a run of it.
async fn start(job: &Job, frontier: &dyn Frontier, outputs: &[Output]) -> anyhow::Result<RunStart> {
    let files = outputs.iter().filter(|output| output.route == Route::Whole);
    let identity = Identity {
        profile: job.profile.name().to_owned(),
        mode: job.pages.mode(),
        outputs: files.filter_map(|output| output.file.clone()).collect(),
    };
    frontier.bind(&identity).await?;
    keep_to_urls(job, frontier).await?;
    let again = if job.urls.is_empty() { LookAgain::WhenFinished } else { LookAgain::Never };
    Ok(frontier.begin_run(again).await?)
}

/// What waits in an unfinished crawl of the site must not be fetched by a job that names its pages, and the reverse.
async fn keep_to_urls(job: &Job, frontier: &dyn Frontier) -> anyhow::Result<()> {
    const KEY: &str = "urls";
    let urls = job.urls.iter().map(Url::as_str).collect::<Vec<_>>().join(" ");
    let known = frontier.meta(KEY).await?;
    if known.is_some_and(|known| known != urls) && frontier.stats().await?.waiting() > 0 {
        return Err(JobError::OtherPagesWait.into());
    }
    Ok(frontier.set_meta(KEY, &urls).await?)
}

/// With which profile the pages were read, when the crawl was finished last.
const READ_WITH: &str = "profile";

/// Whether the profile has changed since: pages that are the same may give other records.
async fn changed_profile(job: &Job, frontier: &dyn Frontier) -> anyhow::Result<bool> {
    let known = frontier.meta(READ_WITH).await?;
    Ok(known.is_some_and(|known| known != job.profile.fingerprint()))
}

async fn crawl_from(
    job: &Job,
    store: &SqliteStore,
    crawl: &Arc<Crawl>,
    halt: &Halt,
    kind: RunKind,
) -> Result<(), StoreError> {
    if halt.is_set() {
        return Ok(());
    }
    let again = kind != RunKind::First && store.stats().await?.waiting() == 0;
    store.add(&seeds(&job.profile, &job.urls, kind, again)).await?;
    crawl.run().await
}

/// Halts the crawl when somebody stops it, or its time is up.
async fn watch(stop: crate::Stop, max_time: Option<std::time::Duration>, halt: Arc<Halt>) {
    let time_is_up = async {
        match max_time {
            Some(time) => tokio::time::sleep(time).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = stop.stopped() => halt.set(End::Stopped),
        () = time_is_up => halt.set(End::Budget { flag: "--max-time" }),
    }
}

fn report(
    job: &Job,
    folder: &Path,
    crawl: &Crawl,
    (end, round): (End, u32),
    outputs: Vec<OutputReport>,
    stats: &Stats,
) -> CrawlReport {
    let failed = outputs.iter().find_map(|output| Some((&output.name, output.error.as_ref()?)));
    let end = match (end, failed) {
        (failed @ End::Failed { .. }, _) | (failed, None) => failed,
        (_, Some((name, error))) => End::Failed { message: format!("{name}: {error}") },
    };
    let numbers = std::mem::take(&mut *crawl.tally.numbers());
    let records = stats.records;
    CrawlReport {
        profile: job.profile.name().to_owned(),
        mode: job.pages.mode(),
        state: PathBuf::from(folder),
        round,
        end,
        damaged: Counts::default(),
        robots_ignored: !job.profile.politeness().obey_robots,
        pages: numbers.pages,
        bytes: numbers.bytes,
        articles: numbers.articles,
        records: numbers.records,
        failures: numbers.failures.sorted(),
        skipped: numbers.skipped.sorted(),
        disallowed: numbers.disallowed.sorted(),
        layouts: numbers.layouts,
        auto: numbers.auto,
        findings: numbers.findings.sorted(),
        alarms: Vec::new(),
        outputs: outputs.into_iter().filter(|output| !output.incomplete || output.delivered > 0).collect(),
        total: Total {
            whole: records.whole,
            incomplete: records.incomplete,
            removed: records.removed,
            failed: stats.in_state(TaskState::Failed),
        },
        waiting: stats.waiting(),
        seconds: crawl.elapsed().as_secs_f64(),
    }
}
