//! The suite for sinks catches each of the broken ones, by the clause that it breaks.

use std::collections::BTreeSet;

use masthead_record::{Delivery, Guarantee, Position, Rejected, Sink, SinkError, StreamId, When};
use masthead_testkit::sink::{
    Check, Fault, Kept, MemoryTarget, SinkUnderTest, assert_sink_contract, sink_contract,
};

fn broken_clauses(make: &dyn Fn() -> Box<dyn SinkUnderTest>) -> BTreeSet<Check> {
    sink_contract(make).iter().map(|violation| violation.check).collect()
}

fn clauses_of(fault: Fault) -> BTreeSet<Check> {
    broken_clauses(&|| Box::new(MemoryTarget::new(Some(fault))))
}

#[test]
fn a_sound_sink_passes() {
    assert_sink_contract(&|| Box::new(MemoryTarget::new(None)));
}

#[test]
fn the_sink_that_loses_its_last_batch_is_caught() {
    assert_eq!(clauses_of(Fault::LosesLastBatch), BTreeSet::from([Check::Complete]));
}

#[test]
fn the_sink_that_doubles_after_open_is_caught() {
    assert_eq!(clauses_of(Fault::DoublesAfterOpen), BTreeSet::from([Check::Once]));
}

#[test]
fn the_sink_that_acknowledges_before_it_is_durable_is_caught() {
    // What an early position covers is missing at the end too, where the crash came after the next write.
    let expected = BTreeSet::from([Check::Durable, Check::Complete]);
    assert_eq!(clauses_of(Fault::AcknowledgesEarly), expected);
}

#[test]
#[should_panic(expected = "once [crash at every step]: ")]
fn the_assertion_names_clause_and_scenario() {
    assert_sink_contract(&|| Box::new(MemoryTarget::new(Some(Fault::DoublesAfterOpen))));
}

/// Smaller faults, laid over a sound sink: each breaks one of the other clauses.
#[derive(Clone, Copy)]
enum Slip {
    TurnsBatchesRound,
    TakesEveryPosition,
    CountsOneTooMany,
    FailsOnEmptyBatches,
}

struct Slipping {
    sink: Box<dyn Sink>,
    slip: Slip,
}

impl Sink for Slipping {
    fn open(&mut self, stream: &StreamId, known: Option<&Position>) -> Result<Position, SinkError> {
        match (self.slip, self.sink.open(stream, known), known) {
            (Slip::TakesEveryPosition, Err(_), Some(known)) => Ok(known.clone()),
            (_, opened, _) => opened,
        }
    }

    fn write(&mut self, batch: &[Delivery]) -> Result<Vec<Rejected>, SinkError> {
        match self.slip {
            Slip::FailsOnEmptyBatches if batch.is_empty() => Err(SinkError::fatal("nothing to write")),
            Slip::TurnsBatchesRound => {
                let items = batch.iter().rev().map(|delivery| delivery.item.clone());
                let turned = batch.iter().map(|delivery| delivery.n).zip(items);
                self.sink.write(&turned.map(|(n, item)| Delivery { n, item }).collect::<Vec<_>>())
            }
            _ => self.sink.write(batch),
        }
    }

    fn checkpoint(&mut self, when: When) -> Result<Position, SinkError> {
        let mut position = self.sink.checkpoint(when)?;
        position.n += u64::from(matches!(self.slip, Slip::CountsOneTooMany));
        Ok(position)
    }

    fn guarantee(&self) -> Guarantee {
        self.sink.guarantee()
    }
}

struct SlippingTarget(MemoryTarget, Slip);

impl SinkUnderTest for SlippingTarget {
    fn sink(&self) -> Box<dyn Sink> {
        Box::new(Slipping { sink: self.0.sink(), slip: self.1 })
    }

    fn read_back(&self) -> Vec<Kept> {
        self.0.read_back()
    }
}

#[test]
fn every_other_clause_is_watched() {
    for (slip, clause) in [
        (Slip::TurnsBatchesRound, Check::Order),
        (Slip::TakesEveryPosition, Check::Refusal),
        (Slip::CountsOneTooMany, Check::Position),
        (Slip::FailsOnEmptyBatches, Check::Works),
    ] {
        let clauses = broken_clauses(&|| Box::new(SlippingTarget(MemoryTarget::new(None), slip)));
        assert_eq!(clauses, BTreeSet::from([clause]));
    }
}
