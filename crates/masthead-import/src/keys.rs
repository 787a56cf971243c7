//! The keys of a site config.

/// Every key that the format has.
const KEYS: &[&str] = &[
    "author",
    "autodetect_next_page",
    "autodetect_on_failure",
    "body",
    "convert_double_br_tags",
    "date",
    "dissolve",
    "find_string",
    "footnotes",
    "http_header",
    "if_page_contains",
    "insert_detected_image",
    "login_extra_fields",
    "login_password_field",
    "login_uri",
    "login_username_field",
    "move_into",
    "native_ad_clue",
    "next_page_link",
    "not_logged_in_xpath",
    "parser",
    "prune",
    "replace_string",
    "requires_login",
    "single_page_link",
    "single_page_link_in_feed",
    "skip_json_ld",
    "src_lazy_load_attr",
    "strip",
    "strip_attr",
    "strip_comments",
    "strip_id_or_class",
    "strip_image_src",
    "test_contains",
    "test_url",
    "tidy",
    "title",
    "wrap_in",
];

pub(crate) fn is_known(key: &str) -> bool {
    KEYS.binary_search(&key).is_ok()
}

/// A text may be replaced by nothing.
pub(crate) fn may_be_empty(key: &str) -> bool {
    key == "replace_string"
}

/// The key that a misspelt one most likely meant: at most a third of its letters away.
pub(crate) fn nearest(key: &str) -> Option<&'static str> {
    let key = key.to_lowercase();
    KEYS.iter()
        .map(|known| (strsim::damerau_levenshtein(&key, known), *known))
        .filter(|(distance, known)| *distance <= (known.len() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_sorted_for_the_search() {
        assert!(KEYS.is_sorted());
        assert!(KEYS.iter().all(|key| is_known(key)));
    }

    #[test]
    fn a_misspelt_key_is_near_one() {
        assert_eq!(nearest("test_rul"), Some("test_url"));
        assert_eq!(nearest("Title"), Some("title"));
        assert_eq!(nearest("https"), None);
    }
}
