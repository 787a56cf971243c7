use serde::Serialize;

/// How many different texts are told apart, and how many URLs each remembers: a report stays small whatever a site
/// says.
const MAX_KINDS: usize = 100;
const MAX_EXAMPLES: usize = 5;
const OTHERS: &str = "other reasons";

/// Something that happened several times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// What: a reason, a finding.
    pub what: String,
    /// How often.
    pub count: u64,
    /// URLs of the first of them, at most five.
    pub examples: Vec<String>,
}

/// Things that happened, grouped by their text: the first hundred texts; later ones are counted together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Counts(Vec<Counted>);

impl Counts {
    /// Counts one more `what`, at `url`.
    pub fn add(&mut self, what: &str, url: &str) {
        self.add_many(what, 1, url);
    }

    /// Counts `count` more, of which `url` is one.
    pub fn add_many(&mut self, what: &str, count: u64, url: &str) {
        let known = self.0.iter().any(|entry| entry.what == what);
        let what = if known || self.0.len() < MAX_KINDS { what } else { OTHERS };
        let index = self.0.iter().position(|entry| entry.what == what).unwrap_or_else(|| {
            self.0.push(Counted { what: what.to_owned(), count: 0, examples: Vec::new() });
            self.0.len() - 1
        });
        if let Some(entry) = self.0.get_mut(index) {
            entry.count += count;
            if entry.examples.len() < MAX_EXAMPLES && !entry.examples.iter().any(|known| known == url) {
                entry.examples.push(url.to_owned());
            }
        }
    }

    /// The commonest first; equal ones by text, so that two equal crawls give equal reports. The examples are sorted.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.0.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.what.cmp(&b.what)));
        self.0.iter_mut().for_each(|entry| entry.examples.sort());
        self
    }

    /// All of them together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().map(|entry| entry.count).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One by one.
    pub fn iter(&self) -> impl Iterator<Item = &Counted> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_stay_few_and_examples_short() {
        let mut counts = Counts::default();
        for i in 0..1000 {
            counts.add("often", &format!("https://example.com/{i}"));
            counts.add(&format!("reason {i}"), "https://example.com/");
        }
        assert_eq!(counts.total(), 2000);
        let counts = counts.sorted();
        assert_eq!(counts.iter().count(), MAX_KINDS + 1);
        let first: Vec<_> = counts.iter().take(2).map(|entry| (entry.what.as_str(), entry.count)).collect();
        assert_eq!(first, [("often", 1000), (OTHERS, 901)]);
        assert!(counts.iter().all(|entry| entry.examples.len() <= MAX_EXAMPLES));
    }
}
