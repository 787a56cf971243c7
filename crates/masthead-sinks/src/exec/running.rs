use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Builder;
use std::time::{Duration, Instant};

use super::output::each_line;
use super::{Acknowledgement, ExecCommand};

/// What is handed to the pipe at once, in bytes: each is a sign of life.
const PIECE: usize = 64 << 10;
/// How many printed lines may wait to be looked at; a program that prints more is held up.
const LINES: usize = 4096;
/// How much of a line a message quotes, in characters.
const QUOTED: usize = 300;
/// How long a program that is no longer wanted may take to end by itself.
const GRACE: Duration = Duration::from_secs(5);
/// How long the last words of a program that has ended are waited for: a child of its own may hold its pipes.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// How often a program is looked at: at first, and after a while.
const GLANCES: (Duration, Duration) = (Duration::from_millis(1), Duration::from_millis(50));

/// What the threads at the program's pipes tell.
enum Event {
    /// Everything that was written is in the pipe.
    Taken,
    /// The pipe to the program is broken.
    Broken(io::Error),
    /// It printed this, where that is asked for.
    Printed(String),
    /// One of its two outputs is closed.
    Closed,
}

/// Why a running program did not do what was waited for.
pub(super) enum Trouble {
    Ended,
    Silent,
    Io(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What is seen of the program from several threads.
#[derive(Default)]
struct Watched {
    signs_of_life: AtomicU64,
    said: Mutex<Option<String>>,
}

impl Watched {
    fn sign(&self) {
        self.signs_of_life.fetch_add(1, Ordering::Relaxed);
    }
}

/// A program at work, with threads at its three pipes. Dropped, it is ended: at the end of its input, or else by force.
pub(super) struct Running {
    process: Child,
    input: Option<Sender<Vec<u8>>>,
    /// Our own end of the program's input: what is in it after the program has ended was never read.
    unread: Option<PipeReader>,
    events: Receiver<Event>,
    watched: Arc<Watched>,
    printed: Vec<String>,
    taking: bool,
    open_outputs: usize,
    exit: Option<ExitStatus>,
}

impl Running {
    pub(super) fn start(command: &ExecCommand) -> io::Result<Self> {
        let (input, writer) = io::pipe()?;
        let unread = input.try_clone()?;
        let mut to_run = command.to_run();
        to_run.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = to_run.spawn()?;
        drop(to_run); // it holds the program's end of the pipe
        let (teller, events) = sync_channel(LINES);
        let (giver, given) = channel();
        let watched = Arc::<Watched>::default();
        let (stdout, stderr) = (process.stdout.take(), process.stderr.take());
        let running = Self {
            process,
            input: Some(giver),
            unread: Some(unread),
            events,
            watched: Arc::clone(&watched),
            printed: Vec::new(),
            taking: false,
            open_outputs: 2,
            exit: None,
        };
        // From here on an error ends the program, as `running` is dropped.
        let name: Arc<str> = command.name().into();
        let (teller_of_input, watched_input) = (teller.clone(), Arc::clone(&watched));
        thread("exec-input", move || feed(writer, &given, &teller_of_input, &watched_input))?;
        if let Some(stderr) = stderr {
            let (name, teller, watched) = (Arc::clone(&name), teller.clone(), Arc::clone(&watched));
            thread("exec-errors", move || listen(stderr, &name, &teller, &watched, Use::LastWords))?;
        }
        if let Some(stdout) = stdout {
            let use_of_it = match command.acknowledgement {
                Acknowledgement::Exit => Use::Show,
                Acknowledgement::Lines => Use::Acknowledge,
            };
            thread("exec-output", move || listen(stdout, &name, &teller, &watched, use_of_it))?;
        }
        Ok(running)
    }

    /// Hands `bytes` to the program and waits until they are in the pipe: a slow program slows the crawl.
    pub(super) fn give(&mut self, bytes: Vec<u8>, timeout: Duration) -> Result<(), Trouble> {
        if self.look_for_the_end()? {
            return Err(Trouble::Ended);
        }
        self.taking = self.input.as_ref().is_some_and(|input| input.send(bytes).is_ok());
        if !self.taking {
            return Err(Trouble::Io(io::ErrorKind::BrokenPipe.into()));
        }
        self.wait(timeout, |running| !running.taking)
    }

    /// Closes the program's input and waits until it has ended, and its last lines are there.
    pub(super) fn end(&mut self, timeout: Duration) -> Result<ExitStatus, Trouble> {
        self.input = None;
        self.wait(timeout, |running| running.exit.is_some())?;
        self.exit.ok_or(Trouble::Ended)
    }

    /// Whether the program, which has ended, had read everything.
    pub(super) fn has_read_all(&mut self) -> io::Result<bool> {
        match self.unread.take() {
            Some(mut unread) => Ok(unread.read(&mut [0])? == 0),
            None => Ok(true),
        }
    }

    /// The lines that it has printed since the last time, where they are asked for.
    pub(super) fn printed(&mut self) -> Vec<String> {
        while let Ok(event) = self.events.try_recv() {
            // A broken pipe shows again in the next write.
            drop(self.note(event));
        }
        std::mem::take(&mut self.printed)
    }

    /// Waits until it has printed something.
    pub(super) fn wait_for_print(&mut self, timeout: Duration) -> Result<(), Trouble> {
        self.wait(timeout, |running| !running.printed.is_empty())
    }

    /// How it ended, and the last line of its standard error.
    pub(super) fn end_of_it(&self) -> (Option<ExitStatus>, Option<String>) {
        let said = self.watched.said.lock().unwrap_or_else(PoisonError::into_inner);
        (self.exit, said.clone())
    }

    /// Waits until `done`; not longer than `timeout` after the program's last sign of life.
    fn wait(&mut self, timeout: Duration, done: impl Fn(&Self) -> bool) -> Result<(), Trouble> {
        let (mut glance, longest) = GLANCES;
        let mut seen = (self.watched.signs_of_life.load(Ordering::Relaxed), Instant::now());
        loop {
            while let Ok(event) = self.events.try_recv() {
                self.note(event)?;
            }
            let has_ended = self.look_for_the_end()?;
            if done(self) {
                return Ok(());
            }
            if has_ended {
                return Err(Trouble::Ended);
            }
            let signs = self.watched.signs_of_life.load(Ordering::Relaxed);
            if signs != seen.0 {
                seen = (signs, Instant::now());
            } else if seen.1.elapsed() >= timeout {
                self.kill();
                return Err(Trouble::Silent);
            }
            self.pause(glance)?;
            glance = (glance * 2).min(longest);
        }
    }

    /// Waits for an event, not longer than `time`.
    fn pause(&mut self, time: Duration) -> io::Result<()> {
        use std::sync::mpsc::RecvTimeoutError::{Disconnected, Timeout};
        match self.events.recv_timeout(time) {
            Ok(event) => self.note(event),
            Err(Timeout) => Ok(()),
            // Every pipe is closed, and the program still runs.
            Err(Disconnected) => {
                std::thread::sleep(time);
                Ok(())
            }
        }
    }

    fn note(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Taken => self.taking = false,
            Event::Printed(line) => self.printed.push(line),
            Event::Closed => self.open_outputs -= 1,
            Event::Broken(error) => return Err(error),
        }
        Ok(())
    }

    /// Whether it has ended. When that is first seen, its last lines are waited for.
    fn look_for_the_end(&mut self) -> io::Result<bool> {
        if self.exit.is_none()
            && let Some(status) = self.process.try_wait()?
        {
            self.exit = Some(status);
            let since = Instant::now();
            while self.open_outputs > 0 && since.elapsed() < LAST_WORDS {
                self.pause(GLANCES.1)?;
            }
        }
        Ok(self.exit.is_some())
    }

    fn kill(&mut self) {
        // Without a reader, the thread that writes ends too.
        self.unread = None;
        match self.process.kill().and_then(|()| self.process.wait()) {
            Ok(status) => self.exit = Some(status),
            Err(error) => tracing::warn!(%error, "a program can't be ended"),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.input = None;
        if !self.taking {
            // Its input ends with a whole line: let it finish.
            match self.wait(GRACE, |running| running.exit.is_some()) {
                Ok(()) | Err(Trouble::Ended | Trouble::Silent) => {}
                Err(Trouble::Io(error)) => tracing::debug!(%error, "a program did not end by itself"),
            }
        }
        if self.exit.is_none() {
            self.kill();
        }
    }
}

fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    Builder::new().name(name.to_owned()).spawn(work).map(drop)
}

/// Writes what is given into the program's input, and closes it when there is no more to come.
fn feed(mut input: PipeWriter, given: &Receiver<Vec<u8>>, teller: &SyncSender<Event>, watched: &Watched) {
    for bytes in given {
        let written = bytes.chunks(PIECE).try_for_each(|piece| {
            input.write_all(piece)?;
            watched.sign();
            Ok(())
        });
        let event = written.map_or_else(Event::Broken, |()| Event::Taken);
        let broken = matches!(event, Event::Broken(_));
        if teller.send(event).is_err() || broken {
            return;
        }
    }
}

/// What a program's output is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// People see it.
    Show,
    /// People see it, and the last line explains a failure.
    LastWords,
    /// It holds ids.
    Acknowledge,
}

fn listen(output: impl Read, name: &str, teller: &SyncSender<Event>, watched: &Watched, use_of_it: Use) {
    let heard = each_line(output, |line| {
        watched.sign();
        if use_of_it == Use::Acknowledge {
            // Nobody listens any more: the line came too late.
            drop(teller.send(Event::Printed(line)));
            return;
        }
        tracing::warn!("{name}: {line}"); // as it would stand on the terminal
        if use_of_it == Use::LastWords {
            *watched.said.lock().unwrap_or_else(PoisonError::into_inner) =
                Some(line.chars().take(QUOTED).collect());
        }
    });
    if let Err(error) = heard {
        tracing::debug!(program = name, %error, "the output of the program can't be read");
    }
    drop(teller.send(Event::Closed));
}
