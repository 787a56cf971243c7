use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use super::text::{fold, squeeze};

/// Lines `LANGUAGE KIND NAMES`; the file says more.
const TABLE: &str = include_str!("names.txt");

/// Codes by which a language of the table is known too: macro-languages, their members, and codes of old.
const ALIASES: [(&str, &str); 6] =
    [("nb", "no"), ("nn", "no"), ("tl", "fil"), ("iw", "he"), ("in", "id"), ("sh", "sr")];

/// English, whose names sites in every language leave behind.
const ENGLISH: &str = "en";

/// A language's names of months and weekdays. English names are known beside them.
#[derive(Clone, Debug)]
pub(crate) struct Locale {
    names: Arc<Names>,
}

impl Locale {
    /// The locale of a BCP 47 tag (RFC 5646), of which only the primary language counts: `de`, `pt-BR`, `zh_Hant`.
    /// `None` where no names of the language are known.
    #[must_use]
    pub(crate) fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
        let alias = ALIASES.iter().find(|(from, _)| *from == primary);
        let language = alias.map_or(primary.as_str(), |(_, to)| *to);
        if !rows().any(|row| row.language == language) {
            return None;
        }
        let mut names = Names::of(language);
        // German "am" is "on the": `12:30 am 3. August` is half past noon.
        names.bare_meridian = language != "de";
        if language != ENGLISH {
            names.add_missing(ENGLISH);
        }
        Some(Self { names: Arc::new(names) })
    }
}

/// The names to read with: the locale's, or without one those that mean the same in every language that has them.
pub(super) fn names(locale: Option<&Locale>) -> &Names {
    static EVERYWHERE: LazyLock<Names> = LazyLock::new(Names::everywhere);
    locale.map_or(&*EVERYWHERE, |locale| &locale.names)
}

/// Which half of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meridian {
    Am,
    Pm,
}

/// Folded names and what they mean.
#[derive(Debug, Default)]
pub(super) struct Names {
    months: HashMap<String, i8>,
    weekdays: HashSet<String>,
    meridians: HashMap<String, Meridian>,
    /// Whether a bare `am` is a half of the day.
    bare_meridian: bool,
}

impl Names {
    /// The month, 1 to 12, that the folded word names.
    pub(super) fn month(&self, word: &str) -> Option<i8> {
        let month = |word: &str| self.months.get(word).copied();
        // Hebrew glues its "in" to the month.
        month(word).or_else(|| month(word.strip_prefix('ב')?))
    }

    /// Whether the folded word names a weekday, or is a part of such a name.
    pub(super) fn is_weekday(&self, word: &str) -> bool {
        self.weekdays.contains(word)
    }

    /// The half of the day that the folded word names.
    pub(super) fn meridian(&self, word: &str) -> Option<Meridian> {
        match word {
            "am" if !self.bare_meridian => None,
            "am" | "a.m" => Some(Meridian::Am),
            "pm" | "p.m" => Some(Meridian::Pm),
            "오전" | "上午" | "午前" | "早上" | "凌晨" => Some(Meridian::Am),
            "오후" | "下午" | "午後" => Some(Meridian::Pm),
            _ => self.meridians.get(word).copied(),
        }
    }

    fn of(language: &str) -> Self {
        let mut names = Self::default();
        rows().filter(|row| row.language == language).for_each(|row| names.add(&row));
        names
    }

    fn add(&mut self, row: &Row) {
        match row.kind {
            "days" => self.weekdays.extend(row.forms().flat_map(|(_, form)| words_of(&form))),
            "am" => self.meridians.extend(row.forms().map(|(_, form)| (form, Meridian::Am))),
            "pm" => self.meridians.extend(row.forms().map(|(_, form)| (form, Meridian::Pm))),
            _ => self.months.extend(row.months().into_iter().map(|(month, form)| (form, month))),
        }
    }

