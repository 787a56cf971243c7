//! The words in which observations are kept with a state: written by the crawl, read by `doctor`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};

use masthead_core::Profile;
use serde::{Deserialize, Serialize};

/// What an observation is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// Pages that have shown the same.
    Page(PageKey),
    /// Words of bodies.
    Words(WordsKey),
}

/// What a page has shown of the profile.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PageKey {
    /// The layout's id, where the profile has any.
    pub(crate) layout: Option<String>,
    /// Whether a layout matched.
    pub(crate) matched: bool,
    /// Who served each field. An optional field that is missing has no entry.
    pub(crate) fields: BTreeMap<String, By>,
    /// The fields whose value every other witness on the page contradicts.
    pub(crate) contradicted: BTreeSet<String>,
    /// How much of the body's text belonged to nothing: see [`residual_class`].
    pub(crate) residual: u8,
}

/// Who served a field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum By {
    /// A rule of the profile's, by its id.
    Rule(String),
    /// What the page says of itself.
    Auto,
    /// Nobody.
    Missing {
        /// Whether the record is incomplete by it.
        required: bool,
    },
}

/// Words of the bodies of a group of pages, by what became of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WordsKey {
    pub(crate) group: String,
    pub(crate) kind: WordKind,
}

/// What became of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum WordKind {
    Claimed,
    Dropped,
    Residual,
}

impl WordKind {
    pub(crate) const ALL: [Self; 3] = [Self::Claimed, Self::Dropped, Self::Residual];

    fn word(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Dropped => "dropped",
            Self::Residual => "residual",
        }
    }
}

/// From this class on, so much text belongs to nothing that something is wrong with a page, or with its rules.
pub(crate) const MUCH_RESIDUAL: u8 = 2;

/// 0: nothing is left of a body's words (claimed, dropped, residual); 1: up to a twentieth; 2: up to a fifth; 3: more.
pub(crate) fn residual_class([claimed, dropped, residual]: [u64; 3]) -> u8 {
    let all = claimed + dropped + residual;
    match residual {
        0 => 0,
        some if some * 20 <= all => 1,
        some if some * 5 <= all => 2,
        _ => 3,
    }
}

impl PageKey {
    pub(crate) fn no_layout() -> Self {
        Self {
            layout: None,
            matched: false,
            fields: BTreeMap::new(),
            contradicted: BTreeSet::new(),
            residual: 0,
        }
    }

    /// Which pages it is like: those of its layout; `-` where the profile has none, and nothing where none matched.
    pub(crate) fn group(&self) -> &str {
        match &self.layout {
            Some(layout) => layout,
            None if self.matched => "-",
            None => "",
        }
    }

    pub(crate) fn by(&self, field: &str) -> By {
        self.fields.get(field).cloned().unwrap_or(By::Missing { required: false })
    }
}

impl By {
    fn parse(word: &str) -> Self {
        match word {
            "!" => Self::Missing { required: true },
            "-" => Self::Missing { required: false },
            "auto" => Self::Auto,
            id => Self::Rule(id.to_owned()),
        }
    }
}

impl Display for By {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rule(id) => id,
            Self::Auto => "auto",
            Self::Missing { required: true } => "!",
            Self::Missing { required: false } => "-",
        })
    }
}

/// `page⇥LAYOUT⇥residual=0 body=… title=…?`, `words⇥LAYOUT⇥claimed`; `?` stands behind what is contradicted.
impl Display for Key {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page(page) => {
                write!(f, "page\t{}\tresidual={}", plain(page.group()), page.residual)?;
                page.fields.iter().try_for_each(|(field, by)| {
                    let mark = if page.contradicted.contains(field) { "?" } else { "" };
                    write!(f, " {field}={by}{mark}")
                })
            }
            Self::Words(words) => write!(f, "words\t{}\t{}", plain(&words.group), words.kind.word()),
        }
    }
}

fn plain(group: &str) -> String {
    group.replace(['\t', '\n', '\r'], " ")
}

impl Key {
    /// `None` for what another version has written.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '\t');
        let (kind, group, rest) = (parts.next()?, parts.next()?, parts.next()?);
        match kind {
            "page" => {
                let mut fields: BTreeMap<String, By> = BTreeMap::new();
                let (mut contradicted, mut residual) = (BTreeSet::new(), 0);
                for (name, word) in rest.split(' ').filter_map(|pair| pair.split_once('=')) {
                    if name == "residual" {
                        residual = word.parse().ok()?;
                    } else {
                        let by = word.strip_suffix('?');
                        contradicted.extend(by.map(|_| name.to_owned()));
                        fields.insert(name.to_owned(), By::parse(by.unwrap_or(word)));
                    }
                }
                let layout = (!matches!(group, "" | "-")).then(|| group.to_owned());
                let matched = !group.is_empty();
                Some(Self::Page(PageKey { layout, matched, fields, contradicted, residual }))
            }
            "words" => {
                let kind = WordKind::ALL.into_iter().find(|kind| kind.word() == rest)?;
                Some(Self::Words(WordsKey { group: group.to_owned(), kind }))
            }
            _ => None,
        }
    }
}

