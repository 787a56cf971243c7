use std::cell::RefCell;

use sha2::{Digest as _, Sha256};

use super::fault::{Fault, Faults};
use super::model::Profile;
use super::source::{Source, Span};
use super::{Bases, build, extends};

/// Loads a profile: reads it and what it extends, checks every key, compiles every selector, regex, format and zone.
///
/// # Errors
/// All faults of the profile and of its bases, in the order of their places.
pub fn load(source: Source, bases: &dyn Bases) -> Result<Profile, Faults> {
    let mut faults = Faults::default();
    let seen = Seen::new(&source, bases);
    let profile = extends::read(source, &seen, &mut faults).and_then(|root| {
        let profile = build::profile(&root, &mut faults);
        if profile.is_none() && faults.is_empty() {
            let start = Span { end: root.span.start, ..root.span };
            faults.push(
                Fault::new(&start, "the profile has no name or no hosts")
                    .help("add `profile: NAME` and `hosts: [NAME]`"),
            );
        }
        profile
    });
    match profile {
        Some(profile) if faults.is_empty() => Ok(Profile { fingerprint: seen.fingerprint(), ..profile }),
        _ => Err(faults.sorted()),
    }
}

/// Remembers the texts that a profile is made of.
struct Seen<'a> {
    bases: &'a dyn Bases,
    hash: RefCell<Sha256>,
}

impl<'a> Seen<'a> {
    fn new(source: &Source, bases: &'a dyn Bases) -> Self {
        Self { bases, hash: RefCell::new(Sha256::new_with_prefix(&source.text)) }
    }

    /// The first 64 bits of SHA-256 over all texts, in hexadecimal.
    fn fingerprint(&self) -> String {
        let hash = self.hash.borrow().clone().finalize();
        hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Bases for Seen<'_> {
    fn find(&self, name: &str) -> Option<Source> {
        let found = self.bases.find(name)?;
        let mut hash = self.hash.borrow_mut();
        hash.update([0]);
        hash.update(&found.text);
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::NoBases;

    struct Base(&'static str);

    impl Bases for Base {
        fn find(&self, _name: &str) -> Option<Source> {
            Some(Source::new("base", self.0))
        }
    }

    #[test]
    fn a_fingerprint_follows_every_text() {
        let plain = "profile: a\nversion: 1\nhosts: [a.example]\ntimezone: UTC\n";
        let of = |text: &str, bases: &dyn Bases| {
            load(Source::new("a.yaml", text), bases).unwrap().fingerprint().to_owned()
        };
        let first = of(plain, &NoBases);
        assert_eq!((first.len(), &first), (16, &of(plain, &NoBases)));
        assert_ne!(first, of(&format!("{plain}article: {{title: h1}}\n"), &NoBases));
        let overlay = "extends: base\nprofile: b\n";
        let longer = Box::leak(format!("{plain}article: {{title: h1}}\n").into_boxed_str());
        assert_ne!(of(overlay, &Base(plain)), of(overlay, &Base(longer)));
    }
}