    /// Adds the months and weekdays of another language, where the words are not taken.
    fn add_missing(&mut self, language: &str) {
        for row in rows().filter(|row| row.language == language) {
            if row.kind == "days" {
                self.add(&row);
            }
            for (month, form) in row.months() {
                self.months.entry(form).or_insert(month);
            }
        }
    }

    /// All languages at once, without the words on whose month they differ. Halves of the day are left out: in some
    /// language or other they are words as short as `de`.
    fn everywhere() -> Self {
        let mut names = Self { bare_meridian: true, ..Self::default() };
        let mut disputed = HashSet::new();
        for row in rows() {
            if row.kind == "days" {
                names.add(&row);
            }
            for (month, form) in row.months() {
                if *names.months.entry(form.clone()).or_insert(month) != month {
                    disputed.insert(form);
                }
            }
        }
        names.months.retain(|form, _| !disputed.contains(form));
        names
    }
}

/// A line of the table.
struct Row {
    language: &'static str,
    kind: &'static str,
    names: &'static str,
}

impl Row {
    /// Each folded form with the place of its name, from 1.
    fn forms(&self) -> impl Iterator<Item = (i8, String)> + use<> {
        let places = (1_i8..).zip(self.names.split(';'));
        places
            .flat_map(|(place, forms)| forms.split(',').map(move |form| (place, fold(squeeze(form).trim()))))
    }

    /// Each folded form of a month's name with its month; nothing where the row is of another kind.
    fn months(&self) -> Vec<(i8, String)> {
        let written = |pair: &str| {
            let (form, month) = pair.split_once('=')?;
            Some((month.trim().parse().ok()?, fold(squeeze(form).trim())))
        };
        match self.kind {
            "months" => self.forms().collect(),
            "+" => self.names.split(',').filter_map(written).collect(),
            _ => Vec::new(),
        }
    }
}

fn rows() -> impl Iterator<Item = Row> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (language, rest) = line.split_once(' ')?;
        let (kind, names) = rest.split_once(' ')?;
        Some(Row { language, kind, names })
    })
}

/// The words of a name of several: weekdays are looked up word by word, as nothing hangs on them.
fn words_of(form: &str) -> Vec<String> {
    form.split(['-', ' ']).map(fold).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(tag: &str, word: &str) -> Option<i8> {
        Locale::parse(tag).unwrap().names.month(&fold(&squeeze(word)))
    }

    #[test]
    fn only_the_primary_language_counts() {
        assert_eq!(month("de-AT", "Jänner"), Some(1));
        assert_eq!(month("nb", "desember"), Some(12));
        assert_eq!(month("sr_Latn", "avgust"), Some(8));
        assert!(Locale::parse("tlh").is_none() && Locale::parse("").is_none());
    }

    #[test]
    fn cases_and_short_forms_are_known() {
        assert_eq!([month("ru", "августа"), month("ru", "Август"), month("ru", "авг.")], [Some(8); 3]);
        assert_eq!([month("cs", "listopadu"), month("hr", "listopada")], [Some(11), Some(10)]);
        assert_eq!(month("th", "ก.พ."), Some(2));
        assert_eq!(month("es", "March"), Some(3), "English is known everywhere");
    }

    #[test]
    fn without_a_locale_disputed_words_are_unknown() {
        assert_eq!(names(None).month("août"), Some(8));
        assert_eq!(names(None).month("listopad"), None, "November in Czech, October in Croatian");
    }

    #[test]
    fn every_line_of_the_table_is_sound() {
        for row in rows() {
            match row.kind {
                "months" => assert_eq!(row.names.split(';').count(), 12, "{}", row.language),
                "+" => assert_eq!(row.months().len(), row.names.split(',').count(), "{}", row.language),
                "days" | "am" | "pm" => {
                    assert!(row.forms().all(|(_, form)| !form.is_empty()), "{}", row.language)
                }
                kind => panic!("{} has a line of the kind {kind}", row.language),
            }
            assert!(row.months().iter().all(|(month, form)| (1..=12).contains(month) && !form.is_empty()));
        }
    }
}
