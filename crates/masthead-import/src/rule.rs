//! What becomes of each line of a config.

use crate::config::Directive;
use crate::css::{self, Found, Selection, Taken};
use crate::xpath;

/// What a line is in our language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A value of a field, or something to leave out, or a link.
    Carried(Place, Found),
    NotCarried(String),
    /// It asks for nothing here.
    Settled(&'static str),
    /// No rule: an address or a text to try the config with.
    Note,
}

/// Where a carried rule stands in the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Title,
    Byline,
    Published,
    Body,
    Drop,
    Unwrap,
    Single,
    Next,
}

/// What a line becomes; `follower` is the line behind it, which may be its condition.
pub(crate) fn outcome(directive: &Directive, follower: Option<&Directive>) -> Outcome {
    let value = directive.value.as_str();
    let off = matches!(value, "no" | "false" | "0");
    let refused = |reason: &str| Outcome::NotCarried(reason.to_owned());
    match directive.key.as_str() {
        "title" => path(value, Taken::First, Place::Title),
        "author" => path(value, Taken::All, Place::Byline),
        "date" => path(value, Taken::First, Place::Published),
        "body" => path(value, Taken::All, Place::Body),
        "strip" => path(value, Taken::Removed, Place::Drop),
        "dissolve" => unwrapped(value),
        "strip_id_or_class" => of_attributes(value, "//*[contains(@class, \"%\") or contains(@id, \"%\")]"),
        "strip_image_src" => of_attributes(value, "//img[contains(@src, \"%\")]"),
        "single_page_link" | "next_page_link"
            if follower.is_some_and(|next| next.key == "if_page_contains") =>
        {
            refused("it holds only on pages with something else, which `pages` can't ask")
        }
        "single_page_link" => link(value, Place::Single),
        "next_page_link" => link(value, Place::Next),
        "prune" if off => Outcome::Settled("no clean-up runs under a rule for the body"),
        "prune" => {
            refused("no clean-up runs under a rule for the body: what is to go needs a rule of its own")
        }
        "tidy" | "parser" => Outcome::Settled("there is one parser, that of browsers"),
        "strip_comments" => Outcome::Settled("comments are never part of the text"),
        "insert_detected_image" => Outcome::Settled("images are a field of their own"),
        "autodetect_on_failure" => Outcome::Settled("it decides whether `auto` ends the chains"),
        "autodetect_next_page" | "requires_login" | "convert_double_br_tags" | "skip_json_ld" if off => {
            Outcome::Settled("it switches off what does not happen here")
        }
        "test_url" | "test_contains" => Outcome::Note,
        key => refused(why_not(key)),
    }
}

fn why_not(key: &str) -> &'static str {
    match key {
        "find_string" | "replace_string" => "a page is read as it was sent: its source is not rewritten",
        "http_header" => "headers are not a profile's to set",
        "strip_attr" => "attributes are no part of the text",
        "src_lazy_load_attr" => "an image's address is the best of srcset, lazy attributes and src",
        "wrap_in" | "move_into" => "a page is read as it was sent: nothing is wrapped or moved",
        "if_page_contains" => "it is a condition of the line before",
        "native_ad_clue" => "a page is not marked as advertising; `skip` leaves such pages out",
        "skip_json_ld" => "`auto` reads JSON-LD, and stands behind the rules",
        "convert_double_br_tags" => "there is no equal; `split: br` makes every line a paragraph",
        "requires_login"
        | "login_uri"
        | "login_username_field"
        | "login_password_field"
        | "login_extra_fields"
        | "not_logged_in_xpath" => "nobody logs in",
        "autodetect_next_page" => "the link to the next page needs a rule: `pages: {next: …}`",
        _ => "there is no equal",
    }
}

fn path(value: &str, taken: Taken, place: Place) -> Outcome {
    match xpath::parse(value).and_then(|expression| css::found(&expression, taken)) {
        Ok(found) => Outcome::Carried(place, found),
        Err(reason) => Outcome::NotCarried(reason),
    }
}

/// `unwrap` and links take a selector and nothing beside it.
fn plain(outcome: Outcome, attribute: bool) -> Outcome {
    let Outcome::Carried(_, Found::Nodes(selections)) = &outcome else {
        return match outcome {
            Outcome::Carried(..) => Outcome::NotCarried("a constant in the place of a selector".to_owned()),
            other => other,
        };
    };
    let is_plain = |one: &Selection| {
        one.having.is_none()
            && one.nth.is_none()
            && one.matches.is_empty()
            && (attribute || one.attribute.is_none())
    };
    if selections.len() == 1 && selections.iter().all(is_plain) {
        outcome
    } else {
        Outcome::NotCarried("a selector alone must say it here".to_owned())
    }
}

fn unwrapped(value: &str) -> Outcome {
    plain(path(value, Taken::Removed, Place::Unwrap), false)
}

fn link(value: &str, place: Place) -> Outcome {
    plain(path(value, Taken::First, place), true)
}

/// The program's own XPath for a short form; it takes quotes out of the text.
fn of_attributes(value: &str, pattern: &str) -> Outcome {
    let text: String = value.chars().filter(|c| !matches!(c, '\'' | '"')).collect();
    path(&pattern.replace('%', &text), Taken::Removed, Place::Drop)
}
