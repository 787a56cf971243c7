//! Names from a byline: "By Ada Lind and Bo Ek" gives two.
//!
//! [`people`] only takes apart what the text joins; it is for texts that a profile's author has chosen.
//! [`strip_roles`] also takes job titles off a name and is for texts that nobody has chosen.

use std::sync::LazyLock;

use regex::Regex;

/// A byline names no more people than this.
const MAX_PEOPLE: usize = 100;
/// A byline is no longer than this; what follows is not one.
const MAX_BYTES: usize = 20_000;

/// Words that open a byline, lower case; a colon may follow.
const OPENINGS: [&str; 34] = [
    "by",
    "written by",
    "reported by",
    "story by",
    "posted by",
    "words by",
    "text by",
    "opinion by",
    "analysis by",
    "review by",
    "author",
    "authors",
    "byline",
    "text",
    "von",
    "ein artikel von",
    "par",
    "propos recueillis par",
    "por",
    "texto",
    "di",
    "a cura di",
    "door",
    "af",
    "av",
    "autor",
    "autorin",
    "auteur",
    "przez",
    "oleh",
    "penulis",
    "автор",
    "от",
    "글",
];
/// Openings that are a first name or a part of a surname, too: only before two words or more.
const DOUBTFUL_OPENINGS: [&str; 7] = ["von", "di", "par", "por", "af", "av", "text"];
/// Openings that mean nothing without their colon.
const LABELS: [&str; 13] = [
    "author",
    "authors",
    "byline",
    "text",
    "texto",
    "autor",
    "autorin",
    "auteur",
    "penulis",
    "автор",
    "от",
    "글",
    "reporter",
];

/// Words between two names, lower case, that can't be a part of one.
const SURE_JOINTS: [&str; 5] = ["and", "und", "sowie", "&", "och"];
/// Words between two names, where both sides begin with a capital.
const JOINTS: [&str; 18] = [
    "et", "og", "en", "con", "with", "mit", "avec", "oraz", "dan", "và", "ve", "ja", "és", "ir", "un", "или",
    "та", "και",
];
/// Single letters between two names. "Ramón y Cajal" is one: whole names must stand on both sides.
const SINGLE_JOINTS: [&str; 6] = ["y", "e", "i", "a", "и", "і"];

/// What follows a comma without being a name of its own.
const SUFFIXES: [&str; 14] =
    ["jr", "sr", "ii", "iii", "iv", "md", "phd", "esq", "obe", "mbe", "cbe", "dds", "rn", "jd"];
/// Words in lower case that a surname may begin with.
const PARTICLES: [&str; 24] = [
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "du", "des", "la", "le",
    "el", "al", "bin", "ibn", "ter", "ten", "zu", "af", "av",
];

/// The names in a byline's text, in order, each once. Openings ("By", "Von", "Par", "Por") and e-mail addresses are
/// left out; job titles are kept.
#[must_use]
pub(crate) fn people(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let text: String = text.char_indices().take_while(|(at, _)| *at < MAX_BYTES).map(|(_, c)| c).collect();
    for line in text.lines() {
        for part in split_at_marks(strip_opening(line)) {
            for name in split_at_joints(part) {
                let name = tidy_name(&name);
                if !name.is_empty() && names.len() < MAX_PEOPLE && !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }
    names
}

/// Takes job titles off a name: "Kim Min-ji, staff reporter", "Ada Lind (Berlin correspondent)", "정준호 기자".
/// Nothing is left of a text that is a job title only.
#[must_use]
pub(crate) fn strip_roles(name: &str) -> &str {
    static ROLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        // A title is a run of words that ends in the name of a job; in Korean, Japanese and Chinese it follows the name.
        let job = "reporter|correspondent|editor|editor-in-chief|staff writer|writer|columnist|contributor|journalist|\
                   producer|bureau chief|photographer|critic|desk|newsroom|redakteur(?:in)?|korrespondent(?:in)?|\
                   redakcja|journaliste|rédact(?:eur|rice)|envoyée? spéciale?|redactora?|redazione|giornalista|\
                   corresponsal|periodista|редактор|корреспондент";
        let pattern = format!(
            r"(?ix) (?: ^ (?:{word}\s+)? | (?:[,|/–—-]\s+ | \s*\( | \s+(?:is|ist)\s+) (?:{word}\s+){{0,5}} ) (?:{job}) \b [^,]{{0,60}} $
              | \s* [\(\[]? (?:선임|수습|인턴|객원|전문)? (?:기자|특파원|논설위원|편집위원|記者|记者|特派員|編集委員|論説委員) [\)\]]? $",
            word = r"\p{L}[\p{L}\p{M}'’&.-]*",
            job = job.replace(' ', r"\s")
        );
        Regex::new(&pattern).ok()
    });
    let found = ROLE.as_ref().and_then(|role| role.find(name));
    let kept = found.and_then(|found| name.get(..found.start())).unwrap_or(name);
    kept.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '|' | '(' | '-' | '–' | '—'))
        .trim_start()
}

