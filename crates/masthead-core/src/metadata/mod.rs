//! What a page says of itself: JSON-LD, microdata, OpenGraph and other meta tags, `<time>`, `<h1>`, its address.
//!
//! A [`Metadata`] gives for each field of an article a list of [`Witness`]es, the most trusted first. The caller takes
//! the first that is valid for the field's type; the others can agree or disagree with it. Nothing here looks into
//! the page: whoever holds the tree collects the [`Signals`].

mod authors;
mod fields;
mod images;
mod jsonld;
mod names;
mod signals;
mod tags;
mod text;
mod title;
mod values;

#[cfg(test)]
mod corpus;

pub(crate) use fields::Metadata;
pub(crate) use signals::{Signals, Time, Witness};
