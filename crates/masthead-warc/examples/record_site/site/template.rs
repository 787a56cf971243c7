//! Templates with `{{name}}` placeholders, and the spelling of text in HTML.

/// FNV-1a, 64 bits: stands in for the ids that a real site gives its files.
pub(super) fn hash(text: &str, length: usize) -> String {
    let mut digits = String::new();
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    while digits.len() < length {
        for byte in text.bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        digits.push_str(&format!("{state:016x}"));
    }
    digits.chars().take(length).collect()
}

/// Replaces each `{{name}}` by its value, which is HTML already. The error is a name without a value.
pub(super) fn fill(template: &str, values: &[(&str, String)]) -> Result<String, String> {
    let mut parts = template.split("{{");
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").ok_or_else(|| part.to_owned())?;
        let value = values.iter().find(|(key, _)| *key == name).ok_or_else(|| name.to_owned())?;
        page.push_str(&value.1);
        page.push_str(rest);
    }
    Ok(page)
}

/// Text as HTML.
pub(super) fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Text as the value of an attribute in double quotes.
pub(super) fn attribute(text: &str) -> String {
    html(text).replace('"', "&quot;")
}
