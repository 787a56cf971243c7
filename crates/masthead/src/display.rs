//! What a person sees of a running crawl: one line that changes, only where standard error is a terminal.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};
use masthead_driver::{Progress, Snapshot};

use crate::output;

/// The line.
pub(crate) struct Display {
    bar: ProgressBar,
    quiet: bool,
}

impl Display {
    pub(crate) fn new(quiet: bool) -> Self {
        let shown = !quiet && std::io::stderr().is_terminal();
        let bar = if shown { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, quiet }
    }

    /// Takes the line away.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Display {
    fn update(&self, now: &Snapshot<'_>) {
        if self.bar.is_hidden() {
            return;
        }
        let of_limit = now.limit.map(|limit| format!(" of {limit}")).unwrap_or_default();
        let mut line = format!(
            "{} pages, {} waiting · {}{of_limit} articles · {}",
            now.pages,
            now.queued,
            now.articles,
            HumanDuration(now.elapsed)
        );
        if now.incomplete > 0 {
            line.push_str(&format!(" · {} incomplete", now.incomplete));
        }
        if now.failures > 0 {
            line.push_str(&format!(" · {} failed", now.failures));
        }
        line.push_str(&format!(" · {}", output::printable(now.url)));
        self.bar.set_message(line);
    }

    fn say(&self, text: &str) {
        if !self.quiet {
            self.bar.suspend(|| output::say(&output::printable(text)));
        }
    }
}
