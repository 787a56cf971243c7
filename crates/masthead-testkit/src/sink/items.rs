use std::sync::Arc;

use masthead_record::{Block, BlockKind, Content, Delivery, Item, Record, RecordId, Removed};

/// The article at `url`, in a revision, with a title and one paragraph.
#[must_use]
pub fn article(url: &str, revision: u32, title: &str, paragraph: &str) -> Item {
    let block = Block {
        kind: BlockKind::Paragraph,
        text: paragraph.to_owned(),
        level: None,
        items: Vec::new(),
        rows: Vec::new(),
    };
    Item::Record(Box::new(Record {
        id: RecordId::new("article", url, ""),
        revision,
        kind: "article".to_owned(),
        profile: "harbour-herald".to_owned(),
        layout: None,
        url: url.to_owned(),
        fetched: Some("2024-05-06T07:08:09Z".to_owned()),
        content: Content {
            title: Some(title.to_owned()),
            body: Some(paragraph.to_owned()),
            blocks: vec![block],
            ..Content::default()
        },
        truncated: Vec::new(),
        provenance: None,
        ledger: None,
    }))
}

/// The note that the article at `url` is gone.
#[must_use]
pub fn removed(url: &str, revision: u32) -> Item {
    Item::Removed(Removed {
        id: RecordId::new("article", url, ""),
        revision,
        kind: Default::default(),
        profile: "harbour-herald".to_owned(),
        url: url.to_owned(),
        fetched: None,
    })
}

/// The URL of the `i`th article of a fictional paper.
pub(super) fn url(i: u64) -> String {
    format!("https://herald.example/articles/{i}")
}

/// `count` articles, numbered 1, 1 + `stride`, 1 + 2 × `stride`, …
pub(super) fn articles(count: u64, stride: u64) -> Vec<Delivery> {
    number((0..count).map(|i| article(&url(i), 1, &format!("Ferry {i} is late"), "It will come.")), stride)
}

/// Numbers the items 1, 1 + `stride`, …
pub(super) fn number(items: impl IntoIterator<Item = Item>, stride: u64) -> Vec<Delivery> {
    (0..).zip(items).map(|(i, item): (u64, _)| Delivery { n: 1 + i * stride, item: Arc::new(item) }).collect()
}
