use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use anyhow::Context as _;
use masthead_core::{Finding, Options, Outcome, Page, Profile};
use masthead_record::Record;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::args::Extract;
use crate::exit_code::Usage;
use crate::{exit_code, output, page_file, profiles};

/// Pages that a batch reads before it writes their records: bounds the memory, keeps all cores at work.
const CHUNK: usize = 64;

/// Reads stored pages into records.
pub(crate) fn run(args: &Extract) -> anyhow::Result<ExitCode> {
    match (&args.batch, &args.file) {
        (Some(batch), _) => run_batch(args, batch),
        (None, Some(file)) => run_one(args, file),
        (None, None) => Err(Usage("name a page, or a batch of pages with --batch".to_owned()).into()),
    }
}

fn run_one(args: &Extract, file: &Path) -> anyhow::Result<ExitCode> {
    let profile = match &args.profile {
        Some(name) => profiles::load(name)?,
        None => Profile::automatic(),
    };
    let job = Job {
        id: None,
        file: file.to_owned(),
        url: args.url.clone(),
        fetched: args.fetched.clone(),
        profile: Ok(Arc::new(profile)),
    };
    match job.read(args.explain) {
        Ok((records, findings)) => {
            for record in &records {
                output::line(&serde_json::to_string(record)?)?;
            }
            for finding in &findings {
                let field = finding.field.as_deref().unwrap_or("page");
                output::say(&format!("note: {field}: {}", output::printable(&finding.message)));
            }
            let short = records.iter().any(Record::is_incomplete);
            Ok(ExitCode::from(if short { exit_code::SHORT } else { exit_code::DONE }))
        }
        Err(error) if error.is::<Yields>() => {
            output::say(&format!("{}: {}", file.display(), output::chain(&error)));
            Ok(ExitCode::from(exit_code::SHORT))
        }
        Err(error) => Err(Usage(output::chain(&error)).into()),
    }
}

const NO_ADDRESS: &str = "the page names no address of its own: give one with --url";

/// What links and images are relative to where nobody knows the page's address.
fn front_page(profile: &Profile) -> Option<Url> {
    let url = Url::parse(&format!("https://{}/", profile.hosts().first()?)).ok()?;
    output::say(&format!("note: {NO_ADDRESS}; {url} stands for it in the record"));
    Some(url)
}

/// Why a page that was read gives no record.
fn nothing(profile: &Profile) -> String {
    let kinds: Vec<&str> = profile.record_kinds().collect();
    if kinds.is_empty() {
        return "no article".to_owned();
    }
    format!("no article, and none of the profile's own records ({}) is on it", kinds.join(", "))
}

/// The page was read and gives no record.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Yields(String);

/// One page to read.
struct Job {
    id: Option<Value>,
    file: PathBuf,
    url: Option<Url>,
    fetched: Option<String>,
    profile: Result<Arc<Profile>, String>,
}

impl Job {
    /// The article's record first, then those of the profile's own.
    fn read(&self, explain: bool) -> anyhow::Result<(Vec<Record>, Vec<Finding>)> {
        let profile = self.profile.as_ref().map_err(|fault| anyhow::anyhow!("{fault}"))?;
        let bytes = page_file::read(&self.file)?;
        let host =
            self.url.as_ref().and_then(Url::host_str).or_else(|| profile.hosts().first().map(String::as_str));
        let domain = host.and_then(|host| host.rsplit('.').next()).map(str::to_owned);
        let decoded = masthead_core::decode(&bytes, None, domain.as_deref());
        let url = match &self.url {
            Some(url) => url.clone(),
            None => match masthead_core::own_address(&decoded.text) {
                Some(url) => url,
                None => front_page(profile).ok_or_else(|| anyhow::anyhow!("{NO_ADDRESS}"))?,
            },
        };
        let page = Page { url: &url, text: &decoded.text, fetched: self.fetched.as_deref(), witness: None };
        let reading = masthead_core::read(profile, &page, &Options { explain, only_articles: false });
        let article = match reading.outcome {
            Outcome::Article(record) => Some(*record),
            Outcome::Skipped { why } => return Err(Yields(format!("skipped by the profile: {why}")).into()),
            Outcome::NoLayout { why } => return Err(Yields(why).into()),
            _ if reading.records.is_empty() => return Err(Yields(nothing(profile)).into()),
            _ => None,
        };
        Ok((article.into_iter().chain(reading.records).collect(), reading.findings))
    }

