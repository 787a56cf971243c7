use std::future::Future;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

/// Follows a crawl while it runs, for a display. Called on the thread that called [`run`](crate::run()).
pub trait Progress {
    /// After pages: each call tells of the last one. Pages that come faster than calls are told together.
    fn update(&self, _now: &Snapshot<'_>) {}

    /// One sentence that a person should read now. It is in the log as well.
    fn say(&self, _text: &str) {}
}

/// Shows nothing.
impl Progress for () {}

/// Where a running crawl stands.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Snapshot<'a> {
    /// Answers received in this run.
    pub pages: u64,
    /// Tasks that wait in the state.
    pub queued: u64,
    /// Whole articles emitted in this run.
    pub articles: u64,
    /// The limit on articles, where there is one.
    pub limit: Option<u64>,
    /// Records without a required field in this run.
    pub incomplete: u64,
    /// Pages given up in this run.
    pub failures: u64,
    /// The page that was handled last.
    pub url: &'a str,
    /// The hosts for which the most waits.
    pub hosts: Vec<HostLine>,
    /// About how long the rest takes, as far as it is known by now.
    pub left: Option<Duration>,
    /// Since the run began.
    pub elapsed: Duration,
}

/// One host of a running crawl.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct HostLine {
    /// Its name.
    pub host: String,
    /// Pages that wait for it.
    pub waiting: u64,
    /// Answers received in this run.
    pub answered: u64,
    /// Answers a minute, by those so far.
    pub per_minute: f64,
    /// How long it is left alone.
    pub due_in: Duration,
    /// Why it is left alone, where it is for longer than its pace.
    pub why: Option<String>,
}

/// The crawl's end of the line to whoever follows it.
#[derive(Debug)]
pub(crate) struct Teller {
    latest: watch::Sender<(Snapshot<'static>, String)>,
    sentences: mpsc::UnboundedSender<String>,
}

/// The other end.
pub(crate) struct Listener {
    latest: watch::Receiver<(Snapshot<'static>, String)>,
    sentences: mpsc::UnboundedReceiver<String>,
}

pub(crate) fn line() -> (Teller, Listener) {
    let (latest, of_latest) = watch::channel(Default::default());
    let (sentences, of_sentences) = mpsc::unbounded_channel();
    (Teller { latest, sentences }, Listener { latest: of_latest, sentences: of_sentences })
}

impl Teller {
    /// `now` without its URL, which goes beside it.
    pub(crate) fn update(&self, now: Snapshot<'static>, url: &str) {
        self.latest.send_replace((now, url.to_owned()));
    }

    pub(crate) fn say(&self, text: &str) {
        tracing::info!("{text}");
        if self.sentences.send(text.to_owned()).is_err() {
            tracing::trace!("nobody follows the crawl any more");
        }
    }
}

impl Listener {
    /// Passes on what is told while `work` is done, and what was told last.
    pub(crate) async fn follow<T>(&mut self, progress: &dyn Progress, work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        loop {
            tokio::select! {
                biased;
                Some(text) = self.sentences.recv() => progress.say(&text),
                Ok(()) = self.latest.changed() => self.pass_on(progress),
                done = &mut work => {
                    while let Ok(text) = self.sentences.try_recv() {
                        progress.say(&text);
                    }
                    if self.latest.has_changed().unwrap_or(false) {
                        self.pass_on(progress);
                    }
                    return done;
                }
            }
        }
    }

    fn pass_on(&mut self, progress: &dyn Progress) {
        // Not while the value is borrowed: the crawl would wait for the display.
        let (now, url) = self.latest.borrow_and_update().clone();
        progress.update(&Snapshot { url: &url, ..now });
    }
}
