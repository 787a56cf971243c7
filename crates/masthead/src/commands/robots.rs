use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use masthead_driver::Look;
use masthead_driver::robots::{Decision, Robots, RobotsVerdict};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::exit_code::Usage;
use crate::{args, exit_code, output, page_file};

/// Says what a robots.txt allows (RFC 9309).
pub(crate) fn run(args: &args::Robots) -> anyhow::Result<ExitCode> {
    match (&args.batch, &args.robots) {
        (Some(batch), _) => run_batch(batch),
        (None, Some(file)) => {
            let rules = Robots::parse(&read(file)?).agent(&args.agent);
            args.urls.iter().try_for_each(|url| say(url, &rules.decide(url)))?;
            Ok(ExitCode::from(exit_code::DONE))
        }
        (None, None) => ask(args),
    }
}

/// Asks each site for its robots.txt, once.
fn ask(args: &args::Robots) -> anyhow::Result<ExitCode> {
    let urls = args.urls.iter().map(|text| match Url::parse(text) {
        Ok(url) if url.has_host() => Ok((text, url)),
        _ => Err(Usage(format!("{text} is no URL: write https://…, or name a robots.txt with --robots"))),
    });
    let urls = urls.collect::<Result<Vec<_>, _>>()?;
    let look = Look::new(&args.agent, args.manners.contact.as_deref(), &args.manners.allow_private)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut known: BTreeMap<String, RobotsVerdict> = BTreeMap::new();
    let mut unread = false;
    for (text, url) in urls {
        let origin = url.origin().ascii_serialization();
        let verdict = known.entry(origin).or_insert_with(|| runtime.block_on(look.robots(&url)));
        unread |= matches!(verdict, RobotsVerdict::DisallowAll(_));
        say(text, &verdict.decide(url.as_str()))?;
    }
    Ok(ExitCode::from(if unread { exit_code::SHORT } else { exit_code::DONE }))
}

fn say(url: &str, decision: &Decision) -> Result<(), output::DataError> {
    let word = if decision.allowed { "allowed" } else { "disallowed" };
    output::line(&output::printable(&format!("{word}\t{url}\t{}", decision.reason)))
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    page_file::read(file).map_err(|error| Usage(output::chain(&error)).into())
}

/// A line of a batch.
#[derive(Deserialize)]
struct Question {
    robots_txt: Option<String>,
    robots_b64: Option<String>,
    user_agent: String,
    url: String,
}

fn run_batch(batch: &Path) -> anyhow::Result<ExitCode> {
    let mut short = false;
    for line in page_file::lines(batch).map_err(|error| Usage(output::chain(&error)))? {
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let answer = match answer(&line) {
            Ok(allowed) => json!({"allowed": allowed}),
            Err(error) => {
                short = true;
                json!({"error": error})
            }
        };
        output::line(&answer.to_string())?;
    }
    Ok(ExitCode::from(if short { exit_code::SHORT } else { exit_code::DONE }))
}

fn answer(line: &str) -> Result<bool, String> {
    let question: Question =
        serde_json::from_str(line).map_err(|error| format!("not a line of a batch: {error}"))?;
    let body = match (question.robots_txt, question.robots_b64) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(coded)) => STANDARD.decode(coded).map_err(|error| format!("`robots_b64`: {error}"))?,
        _ => return Err("give one of `robots_txt` and `robots_b64`".to_owned()),
    };
    Ok(Robots::parse(&body).agent(&question.user_agent).decide(&question.url).allowed)
}