/// Takes one opening off, and once more for "Text: By …".
fn strip_opening(line: &str) -> &str {
    let mut rest = line.trim();
    for _ in 0..2 {
        rest = OPENINGS.iter().chain(&LABELS).find_map(|opening| strip_one(rest, opening)).unwrap_or(rest);
    }
    rest
}

fn strip_one<'a>(line: &'a str, opening: &str) -> Option<&'a str> {
    let (head, rest) = split_at_chars(line, opening.chars().count())?;
    if head.to_lowercase() != opening {
        return None;
    }
    let (rest, has_colon) = match rest.trim_start().strip_prefix([':', '：']) {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let is_apart = has_colon || rest.is_empty() || rest.starts_with(char::is_whitespace);
    let needs_colon = LABELS.contains(&opening) && !has_colon;
    let is_name = DOUBTFUL_OPENINGS.contains(&opening)
        && !has_colon
        && (head.chars().next().is_some_and(char::is_lowercase) || rest.split_whitespace().count() < 2);
    (is_apart && !needs_colon && !is_name).then(|| rest.trim_start())
}

fn split_at_chars(text: &str, count: usize) -> Option<(&str, &str)> {
    match text.char_indices().nth(count) {
        Some((at, _)) => text.split_at_checked(at),
        None if text.chars().count() == count => Some((text, "")),
        None => None,
    }
}

/// Splits at punctuation. A comma before "Jr." is none, a middle dot inside a Chinese name neither.
fn split_at_marks(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, mark) in text.char_indices() {
        let behind = text.get(at + mark.len_utf8()..).unwrap_or_default();
        let splits = match mark {
            ';' | '、' | '，' | '；' | '•' | 'ㆍ' | '|' => true,
            ',' => !is_suffix(behind),
            '·' | '‧' => !(before.is_some_and(is_han) && behind.starts_with(is_han)),
            // "A / B" and, in scripts without capitals, "A/B".
            '/' => behind.starts_with(char::is_whitespace) || before.is_some_and(|c| !c.is_ascii()),
            _ => false,
        };
        if splits {
            parts.extend(text.get(start..at));
            start = at + mark.len_utf8();
        }
        before = Some(mark);
    }
    parts.extend(text.get(start..));
    parts
}

fn is_suffix(behind: &str) -> bool {
    let word = behind.split([' ', ',', ';', '\u{A0}']).find(|word| !word.is_empty()).unwrap_or_default();
    let word: String = word.chars().filter(|c| *c != '.').flat_map(char::to_lowercase).collect();
    SUFFIXES.contains(&word.as_str())
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}')
}

/// Splits at words such as "and", which stand between two names.
fn split_at_joints(part: &str) -> Vec<String> {
    let words: Vec<&str> = part.split_whitespace().collect();
    let mut names = Vec::new();
    let mut start = 0;
    for (at, word) in words.iter().enumerate() {
        let left = words.get(start..at).unwrap_or_default();
        let right = words.get(at + 1..).unwrap_or_default();
        if is_joint(&word.to_lowercase(), left, right) {
            names.push(left.join(" "));
            start = at + 1;
        }
    }
    names.push(words.get(start..).unwrap_or_default().join(" "));
    names
}

fn is_joint(word: &str, left: &[&str], right: &[&str]) -> bool {
    if SURE_JOINTS.contains(&word) {
        return true; // at an edge, too: "…, and Bo Ek"
    }
    let single = SINGLE_JOINTS.contains(&word);
    let Some(last) = left.last().filter(|_| single || JOINTS.contains(&word)) else { return false };
    let right_begins =
        right.iter().find(|word| !PARTICLES.contains(word)).is_some_and(|word| is_capitalised(word));
    let right_is_whole = || right.iter().take(2).take_while(|word| !is_any_joint(word)).count() == 2;
    is_capitalised(last) && right_begins && (!single || (left.len() >= 2 && right_is_whole()))
}

fn is_any_joint(word: &str) -> bool {
    SINGLE_JOINTS.contains(&word) || JOINTS.contains(&word) || SURE_JOINTS.contains(&word)
}

/// Begins with a capital, or is in a script that has none.
fn is_capitalised(word: &str) -> bool {
    word.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase() && c.is_alphabetic())
}

