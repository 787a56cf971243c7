use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use masthead_import::{Imported, Report};

use crate::exit_code::Usage;
use crate::{args, exit_code, output};

/// Larger files are no site configs; the largest known has 20 KB.
const MAX_BYTES: u64 = 1 << 20;

/// Makes profiles of site configs, and says what was carried over.
pub(crate) fn run(args: &args::Import, quiet: bool) -> anyhow::Result<ExitCode> {
    if args.files.len() > 1 && args.output.is_none() && !args.json {
        return Err(
            Usage("several configs make several profiles: name a folder with --output".to_owned()).into()
        );
    }
    // All are read before one is written: bad input leaves nothing behind.
    let imported: Vec<(PathBuf, Imported)> =
        args.files.iter().map(|file| Ok((file.clone(), read(file)?))).collect::<Result<_, Usage>>()?;
    let targets = args.output.as_deref().map(|folder| targets(folder, &imported)).transpose()?;
    if let Some(targets) = &targets {
        write(targets, &imported)?;
    }
    let reports: Vec<&Report> = imported.iter().map(|(_, one)| &one.report).collect();
    if !quiet {
        reports.iter().for_each(|report| say(report));
        say_total(&reports);
    }
    if args.json {
        output::line(&serde_json::to_string_pretty(&reports)?)?;
    } else if targets.is_none() {
        imported.iter().try_for_each(|(_, one)| output::data(&one.yaml))?;
    }
    let whole = reports.iter().all(|report| report.is_whole());
    Ok(ExitCode::from(if whole { exit_code::DONE } else { exit_code::SHORT }))
}

fn read(file: &Path) -> Result<Imported, Usage> {
    let bad = |why: &str| Usage(format!("{}: {why}", file.display()));
    let size = fs::metadata(file).map_err(|error| bad(&error.to_string()))?.len();
    if size > MAX_BYTES {
        return Err(bad("a site config has at most 1 MB"));
    }
    let bytes = fs::read(file).map_err(|error| bad(&error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| bad("not UTF-8: save it as UTF-8"))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    masthead_import::import(&name, &text).map_err(|error| bad(&error.to_string()))
}

/// Where the profiles go. What is there is a person's work perhaps, so it is not written over.
fn targets(folder: &Path, imported: &[(PathBuf, Imported)]) -> Result<Vec<PathBuf>, Usage> {
    let mut targets: Vec<PathBuf> = Vec::new();
    for (file, one) in imported {
        let target = folder.join(format!("{}.yaml", one.report.profile));
        if target.exists() {
            return Err(Usage(format!("{} is there already: move it away", target.display())));
        }
        if targets.contains(&target) {
            return Err(Usage(format!(
                "{} would become {}, as another config does: rename it",
                file.display(),
                target.display()
            )));
        }
        targets.push(target);
    }
    Ok(targets)
}

fn write(targets: &[PathBuf], imported: &[(PathBuf, Imported)]) -> anyhow::Result<()> {
    for (target, (_, one)) in targets.iter().zip(imported) {
        let folder = target.parent().unwrap_or(target);
        fs::create_dir_all(folder).with_context(|| format!("can't make the folder {}", folder.display()))?;
        fs::File::create_new(target)
            .and_then(|mut file| file.write_all(one.yaml.as_bytes()))
            .with_context(|| format!("can't write {}", target.display()))?;
    }
    Ok(())
}

fn say(report: &Report) {
    let line = |text: String| output::say(&output::printable(&text));
    line(format!("{}: {} of {} rules carried over", report.config, report.carried.len(), report.rules));
    for one in &report.not_carried {
        line(format!("  line {}: {}: {}\n    {}", one.line, one.key, one.rule, one.reason));
    }
    for one in &report.faults {
        line(format!("  line {}: {}\n    {}", one.line, one.text, one.message));
    }
}

fn say_total(reports: &[&Report]) {
    if reports.len() < 2 {
        return;
    }
    let sum = |count: fn(&Report) -> usize| reports.iter().map(|report| count(report)).sum::<usize>();
    let whole = reports.iter().filter(|report| report.is_whole()).count();
    output::say(&format!(
        "{} configs, {whole} of them whole; {} of {} rules carried over",
        reports.len(),
        sum(|report| report.carried.len()),
        sum(|report| report.rules)
    ));
}
