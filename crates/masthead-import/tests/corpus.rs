//! The site configs of another project: how much of them is carried over, and that every profile is sound.

use std::path::PathBuf;

use masthead_core::profile::{self, NoBases};
use masthead_import::import;

/// The corpus beside the project; `MASTHEAD_SHARED` names another place.
fn configs() -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("MASTHEAD_SHARED").map_or_else(beside, PathBuf::from);
    Some(shared.join("corpus/ftr-site-config")).filter(|folder| folder.is_dir())
}

#[test]
fn four_rules_of_five_are_carried_and_every_profile_is_sound() {
    let Some(folder) = configs() else {
        eprintln!("skipped: no corpus of site configs");
        return;
    };
    let (mut rules, mut carried, mut whole, mut profiles) = (0, 0, 0, 0);
    for file in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = file.file_name().into_string().unwrap();
        let imported = import(&name, &std::fs::read_to_string(file.path()).unwrap())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let source = profile::Source::new(name.as_str(), imported.yaml.as_str());
        if let Err(faults) = profile::load(source, &NoBases) {
            panic!("{name}: {faults}");
        }
        profiles += 1;
        rules += imported.report.rules;
        carried += imported.report.carried.len();
        whole += usize::from(imported.report.is_whole());
    }
    eprintln!("{profiles} configs, {whole} whole; {carried} of {rules} rules carried");
    assert!(profiles > 1_000, "{profiles} configs");
    assert!(carried * 10 >= rules * 8, "{carried} of {rules} rules carried");
    assert!(whole * 2 >= profiles, "{whole} of {profiles} configs are whole");
}
