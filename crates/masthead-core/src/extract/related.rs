//! Articles that the page names as related.

use masthead_record::Related;

use super::context::Context;
use super::typed::absolute;
use crate::profile::model::Each;

impl Context<'_> {
    /// The related articles of a profile's rule: title and address left out are those of the item's first link.
    pub(crate) fn related(&mut self, each: &Each) -> Vec<Related> {
        let has_url_rule = each.fields.iter().any(|(name, _)| name == "url");
        let has_title_rule = each.fields.iter().any(|(name, _)| name == "title");
        let items = self.items("related", each);
        let related = items.into_iter().map(|item| {
            let link = (item.node..self.dom.end(item.node)).find(|&node| self.dom.tag(node) == "a");
            Related {
                title: item.get("title").or_else(|| {
                    link.filter(|_| !has_title_rule)
                        .map(|link| self.dom.text(link, &[]))
                        .filter(|text| !text.is_empty())
                }),
                url: item.get("url").or_else(|| {
                    let href =
                        link.filter(|_| !has_url_rule).and_then(|link| self.dom.attribute(link, "href"))?;
                    absolute(&self.base, href)
                }),
                summary: item.get("summary"),
            }
        });
        related.filter(|item| item.title.is_some() || item.url.is_some()).collect()
    }
}
