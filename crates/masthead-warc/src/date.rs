//! `WARC-Date`: UTC, W3C-DTF (WARC/1.1 §5.4), from a bare year to nanoseconds.

/// Whether the text is a full UTC time, `YYYY-MM-DDThh:mm:ss[.fraction]Z`: the only shape that is written.
pub(crate) fn is_full_utc(text: &str) -> bool {
    let Some((seconds, fraction)) = text.strip_suffix('Z').and_then(|rest| rest.split_at_checked(19)) else {
        return false;
    };
    let shape = b"0000-00-00T00:00:00";
    let shaped = seconds.bytes().zip(shape).all(|(byte, pattern)| match pattern {
        b'0' => byte.is_ascii_digit(),
        other => byte == *other,
    });
    let fraction_is_sound = fraction.is_empty()
        || fraction.strip_prefix('.').is_some_and(|digits| {
            matches!(digits.len(), 1..=9) && digits.bytes().all(|b| b.is_ascii_digit())
        });
    shaped && fraction_is_sound
}

/// A text that sorts as the time does: without its `Z`, `…:53` comes before `…:53.001`.
pub(crate) fn sort_key(text: &str) -> &str {
    let text = text.trim();
    text.strip_suffix('Z').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_full_utc_times_are_written() {
        for good in ["2026-03-02T03:00:00Z", "2026-03-02T03:00:00.5Z", "2026-03-02T03:00:00.123456789Z"] {
            assert!(is_full_utc(good), "{good}");
        }
        for bad in [
            "",
            "Z",
            "2026-03-02",
            "2026-03-02T03:00:00",
            "2026-03-02T03:00:00+09:00",
            "2026-03-02T03:00:00.Z",
            "2026-03-02 03:00:00Z",
            "２026-03-02T03:00:00Z",
        ] {
            assert!(!is_full_utc(bad), "{bad}");
        }
    }

    #[test]
    fn finer_times_sort_after_coarser_ones() {
        let mut dates = ["2026-03-02T03:00:00.001Z", "2026-03-02T03:00:00Z", "2026", "2026-03-02T03:00:01Z"];
        dates.sort_by(|a, b| sort_key(a).cmp(sort_key(b)));
        assert_eq!(
            dates,
            ["2026", "2026-03-02T03:00:00Z", "2026-03-02T03:00:00.001Z", "2026-03-02T03:00:01Z"]
        );
    }
}
