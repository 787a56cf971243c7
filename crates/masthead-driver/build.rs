//! Lists the profiles and recorded pages of `profiles/`, so that adding one means adding its file and nothing else.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../profiles").canonicalize()?;
    let (mut profiles, mut recorded) = (BTreeMap::new(), BTreeMap::new());
    collect(&root, &mut |path| {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (found, name) = match (file.strip_suffix(".yaml"), file.strip_suffix(".warc.gz")) {
            (Some(name), _) => (&mut profiles, name),
            (_, Some(name)) if path.parent().is_some_and(|folder| folder.ends_with("recorded")) => {
                (&mut recorded, name)
            }
            _ => return Ok(()),
        };
        match found.insert(name.to_owned(), path.to_owned()) {
            Some(other) => Err(format!("{} and {} have one name", other.display(), path.display()).into()),
            None => Ok(()),
        }
    })?;
    let mut code = "static PROFILES: &[BundledProfile] = &[\n".to_owned();
    for (name, path) in &profiles {
        let shown = Path::new("profiles").join(path.strip_prefix(&root)?);
        writeln!(
            code,
            "BundledProfile {{ name: {name:?}, path: {shown:?}, text: include_str!({path:?}) }},"
        )?;
    }
    code.push_str("];\nstatic RECORDED: &[(&str, &[u8])] = &[\n");
    for (name, path) in &recorded {
        writeln!(code, "({name:?}, include_bytes!({path:?})),")?;
    }
    code.push_str("];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("bundled.rs"), code)?;
    Ok(())
}

type Found<'a> = dyn FnMut(&Path) -> Result<(), Box<dyn Error>> + 'a;

/// Calls `found` for each file below the folder, in the order of names.
fn collect(folder: &Path, found: &mut Found<'_>) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut paths =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, found)?;
        } else {
            println!("cargo::rerun-if-changed={}", path.display());
            found(&path)?;
        }
    }
    Ok(())
}
