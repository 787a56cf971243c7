//! What a person sees of running crawls: lines that change where standard error is a terminal, else a line once in a
//! while.

use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, MultiProgress, ProgressBar, ProgressStyle};
use masthead_driver::{HostLine, Progress, Snapshot};

use crate::output;

/// Without a terminal, a line comes so often.
const LINE_EVERY: Duration = Duration::from_secs(30);
/// Hosts that get a line of their own.
const HOSTS: usize = 5;

/// The lines of all crawls of the process.
pub(crate) struct Displays {
    lines: MultiProgress,
    on_terminal: bool,
    quiet: bool,
}

impl Displays {
    pub(crate) fn new(quiet: bool) -> Self {
        let on_terminal = !quiet && std::io::stderr().is_terminal();
        let lines = MultiProgress::new();
        if !on_terminal {
            lines.set_draw_target(indicatif::ProgressDrawTarget::hidden());
        }
        Self { lines, on_terminal, quiet }
    }

    /// One crawl's lines; with a name where there are others.
    pub(crate) fn add(&self, name: Option<&str>) -> Display {
        let bar = self.lines.add(ProgressBar::new_spinner());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
            bar.set_style(style);
        }
        if self.on_terminal {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Display {
            lines: self.lines.clone(),
            bar,
            name: name.map(|name| format!("{name}: ")).unwrap_or_default(),
            on_terminal: self.on_terminal,
            quiet: self.quiet,
            last: Mutex::new(Instant::now()),
        }
    }
}

/// One crawl's lines.
pub(crate) struct Display {
    lines: MultiProgress,
    bar: ProgressBar,
    name: String,
    on_terminal: bool,
    quiet: bool,
    last: Mutex<Instant>,
}

impl Display {
    /// Takes the lines away.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
        self.lines.remove(&self.bar);
    }

    fn is_time(&self) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = last.elapsed() >= LINE_EVERY;
        if is_time {
            *last = Instant::now();
        }
        is_time
    }
}

impl Progress for Display {
    fn update(&self, now: &Snapshot<'_>) {
        if self.quiet {
            return;
        }
        let mut text = format!("{}{}", self.name, sentence(now));
        if !self.on_terminal {
            if self.is_time() {
                output::say(&output::printable(&text));
            }
            return;
        }
        if now.hosts.len() > 1 || now.hosts.iter().any(|host| host.why.is_some()) {
            text.extend(now.hosts.iter().take(HOSTS).map(|host| format!("\n    {}", of_host(host))));
        }
        if !now.url.is_empty() {
            text.push_str(&format!("\n    {}", now.url));
        }
        self.bar.set_message(output::printable(&text));
    }

    fn say(&self, text: &str) {
        if !self.quiet {
            let line = output::printable(&format!("{}{text}", self.name));
            self.lines.suspend(|| output::say(&line));
        }
    }
}

/// `120 pages, 3400 waiting · 80 articles · 4 minutes · about 2 hours left`
fn sentence(now: &Snapshot<'_>) -> String {
    let of_limit = now.limit.map(|limit| format!(" of {limit}")).unwrap_or_default();
    let mut parts = vec![
        format!("{} pages, {} waiting", now.pages, now.queued),
        format!("{}{of_limit} articles", now.articles),
    ];
    if now.incomplete > 0 {
        parts.push(format!("{} incomplete", now.incomplete));
    }
    if now.failures > 0 {
        parts.push(format!("{} failed", now.failures));
    }
    parts.push(HumanDuration(now.elapsed).to_string());
    if let Some(left) = now.left.filter(|left| !left.is_zero()) {
        parts.push(format!("about {} left", HumanDuration(left)));
    }
    parts.join(" · ")
}

/// `example.com: 340 waiting, 29 a minute · left alone for 58 s (status 429)`
fn of_host(host: &HostLine) -> String {
    let mut line = format!("{}: {} waiting", host.host, host.waiting);
    if host.per_minute > 0.0 {
        line.push_str(&format!(", {:.0} a minute", host.per_minute));
    }
    if let Some(why) = &host.why {
        line.push_str(&format!(" · left alone for {} ({why})", HumanDuration(host.due_in)));
    }
    line
}
