//! The sink `exec`: what a program is given, and what counts as kept. The programs are small ones for `sh`, which the
//! sink runs as it runs any other.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test ends where its own files fail it")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use masthead_record::{Delivery, Item, Position, Sink, SinkError, StreamId, When};
use masthead_sinks::exec::{Acknowledgement, ExecCommand, ExecSink, RECORDS_A_RUN};
use masthead_sinks::{Registry, SpecError};
use masthead_testkit::sink::{article, removed};
use tempfile::TempDir;

fn item(i: u64) -> Item {
    article(&format!("https://herald.example/{i}"), 1, &format!("항구 {i} is \"shut\""), "Fog.")
}

fn deliveries(numbers: std::ops::RangeInclusive<u64>) -> Vec<Delivery> {
    numbers.map(|n| Delivery { n, item: Arc::new(item(n)) }).collect()
}

fn line(item: &Item) -> String {
    serde_json::to_string(item).unwrap() + "\n"
}

fn id(n: u64) -> String {
    item(n).id().to_string()
}

/// A folder for what a program writes, and programs that know it as `$1`.
struct Desk {
    folder: TempDir,
    stream: StreamId,
}

impl Desk {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), stream: StreamId("a".to_owned()) }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    fn command(&self, script: &str) -> ExecCommand {
        let folder = self.folder.path().display();
        ExecCommand::parse(&format!("/bin/sh -c '{script}' program '{folder}'")).unwrap()
    }

    fn by_exit(&self, script: &str) -> ExecSink {
        ExecSink::new(self.command(script))
    }

    fn by_lines(&self, script: &str) -> ExecSink {
        ExecSink::new(self.command(script).acknowledging_by(Acknowledgement::Lines))
    }

    fn open(&self, sink: &mut dyn Sink, n: u64) -> u64 {
        sink.open(&self.stream, Some(&Position { n, token: Vec::new() })).unwrap().n
    }
}

fn fatal(error: SinkError) -> String {
    let SinkError::Fatal(cause) = error else { panic!("not fatal: {}", chain(&error)) };
    chain(cause.as_ref())
}

fn unavailable(error: SinkError) -> (Duration, String) {
    let SinkError::Unavailable(wait, cause) = error else { panic!("not for now: {}", chain(&error)) };
    (wait, chain(cause.as_ref()))
}

