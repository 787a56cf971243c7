use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use anyhow::Context as _;
use masthead_core::Profile;
use masthead_driver::{CrawlReport, Job, Pages, Proxy, Registry, Secret, SinkSpec, Stop};

use crate::args::Crawl;
use crate::display::Displays;
use crate::exit_code::{self, Usage};
use crate::{interrupt, output, profiles};

/// The main job: the crawls of all profiles side by side, in one process.
pub(crate) fn run(args: &Crawl, registry: &Arc<Registry>, quiet: bool) -> anyhow::Result<ExitCode> {
    let stop = Stop::new();
    interrupt::listen(stop.clone());
    // A fault in the last profile is said before the first is crawled.
    let profiles =
        args.profile.iter().map(|name| profiles::load(name)).collect::<anyhow::Result<Vec<_>>>()?;
    let jobs = jobs(args, registry, profiles, &stop)?;
    if !args.offline && args.archive.is_empty() && args.manners.contact.is_none() && !quiet {
        output::say(
            "note: the sites that you crawl can't tell whom to write to: name a URL or an e-mail address with --contact, \
             or in MASTHEAD_CONTACT",
        );
    }
    let mut code = exit_code::DONE;
    let mut reports = Vec::new();
    for ended in side_by_side(jobs, &Displays::new(quiet)) {
        match ended {
            Ok(report) => {
                code = code.max(report.exit_code());
                if !args.json && !quiet {
                    output::say(&output::printable(&report.to_string()));
                }
                reports.push(report);
            }
            // The only crawl: its error is the command's.
            Err(error) if args.profile.len() == 1 => return Err(error),
            Err(error) => {
                output::say(&format!("error: {}", output::chain(&error)));
                code = code.max(exit_code::number_of(&error));
            }
        }
    }
    if args.json {
        let text = match reports.as_slice() {
            [report] if args.profile.len() == 1 => serde_json::to_string_pretty(report)?,
            reports => serde_json::to_string_pretty(reports)?,
        };
        output::line(&text)?;
    }
    Ok(ExitCode::from(code))
}

/// A thread for each crawl; the results in the order of the jobs.
fn side_by_side(jobs: Vec<Job>, displays: &Displays) -> Vec<anyhow::Result<CrawlReport>> {
    let several = jobs.len() > 1;
    thread::scope(|scope| {
        let crawl = |job: Job| {
            let display = displays.add(several.then(|| job.profile.name()));
            let ended = masthead_driver::run(job, &display);
            display.end();
            ended
        };
        let threads: Vec<_> = jobs.into_iter().map(|job| scope.spawn(move || crawl(job))).collect();
        let fault = || anyhow::anyhow!("a fault of this program ended the crawl; run it again to go on");
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(fault()))).collect()
    })
}

fn jobs(
    args: &Crawl,
    registry: &Arc<Registry>,
    profiles: Vec<Profile>,
    stop: &Stop,
) -> anyhow::Result<Vec<Job>> {
    let several = profiles.len() > 1;
    if several && !args.url.is_empty() {
        let why = "--url is for one profile: leave it out, or crawl the profiles one by one";
        return Err(Usage(why.to_owned()).into());
    }
    let secrets = secrets(args)?;
    let mut jobs: Vec<Job> = Vec::new();
    for profile in profiles {
        let mut job = job(args, registry, profile, several)?;
        job.stop = stop.clone();
        job.secrets = secrets.clone();
        if let Some(first) = jobs.first() {
            job.paces = Arc::clone(&first.paces);
            check_outputs(first, &job)?;
        }
        jobs.push(job);
    }
    Ok(jobs)
}

fn job(args: &Crawl, registry: &Arc<Registry>, profile: Profile, several: bool) -> anyhow::Result<Job> {
    let pages = if args.offline {
        Pages::Offline
    } else if args.archive.is_empty() {
        Pages::Live
    } else {
        Pages::Archive(args.archive.clone())
    };
    let here = std::env::current_dir().context("there is no present folder")?;
    let sinks = args.sink.iter().map(|spec| {
        let spec = spec.replace("{profile}", profile.name());
        registry.parse(&spec, &here).map_err(|error| Usage(error.to_string()))
    });
    let sinks = sinks.collect::<Result<_, _>>()?;
    let mut job = Job::new(profile, pages);
    job.sinks = sinks;
    job.registry = Arc::clone(registry);
    job.state = args.state.as_ref().map(|folder| state_of(folder, &job, several));
    job.fresh = args.fresh;
    job.limit = args.limit;
    job.max_depth = args.max_depth.unwrap_or(job.max_depth);
    job.since.clone_from(&args.since);
    job.delay = args.delay;
    job.concurrency = args.concurrency;
    job.urls.clone_from(&args.url);
    job.max_time = args.max_time;
    job.max_bytes = args.max_bytes;
    job.max_pages = args.max_pages;
    job.explain = args.explain;
    job.keep_samples = !args.no_samples;
    job.agent.clone_from(&args.agent);
    job.contact.clone_from(&args.manners.contact);
    job.allow_private.clone_from(&args.manners.allow_private);
    job.proxy = match args.proxy.as_deref() {
        None => Proxy::None,
        Some("env") => Proxy::Environment,
        Some(url) => Proxy::Url(url.to_owned()),
    };
    Ok(job)
}

/// Several crawls keep their states in folders of their own.
fn state_of(folder: &std::path::Path, job: &Job, several: bool) -> PathBuf {
    if several { folder.join(job.profile.name()) } else { folder.to_owned() }
}

/// Two crawls can't write one file, unless it is made for that, as a database is.
fn check_outputs(first: &Job, job: &Job) -> Result<(), Usage> {
    let is_file = |sink: &SinkSpec| !sink.file_outputs().is_empty() && !job.registry.is_shared(sink);
    let shared = job.sinks.iter().find(|sink| is_file(sink) && first.sinks.contains(sink));
    match shared {
        None => Ok(()),
        Some(sink) => Err(Usage(format!(
            "two crawls can't write to {sink}: put {{profile}} into its name, such as {}:{{profile}}.{}",
            sink.kind, sink.kind
        ))),
    }
}

/// The secrets that profiles ask for by a slot's name, from the environment: on the command line everybody on the
/// machine could read them.
fn secrets(args: &Crawl) -> Result<BTreeMap<String, Secret>, Usage> {
    let mut secrets = BTreeMap::new();
    for secret in &args.secret {
        let (slot, variable) = secret.split_once('=').ok_or_else(|| {
            Usage(format!("--secret {secret}: write SLOT=VARIABLE, such as login=SITE_LOGIN"))
        })?;
        let value = std::env::var(variable)
            .map_err(|_| Usage(format!("--secret {secret}: the environment has no variable {variable}")))?;
        secrets.insert(slot.to_owned(), Secret(value));
    }
    Ok(secrets)
}
