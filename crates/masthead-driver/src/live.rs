//! The network, as a job may use it.

use std::net::IpAddr;
use std::sync::Arc;

use masthead_crawler::fetch::{Fetch, HttpFetcher, HttpOptions};
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

pub(crate) fn fetcher(job: &Job) -> Result<Arc<dyn Fetch>, JobError> {
    let mut options = HttpOptions::new(user_agent(&job.agent, job.contact.as_deref()));
    options.opened = Opened::new(&job.allow_private)?;
    options.proxy = job.proxy.clone();
    // A jar of the profile's own: a site that insists on a cookie would send its readers round in a circle.
    options.cookies = true;
    Ok(Arc::new(HttpFetcher::new(options).map_err(JobError::Network)?))
}
