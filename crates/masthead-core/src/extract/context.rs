//! What the parts of an extraction share: the page, the profile, and what was found so far.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;
use url::Url;

use super::claims::Claims;
use super::finding::Finding;
use super::read::Page;
use super::signals;
use super::trace::Recorder;
use crate::dom::{Dom, NodeNumber};
use crate::metadata::Metadata;
use crate::profile::model::{Alternative, BodyAlternative, Profile};
use crate::script_json;

/// One extraction under way.
pub(crate) struct Context<'p> {
    pub(crate) profile: &'p Profile,
    pub(crate) page: &'p Page<'p>,
    pub(crate) dom: &'p Dom<'p>,
    /// What relative addresses are relative to: the page's URL, or its `<base href>`.
    pub(crate) base: Url,
    metadata: OnceCell<Metadata<'p>>,
    /// Whether paths, raw texts and the counts of alternatives that lost are wanted.
    pub(crate) explain: bool,
    pub(crate) claims: Claims,
    pub(crate) findings: Vec<Finding>,
    /// The alternative of the body's chain whose HTML is the embedded document.
    pub(crate) embedded_body: Option<usize>,
    /// What the `drop` of an `each` leaves out of the item that is being read, sorted.
    pub(crate) item_dropped: Vec<NodeNumber>,
    scripts: RefCell<BTreeMap<String, Rc<Vec<Value>>>>,
    json_page: OnceCell<Option<Value>>,
    /// Where it is noted what each alternative found.
    pub(crate) trace: Recorder<'p>,
}

impl<'p> Context<'p> {
    pub(crate) fn new(
        profile: &'p Profile,
        page: &'p Page<'p>,
        dom: &'p Dom<'p>,
        explain: bool,
        trace: Recorder<'p>,
    ) -> Self {
        Self {
            profile,
            page,
            dom,
            base: signals::base(dom, page.url),
            metadata: OnceCell::new(),
            explain,
            claims: Claims::default(),
            findings: Vec::new(),
            embedded_body: None,
            item_dropped: Vec::new(),
            scripts: RefCell::default(),
            json_page: OnceCell::new(),
            trace,
        }
    }

    /// What the page says of itself; collected when first asked for.
    pub(crate) fn metadata(&self) -> &Metadata<'p> {
        self.metadata.get_or_init(|| signals::metadata(self.dom, self.page.url))
    }

    /// The page's main JSON-LD node.
    pub(crate) fn json_ld(&self) -> Option<&Value> {
        self.metadata().main_node()
    }

    /// The text of the article as the metadata has it.
    pub(crate) fn article_body(&self) -> Option<String> {
        self.json_ld()?.get("articleBody")?.as_str().map(str::to_owned)
    }

    /// The values of an itemprop.
    pub(crate) fn microdata(&self, name: &str) -> Vec<String> {
        signals::microdata(self.dom)
            .into_iter()
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value)
            .collect()
    }

    /// The page itself, where it is JSON.
    pub(crate) fn json_page(&self) -> Option<&Value> {
        self.json_page.get_or_init(|| serde_json::from_str(self.page.text).ok()).as_ref()
    }

    /// All JSON values in the scripts with the id `needle`, or else in those that contain it as a word.
    pub(crate) fn script_values(&self, needle: &str) -> Rc<Vec<Value>> {
        if let Some(values) = self.scripts.borrow().get(needle) {
            return Rc::clone(values);
        }
        let by_id: Vec<&str> = signals::scripts(self.dom)
            .filter(|(id, _, _)| *id == Some(needle))
            .map(|(_, _, text)| text)
            .collect();
        let texts = if by_id.is_empty() {
            signals::scripts(self.dom).map(|(_, _, text)| text).filter(|text| text.contains(needle)).collect()
        } else {
            by_id
        };
        let values = Rc::new(texts.into_iter().flat_map(script_json::values).collect::<Vec<_>>());
        self.scripts.borrow_mut().insert(needle.to_owned(), Rc::clone(&values));
        values
    }

    /// What the source of a body that is no node offers.
    pub(crate) fn body_candidates(&self, alternative: &BodyAlternative) -> Vec<String> {
        let plain = Alternative::of_source(alternative.at.clone(), alternative.source.clone());
        self.candidates(&plain, None).into_iter().map(|candidate| candidate.text).collect()
    }
}
