//! Imports configs and prints a JSON line for each: the report, the profile, and what a check of the profile says.
//!
//! `cargo run -p masthead-import --example import_all -- FOLDER > imported.jsonl`

use std::error::Error;
use std::io::Write as _;

use masthead_core::profile::{self, NoBases};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("give the folder of configs")?;
    let mut files: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    files.sort_by_key(std::fs::DirEntry::file_name);
    let mut out = std::io::stdout().lock();
    for file in files {
        let name = file.file_name().to_string_lossy().into_owned();
        let text = String::from_utf8_lossy(&std::fs::read(file.path())?).into_owned();
        let line = match masthead_import::import(&name, &text) {
            Err(error) => json!({"config": name, "error": error.to_string()}),
            Ok(imported) => {
                let source = profile::Source::new(format!("{name}.yaml"), imported.yaml.as_str());
                let faults = profile::load(source, &NoBases).err().map(|faults| faults.to_string());
                json!({"report": imported.report, "yaml": imported.yaml, "faults": faults})
            }
        };
        writeln!(out, "{line}")?;
    }
    Ok(())
}
