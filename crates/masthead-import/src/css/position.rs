//! Positions: `[2]`, `[last()]`, `[position() > 1]`.

use super::Reason;
use super::compound::{Compound, MAX_LENGTH, any_of};
use crate::xpath::{Comparison, Expression};

/// Longer chains of siblings are not written.
const MAX_SIBLINGS: u32 = 8;

/// Which of the nodes, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) from_end: bool,
    pub(super) low: u32,
    pub(super) high: Option<u32>,
}

impl Position {
    pub(super) const FIRST: Self = Self { from_end: false, low: 1, high: Some(1) };

    /// As `nth:` counts: negative from the end.
    pub(super) fn nth(self) -> Option<i32> {
        let number = i32::try_from(self.low).ok().filter(|number| *number <= 1_000)?;
        (self.high == Some(self.low)).then_some(if self.from_end { -number } else { number })
    }
}

/// The position that a predicate asks for; `None` where it is a condition.
///
/// # Errors
/// Where it counts in a way that has no equal.
pub(super) fn position(predicate: &Expression) -> Result<Option<Position>, Reason> {
    match predicate {
        Expression::Number(_) | Expression::Arithmetic(..) => {
            compared(Comparison::Equal, predicate).map(Some)
        }
        Expression::Call(name, _) if name == "last" => compared(Comparison::Equal, predicate).map(Some),
        Expression::Compare(comparison, left, right) => match (is_position(left), is_position(right)) {
            (true, false) => compared(*comparison, right).map(Some),
            (false, true) => compared(comparison.turned(), left).map(Some),
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

fn is_position(expression: &Expression) -> bool {
    matches!(expression, Expression::Call(name, arguments) if name == "position" && arguments.is_empty())
}

/// A place: from the start, or so many before the last.
enum Place {
    Start(u32),
    End(u32),
}

fn place(expression: &Expression) -> Option<Place> {
    let whole =
        |number: f64| (0.0..=1_000.0).contains(&number).then_some(number).filter(|n| n.fract() == 0.0);
    match expression {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number up to 1,000"
        )]
        Expression::Number(number) => whole(*number).map(|number| Place::Start(number as u32)),
        Expression::Call(name, arguments) if name == "last" && arguments.is_empty() => Some(Place::End(1)),
        Expression::Arithmetic('-', Some(left), right) => match (place(left)?, place(right)?) {
            (Place::End(last), Place::Start(number)) => Some(Place::End(last + number)),
            _ => None,
        },
        _ => None,
    }
}

fn compared(comparison: Comparison, with: &Expression) -> Result<Position, Reason> {
    let place = place(with).ok_or("a position that is reckoned")?;
    let (from_end, number) = match place {
        Place::Start(number) => (false, number),
        Place::End(number) => (true, number),
    };
    // From the end the smaller position has the larger number.
    let comparison = if from_end { comparison.turned() } else { comparison };
    let (low, high) = match comparison {
        Comparison::Equal => (number, Some(number)),
        Comparison::Less => (1, Some(number.saturating_sub(1))),
        Comparison::LessOrEqual => (1, Some(number)),
        Comparison::Greater => (number + 1, None),
        Comparison::GreaterOrEqual => (number.max(1), None),
        Comparison::Unequal if number == 1 => (2, None),
        Comparison::Unequal => return Err("all positions but one".to_owned()),
    };
    if low == 0 || high.is_some_and(|high| high < low) {
        return Err("no node has this position".to_owned());
    }
    Ok(Position { from_end, low, high })
}

/// What of the children of one parent that match has this position. `plain` says that they match by their name alone.
pub(super) fn among_siblings(
    matching: &[Compound],
    position: Position,
    plain: bool,
) -> Result<Compound, Reason> {
    let one = any_of(matching);
    if plain {
        return Ok(Compound { rest: format!("{}{}", one.rest, counted(&one, position)), ..one });
    }
    let Position { from_end, low, high } = position;
    if from_end && one.has {
        return Err("a position among elements that are known by what they contain".to_owned());
    }
    if low.max(high.unwrap_or(0)) >= MAX_SIBLINGS {
        return Err(format!(
            "a position past {MAX_SIBLINGS} among elements that are known by more than a name"
        ));
    }
    if one.rest.len() * MAX_SIBLINGS as usize > MAX_LENGTH {
        return Err(format!("its selector would be longer than {MAX_LENGTH} bytes"));
    }
    // `count` of them, the outermost being the element itself or, from the end, the last of all.
    let chain = |count: u32| vec![one.to_string(); count as usize].join(" ~ ");
    let mut rest = one.rest.clone();
    if low > 1 {
        rest +=
            &if from_end { format!(":has(~ {})", chain(low - 1)) } else { format!(":is({})", chain(low)) };
    }
    if let Some(high) = high {
        rest += &if from_end {
            format!(":not(:has(~ {}))", chain(high))
        } else {
            format!(":not({})", chain(high + 1))
        };
    }
    Ok(Compound { rest, has: one.has || from_end, tag: one.tag })
}

/// `:nth-of-type()` and its kin: they count elements of one name, or all.
fn counted(one: &Compound, position: Position) -> String {
    let kind = if one.tag.is_some() { "of-type" } else { "child" };
    let (edge, end) = if position.from_end { ("last", "last-") } else { ("first", "") };
    match (position.low, position.high) {
        (1, None) => String::new(),
        (1, Some(1)) => format!(":{edge}-{kind}"),
        (low, Some(high)) if low == high => format!(":nth-{end}{kind}({low})"),
        (1, Some(high)) => format!(":nth-{end}{kind}(-n+{high})"),
        (low, None) => format!(":nth-{end}{kind}(n+{low})"),
        (low, Some(high)) => format!(":nth-{end}{kind}(n+{low}):nth-{end}{kind}(-n+{high})"),
    }
}
