//! How often a host is asked, and what a profile alone may not ask for.

use std::time::Duration;

use super::hosts::is_private;
use crate::profile::compile::Compiler;
use crate::profile::model::Politeness;
use crate::profile::node::Node;
use crate::profile::show::quoted;

/// The shortest delay for hosts that are not one's own.
const MIN_DELAY: Duration = Duration::from_secs(1);
/// A delay, timeout or wait is not longer than this.
const MAX_DURATION: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) fn politeness(cx: &mut Compiler<'_>, node: &Node, hosts: &[String]) -> Politeness {
    let default = Politeness::default();
    let public = hosts.iter().find(|host| !is_private(host));
    let obey_robots = node.get("robots").and_then(Node::text) != Some("ignore");
    if let (false, Some(value), Some(host)) = (obey_robots, node.get("robots"), public) {
        let help = "leave it out; only a command line or a job file may ask for that";
        cx.reject(value, format!("a profile can't ignore the robots.txt of {}", quoted(host)), help);
    }
    Politeness {
        delay: delay(cx, node, public).unwrap_or(default.delay),
        concurrency: number(node, "concurrency").unwrap_or(default.concurrency),
        timeout: positive(cx, node, "timeout").unwrap_or(default.timeout),
        retries: number(node, "retries").unwrap_or(default.retries),
        max_body: node.get("max_body").and_then(|size| cx.size(size)),
        max_redirects: number(node, "max_redirects").unwrap_or(default.max_redirects),
        max_wait: bounded(cx, node, "max_wait").unwrap_or(default.max_wait),
        obey_robots,
    }
}

fn delay(cx: &mut Compiler<'_>, node: &Node, public: Option<&String>) -> Option<Duration> {
    let delay = bounded(cx, node, "delay")?;
    if let (true, Some(host), Some(value)) = (delay < MIN_DELAY, public, node.get("delay")) {
        let message = format!("a profile can't ask {} more than once a second", quoted(host));
        cx.reject(value, message, "write `1s` or more");
        return None;
    }
    Some(delay)
}

fn positive(cx: &mut Compiler<'_>, node: &Node, key: &str) -> Option<Duration> {
    let duration = bounded(cx, node, key)?;
    if duration.is_zero() {
        cx.reject(node.get(key)?, format!("`{key}` can't be nothing"), "write `30s`");
        return None;
    }
    Some(duration)
}

fn bounded(cx: &mut Compiler<'_>, node: &Node, key: &str) -> Option<Duration> {
    let value = node.get(key)?;
    let duration = cx.duration(value)?;
    if duration > MAX_DURATION {
        cx.reject(value, format!("`{key}` is longer than a day"), "write `1d` or less");
        return None;
    }
    Some(duration)
}

fn number(node: &Node, key: &str) -> Option<u32> {
    node.get(key)?.integer().and_then(|number| u32::try_from(number).ok())
}
