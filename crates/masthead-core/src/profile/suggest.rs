//! The name that somebody meant.

/// The nearest of `names`, where one is near enough to be meant.
pub(super) fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Names of the language are ASCII, so bytes and characters are the same.
    let word: Vec<char> = word.chars().take(41).flat_map(char::to_lowercase).collect();
    if word.len() > 40 {
        return None;
    }
    // A third of the letters may be wrong, and at least one.
    let most = (word.len() / 3).max(1);
    names
        .into_iter()
        .filter(|name| name.len().abs_diff(word.len()) <= most)
        .map(|name| (distance(&word, &name.chars().collect::<Vec<_>>()), name))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Letters to insert, delete, change or swap with a neighbour (optimal string alignment); `-` and `_` are one.
fn distance(a: &[char], b: &[char]) -> usize {
    let same = |x: char, y: char| x == y || (matches!(x, '-' | '_') && matches!(y, '-' | '_'));
    let mut older: Vec<usize> = Vec::new();
    let mut old: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let mut best =
                (at(&old, j) + usize::from(!same(*x, *y))).min(at(&old, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&older, j - 1) + 1);
            }
            row.push(best);
        }
        older = std::mem::replace(&mut old, row);
    }
    old.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found() {
        let names = ["title", "subtitle", "start_after", "css"];
        assert_eq!(nearest("titel", names), Some("title"));
        assert_eq!(nearest("start-after", names), Some("start_after"));
        assert_eq!(nearest("CSS", names), Some("css"));
        assert_eq!(nearest("headline", names), None);
    }
}
