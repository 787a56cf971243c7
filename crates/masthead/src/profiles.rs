//! Finding and loading profiles.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use etcetera::BaseStrategy as _;
use masthead_core::Profile;
use masthead_core::profile::{Bases, Faults, Source};
use masthead_driver::bundled;

use crate::exit_code::Usage;
use crate::output;

/// Where a user's own profiles are: `masthead/profiles` in the platform's folder for configuration.
pub(crate) fn user_folder() -> Option<PathBuf> {
    etcetera::choose_base_strategy().ok().map(|base| base.config_dir().join("masthead").join("profiles"))
}

/// Looks up what `extends:` names, as the command line looks up profiles; never a path.
pub(crate) struct Lookup;

impl Bases for Lookup {
    fn find(&self, name: &str) -> Option<Source> {
        let found = bundled::lookup(name, user_folder().as_deref()).ok()?;
        Some(Source::new(found.name, found.text))
    }
}

/// The source of a profile, by name or path.
pub(crate) fn source(name: &str) -> Result<Source, bundled::LookupError> {
    let found = bundled::lookup(name, user_folder().as_deref())?;
    tracing::info!(profile = name, from = %found.origin, "profile found");
    Ok(Source::new(found.name, found.text))
}

/// Loads a profile; all its faults are said, and the error counts them.
pub(crate) fn load(name: &str) -> anyhow::Result<Profile> {
    let source = source(name)?;
    let file = source.name.clone();
    match masthead_core::profile::load(source, &Lookup) {
        Ok(profile) => {
            for key in profile.not_acted_on() {
                output::say(&format!(
                    "note: {file} has `{key}`, which this version checks and does not act on yet"
                ));
            }
            Ok(profile)
        }
        Err(faults) => {
            output::say(&faults.to_string());
            Err(Usage(count(&faults, &file)).into())
        }
    }
}

/// `3 faults in koreatimes.yaml`
pub(crate) fn count(faults: &Faults, file: &str) -> String {
    match faults.count() {
        1 => format!("1 fault in {file}"),
        count => format!("{count} faults in {file}"),
    }
}

/// Profiles that are loaded once, for batches; a faulty one says its faults once.
#[derive(Default)]
pub(crate) struct Loaded {
    profiles: BTreeMap<String, Result<Arc<Profile>, String>>,
}

impl Loaded {
    /// The profile of a name or path, or why there is none.
    pub(crate) fn get(&mut self, name: &str) -> Result<Arc<Profile>, String> {
        if let Some(known) = self.profiles.get(name) {
            return known.clone();
        }
        let loaded = load(name).map(Arc::new).map_err(|error| output::chain(&error));
        self.profiles.insert(name.to_owned(), loaded.clone());
        loaded
    }
}
