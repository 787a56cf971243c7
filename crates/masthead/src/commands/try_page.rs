mod body;
mod fields;
mod found;
mod head;
mod own;
mod rows;
mod styled;

use std::process::ExitCode;

use masthead_core::{Finding, Level, Outcome, Page, Reading};
use masthead_record::Record;

use self::styled::{FAINT, ODD, PLAIN, Sheet, Styled};
use crate::{args, exit_code, output, profiles};

/// Columns where nobody says how wide the terminal is.
const WIDTH: usize = 100;
/// Narrower, no word of a page would be left.
const LEAST: usize = 40;
const MOST: usize = 240;

/// Shows what a profile finds on a page, for those who mend a rule.
pub(crate) fn run(args: &args::Try) -> anyhow::Result<ExitCode> {
    let profile = profiles::load(&args.profile)?;
    let found = found::find(args, &profile)?;
    let page = Page { url: &found.url, text: &found.text, fetched: found.fetched.as_deref(), witness: None };
    let (reading, trace) = masthead_core::read_traced(&profile, &page);
    let article_is_whole = match &reading.outcome {
        Outcome::Article(record) => !record.is_incomplete(),
        _ => !reading.records.is_empty(),
    };
    let whole = article_is_whole && !reading.records.iter().any(Record::is_incomplete);
    if args.json {
        json(args, &reading)?;
    } else {
        let mut sheet = Sheet::new(width());
        head::show(&mut sheet, args, &profile, &found, &reading, &trace);
        let mut missing: &[String] = &[];
        if let Outcome::Article(record) = &reading.outcome {
            fields::show(&mut sheet, record, &trace);
            body::show(&mut sheet, record, &trace);
            missing = &record.content.missing;
        }
        own::show(&mut sheet, &reading.records);
        findings(&mut sheet, &reading.findings, missing);
        print(&sheet.into_text())?;
    }
    Ok(ExitCode::from(if whole { exit_code::DONE } else { exit_code::SHORT }))
}

/// The records, a line each, as `extract --explain` prints them.
fn json(args: &args::Try, reading: &Reading) -> anyhow::Result<()> {
    let article = match &reading.outcome {
        Outcome::Article(record) => Some(&**record),
        _ => None,
    };
    if article.is_none() && reading.records.is_empty() {
        let why = no_record(&reading.outcome);
        output::say(&output::printable(&format!("{}: {why}", args.page)));
        return Ok(());
    }
    for record in article.into_iter().chain(&reading.records) {
        output::line(&serde_json::to_string::<Record>(record)?)?;
    }
    for finding in &reading.findings {
        let field = finding.field.as_deref().unwrap_or("page");
        output::say(&format!("note: {field}: {}", output::printable(&finding.message)));
    }
    Ok(())
}

/// Why there is no record.
fn no_record(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Skipped { why } => format!("skipped by the profile: {why}"),
        Outcome::NoLayout { why } => why.clone(),
        _ => "no article".to_owned(),
    }
}

/// What the part on missing fields says already is not said again.
fn findings(sheet: &mut Sheet, findings: &[Finding], missing: &[String]) {
    let said = |finding: &&Finding| {
        let missing = finding.field.as_ref().is_some_and(|field| missing.contains(field));
        !(missing && finding.message.starts_with("required"))
    };
    let findings: Vec<&Finding> = findings.iter().filter(said).collect();
    if findings.is_empty() {
        return;
    }
    sheet.heading("Findings", Styled::default());
    for finding in findings {
        let (word, style) = match finding.level {
            Level::Warning => ("warning", ODD),
            Level::Note => ("note", FAINT),
        };
        let text = finding
            .field
            .iter()
            .fold(Styled::default(), |text, field| text.and(PLAIN, &format!("{field}: ")));
        sheet.labelled(Styled::of(style, &format!("  {word}")), 11, text.and(PLAIN, &finding.message));
    }
}

/// Columns of the terminal: as `COLUMNS` says it, or the terminal itself.
fn width() -> usize {
    let said = || std::env::var("COLUMNS").ok()?.trim().parse().ok();
    let seen = || terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0));
    said().or_else(seen).unwrap_or(WIDTH).clamp(LEAST, MOST)
}

/// Colours only where they are seen: not in a pipe, not where `NO_COLOR` is set.
fn print(text: &str) -> Result<(), output::DataError> {
    match anstream::AutoStream::choice(&std::io::stdout()) {
        anstream::ColorChoice::Never => output::data(&anstream::adapter::strip_str(text).to_string()),
        _ => output::data(text),
    }
}
