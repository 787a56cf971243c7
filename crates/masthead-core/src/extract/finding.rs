use serde::Serialize;

/// Something about a page that a person should look at. It doesn't make the record wrong by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How much it matters.
    pub level: Level,
    /// The field that it is about, where it is about one.
    pub field: Option<String>,
    /// One sentence.
    pub message: String,
}

/// How much a [`Finding`] matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Note,
    /// Probably a fault of the profile or of the page.
    Warning,
}

impl Finding {
    pub(crate) fn warning(field: &str, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, field: Some(field.to_owned()), message: message.into() }
    }

    pub(crate) fn note(field: &str, message: impl Into<String>) -> Self {
        Self { level: Level::Note, field: Some(field.to_owned()), message: message.into() }
    }
}
