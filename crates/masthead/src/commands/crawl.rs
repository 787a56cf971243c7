use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use masthead_driver::{CrawlReport, Job, Pages, Registry, Stop};

use crate::args::Crawl;
use crate::display::Display;
use crate::exit_code::Usage;
use crate::{interrupt, output, profiles};

/// The main job: one crawl a profile, one after another.
pub(crate) fn run(args: &Crawl, registry: &Arc<Registry>, quiet: bool) -> anyhow::Result<ExitCode> {
    let stop = Stop::new();
    interrupt::listen(stop.clone());
    if args.profile.len() > 1 && (args.state.is_some() || !args.sink.is_empty() || !args.url.is_empty()) {
        let why =
            "--state, --sink and --url are for one profile; leave them out, or crawl the profiles one by one";
        return Err(Usage(why.to_owned()).into());
    }
    // A fault in the last profile is said before the first is crawled.
    let profiles =
        args.profile.iter().map(|name| profiles::load(name)).collect::<anyhow::Result<Vec<_>>>()?;
    let mut reports = Vec::new();
    for profile in profiles {
        if stop.is_stopped() {
            break;
        }
        let display = Display::new(quiet);
        let ended = masthead_driver::run(job(args, registry, profile, stop.clone())?, &display);
        display.end();
        let report = ended?;
        if !args.json && !quiet {
            output::say(&output::printable(&report.to_string()));
        }
        reports.push(report);
    }
    if args.json {
        let text = match reports.as_slice() {
            [report] => serde_json::to_string_pretty(report)?,
            reports => serde_json::to_string_pretty(reports)?,
        };
        output::line(&text)?;
    }
    Ok(ExitCode::from(reports.iter().map(CrawlReport::exit_code).max().unwrap_or(0)))
}

fn job(
    args: &Crawl,
    registry: &Arc<Registry>,
    profile: masthead_core::Profile,
    stop: Stop,
) -> anyhow::Result<Job> {
    let pages = if args.offline {
        Pages::Offline
    } else if args.archive.is_empty() {
        Pages::Live
    } else {
        Pages::Archive(args.archive.clone())
    };
    let here = std::env::current_dir().context("there is no present folder")?;
    let sinks =
        args.sink.iter().map(|spec| registry.parse(spec, &here).map_err(|error| Usage(error.to_string())));
    let mut job = Job::new(profile, pages);
    job.sinks = sinks.collect::<Result<_, _>>()?;
    job.registry = Arc::clone(registry);
    job.state.clone_from(&args.state);
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
    job.stop = stop;
    Ok(job)
}
