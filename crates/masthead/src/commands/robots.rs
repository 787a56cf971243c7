use std::io::BufRead as _;
use std::path::Path;
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use masthead_driver::robots::Robots;
use serde::Deserialize;
use serde_json::json;

use crate::exit_code::Usage;
use crate::{args, exit_code, output, page_file};

/// Says what a robots.txt allows (RFC 9309).
pub(crate) fn run(args: &args::Robots) -> anyhow::Result<ExitCode> {
    match (&args.batch, &args.robots) {
        (Some(batch), _) => run_batch(batch),
        (None, Some(file)) => {
            let rules = Robots::parse(&read(file)?).agent(&args.agent);
            for url in &args.urls {
                let decision = rules.decide(url);
                let word = if decision.allowed { "allowed" } else { "disallowed" };
                output::line(&output::printable(&format!("{word}\t{url}\t{}", decision.reason)))?;
            }
            Ok(ExitCode::from(exit_code::DONE))
        }
        (None, None) => Err(Usage("name a robots.txt with --robots".to_owned()).into()),
    }
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
    let bytes = read(batch)?;
    let mut short = false;
    let mut answers = String::new();
    for line in bytes.lines() {
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
        answers.push_str(&answer.to_string());
        answers.push('\n');
    }
    output::data(&answers)?;
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