/// The rules of a profile, as a state remembers them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rules {
    /// `timezone:`
    pub(crate) zone: Option<String>,
    pub(crate) rules: Vec<KnownRule>,
    /// Where the rules that served pages of a group stand: `FILE:LINE` by id, by group.
    #[serde(default)]
    pub(crate) places: BTreeMap<String, BTreeMap<String, String>>,
}

/// A rule as it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownRule {
    /// Made of field and source: it outlives edits of the profile's other lines.
    pub(crate) id: String,
    pub(crate) field: String,
    /// Its place in the chain, from 1.
    pub(crate) number: usize,
    /// `FILE:LINE`
    pub(crate) rule: String,
    /// As written.
    pub(crate) source: String,
}

impl Rules {
    /// The name under which a state keeps them.
    pub(crate) const NOTE: &str = "rules";

    pub(crate) fn of(profile: &Profile) -> Self {
        let written = profile.written_rules().into_iter();
        // A byline's text is its names; a list is known by its `each`.
        let served = written.filter(|rule| rule.is_each || !rule.field.contains('.') || is_own(&rule.field));
        let rules = served.map(|rule| {
            let field = rule.field.strip_suffix(".name").unwrap_or(&rule.field).to_owned();
            KnownRule {
                id: id(&field, &rule.source),
                field,
                number: rule.number,
                rule: rule.rule,
                source: rule.source,
            }
        });
        Self { zone: profile.time_zone().map(str::to_owned), rules: rules.collect(), places: BTreeMap::new() }
    }

    /// The id of the rule that served a field.
    pub(crate) fn id(&self, field: &str, number: usize, place: &str) -> Option<String> {
        let known =
            self.rules.iter().find(|rule| rule.field == field && rule.number == number && rule.rule == place);
        known.map(|rule| rule.id.clone())
    }

    /// As the state keeps them, with where they have served.
    pub(crate) fn note(&self, places: &BTreeMap<String, BTreeMap<String, String>>) -> String {
        serde_json::to_string(&Self { places: places.clone(), ..self.clone() }).unwrap_or_default()
    }

    /// What a state keeps; nothing where it can't be understood.
    pub(crate) fn read(note: &str) -> Self {
        serde_json::from_str(note).unwrap_or_default()
    }

    /// Where rules have served, by a state's note.
    pub(crate) fn places(note: &str) -> BTreeMap<String, BTreeMap<String, String>> {
        Self::read(note).places
    }

    /// A rule of the present profile, as it stands for a group of pages.
    pub(crate) fn rule(&self, group: &str, id: &str) -> Option<KnownRule> {
        let mut same = self.rules.iter().filter(|rule| rule.id == id);
        let place = self.places.get(group).and_then(|places| places.get(id));
        let there = self.rules.iter().find(|rule| rule.id == id && Some(&rule.rule) == place);
        there.or_else(|| same.next()).cloned()
    }
}

fn is_own(field: &str) -> bool {
    field == "byline.name" || field.starts_with("extra.")
}

/// FNV-1a: the same on every machine and in every version.
fn id(field: &str, source: &str) -> String {
    let bytes = field.bytes().chain([0]).chain(source.bytes());
    let hash = bytes.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{hash:08x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_as_they_were() {
        let fields = [
            ("title", By::Rule("1a2b3c4d".to_owned())),
            ("published", By::Missing { required: true }),
            ("byline", By::Auto),
        ];
        let fields = fields.map(|(field, by)| (field.to_owned(), by)).into_iter().collect();
        let page = PageKey {
            layout: Some("since 2020".to_owned()),
            matched: true,
            fields,
            contradicted: ["title".to_owned()].into(),
            residual: 3,
        };
        let words = WordsKey { group: "-".to_owned(), kind: WordKind::Residual };
        let bare = PageKey { layout: None, matched: true, ..PageKey::no_layout() };
        for key in [Key::Page(page), Key::Page(PageKey::no_layout()), Key::Page(bare), Key::Words(words)] {
            assert_eq!(Key::parse(&key.to_string()), Some(key));
        }
        assert_eq!(Key::parse("something else"), None);
    }

    #[test]
    fn words_that_belong_to_nothing_have_classes() {
        let classes = [[9, 1, 0], [95, 0, 5], [90, 0, 10], [50, 10, 40]].map(residual_class);
        assert_eq!(classes, [0, 1, 2, 3]);
    }
}