    /// The lines that go out for this page: one a record.
    fn lines(&self, explain: bool) -> (Vec<Value>, bool) {
        match self.read(explain) {
            Ok((records, _)) => {
                let short = records.iter().any(Record::is_incomplete);
                (records.iter().map(|record| self.line(record)).collect(), short)
            }
            Err(error) => (vec![json!({"id": self.id, "error": output::chain(&error)})], true),
        }
    }

    /// The batch's own id goes in place of the record's: who asks knows its pages by it.
    fn line(&self, record: &Record) -> Value {
        let mut value = serde_json::to_value(record).unwrap_or_default();
        if let (Some(id), Some(object)) = (&self.id, value.as_object_mut()) {
            object.insert("id".to_owned(), id.clone());
        }
        value
    }
}

/// A line of a batch.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    file: PathBuf,
    url: Option<Url>,
    fetched: Option<String>,
    profile: Option<String>,
    id: Option<Value>,
}

fn run_batch(args: &Extract, batch: &Path) -> anyhow::Result<ExitCode> {
    let what = || format!("can't read {}", batch.display());
    let input: Box<dyn BufRead> = if batch.as_os_str() == "-" {
        Box::new(BufReader::new(io::stdin()))
    } else {
        Box::new(BufReader::new(File::open(batch).map_err(|error| Usage(format!("{}: {error}", what())))?))
    };
    let mut loaded = profiles::Loaded::default();
    let automatic = Arc::new(Profile::automatic());
    // Bytes, not text: one line that is no UTF-8 must not end the batch.
    let filled =
        |line: &io::Result<Vec<u8>>| line.as_ref().map_or(true, |line| !line.trim_ascii().is_empty());
    let mut lines = input.split(b'\n').filter(filled).peekable();
    let mut short = false;
    while lines.peek().is_some() {
        let mut jobs = Vec::with_capacity(CHUNK);
        for line in lines.by_ref().take(CHUNK) {
            jobs.push(job(args, &line.with_context(what)?, &mut loaded, &automatic));
        }
        let (text, fell_short) = read_all(&jobs, args.explain);
        short |= fell_short;
        output::data(&text)?;
    }
    Ok(ExitCode::from(if short { exit_code::SHORT } else { exit_code::DONE }))
}

fn job(
    args: &Extract,
    line: &[u8],
    loaded: &mut profiles::Loaded,
    automatic: &Arc<Profile>,
) -> Result<Job, Value> {
    let line: Line = serde_json::from_slice(line).map_err(|error| {
        let id = serde_json::from_slice::<Value>(line).ok().and_then(|value| value.get("id").cloned());
        json!({"id": id, "error": format!("not a line of a batch: {error}")})
    })?;
    let name = line.profile.as_deref().or(args.profile.as_deref()).filter(|_| !args.auto);
    let profile = match name {
        Some(name) => loaded.get(name),
        None if args.auto => Ok(Arc::clone(automatic)),
        None => Err("no profile: name one in the line, with --profile, or take --auto".to_owned()),
    };
    Ok(Job { id: line.id, file: line.file, url: line.url, fetched: line.fetched, profile })
}

/// Reads pages side by side; their lines keep the order.
fn read_all(jobs: &[Result<Job, Value>], explain: bool) -> (String, bool) {
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = jobs.len().div_ceil(cores).max(1);
    let parts: Vec<(String, bool)> = thread::scope(|scope| {
        let threads: Vec<_> = jobs
            .chunks(share)
            .map(|part| {
                scope.spawn(move || {
                    let mut text = String::new();
                    let mut short = false;
                    for job in part {
                        let (lines, fell_short) = match job {
                            Ok(job) => job.lines(explain),
                            Err(error) => (vec![error.clone()], true),
                        };
                        short |= fell_short;
                        for line in lines {
                            text.push_str(&line.to_string());
                            text.push('\n');
                        }
                    }
                    (text, short)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    parts
        .into_iter()
        .fold((String::new(), false), |(text, short), (part, fell_short)| (text + &part, short | fell_short))
}
