use std::process::ExitCode;

use masthead_driver::{Guarantee, Registry};
use serde_json::json;

use crate::args::Listing;
use crate::output;

/// Lists what `--sink` takes.
pub(crate) fn run(args: &Listing, registry: &Registry) -> anyhow::Result<ExitCode> {
    if args.json {
        let rows: Vec<_> = registry
            .kinds()
            .map(|kind| {
                let options: Vec<_> =
                    kind.options().iter().map(|(name, what)| json!({"name": name, "what": what})).collect();
                json!({
                    "name": kind.name(),
                    "what": kind.description(),
                    "example": kind.example_spec(),
                    "guarantee": guarantee(kind.guarantee()),
                    "options": options,
                })
            })
            .collect();
        output::line(&serde_json::to_string_pretty(&rows)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    for kind in registry.kinds() {
        output::line(&format!("{}  {}", kind.name(), kind.description()))?;
        output::line(&format!("    example    {}", kind.example_spec()))?;
        output::line(&format!("    guarantee  {}", guarantee(kind.guarantee())))?;
        for (name, what) in kind.options() {
            output::line(&format!("    ?{name}=  {what}"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn guarantee(guarantee: Guarantee) -> &'static str {
    match guarantee {
        Guarantee::ExactlyOnce => "every record exactly once, also over crashes",
        Guarantee::AtLeastOnce => {
            "every record at least once; after a crash one may come again, with the same id"
        }
    }
}
