use masthead_record::{Delivery, Guarantee};

use super::items::{article, articles, number, removed, url};
use super::random::Random;
use super::trial::{Step, Trial};
use super::{SinkUnderTest, Violation};

type Make<'a> = &'a dyn Fn() -> Box<dyn SinkUnderTest>;

const CRASH: Step = Step::Crash { forget: 0, torn: None };

/// Runs the whole contract on outputs that `make` makes, each a new and empty one of the same name. Gives the first
/// violation of each clause in each scenario; none means that the sink keeps the contract.
#[must_use]
pub fn sink_contract(make: Make<'_>) -> Vec<Violation> {
    let mut suite = Suite { make, violations: Vec::new() };
    suite.clean_run();
    suite.crash_at_every_step();
    suite.generated_schedules();
    suite.older_position();
    suite.newer_position();
    suite.gaps_in_numbers();
    suite.empty_batches();
    suite.batches_across_checkpoints();
    suite.big_items();
    suite.unicode();
    suite.revisions();
    suite.violations
}

/// Runs [`sink_contract`].
///
/// # Panics
/// Where the sink breaks a clause; the message has each of them.
pub fn assert_sink_contract(make: Make<'_>) {
    let violations: Vec<String> = sink_contract(make).iter().map(ToString::to_string).collect();
    assert!(violations.is_empty(), "the sink breaks its contract:\n{}", violations.join("\n"));
}

struct Suite<'a> {
    make: Make<'a>,
    violations: Vec<Violation>,
}

