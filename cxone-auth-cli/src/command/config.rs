//! `config show`: shows each setting, its value and where it comes from.

use serde_json::{Value, json};

use crate::arguments::{InspectArguments, Report};
use crate::console::Console;
use crate::failure::Failure;
use crate::output::table;
use crate::target::{Setting, Settings, Shown, Target};
use crate::{paragraph, terminal};

/// Shows the settings even if they make no valid configuration, because that is when users look at
/// them.
pub(crate) fn show(arguments: &InspectArguments, console: Console) -> Result<(), Failure> {
    let resolved = Settings::read(&arguments.target)?;
    let settings = resolved.settings();
    console.warn_each(&resolved.warnings);
    let target = Target::of(resolved);
    let known = target
        .as_ref()
        .ok()
        .filter(|own| !own.is_to_be_discovered());
    let endpoint = known.map(|own| &own.endpoint);
    console.print(&match arguments.format.output {
        Report::Text => text(&settings, endpoint),
        Report::Json => format!("{:#}\n", json(&settings, endpoint)),
    })?;
    target?.tell(console);
    Ok(())
}

fn text(settings: &[Setting], endpoint: Option<&Shown>) -> String {
    if settings.is_empty() {
        return "no flag, variable or profile sets anything\n".to_owned();
    }
    let head = ["SETTING", "VALUE", "FROM"].map(str::to_owned);
    let rows = settings.iter().map(|setting| {
        let origin = setting.origin.brief();
        [
            setting.name.clone(),
            setting.value.text().to_owned(),
            origin,
        ]
    });
    let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
    let columns = terminal::standard_output();
    let asked = endpoint.map(|url| format!("\ntoken endpoint: {}\n", url.text()));
    table::render(&rows, columns) + &paragraph::text(&asked.unwrap_or_default(), columns)
}

fn json(settings: &[Setting], endpoint: Option<&Shown>) -> Value {
    let endpoint = endpoint.and_then(Shown::shown);
    let settings: Vec<Value> = settings
        .iter()
        .map(|setting| {
            json!({
                "name": setting.name,
                "value": setting.value.shown(),
                "from": setting.origin.to_string(),
            })
        })
        .collect();
    json!({ "token_endpoint": endpoint, "settings": settings })
}
