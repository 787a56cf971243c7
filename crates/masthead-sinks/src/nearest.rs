/// The one of `names` that `word` most likely meant: at most a third of its letters away, at least one. Two letters that
/// are exchanged count as one.
pub(crate) fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    names
        .into_iter()
        .map(|name| (strsim::osa_distance(&word, name), name))
        .filter(|(distance, name)| *distance <= (name.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_near_name_is_offered() {
        assert_eq!(nearest("JSON", ["jsonl", "csv"]), Some("jsonl"));
        assert_eq!(nearest("jsnol", ["jsonl", "csv"]), Some("jsonl"));
        assert_eq!(nearest("cvs", ["jsonl", "csv"]), Some("csv"));
        assert_eq!(nearest("parquet", ["jsonl", "csv"]), None);
    }
}
