//! Records the made-up site of a fictional paper into a WARC file, the same bytes each time:
//!
//! `cargo run -p masthead-warc --example record_site -- tests/site/koreatimes profiles/recorded/koreatimes.warc.gz`
//!
//! It also writes the facts expected of each article into the site's `articles.json`; see docs/recorded-pages.md.

mod site;

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use site::Site;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(output)) = (arguments.next(), arguments.next()) else {
        return Err("usage: record_site SITE_FOLDER OUTPUT.warc.gz".into());
    };
    let site = Site::load(&folder)?;
    let name = output.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let warc = site.record(&name)?;
    if let Some(parent) = output.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(&output, warc)?;
    fs::write(folder.join("articles.json"), site.articles_with_facts()?)?;
    Ok(())
}
