//! XPath where a selector is meant: told apart, and the simple ones rewritten.

use super::foreign::{Foreign, rewritten};
use super::show::quoted;

const GENERAL: &str = "write CSS: `//div[@id=\"x\"]//p` is `div#x p`, `//a/@href` is `a@href`";

/// The fault where a text is XPath.
pub(super) fn recognise(text: &str) -> Option<Foreign> {
    let path = text.trim_start_matches('(');
    let begins = ["/", "./", "descendant::", "child::", "self::"].iter().any(|start| path.starts_with(start));
    let holds = ["/text()", "[@", "/@", "contains(@", "::*"].iter().any(|part| text.contains(part));
    (begins || holds).then(|| Foreign {
        place: 0..text.len(),
        message: format!("{} is XPath, and selectors here are CSS", quoted(text)),
        help: help(text),
        nearest: None,
    })
}

fn help(text: &str) -> String {
    let Some((css, attribute)) = to_css(text) else { return GENERAL.to_owned() };
    let written = rewritten(&css, "");
    match (written.is_empty(), attribute) {
        (true, _) => GENERAL.to_owned(),
        (false, None) => written,
        (false, Some(name)) => format!("write `{css}@{name}`"),
    }
}

/// The CSS of a path of elements with plain conditions, and the attribute at its end.
fn to_css(text: &str) -> Option<(String, Option<&str>)> {
    let path = text.trim_end_matches("/text()").trim_start_matches('.');
    let (path, attribute) = match path.rsplit_once("/@") {
        Some((path, name)) if is_name(name) => (path.trim_end_matches('/'), Some(name)),
        _ => (path, None),
    };
    let mut css = String::new();
    let mut rest = path;
    while !rest.is_empty() {
        let far = rest.starts_with("//");
        rest = rest.trim_start_matches('/');
        let end = end_of_step(rest)?;
        let (step, behind) = rest.split_at_checked(end)?;
        if !css.is_empty() {
            css.push_str(if far { " " } else { " > " });
        }
        css.push_str(&step_to_css(step)?);
        rest = behind;
    }
    (!css.is_empty()).then_some((css, attribute))
}

/// Where a step ends: at the next slash that is in no bracket.
fn end_of_step(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in rest.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.checked_sub(1)?,
            '/' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    Some(rest.len())
}

/// `div[@class="a"]` is `div.a`
fn step_to_css(step: &str) -> Option<String> {
    let (name, mut conditions) = step.split_at_checked(step.find('[').unwrap_or(step.len()))?;
    let mut css = match name {
        "*" if conditions.is_empty() => "*".to_owned(),
        "*" => String::new(),
        name if is_name(name) => name.to_owned(),
        _ => return None,
    };
    while let Some(rest) = conditions.strip_prefix('[') {
        let (condition, behind) = rest.split_once(']')?;
        css.push_str(&condition_to_css(condition.trim())?);
        conditions = behind;
    }
    conditions.is_empty().then_some(css)
}

fn condition_to_css(condition: &str) -> Option<String> {
    if let Ok(number) = condition.parse::<u16>() {
        return Some(format!(":nth-of-type({number})"));
    }
    let part = condition.strip_prefix("contains(@").and_then(|rest| rest.strip_suffix(')'));
    let (name, value) = match part {
        Some(part) => part.split_once(',')?,
        None => match condition.strip_prefix('@')?.split_once('=') {
            Some(pair) => pair,
            None => {
                return is_name(condition.get(1..)?)
                    .then(|| format!("[{}]", condition.trim_start_matches('@')));
            }
        },
    };
    let (name, value) = (name.trim(), value.trim().trim_matches(['"', '\'']));
    let simple = is_name(value) && value.chars().next().is_some_and(char::is_alphabetic);
    if !is_name(name) || value.contains(['"', '\\']) {
        return None;
    }
    Some(match (name, part.is_some()) {
        ("class", _) if simple => format!(".{value}"),
        ("id", false) if simple => format!("#{value}"),
        (_, true) => format!("[{name}*=\"{value}\"]"),
        (_, false) => format!("[{name}=\"{value}\"]"),
    })
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_paths_are_rewritten() {
        for (xpath, css) in [
            ("//div[@class=\"lead\"]", "write `div.lead`"),
            ("//div[@id='x']//p", "write `div#x p`"),
            ("/html/body/div[2]/h1/text()", "write `html > body > div:nth-of-type(2) > h1`"),
            ("//a[@rel='next']/@href", "write `a[rel=\"next\"]@href`"),
            ("//*[contains(@class, 'date')]", "write `.date`"),
            (".//time[@datetime]", "write `time[datetime]`"),
            ("//p[position()>2]", GENERAL),
            ("//div[contains(text(), 'By')]", GENERAL),
        ] {
            assert_eq!(recognise(xpath).unwrap().help, css, "{xpath}");
        }
        assert_eq!(recognise("a[href=\"x\"] > p"), None);
    }
}