impl Suite<'_> {
    fn clean_run(&mut self) {
        let steps = [Step::Write(4), Step::Checkpoint, Step::Write(2), Step::Write(3), Step::Checkpoint];
        self.trial("clean run", &articles(20, 1), &steps);
        self.trial("clean run", &[], &[Step::Checkpoint]);
        self.trial("clean run", &articles(1, 1), &[]);
    }

    fn crash_at_every_step(&mut self) {
        self.crash_everywhere("crash at every step", &articles(20, 1));
    }

    /// Each schedule is drawn by its number: up to 24 steps, a crash about every fifth.
    fn generated_schedules(&mut self) {
        for seed in 0..48 {
            let mut random = Random::new(seed);
            let steps: Vec<Step> = (0..4 + random.below(20)).map(|_| draw(&mut random)).collect();
            self.trial("generated schedules", &articles(30, 1), &steps);
        }
    }

    /// The driver died before it saved one position, two, or all but the first.
    fn older_position(&mut self) {
        for forget in [1, 2, usize::MAX] {
            for torn in [None, Some(7), Some(8), Some(9)] {
                let crash = Step::Crash { forget, torn };
                let steps = [
                    [Step::Write(3), Step::Checkpoint, Step::Write(4), Step::Checkpoint].as_slice(),
                    &[Step::Write(2), Step::Checkpoint, Step::Write(1), crash, crash],
                    &[Step::Write(5), Step::Checkpoint, crash, CRASH],
                ];
                self.trial("older position", &articles(20, 1), &steps.concat());
            }
        }
    }

    /// The output is older than the state, as after a backup was put back.
    fn newer_position(&mut self) {
        let items = articles(20, 1);
        let (output, longer) = ((self.make)(), (self.make)());
        if output.sink().guarantee() == Guarantee::AtLeastOnce {
            return; // it may know nothing of its output
        }
        let mut ahead = Trial::new("newer position", longer.as_ref(), &items);
        let mut behind = Trial::new("newer position", output.as_ref(), &items);
        let outcome = (|| {
            ahead.run(&[Step::Write(5), Step::Checkpoint, Step::Write(10), Step::Checkpoint, CRASH])?;
            behind.run(&[Step::Write(5), Step::Checkpoint])?;
            match ahead.position() {
                Some(position) if position.n > 5 => behind.open_with_foreign(position),
                _ => Ok(()), // a sink that lags has not got there yet
            }
        })();
        self.note(outcome);
    }

    fn gaps_in_numbers(&mut self) {
        self.crash_everywhere("gaps in numbers", &articles(20, 1000));
        let mut items = articles(20, 1);
        items.retain(|delivery| delivery.n % 3 != 1);
        self.crash_everywhere("gaps in numbers", &items);
    }

    fn empty_batches(&mut self) {
        let empty = Step::Write(0);
        let steps =
            [empty, Step::Checkpoint, CRASH, empty, Step::Write(2), empty, Step::Checkpoint, empty, CRASH];
        self.trial("empty batches", &articles(4, 1), &steps);
        self.trial("empty batches", &articles(2, 1), &steps);
    }

    /// After a crash the same items come in other batches.
    fn batches_across_checkpoints(&mut self) {
        for size in 1..6 {
            let write = Step::Write(size);
            let steps = [Step::Write(5), Step::Checkpoint, Step::Checkpoint, Step::Write(7), CRASH, write]
                .into_iter()
                .chain([Step::Checkpoint, write, write, CRASH, write, Step::Checkpoint]);
            self.trial("batches across checkpoints", &articles(40, 1), &steps.collect::<Vec<_>>());
        }
    }

    /// Bodies of 1 MB between small ones.
    fn big_items(&mut self) {
        let big = "The tide table. ".repeat(65_536);
        let body = |i: u64| if i.is_multiple_of(3) { big.as_str() } else { "Short." };
        let items = number((0..8).map(|i| article(&url(i), 1, "Tides", body(i))), 1);
        let steps =
            [Step::Write(3), Step::Checkpoint, Step::Write(2), Step::Crash { forget: 0, torn: Some(1) }];
        self.trial("big items", &items, &steps);
        self.trial("big items", &items, &[Step::Write(8), CRASH, Step::Write(1), Step::Checkpoint, CRASH]);
    }

    /// Scripts, combining marks, emoji, controls, line and paragraph separators, quotes, a byte order mark.
    fn unicode(&mut self) {
        let texts = [
            "안녕하세요, 항구",
            "e\u{301}\u{2028}\u{2029}\u{85}",
            "👩‍👩‍👧 \u{feff}",
            "line\nline\r\n\ttab",
            "\"quoted\" \\ back/slash",
            "\u{0}\u{1f}\u{7f}\u{fffd}\u{10ffff}",
            "עברית العربية",
        ];
        let items =
            texts.iter().zip(0..).map(|(text, i)| article(&format!("{}/{text}", url(i)), 1, text, text));
        self.crash_everywhere("unicode", &number(items, 1));
    }

    /// Articles that change, and one that goes.
    fn revisions(&mut self) {
        let items = (1..=5).flat_map(|revision| (0..3).map(move |i| (i, revision))).map(|(i, revision)| {
            if (i, revision) == (1, 5) {
                removed(&url(i), 5)
            } else {
                article(&url(i), revision, "Tides", "High.")
            }
        });
        self.crash_everywhere("revisions", &number(items, 1));
    }

    /// Runs a schedule with a crash after each of its steps in turn, in each way to crash.
    fn crash_everywhere(&mut self, scenario: &'static str, items: &[Delivery]) {
        let (write, checkpoint) = (Step::Write, Step::Checkpoint);
        let schedule = [write(3), checkpoint, write(2), write(1), checkpoint, write(4), checkpoint, write(1)];
        for at in 0..=schedule.len() {
            for (forget, torn) in [(0, None), (1, None), (0, Some(at as u64)), (1, Some(at as u64))] {
                let mut steps = schedule.to_vec();
                steps.insert(at, Step::Crash { forget, torn });
                self.trial(scenario, items, &steps);
            }
        }
    }

    fn trial(&mut self, scenario: &'static str, items: &[Delivery], steps: &[Step]) {
        let output = (self.make)();
        let mut trial = Trial::new(scenario, output.as_ref(), items);
        let outcome = trial.run(steps).and_then(|()| trial.finish());
        self.note(outcome);
    }

    fn note(&mut self, outcome: Result<(), Violation>) {
        let Err(violation) = outcome else { return };
        let same = |known: &Violation| (known.scenario, known.check) == (violation.scenario, violation.check);
        if !self.violations.iter().any(same) {
            self.violations.push(violation);
        }
    }
}

fn draw(random: &mut Random) -> Step {
    match random.below(10) {
        0..5 => Step::Write(random.below(6) as usize),
        5..8 => Step::Checkpoint,
        8 => CRASH,
        _ => Step::Crash { forget: random.below(3) as usize, torn: Some(random.below(1 << 32)) },
    }
}
