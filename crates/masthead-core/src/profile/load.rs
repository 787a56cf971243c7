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
    let profile = extends::read(source, bases, &mut faults).and_then(|root| {
        let profile = build::profile(&root, &mut faults);
        if profile.is_none() && faults.is_empty() {
            let start = Span { end: root.span.start, ..root.span };
            faults.push(Fault::new(&start, "the profile has no name or no hosts"));
        }
        profile
    });
    match profile {
        Some(profile) if faults.is_empty() => Ok(profile),
        _ => Err(faults.sorted()),
    }
}
