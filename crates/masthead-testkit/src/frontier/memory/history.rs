use std::time::Duration;

use masthead_frontier::{KeptSample, SPANS, Sample, Seen};

use super::state::State;

impl State {
    pub(super) fn observe(&mut self, seen: &Seen) {
        for observation in &seen.observations {
            let at = whole_milliseconds(self.now.saturating_sub(observation.ago));
            *self.observations.entry((at, observation.key.clone())).or_default() += observation.n;
        }
        for (age, span) in SPANS {
            self.fold(age, span);
        }
        for sample in seen.samples.iter().filter(|sample| sample.text.len() <= Sample::MOST_BYTES) {
            self.keep(sample);
        }
        if !seen.samples.is_empty() {
            let mut bytes = 0;
            let texts = self.samples.iter().rev().take_while(|kept| {
                bytes += kept.text.len();
                bytes <= Sample::MOST_BYTES_TOGETHER
            });
            let forgotten = self.samples.len() - texts.count();
            self.samples.drain(..forgotten);
        }
    }

    fn fold(&mut self, age: Duration, span: Duration) {
        let until = beginning(self.now.saturating_sub(age), span);
        let known = std::mem::take(&mut self.observations);
        for ((at, key), n) in known {
            let at = if at < until { beginning(at, span) } else { at };
            *self.observations.entry((at, key)).or_default() += n;
        }
    }

    fn keep(&mut self, sample: &Sample) {
        self.samples.retain(|kept| kept.url != sample.url);
        let kept = KeptSample {
            at: whole_milliseconds(self.now.saturating_sub(sample.ago)),
            url: sample.url.clone(),
            group: sample.group.clone(),
            good: sample.good,
            said: sample.said.clone(),
            text: sample.text.clone(),
        };
        let place = self.samples.partition_point(|other| other.at <= kept.at);
        self.samples.insert(place, kept);
        let alike = |kept: &KeptSample| kept.group == sample.group && kept.good == sample.good;
        let mut many = self.samples.iter().filter(|kept| alike(kept)).count().saturating_sub(sample.most());
        self.samples.retain(|kept| {
            let goes = many > 0 && alike(kept);
            many -= usize::from(goes);
            !goes
        });
    }
}

fn whole_milliseconds(time: Duration) -> Duration {
    Duration::from_millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

fn beginning(time: Duration, span: Duration) -> Duration {
    let seconds = time.as_secs();
    Duration::from_secs(seconds - seconds % span.as_secs().max(1))
}