fn chain(error: &dyn Error) -> String {
    let causes = std::iter::successors(Some(error), |error| (**error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Keeps all in `$1/kept`, and notes each start in `$1/starts`.
const KEEPS: &str = r#"echo started >> "$1/starts"; cat >> "$1/kept""#;

#[test]
fn the_program_reads_the_lines_that_a_json_lines_file_has() {
    let desk = Desk::new();
    let mut sink = desk.by_exit(KEEPS);
    assert_eq!(desk.open(&mut sink, 0), 0);
    let mut batch = deliveries(1..=3);
    batch.push(Delivery { n: 9, item: Arc::new(removed("https://herald.example/2", 2)) });
    assert_eq!(sink.write(&batch).unwrap(), []);
    assert_eq!(sink.checkpoint(When::Last).unwrap().n, 9);
    let expected: String = batch.iter().map(|delivery| line(&delivery.item)).collect();
    assert_eq!(desk.read("kept"), expected);
    assert_eq!(desk.read("starts"), "started\n");
}

#[test]
fn nothing_is_kept_before_the_program_has_ended() {
    let desk = Desk::new();
    let mut sink = desk.by_exit(KEEPS);
    desk.open(&mut sink, 4);
    sink.write(&deliveries(5..=7)).unwrap();
    assert_eq!(sink.checkpoint(When::Now).unwrap().n, 4);
    assert_eq!(sink.checkpoint(When::Last).unwrap().n, 7);
}

/// Else the outbox would fill up to its limit, and the crawl would stand still.
#[test]
fn the_input_ends_after_enough_records_and_the_next_ones_start_the_program_again() {
    let desk = Desk::new();
    let mut sink = desk.by_exit(KEEPS);
    desk.open(&mut sink, 0);
    let enough = RECORDS_A_RUN as u64;
    sink.write(&deliveries(1..=enough - 1)).unwrap();
    assert_eq!(sink.checkpoint(When::Now).unwrap().n, 0);
    sink.write(&deliveries(enough..=enough)).unwrap();
    assert_eq!(sink.checkpoint(When::Now).unwrap().n, enough);
    assert_eq!(sink.checkpoint(When::Now).unwrap().n, enough);
    assert_eq!(desk.read("starts"), "started\n");
    sink.write(&deliveries(enough + 1..=enough + 1)).unwrap();
    assert_eq!(sink.checkpoint(When::Last).unwrap().n, enough + 1);
    assert_eq!(desk.read("starts"), "started\nstarted\n");
    assert_eq!(desk.read("kept").lines().count() as u64, enough + 1);
}

#[test]
fn a_program_that_fails_is_asked_again_with_what_it_has_not_kept() {
    let desk = Desk::new();
    // The first run takes all and fails, the second keeps it.
    let mut sink = desk.by_exit(
        r#"if [ -e "$1/tried" ]; then cat > "$1/kept"; else cat > "$1/tried"; printf "no\033[2J room" >&2; exit 3; fi"#,
    );
    desk.open(&mut sink, 0);
    sink.write(&deliveries(1..=2)).unwrap();
    let (wait, message) = unavailable(sink.checkpoint(When::Last).unwrap_err());
    assert_eq!(wait, Duration::from_secs(1));
    assert_eq!(message, r"`sh` ended with exit status: 3; it said last: no\u{1b}[2J room");
    assert_eq!(desk.open(&mut sink, 0), 0);
    sink.write(&deliveries(1..=2)).unwrap();
    assert_eq!(sink.checkpoint(When::Last).unwrap().n, 2);
    assert_eq!(desk.read("kept"), desk.read("tried"));
    assert_eq!(desk.read("kept").lines().count(), 2);
}

#[test]
fn a_program_that_fails_again_and_again_needs_a_person() {
    let desk = Desk::new();
    let mut sink = desk.by_exit("cat > /dev/null; exit 1");
    let mut waits = Vec::new();
    let last = loop {
        desk.open(&mut sink, 0);
        sink.write(&deliveries(1..=1)).unwrap();
        match sink.checkpoint(When::Last).unwrap_err() {
            SinkError::Unavailable(wait, _) => waits.push(wait.as_secs()),
            error => break fatal(error),
        }
    };
    assert_eq!(waits, [1, 4, 16, 64]);
    assert_eq!(
        last,
        "the program failed 5 times in a row and acknowledged nothing: put it right and start again, nothing is \
         lost: `sh` ended with exit status: 1"
    );
}

#[test]
fn failures_with_progress_between_them_are_not_in_a_row() {
    let desk = Desk::new();
    // Keeps the first record of each run, and fails.
    let mut sink = desk.by_lines(r#"read -r line; line=${line#*:?}; echo "${line%%?,*}"; exit 1"#);
    for n in 1..=8 {
        assert_eq!(desk.open(&mut sink, 0), n - 1, "what it acknowledged does not come again");
        // The program may end before the second record comes, or after it.
        let next = sink.write(&deliveries(n..=n)).and_then(|_| sink.write(&deliveries(n + 1..=n + 1)));
        let next = next.and_then(|_| sink.checkpoint(When::Last));
        assert_eq!(unavailable(next.unwrap_err()).0, Duration::from_secs(1));
    }
}

#[test]
fn a_program_that_is_not_there_is_told_at_once() {
    let desk = Desk::new();
    let plain = desk.path("no program");
    fs::write(&plain, "text").unwrap();
    for (command, name) in [
        ("masthead-has-no-such-program --password hidden".to_owned(), "masthead-has-no-such-program"),
        (format!("'{}'", plain.display()), "no program"),
    ] {
        let mut sink = ExecSink::new(ExecCommand::parse(&command).unwrap());
        let message = fatal(sink.open(&desk.stream, None).unwrap_err());
        let expected = format!(
            "can't start `{name}`: name a program that is on the PATH, or the path of a file that may be run"
        );
        assert!(message.starts_with(&expected), "{message}");
        assert!(!message.contains("hidden"), "{message}");
        assert!(sink.write(&deliveries(1..=1)).is_err(), "it is not open");
    }
}

/// The rest of its input is still in the pipe: that it exits with 0 says nothing.
#[test]
fn what_a_program_leaves_unread_it_has_not_kept() {
    let desk = Desk::new();
    // It waits for the second line before it ends, and reads nothing of the third.
    let mut sink = desk.by_exit("read -r one; read -r two; exit 0");
    desk.open(&mut sink, 0);
    let kept = sink.write(&deliveries(1..=3)).and_then(|_| sink.checkpoint(When::Last));
    let (_, message) = unavailable(kept.unwrap_err());
    assert_eq!(
        message,
        "`sh` ended before it had read its whole input, so it has none of it: let it read to the end"
    );
}

#[test]
fn a_program_that_ends_while_it_is_given_more_than_a_pipe_holds_has_kept_nothing() {
    let desk = Desk::new();
    for (script, expected) in [
        ("read -r one; exit 0", "`sh` ended before it had read its whole input"),
        ("exec <&-; exit 0", "`sh` ended before it had read its whole input"),
        ("read -r one; echo full >&2; exit 7", "`sh` ended with exit status: 7; it said last: full"),
    ] {
        let mut sink = desk.by_exit(script);
        desk.open(&mut sink, 0);
        let (_, message) = unavailable(sink.write(&deliveries(1..=5000)).unwrap_err());
        assert!(message.starts_with(expected), "{script}: {message}");
    }
}

#[test]
fn a_program_that_takes_nothing_and_says_nothing_is_ended() {
    let desk = Desk::new();
    // `exec`, so that it is the program itself that sleeps, and nothing is left of it.
    for when in [When::Now, When::Last] {
        let command =
            desk.command(r#"echo $$ > "$1/pid"; exec sleep 1000"#).with_timeout(Duration::from_millis(200));
        let mut sink = ExecSink::new(command);
        desk.open(&mut sink, 0);
        while desk.read("pid").is_empty() {
            std::thread::yield_now();
        }
        let error = match when {
            When::Now => sink.write(&deliveries(1..=5000)).unwrap_err(),
            When::Last => {
                sink.write(&deliveries(1..=1)).unwrap();
                sink.checkpoint(When::Last).unwrap_err()
            }
        };
        let (_, message) = unavailable(error);
        assert!(
            message.starts_with("`sh` took nothing and printed nothing for 0 s and was ended"),
            "{message}"
        );
        assert!(!is_there(&desk.read("pid")), "it is ended");
    }
}

#[test]
fn a_sink_that_is_dropped_leaves_no_program_behind() {
    let desk = Desk::new();
    let mut sink = desk.by_exit(r#"echo $$ > "$1/pid"; cat > "$1/kept"; echo end > "$1/end""#);
    desk.open(&mut sink, 0);
    sink.write(&deliveries(1..=2)).unwrap();
    drop(sink);
    assert_eq!(desk.read("end"), "end\n", "it may finish what it was given");
    assert_eq!(desk.read("kept").lines().count(), 2);
    assert!(!is_there(&desk.read("pid")));
}

fn is_there(pid: &str) -> bool {
    assert!(pid.trim().parse::<u32>().is_ok(), "{pid:?}");
    let mut asked = std::process::Command::new("/bin/sh");
    asked.args(["-c", "kill -0 \"$1\" 2> /dev/null", "asks", pid.trim()]).status().unwrap().success()
}

#[test]
fn a_program_with_nothing_to_keep_may_fail() {
    let desk = Desk::new();
    let mut sink = desk.by_exit("cat > /dev/null; exit 1");
    desk.open(&mut sink, 6);
    assert_eq!(sink.checkpoint(When::Last).unwrap().n, 6);
}

#[test]
fn words_reach_the_program_as_they_are_quoted() {
    let desk = Desk::new();
    let script = r#"cat > /dev/null; for word in "$@"; do echo "[$word]"; done > "$0""#;
    let words = desk.path("words of a program");
    let command =
        format!(r#"/bin/sh -c '{script}' "{}" one 'two  three' "it's" '' $HOME \* '|'"#, words.display());
    let mut sink = ExecSink::new(ExecCommand::parse(&command).unwrap());
    desk.open(&mut sink, 0);
    sink.checkpoint(When::Last).unwrap();
    assert_eq!(desk.read("words of a program"), "[one]\n[two  three]\n[it's]\n[]\n[$HOME]\n[*]\n[|]\n");
}

/// Prints, for each line that it reads, what `$1/answers` has in its next line.
const ANSWERS: &str =
    r#"exec 3< "$1/answers"; while read -r line; do read -r answer <&3 && printf "$answer"; done"#;

#[test]
fn the_position_is_the_last_record_before_which_none_is_missing() {
    let desk = Desk::new();
    // 1 and 3 after the first two lines; then a stranger's id, a doubled one, a remark; 2 and 4 with the last line.
    let answers = [
        format!("{}\\n", id(1)),
        format!("{}\\n", id(3)),
        "0123456789abcdef0123456789abcdef\\nkept one\\n\\n".to_owned(),
        format!("{}\\n{}\\r\\n  {}\\n", id(1), id(2), id(4)),
    ];
    fs::write(desk.path("answers"), answers.map(|answer| answer + "\n").concat()).unwrap();
    let mut sink = desk.by_lines(ANSWERS);
    desk.open(&mut sink, 0);
    sink.write(&deliveries(1..=3)).unwrap();
    while sink.checkpoint(When::Now).unwrap().n < 1 {}
    assert_eq!(sink.checkpoint(When::Now).unwrap().n, 1, "2 is missing");
    sink.write(&deliveries(4..=4)).unwrap();
    assert_eq!(sink.checkpoint(When::Last).unwrap().n, 4);
}

#[test]
fn each_revision_of_a_record_is_acknowledged_by_itself() {
    let desk = Desk::new();
    fs::write(desk.path("answers"), format!("{}\\n\n\n", id(1))).unwrap();
    let revisions = [1, 2].map(|n| Delivery {
        n,
        item: Arc::new(article("https://herald.example/1", n as u32, "Fog", "Fog.")),
    });
    let mut sink = desk.by_lines(ANSWERS);
    desk.open(&mut sink, 0);
    sink.write(&revisions).unwrap();
    let (_, message) = unavailable(sink.checkpoint(When::Last).unwrap_err());
    assert_eq!(
        message,
        "`sh` ended (exit status: 0) and left 1 records unacknowledged: let it print the id of each, a line each, \
         before it ends"
    );
    assert_eq!(desk.open(&mut sink, 0), 1);
}

/// A checkpoint waits while too many are out: nothing would come to ask again once the outbox is full.
#[test]
fn a_checkpoint_waits_for_acknowledgements_where_many_are_out() {
    let desk = Desk::new();
    let script = r#"while read -r line; do id=${line#*:?}; echo "${id%%?,*}"; done"#;
    let mut sink = desk.by_lines(script);
    desk.open(&mut sink, 0);
    let many = 3 * RECORDS_A_RUN as u64;
    sink.write(&deliveries(1..=many)).unwrap();
    let n = sink.checkpoint(When::Now).unwrap().n;
    assert!(many - n < RECORDS_A_RUN as u64, "{n}");
    assert_eq!(sink.checkpoint(When::Last).unwrap().n, many);
}

#[test]
fn a_spec_makes_the_sink_and_its_faults_are_found_before_anything_runs() {
    let registry = Registry::builtin();
    let base = std::path::Path::new("/base");
    // No query follows: its own text may hold a `?`.
    let spec = registry.parse("exec:keep --to 'https://herald.example/?ack=lines'", base).unwrap();
    assert_eq!((spec.options.len(), spec.file_outputs().len()), (0, 0));
    registry.make(&spec).unwrap();
    let with = |target: &str, name: &str, value: &str| {
        let options = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        registry.spec("exec", target, options, base).and_then(|spec| registry.make(&spec).map(drop))
    };
    with("keep", "ack", "lines").unwrap();
    with("keep", "ack", "exit").unwrap();
    assert!(matches!(with("keep", "acks", "exit"), Err(SpecError::UnknownOption { .. })));
    for (fault, said) in [
        (with("keep", "ack", "never"), "`ack` can't be `never`"),
        (with("keep", "timeout", "1h"), "`timeout` can't be `1h`"),
        (
            registry.parse("exec:", base).and_then(|spec| registry.make(&spec).map(drop)),
            "there is no program",
        ),
        (
            registry.parse("exec:a 'b", base).and_then(|spec| registry.make(&spec).map(drop)),
            "a quote is not closed",
        ),
    ] {
        let message = chain(&fault.unwrap_err());
        assert!(message.contains(said), "{message}");
    }
}