/// One name without addresses, their brackets and stray marks.
fn tidy_name(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().filter(|word| !is_address(word)).collect();
    let stray =
        |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '|' | '-' | '–' | '—' | '=' | '*' | '•');
    let name = words.join(" ").replace("()", "").replace("[]", "");
    let name = name.trim_matches(stray).trim_end_matches(['(', '[', '<']).trim_matches(stray);
    if name.chars().any(char::is_alphabetic) { name.to_owned() } else { String::new() }
}

/// An e-mail address, or a handle.
fn is_address(word: &str) -> bool {
    let word = word.trim_matches(|c: char| matches!(c, '(' | ')' | '[' | ']' | '<' | '>' | ',' | ';'));
    word.starts_with('@')
        || word.starts_with("mailto:")
        || word.split_once('@').is_some_and(|(_, host)| host.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_names_come_apart() {
        for (text, names) in [
            ("By Ada Lind and Bo Ek", &["Ada Lind", "Bo Ek"][..]),
            ("BY ADA LIND", &["ADA LIND"]),
            ("By: Ada Lind, Bo Ek & Cy Roe", &["Ada Lind", "Bo Ek", "Cy Roe"]),
            ("Ada Lind, Bo Ek, and Cy Roe", &["Ada Lind", "Bo Ek", "Cy Roe"]),
            ("Von Anna Meier und Jörg Kurz", &["Anna Meier", "Jörg Kurz"]),
            ("Par Luc Morel et Ève Roy", &["Luc Morel", "Ève Roy"]),
            ("Por Ana Ruiz y Luis Gil", &["Ana Ruiz", "Luis Gil"]),
            ("Ana Ruiz, Eva Sol e Ivo Paz Lima", &["Ana Ruiz", "Eva Sol", "Ivo Paz Lima"]),
            ("Eva Smit en Jan van der Berg", &["Eva Smit", "Jan van der Berg"]),
            ("Eva Smit en van der Berg", &["Eva Smit", "van der Berg"]),
            ("Kari Lie og Ola Moe", &["Kari Lie", "Ola Moe"]),
            ("정준호, 김민지", &["정준호", "김민지"]),
            ("정준호·김민지 기자", &["정준호", "김민지 기자"]),
            ("佐藤花子、鈴木一郎", &["佐藤花子", "鈴木一郎"]),
            ("王小明，李大同", &["王小明", "李大同"]),
            ("约翰·史密斯", &["约翰·史密斯"]),
            ("Ada Lind · Bo Ek", &["Ada Lind", "Bo Ek"]),
            ("Ada Lind\nBo Ek", &["Ada Lind", "Bo Ek"]),
            ("Ada Lind, Ada Lind", &["Ada Lind"]),
        ] {
            assert_eq!(people(text), names, "{text}");
        }
    }

    #[test]
    fn what_belongs_to_a_name_stays() {
        for name in [
            "Kim Yoo-chul",
            "Martin Lind, Jr.",
            "Bo Ek, Ph.D.",
            "Von Miller",
            "von der Aue",
            "Di Wang",
            "José Ramón y Sala",
            "Byron Lee",
            "Conor and",
            "Ada Lind/Reuters",
        ] {
            let expected = name.strip_suffix(" and").unwrap_or(name);
            assert_eq!(people(name), [expected], "{name}");
        }
        assert_eq!(people("Kim Yoo-chul, staff reporter"), ["Kim Yoo-chul", "staff reporter"]);
    }

    #[test]
    fn addresses_and_empty_parts_are_dropped() {
        assert_eq!(people("By Kim Yoo-chul yckim@example.com"), ["Kim Yoo-chul"]);
        assert_eq!(people("Ada Lind (ada@example.com), <bo@example.com>, @bo"), ["Ada Lind"]);
        assert_eq!(people(" , ; — "), [] as [&str; 0]);
        assert_eq!(people("By"), [] as [&str; 0]);
        assert_eq!(people(&"A B, ".repeat(100_000)).len(), 1);
    }

    #[test]
    fn roles_come_off() {
        for (text, name) in [
            ("Kim Min-ji, staff reporter", "Kim Min-ji"),
            ("Ada Lind (Berlin correspondent)", "Ada Lind"),
            ("Ada Lind - Senior Science Editor", "Ada Lind"),
            ("정준호 기자", "정준호"),
            ("정준호 선임기자", "정준호"),
            ("Political Editor", ""),
            ("Ada Lind", "Ada Lind"),
            ("Editha Writersson", "Editha Writersson"),
        ] {
            assert_eq!(strip_roles(text), name, "{text}");
        }
    }
}
