//! The doctype, by html5ever's own tokenizer: it has a dozen states, and stands on a page once.

use std::cell::RefCell;

use html5ever::TokenizerResult;
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Doctype, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// Reads a doctype, from its `<` to its `>` or the end of the page.
pub(super) fn read(text: StrTendril) -> Doctype {
    let tokenizer = Tokenizer::new(FirstDoctype::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(text);
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    tokenizer.sink.0.take().unwrap_or_default()
}

#[derive(Default)]
struct FirstDoctype(RefCell<Option<Doctype>>);

impl TokenSink for FirstDoctype {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if let Token::DoctypeToken(doctype) = token {
            self.0.borrow_mut().get_or_insert(doctype);
        }
        TokenSinkResult::Continue
    }
}
