//! From tokens to an expression, by recursive descent with a bound on depth.

use super::ast::{Axis, Comparison, Expression, NodeTest, Path, Start, Step};
use super::lex::{self, Token};

/// Longer expressions are refused; the longest in use has some 1,500 bytes.
const MAX_BYTES: usize = 8_192;
/// Brackets within brackets.
const MAX_DEPTH: usize = 24;
/// Operators in all: each one is a level of the tree.
const MAX_OPERATORS: usize = 200;

/// Reads an expression.
///
/// # Errors
/// Says what is not XPath 1.0, or what is out of bounds.
pub(crate) fn parse(text: &str) -> Result<Expression, String> {
    if text.len() > MAX_BYTES {
        return Err(format!("longer than {MAX_BYTES} bytes"));
    }
    let tokens = lex::tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0, operators: 0 };
    let expression = parser.expression()?;
    match parser.peek() {
        None => Ok(expression),
        Some(_) => Err(format!("not XPath 1.0: {} does not fit", parser.next_shown())),
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    operators: usize,
}

type Parsed = Result<Expression, String>;

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn next_is(&self, offset: usize, sign: &str) -> bool {
        matches!(self.tokens.get(self.at + offset), Some(Token::Sign(next)) if *next == sign)
    }

    fn eat(&mut self, sign: &str) -> bool {
        let found = self.next_is(0, sign);
        self.at += usize::from(found);
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Name(name)) if name == word);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.eat(sign) {
            Ok(())
        } else {
            Err(format!("not XPath 1.0: `{sign}` is missing before {}", self.next_shown()))
        }
    }

    fn next_shown(&self) -> String {
        match self.peek() {
            None => "the end".to_owned(),
            Some(Token::Sign(sign)) => format!("`{sign}`"),
            Some(Token::Name(name)) => format!("`{name}`"),
            Some(Token::Literal(text)) => format!("the text `{text}`"),
            Some(Token::Number(number)) => format!("`{number}`"),
        }
    }

    fn count(&mut self) -> Result<(), String> {
        self.operators += 1;
        if self.operators > MAX_OPERATORS {
            Err(format!("more than {MAX_OPERATORS} operators"))
        } else {
            Ok(())
        }
    }

    fn expression(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(format!("more than {MAX_DEPTH} brackets within each other"));
        }
        let mut left = self.and()?;
        while self.eat_word("or") {
            self.count()?;
            left = Expression::Or(Box::new(left), Box::new(self.and()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn and(&mut self) -> Parsed {
        let mut left = self.equality()?;
        while self.eat_word("and") {
            self.count()?;
            left = Expression::And(Box::new(left), Box::new(self.equality()?));
        }
        Ok(left)
    }

    fn equality(&mut self) -> Parsed {
        let mut left = self.relation()?;
        loop {
            let comparison = if self.eat("=") {
                Comparison::Equal
            } else if self.eat("!=") {
                Comparison::Unequal
            } else {
                return Ok(left);
            };
            self.count()?;
            left = Expression::Compare(comparison, Box::new(left), Box::new(self.relation()?));
        }
    }

    fn relation(&mut self) -> Parsed {
        let mut left = self.sum()?;
        loop {
            let comparison = if self.eat("<") {
                Comparison::Less
            } else if self.eat("<=") {
                Comparison::LessOrEqual
            } else if self.eat(">") {
                Comparison::Greater
            } else if self.eat(">=") {
                Comparison::GreaterOrEqual
            } else {
                return Ok(left);
            };
            self.count()?;
            left = Expression::Compare(comparison, Box::new(left), Box::new(self.sum()?));
        }
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        loop {
            let operator = if self.eat("+") {
                '+'
            } else if self.eat("-") {
                '-'
            } else {
                return Ok(left);
            };
            self.count()?;
            left = Expression::Arithmetic(operator, Some(Box::new(left)), Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.sign()?;
        loop {
            let operator = if self.eat("*") {
                '*'
            } else if self.eat_word("div") {
                '/'
            } else if self.eat_word("mod") {
                '%'
            } else {
                return Ok(left);
            };
            self.count()?;
            left = Expression::Arithmetic(operator, Some(Box::new(left)), Box::new(self.sign()?));
        }
    }

    fn sign(&mut self) -> Parsed {
        if self.eat("-") {
            self.count()?;
            return Ok(Expression::Arithmetic('-', None, Box::new(self.sign()?)));
        }
        self.union()
    }

    fn union(&mut self) -> Parsed {
        let first = self.path()?;
        if !self.next_is(0, "|") {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.eat("|") {
            parts.push(self.path()?);
        }
        Ok(Expression::Union(parts))
    }

    fn path(&mut self) -> Parsed {
        if let Some(primary) = self.primary()? {
            let predicates = self.predicates()?;
            let mut steps = Vec::new();
            if self.next_is(0, "/") || self.next_is(0, "//") {
                self.steps_after_slash(&mut steps)?;
            }
            if steps.is_empty()
                && predicates.is_empty()
                && !matches!(primary, Expression::Union(_) | Expression::Path(_))
            {
                return Ok(primary);
            }
            let start = Start::Filter(Box::new(primary), predicates);
            return Ok(Expression::Path(Path { start, steps }));
        }
        let mut steps = Vec::new();
        if self.next_is(0, "/") || self.next_is(0, "//") {
            if self.next_is(0, "/") && !self.begins_step(1) {
                self.at += 1;
            } else {
                self.steps_after_slash(&mut steps)?;
            }
            return Ok(Expression::Path(Path { start: Start::Root, steps }));
        }
        steps.push(self.step()?);
        self.steps_after_slash(&mut steps)?;
        Ok(Expression::Path(Path { start: Start::Here, steps }))
    }

    fn steps_after_slash(&mut self, steps: &mut Vec<Step>) -> Result<(), String> {
        loop {
            if self.eat("//") {
                steps.push(Step {
                    axis: Axis::DescendantOrSelf,
                    test: NodeTest::Node,
                    predicates: Vec::new(),
                });
            } else if !self.eat("/") {
                return Ok(());
            }
            steps.push(self.step()?);
        }
    }

    /// Whether a step begins at an offset.
    fn begins_step(&self, offset: usize) -> bool {
        match self.tokens.get(self.at + offset) {
            Some(Token::Name(_)) => true,
            Some(Token::Sign(sign)) => matches!(*sign, "*" | "@" | "." | ".."),
            _ => false,
        }
    }

    /// A literal, a number, a call or an expression in brackets.
    fn primary(&mut self) -> Result<Option<Expression>, String> {
        let primary = match self.peek() {
            Some(Token::Literal(text)) => Expression::Literal(text.clone()),
            Some(Token::Number(number)) => Expression::Number(*number),
            Some(Token::Sign("(")) => {
                self.at += 1;
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(Some(inner));
            }
            Some(Token::Name(name)) if self.next_is(1, "(") && node_type(name).is_none() => {
                self.at += 2;
                return Ok(Some(Expression::Call(name.clone(), self.arguments()?)));
            }
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some(primary))
    }

    fn arguments(&mut self) -> Result<Vec<Expression>, String> {
        let mut arguments = Vec::new();
        if self.eat(")") {
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression()?);
            if self.eat(")") {
                return Ok(arguments);
            }
            self.expect(",")?;
        }
    }

    fn predicates(&mut self) -> Result<Vec<Expression>, String> {
        let mut predicates = Vec::new();
        while self.eat("[") {
            predicates.push(self.expression()?);
            self.expect("]")?;
        }
        Ok(predicates)
    }

    fn step(&mut self) -> Result<Step, String> {
        for (sign, axis) in [("..", Axis::Parent), (".", Axis::Itself)] {
            if self.eat(sign) {
                // The grammar allows no predicate behind an abbreviated step.
                return Ok(Step { axis, test: NodeTest::Node, predicates: Vec::new() });
            }
        }
        let axis = self.axis()?;
        let test = self.test()?;
        Ok(Step { axis, test, predicates: self.predicates()? })
    }

    fn axis(&mut self) -> Result<Axis, String> {
        if self.eat("@") {
            return Ok(Axis::Attribute);
        }
        let Some(Token::Name(name)) = self.peek() else { return Ok(Axis::Child) };
        if !self.next_is(1, "::") {
            return Ok(Axis::Child);
        }
        let axis = axis(name).ok_or_else(|| format!("`{name}` is no axis, and prefixes are not read"))?;
        self.at += 2;
        Ok(axis)
    }

    fn test(&mut self) -> Result<NodeTest, String> {
        if self.eat("*") {
            return Ok(NodeTest::Any);
        }
        let Some(Token::Name(name)) = self.peek() else {
            return Err(format!("not XPath 1.0: a name is missing before {}", self.next_shown()));
        };
        self.at += 1;
        if !self.next_is(0, "(") {
            return Ok(NodeTest::Name(name.clone()));
        }
        let test = node_type(name).ok_or_else(|| format!("`{name}()` can't be a step"))?;
        self.at += 1;
        if matches!(self.peek(), Some(Token::Literal(_))) {
            self.at += 1;
        }
        self.expect(")")?;
        Ok(test)
    }
}

fn node_type(name: &str) -> Option<NodeTest> {
    Some(match name {
        "text" => NodeTest::Text,
        "node" => NodeTest::Node,
        "comment" | "processing-instruction" => NodeTest::Other,
        _ => return None,
    })
}

fn axis(name: &str) -> Option<Axis> {
    Some(match name {
        "ancestor" => Axis::Ancestor,
        "ancestor-or-self" => Axis::AncestorOrSelf,
        "attribute" => Axis::Attribute,
        "child" => Axis::Child,
        "descendant" => Axis::Descendant,
        "descendant-or-self" => Axis::DescendantOrSelf,
        "following" => Axis::Following,
        "following-sibling" => Axis::FollowingSibling,
        "namespace" => Axis::Namespace,
        "parent" => Axis::Parent,
        "preceding" => Axis::Preceding,
        "preceding-sibling" => Axis::PrecedingSibling,
        "self" => Axis::Itself,
        _ => return None,
    })
}
