/// The product token of a crawler's name: what stands before the version, `masthead` of `Masthead/0.1 (+https://…)`.
/// Letters, digits, `_` and `-`; RFC 9309 §2.2.1 has no digits, but crawlers are called `MJ12bot`.
#[must_use]
pub fn product_token(name: &str) -> &str {
    let name = name.trim();
    let end = name.find(|letter| !is_name_letter(letter)).unwrap_or(name.len());
    name.get(..end).unwrap_or_default()
}

fn is_name_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-')
}

/// Whom a `User-agent` line addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Addressee {
    Everyone,
    /// The token, lower case; its first `strict` bytes are the token as the RFC's grammar has it, without digits.
    Named {
        token: String,
        strict: usize,
    },
}

impl Addressee {
    pub(super) fn read(value: &[u8]) -> Self {
        let token: String = value
            .iter()
            .map(|byte| char::from(*byte))
            .take_while(|letter| is_name_letter(*letter))
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        let mut letters = value.iter().map(|byte| char::from(*byte));
        if letters.next() == Some('*') && !letters.next().is_some_and(is_name_letter) {
            return Self::Everyone;
        }
        let strict = token.find(|letter: char| letter.is_ascii_digit()).unwrap_or(token.len());
        Self::Named { token, strict }
    }

    /// Whether the line names the crawler with this lower-case token. The RFC's reading of the line counts as well as
    /// the whole name: `Foo2` addresses both `foo` and `foo2`.
    pub(super) fn names(&self, agent: &str) -> bool {
        match self {
            Self::Everyone => false,
            Self::Named { token, strict } => {
                !agent.is_empty() && (token == agent || token.get(..*strict) == Some(agent))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_ends_before_the_version() {
        assert_eq!(product_token("Masthead/0.1 (+https://example.com/bot)"), "Masthead");
        assert_eq!(product_token(" MJ12bot "), "MJ12bot");
        assert_eq!(product_token("*"), "");
    }

    #[test]
    fn a_line_names_its_token_only() {
        assert!(Addressee::read(b"FooBot/1.0").names("foobot"));
        assert!(Addressee::read(b"Foo2").names("foo") && Addressee::read(b"Foo2").names("foo2"));
        assert!(!Addressee::read(b"Foo1").names("foo2"));
        assert!(!Addressee::read(b"foobot-news").names("foobot"));
        assert!(!Addressee::read(b"*").names(""));
        assert_eq!(Addressee::read(b"* all"), Addressee::Everyone);
        assert_ne!(
            Addressee::read(b"*FooBot*"),
            Addressee::Everyone,
            "some mean a wildcard; nobody reads it as one"
        );
        assert!(!Addressee::read(b"").names(""));
    }
}
