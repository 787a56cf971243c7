/// The one of `names` that `word` most likely meant: at most a third of its letters away, at least one.
pub(crate) fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    names
        .into_iter()
        .map(|name| (distance(&word, name), name))
        .filter(|(distance, name)| *distance <= (name.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Levenshtein's distance, in O(left × right); the right side is a name that we know, so short.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, l) in left.chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        let mut last = i + 1;
        next.push(last);
        for ((r, above), above_left) in right.iter().zip(row.iter().skip(1)).zip(&row) {
            last = (above_left + usize::from(l != *r)).min(above + 1).min(last + 1);
            next.push(last);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_textbook() {
        for (left, right, expected) in
            [("kitten", "sitting", 3), ("", "abc", 3), ("jsnol", "jsonl", 2), ("a", "a", 0)]
        {
            assert_eq!(distance(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn only_a_near_name_is_offered() {
        assert_eq!(nearest("JSON", ["jsonl", "csv"]), Some("jsonl"));
        assert_eq!(nearest("parquet", ["jsonl", "csv"]), None);
    }
}
