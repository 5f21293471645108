//! `platforms`: lists the servers that are known by name.

use cxone_auth_core::{Area, Central, Issuer, Region};
use serde_json::{Value, json};

use crate::arguments::Report;
use crate::console::Console;
use crate::failure::Failure;
use crate::output::table;
use crate::terminal;

/// A server that is known by name.
struct Server {
    platform: &'static str,
    /// The flag that names it.
    flag: String,
    name: String,
    token_url: String,
    /// The host of the API, if it follows from the name.
    api_host: Option<String>,
}

pub(crate) fn run(format: Report, console: Console) -> Result<(), Failure> {
    let servers = servers();
    console.print(&match format {
        Report::Text => text(&servers),
        Report::Json => format!("{:#}\n", servers.iter().map(json).collect::<Value>()),
    })
}

fn servers() -> Vec<Server> {
    let regions = Region::ALL.iter().map(|region| Server {
        platform: "genesys-cloud",
        flag: format!("--region {region}"),
        name: region.to_string(),
        token_url: region.token_endpoint().to_string(),
        api_host: Some(region.api_host()),
    });
    let issuers = Issuer::ALL.iter().filter_map(|issuer| {
        let name = issuer.name()?;
        Some(Server {
            platform: "cxone",
            flag: format!("--issuer {name}"),
            name: name.to_owned(),
            token_url: issuer.token_endpoint().to_string(),
            api_host: None,
        })
    });
    // This is for an access key alone. With a client, an area stands for its issuer.
    let areas = Area::ALL.iter().filter_map(|area| {
        let name = area.name()?;
        Some(Server {
            platform: "cxone",
            flag: format!("--issuer {name} (access key alone)"),
            name: name.to_owned(),
            token_url: area.token_endpoint().to_string(),
            api_host: None,
        })
    });
    let central = Server {
        platform: "central",
        flag: "--platform central".to_owned(),
        name: "central".to_owned(),
        token_url: Central::new().token_endpoint().to_string(),
        api_host: Some(Central::new().host()),
    };
    regions
        .chain(issuers)
        .chain(areas)
        .chain([central])
        .collect()
}

fn text(servers: &[Server]) -> String {
    let head = ["PLATFORM", "FLAG", "TOKENS", "API"].map(str::to_owned);
    let rows = servers.iter().map(|server| {
        let api = server.api_host.clone();
        [
            server.platform.to_owned(),
            server.flag.clone(),
            server.token_url.clone(),
            api.unwrap_or_else(|| "from discovery".to_owned()),
        ]
    });
    let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
    table::render(&rows, terminal::standard_output())
}

fn json(server: &Server) -> Value {
    json!({
        "platform": server.platform,
        "name": server.name,
        "flag": server.flag,
        "token_url": server.token_url,
        "api_host": server.api_host,
    })
}
