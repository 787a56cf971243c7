//! The network, as a job may use it.

use std::net::IpAddr;
use std::sync::Arc;

use masthead_core::profile::CookieValue;
use masthead_crawler::fetch::{Fetch, HttpFetcher, HttpOptions, PresetCookie};
use masthead_crawler::scope::Opened;

use crate::job::{Job, JobError};

/// What this crawler calls itself, with whom to write to: `Masthead/0.1.0 (+https://example.com/bot)`.
#[must_use]
pub fn user_agent(agent: &str, contact: Option<&str>) -> String {
    let name = format!("{agent}/{}", env!("CARGO_PKG_VERSION"));
    match contact {
        Some(contact) => format!("{name} (+{contact})"),
        None => name,
    }
}

/// Finds what would only show after every host was asked in vain.
pub(crate) fn check(job: &Job) -> Result<(), JobError> {
    let opened = Opened::new(&job.allow_private)?;
    let refused = |host: &&String| match host.parse::<IpAddr>() {
        Ok(address) => !opened.permits(host, address),
        Err(_) => *host == "localhost" && !opened.permits(host, IpAddr::from([127, 0, 0, 1])),
    };
    let hosts = job.profile.hosts();
    match hosts.iter().find(refused) {
        // Others may be public: what can't be reached is counted then.
        Some(host) if hosts.iter().all(|host| refused(&host)) => {
            Err(JobError::NotOpened { host: host.clone() })
        }
        _ => Ok(()),
    }
}

/// The cookies of the profile, its slots filled.
fn preset(job: &Job) -> Result<Vec<PresetCookie>, JobError> {
    let mut cookies = Vec::new();
    for (name, value) in job.profile.cookies() {
        let (value, secure) = match value {
            CookieValue::Text(text) => (text.clone(), false),
            CookieValue::Slot(slot) => {
                let filled = job.secrets.get(slot);
                let unfilled = || JobError::UnfilledSlot { slot: slot.clone(), cookie: name.clone() };
                (filled.ok_or_else(unfilled)?.0.clone(), true)
            }
        };
        let cookie = |host: &String| PresetCookie {
            name: name.clone(),
            value: value.clone(),
            host: host.clone(),
            secure,
        };
        cookies.extend(job.profile.hosts().iter().map(cookie));
    }
    Ok(cookies)
}

pub(crate) fn fetcher(job: &Job) -> Result<Arc<dyn Fetch>, JobError> {
    let mut options = HttpOptions::new(user_agent(&job.agent, job.contact.as_deref()));
    options.opened = Opened::new(&job.allow_private)?;
    options.proxy = job.proxy.clone();
    // A jar of the profile's own: a site that insists on a cookie would send its readers round in a circle.
    options.cookies = true;
    let in_flight = job.concurrency.unwrap_or(job.profile.politeness().concurrency);
    options.idle_connections = in_flight.max(2) as usize;
    options.preset = preset(job)?;
    Ok(Arc::new(HttpFetcher::new(options).map_err(JobError::Network)?))
}
