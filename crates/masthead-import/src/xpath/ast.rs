//! What an expression is made of.

/// An expression (XPath 1.0 §3).
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expression {
    Or(Box<Self>, Box<Self>),
    And(Box<Self>, Box<Self>),
    Compare(Comparison, Box<Self>, Box<Self>),
    /// The operator and both sides; `None` on the left is a sign.
    Arithmetic(char, Option<Box<Self>>, Box<Self>),
    Union(Vec<Self>),
    Path(Path),
    Literal(String),
    Number(f64),
    Call(String, Vec<Self>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// The same said from the other side: `2 < x` is `x > 2`.
    pub(crate) fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
}

/// A location path, or a filter expression with steps behind it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Path {
    pub(crate) start: Start,
    pub(crate) steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Start {
    /// `/…`
    Root,
    /// `…`, from the context node.
    Here,
    /// `(…)[…]…`
    Filter(Box<Expression>, Vec<Expression>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) axis: Axis,
    pub(crate) test: NodeTest,
    pub(crate) predicates: Vec<Expression>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Axis {
    Ancestor,
    AncestorOrSelf,
    Attribute,
    Child,
    Descendant,
    DescendantOrSelf,
    Following,
    FollowingSibling,
    Namespace,
    Parent,
    Preceding,
    PrecedingSibling,
    Itself,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NodeTest {
    Name(String),
    /// `*`
    Any,
    /// `node()`
    Node,
    /// `text()`
    Text,
    /// `comment()` or `processing-instruction()`
    Other,
}
