//! Regexes that don't compile: the place, the words and the remedy.

/// What is wrong with a regex.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadRegex {
    /// In bytes of the regex.
    pub(super) offset: usize,
    pub(super) message: String,
    pub(super) help: String,
}

/// The fault of `text`, out of the regex crate's picture of it.
pub(super) fn explain(text: &str, picture: &str) -> BadRegex {
    let (offset, message) = place_and_words(picture);
    let here = text.get(offset..).unwrap_or("");
    let around = LOOK_AROUND.iter().find(|sign| here.starts_with(**sign));
    let (message, help) = match around {
        Some(sign) => {
            (format!("`{sign}` is look-around, which regexes here don't have"), rewrite(text, sign))
        }
        None => {
            let help = remedy(&message, text, here);
            (format!("bad regex: {message}"), help)
        }
    };
    BadRegex { offset, message, help }
}

/// The signs of look-around, the longest first.
const LOOK_AROUND: [&str; 4] = ["(?<=", "(?<!", "(?=", "(?!"];

/// What to write instead of look-around, which other regexes have: whole where it is simple.
fn rewrite(text: &str, sign: &str) -> String {
    let whole = match (sign, text.split_once(sign)) {
        // `(?<=By ).+` is `By (.+)`
        ("(?<=", Some(("", rest))) => {
            rest.split_once(')').map(|(before, wanted)| format!("{before}({wanted})"))
        }
        // `.+(?= \|)` is `(.+) \|`
        ("(?=", Some((wanted, rest))) => {
            rest.strip_suffix(')').filter(|_| !wanted.is_empty()).map(|after| format!("({wanted}){after}"))
        }
        _ => None,
    };
    let sound = whole.filter(|whole| {
        !whole.contains('`')
            && whole.len() <= 200
            && regex::Regex::new(whole).is_ok_and(|regex| regex.captures_len() == 2)
    });
    match (sound, sign) {
        (Some(whole), _) => {
            format!("match what stands around too, and put what you want in a group: write `{whole}`")
        }
        (None, "(?!" | "(?<!") => {
            "regexes here run in linear time: say what may stand there, as in `[^x]`, or leave nodes out with `drop`".to_owned()
        }
        (None, _) => "regexes here run in linear time: match what stands around too, and put what you want in a group"
            .to_owned(),
    }
}

/// `/^a/i` as `(?i)^a`: a regex that begins with `/^` can match nothing.
pub(super) fn without_slashes(text: &str) -> Option<String> {
    let (regex, flags) = text.strip_prefix('/').filter(|rest| rest.starts_with('^'))?.rsplit_once('/')?;
    let known = flags.chars().all(|c| "gimsuy".contains(c));
    let kept: String = flags.chars().filter(|c| "ims".contains(*c)).collect();
    known.then(|| if kept.is_empty() { regex.to_owned() } else { format!("(?{kept}){regex}") })
}

fn remedy(message: &str, text: &str, here: &str) -> String {
    let help = if message.contains("backreference") {
        "regexes here run in linear time, so there are no backreferences: write the text out"
    } else if text.starts_with('*') {
        "this is no shell pattern: `.*` stands for any text"
    } else if message.contains("missing expression") {
        "put `\\` before the sign if it stands for itself"
    } else if here.starts_with("\\Z") {
        "the end of the text is `$` or `\\z`"
    } else if message.contains("escape") {
        "only signs and some letters can be escaped: leave the `\\` out, or double it if it stands for itself"
    } else if message.contains("unclosed character class") {
        "add the `]`, or put `\\` before a `[` that stands for itself"
    } else if message.contains("unclosed group") {
        "add the `)`, or put `\\` before a `(` that stands for itself"
    } else if message.contains("unopened group") {
        "put `\\` before a `)` that stands for itself"
    } else if message.contains("repetition") {
        "write `{2}`, `{2,}` or `{0,5}`; put `\\` before a `{` that stands for itself"
    } else if message.contains("duplicate capture group") {
        "give each group a name of its own"
    } else if message.contains("range") {
        "the lower end stands first; a `-` that stands for itself comes last, as in `[a-z-]`"
    } else {
        "put `\\` before a sign that stands for itself"
    };
    help.to_owned()
}

/// The place in bytes and the words of a syntax error.
fn place_and_words(picture: &str) -> (usize, String) {
    let lines: Vec<&str> = picture.lines().collect();
    let message =
        lines.iter().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or("not a regex").to_owned();
    // A regex of one line is shown as `    REGEX` and `      ^^`.
    let offset = match lines.as_slice() {
        [_, regex, carets, _] => {
            let characters = carets.find('^').unwrap_or(4).saturating_sub(4);
            regex.chars().skip(4).take(characters).map(char::len_utf8).sum()
        }
        _ => 0,
    };
    (offset, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad(text: &str) -> BadRegex {
        explain(text, &regex::Regex::new(text).unwrap_err().to_string())
    }

    #[test]
    fn look_around_is_rewritten_where_it_is_simple() {
        for (regex, written) in [("(?<=By ).+", "`By (.+)`"), (".+(?= \\|)", "`(.+) \\|`")] {
            assert!(bad(regex).help.ends_with(written), "{regex}: {}", bad(regex).help);
        }
        assert!(bad("a(?!b)").help.contains("`[^x]`"));
        assert!(bad("(?<=(a)b)c").help.contains("in a group"));
        assert!(bad("x(?<!y)z").message.starts_with("`(?<!` is look-around"));
        assert_eq!(bad("제목(?=x)").offset, "제목".len());
    }

    #[test]
    fn the_slashes_of_javascript_are_taken_off() {
        assert_eq!(without_slashes("/^News$/i").as_deref(), Some("(?i)^News$"));
        assert_eq!(without_slashes("/^a\\/b/").as_deref(), Some("^a\\/b"));
        for regex in ["/news/", "/news/i", "^/a/", "/^a"] {
            assert_eq!(without_slashes(regex), None, "{regex}");
        }
    }

    #[test]
    fn every_fault_has_a_remedy() {
        for regex in
            ["(", ")", "[a", "a{,5}", "\\Z", "\\y", "+", "*x", "(a)\\1", "[z-a]", "(?<a>x)(?<a>y)", "a{5,2}"]
        {
            assert!(!bad(regex).help.is_empty() && bad(regex).message.starts_with("bad regex: "), "{regex}");
        }
    }
}
