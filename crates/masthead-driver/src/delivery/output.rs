use std::path::PathBuf;

use masthead_record::{Item, Position, Sink};

use crate::report::OutputReport;

/// A sink and what it is to get.
pub(crate) struct Output {
    /// What the store knows it by: the same in every run, whatever the present folder.
    pub(crate) key: String,
    /// As people wrote it.
    pub(crate) name: String,
    /// The file that it writes, absolute, where it is one.
    pub(crate) file: Option<PathBuf>,
    pub(crate) sink: Box<dyn Sink>,
    pub(crate) route: Route,
}

/// Which items an output gets. The others move its cursor all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// Records with every required field, and notes that a page is gone.
    Whole,
    /// Records without some required field. The sink is opened when there is one: most crawls need no such file.
    Incomplete,
}

impl Route {
    pub(crate) fn takes(self, item: &Item) -> bool {
        item.is_incomplete() == (self == Self::Incomplete)
    }
}

impl Output {
    pub(super) fn blank_report(&self) -> OutputReport {
        OutputReport {
            name: self.name.clone(),
            incomplete: self.route == Route::Incomplete,
            ..OutputReport::default()
        }
    }
}

/// What the store remembers of an output: its position, and whether its sink was ever opened. A mark before the sink's
/// own token tells: a sink that was never opened must not be taken for one that lost its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remembered {
    pub(crate) n: u64,
    /// The sink's own position; `None` before it was first opened.
    pub(crate) position: Option<Position>,
}

const OPENED: u8 = 1;

impl Remembered {
    pub(crate) fn from_stored(stored: &Position) -> Self {
        let token = stored.token.split_first().map(|(_, token)| token.to_vec());
        Self { n: stored.n, position: token.map(|token| Position { n: stored.n, token }) }
    }

    /// The position of an opened sink as the store keeps it.
    pub(crate) fn opened(n: u64, token: &[u8]) -> Position {
        let mut marked = vec![OPENED];
        marked.extend(token);
        Position { n, token: marked }
    }

    /// The position of a sink that was never opened.
    pub(crate) fn unopened(n: u64) -> Position {
        Position { n, token: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sink_without_a_token_is_still_known_to_have_been_opened() {
        for token in [&b""[..], b"abc"] {
            let remembered = Remembered::from_stored(&Remembered::opened(7, token));
            assert_eq!(remembered.position, Some(Position { n: 7, token: token.to_vec() }));
        }
        assert_eq!(Remembered::from_stored(&Remembered::unopened(7)), Remembered { n: 7, position: None });
    }
}
