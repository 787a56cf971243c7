//! A fictional paper's site, made of articles (data) and templates (markup).

mod article;
mod classic;
mod facts;
mod lists;
mod modern;
mod recording;
mod template;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use article::{Article, ArticleFile};
use lists::{SiteMap, menu, ranking};
use template::fill;

/// Why a site can't be recorded: its author reads it, no program does.
pub(crate) type Fault = Box<dyn Error>;

/// The sources, loaded.
pub(crate) struct Site {
    articles: ArticleFile,
    map: SiteMap,
    robots: String,
    templates: BTreeMap<String, String>,
}

impl Site {
    /// Loads `articles.json`, `site.json`, `robots.txt` and `templates/*.html` of a folder.
    pub(crate) fn load(folder: &Path) -> Result<Self, Fault> {
        let read = |name: &str| {
            fs::read_to_string(folder.join(name))
                .map_err(|error| format!("{}/{name}: {error}", folder.display()))
        };
        let mut templates = BTreeMap::new();
        for entry in fs::read_dir(folder.join("templates"))? {
            let path = entry?.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            templates.insert(name, fs::read_to_string(&path)?);
        }
        Ok(Site {
            articles: serde_json::from_str(&read("articles.json")?)?,
            map: serde_json::from_str(&read("site.json")?)?,
            robots: read("robots.txt")?,
            templates,
        })
    }

    /// The whole site as a WARC file that calls itself `filename`.
    pub(crate) fn record(&self, filename: &str) -> Result<Vec<u8>, Fault> {
        recording::record(self, filename)
    }

    /// `articles.json` with each article's `expected` facts, derived from its other fields.
    pub(crate) fn articles_with_facts(&self) -> Result<String, Fault> {
        let mut file = self.articles.clone();
        for article in &mut file.articles {
            article.expected = Some(facts::of(article, self)?);
        }
        Ok(serde_json::to_string_pretty(&file)? + "\n")
    }

    fn article(&self, id: &str) -> Result<&Article, Fault> {
        let found = self.articles.articles.iter().find(|article| article.id == id);
        found.ok_or_else(|| format!("no article has the id {id:?}").into())
    }

    fn page(&self, template: &str, values: &[(&str, String)]) -> Result<String, Fault> {
        let text = self.templates.get(template).ok_or_else(|| format!("no template {template}.html"))?;
        let mut values = values.to_vec();
        values.push(("menu", menu(&self.map)));
        values.push(("clock", self.map.clock.clone()));
        values.push(("ranking", ranking(self)?));
        fill(text, &values).map_err(|name| format!("template {template}.html: nothing fills {name:?}").into())
    }
}
