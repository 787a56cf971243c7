//! What an element does to text: ends a line, makes a block of the body, hides what is in it.

use html5ever::{LocalName, local_name};

use crate::tree::Data;

/// What a node does to text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A text node.
    Text,
    /// A comment, a doctype, a document.
    Other,
    /// Flows in its line.
    Inline,
    /// Ends a line (`<br>`).
    Break,
    /// Stands in lines of its own.
    Block,
    /// A block of the body.
    Paragraph,
    /// A heading of a level.
    Heading(u8),
    /// `ul`, `ol`, `menu`.
    List,
    /// `li`.
    ListItem,
    /// `blockquote`
    Quote,
    /// `pre`
    Preformatted,
    /// `table`
    Table,
    /// `tr`
    Row,
    /// `td`, `th`
    Cell,
}

impl Role {
    pub(crate) fn is_element(self) -> bool {
        !matches!(self, Self::Text | Self::Other)
    }

    /// Whether it begins and ends a line.
    pub(crate) fn ends_line(self) -> bool {
        !matches!(self, Self::Text | Self::Other | Self::Inline)
    }

    /// Whether it makes a block of the body.
    pub(crate) fn makes_block(self) -> bool {
        matches!(
            self,
            Self::Paragraph
                | Self::Heading(_)
                | Self::List
                | Self::ListItem
                | Self::Quote
                | Self::Preformatted
                | Self::Table
        )
    }
}

/// A node's role, and whether it hides what is in it.
pub(crate) fn of(node: &Data) -> (Role, bool) {
    match node {
        Data::Text(_) => (Role::Text, false),
        Data::Element(element) => {
            let invisible = never_visible(&element.name.local)
                || element.attributes.iter().any(|attribute| match attribute.name.local {
                    local_name!("hidden") => !attribute.value.eq_ignore_ascii_case("until-found"),
                    local_name!("style") => displays_none(&attribute.value),
                    _ => false,
                });
            (element_role(&element.name.local), invisible)
        }
        _ => (Role::Other, false),
    }
}

fn displays_none(style: &str) -> bool {
    style.split(';').any(|declaration| {
        declaration.split_once(':').is_some_and(|(name, value)| {
            name.trim().eq_ignore_ascii_case("display")
                && value
                    .trim()
                    .split(['!', ' '])
                    .next()
                    .is_some_and(|value| value.eq_ignore_ascii_case("none"))
        })
    })
}

/// Elements whose text no reader sees as text: scripts, fallbacks, form controls.
fn never_visible(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("script")
            | local_name!("style")
            | local_name!("noscript")
            | local_name!("template")
            | local_name!("head")
            | local_name!("title")
            | local_name!("button")
            | local_name!("input")
            | local_name!("select")
            | local_name!("option")
            | local_name!("optgroup")
            | local_name!("datalist")
            | local_name!("textarea")
            | local_name!("iframe")
            | local_name!("noembed")
            | local_name!("noframes")
            | local_name!("object")
            | local_name!("audio")
            | local_name!("video")
            | local_name!("canvas")
            | local_name!("svg")
            | local_name!("math")
    )
}

fn element_role(name: &LocalName) -> Role {
    match *name {
        local_name!("p") => Role::Paragraph,
        local_name!("br") => Role::Break,
        local_name!("h1") => Role::Heading(1),
        local_name!("h2") => Role::Heading(2),
        local_name!("h3") => Role::Heading(3),
        local_name!("h4") => Role::Heading(4),
        local_name!("h5") => Role::Heading(5),
        local_name!("h6") => Role::Heading(6),
        local_name!("ul") | local_name!("ol") | local_name!("menu") => Role::List,
        local_name!("li") => Role::ListItem,
        local_name!("blockquote") => Role::Quote,
        local_name!("pre") => Role::Preformatted,
        local_name!("table") => Role::Table,
        local_name!("tr") => Role::Row,
        local_name!("td") | local_name!("th") => Role::Cell,
        local_name!("address")
        | local_name!("article")
        | local_name!("aside")
        | local_name!("body")
        | local_name!("caption")
        | local_name!("center")
        | local_name!("dd")
        | local_name!("details")
        | local_name!("dialog")
        | local_name!("dir")
        | local_name!("div")
        | local_name!("dl")
        | local_name!("dt")
        | local_name!("fieldset")
        | local_name!("figcaption")
        | local_name!("figure")
        | local_name!("footer")
        | local_name!("form")
        | local_name!("header")
        | local_name!("hgroup")
        | local_name!("hr")
        | local_name!("html")
        | local_name!("legend")
        | local_name!("main")
        | local_name!("nav")
        | local_name!("section")
        | local_name!("summary")
        | local_name!("tbody")
        | local_name!("tfoot")
        | local_name!("thead") => Role::Block,
        _ => Role::Inline,
    }
}

#[cfg(test)]
mod tests {
    use super::displays_none;

    #[test]
    fn only_display_none_hides() {
        assert!(displays_none("color: red; DISPLAY : none !important"));
        assert!(!displays_none("display: block; background: none"));
    }
}
