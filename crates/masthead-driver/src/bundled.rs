//! Profiles and recorded pages that are part of the program, and where others are looked for.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use masthead_core::profile::{Bases, Source};

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// A profile that is part of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BundledProfile {
    /// Its name: the file's name without `.yaml`.
    pub name: &'static str,
    /// Its file in the project, from the project's root.
    pub path: &'static str,
    /// Its YAML text.
    pub text: &'static str,
}

/// The profiles that are part of the program, by name.
#[must_use]
pub fn profiles() -> &'static [BundledProfile] {
    PROFILES
}

/// The recorded pages that ship with a profile: the bytes of a `.warc.gz` file.
#[must_use]
pub fn recorded_pages(profile: &str) -> Option<&'static [u8]> {
    RECORDED.iter().find(|(name, _)| *name == profile).map(|(_, bytes)| *bytes)
}

/// The names of the profiles that recorded pages ship with.
#[must_use]
pub fn with_recorded_pages() -> Vec<&'static str> {
    RECORDED.iter().map(|(name, _)| *name).collect()
}

/// Which of the places a profile came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The path that was written.
    Path(PathBuf),
    /// The folder `profiles` of the present folder.
    Local(PathBuf),
    /// The user's folder of profiles.
    User(PathBuf),
    /// The program itself.
    BuiltIn(&'static str),
}

impl Origin {
    /// The file, where it is one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Path(path) | Self::Local(path) | Self::User(path) => Some(path),
            Self::BuiltIn(_) => None,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) | Self::Local(path) | Self::User(path) => path.display().fmt(f),
            Self::BuiltIn(path) => write!(f, "{path} (built in)"),
        }
    }
}

/// A profile's text and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file's name, as faults show it.
    pub name: String,
    /// The YAML text.
    pub text: String,
    /// Which place won.
    pub origin: Origin,
}

impl Found {
    /// The text as [`masthead_core::profile::load`] takes it.
    #[must_use]
    pub fn into_source(self) -> Source {
        Source { name: self.name, text: self.text }
    }
}

/// Where the profiles are that others extend: the same places, by name.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The user's folder of profiles.
    pub user_folder: Option<PathBuf>,
}

impl Bases for Places {
    fn find(&self, name: &str) -> Option<Source> {
        match lookup(name, self.user_folder.as_deref()) {
            Ok(found) => Some(found.into_source()),
            Err(error) => {
                tracing::debug!(%error, "a base was not found");
                None
            }
        }
    }
}

/// Why a profile was not found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError {
    /// No place has it.
    #[error(
        "there is no profile {name}: looked in {} and the built-in ones; `crawl profiles` lists what there is",
        places.join(", ")
    )]
    Unknown {
        /// What was asked for.
        name: String,
        /// The folders that were looked in.
        places: Vec<String>,
    },
    /// The file can't be read.
    #[error("can't read the profile {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// Finds a profile: a path, else `./profiles`, else the user's folder, else the built-in ones. The first wins.
///
/// What has a `/`, or ends in `.yaml` or `.yml`, is a path.
///
/// # Errors
/// Where no place has it, or a file that is there can't be read.
pub fn lookup(name_or_path: &str, user_folder: Option<&Path>) -> Result<Found, LookupError> {
    lookup_in(name_or_path, Path::new("profiles"), user_folder)
}

fn lookup_in(name: &str, local: &Path, user_folder: Option<&Path>) -> Result<Found, LookupError> {
    if is_path(name) {
        let path = PathBuf::from(name);
        return read(&path).map(|text| found(&path, text, Origin::Path(path.clone())));
    }
    let folders = [Some((local, false)), user_folder.map(|folder| (folder, true))];
    for (folder, is_users) in folders.into_iter().flatten() {
        let path = folder.join(format!("{name}.yaml"));
        if path.is_file() {
            let text = read(&path)?;
            let origin = if is_users { Origin::User(path.clone()) } else { Origin::Local(path.clone()) };
            return Ok(found(&path, text, origin));
        }
    }
    if let Some(profile) = PROFILES.iter().find(|profile| profile.name == name) {
        let (name, text) = (profile.path.to_owned(), profile.text.to_owned());
        return Ok(Found { name, text, origin: Origin::BuiltIn(profile.path) });
    }
    let places = folders.iter().flatten().map(|(folder, _)| folder.display().to_string()).collect();
    Err(LookupError::Unknown { name: name.to_owned(), places })
}

fn is_path(name: &str) -> bool {
    name.contains(['/', std::path::MAIN_SEPARATOR]) || name.ends_with(".yaml") || name.ends_with(".yml")
}

fn read(path: &Path) -> Result<String, LookupError> {
    fs::read_to_string(path).map_err(|source| LookupError::Unreadable { path: path.to_owned(), source })
}

fn found(path: &Path, text: String, origin: Origin) -> Found {
    Found { name: path.display().to_string(), text, origin }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_place_wins() {
        let folder = tempfile::tempdir().unwrap();
        let (local, user) = (folder.path().join("local"), folder.path().join("user"));
        for (place, names) in [(&local, &["a"][..]), (&user, &["a", "b"])] {
            fs::create_dir(place).unwrap();
            for name in names {
                fs::write(place.join(format!("{name}.yaml")), place.to_string_lossy().as_bytes()).unwrap();
            }
        }
        let find = |name: &str| lookup_in(name, &local, Some(&user));
        assert_eq!(find("a").unwrap().origin, Origin::Local(local.join("a.yaml")));
        assert_eq!(find("b").unwrap().origin, Origin::User(user.join("b.yaml")));
        let path = user.join("a.yaml");
        assert_eq!(find(&path.to_string_lossy()).unwrap().origin, Origin::Path(path));
    }

    #[test]
    fn what_is_nowhere_says_where_it_was_looked_for() {
        let error = lookup_in("no-such-paper", Path::new("here"), Some(Path::new("/there"))).unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no profile no-such-paper: looked in here, /there and the built-in ones; `crawl profiles` lists \
             what there is"
        );
        assert!(matches!(lookup("./none.yaml", None), Err(LookupError::Unreadable { .. })));
    }

    #[test]
    fn every_built_in_profile_is_found_by_its_name() {
        for profile in profiles() {
            let found = lookup_in(profile.name, Path::new("/nowhere"), None).unwrap();
            assert_eq!(found.origin, Origin::BuiltIn(profile.path));
        }
    }
}
