//! The threads of `tests/threads`: what was tried, where it leads, and what works.

#[path = "../vectors/config.rs"]
mod config;
#[path = "thread/fixture.rs"]
mod fixture;
#[path = "thread/play.rs"]
mod play;
#[path = "thread/verdict.rs"]
mod verdict;

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

pub(crate) use play::Played;

pub(crate) type Failure = Box<dyn std::error::Error>;

/// One forum thread.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Thread {
    pub(crate) title: String,
    pub(crate) asks: String,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) fixes: Vec<Fix>,
    pub(crate) systems: Vec<System>,
}

/// What somebody in the thread tries or proposes, and where it leads.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attempt {
    pub(crate) by: String,
    pub(crate) says: String,
    pub(crate) sends: String,
    config: Value,
    /// The request itself, when it is one that the library would not make.
    raw: Option<Raw>,
    pub(crate) sent: Option<ExpectedSent>,
    #[serde(default)]
    server: ServerRules,
    response: Option<ServerResponse>,
    refresh_before: Option<u64>,
    pub(crate) expected: Expected,
}

/// A configuration with which there is a token.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fix {
    pub(crate) says: String,
    config: Value,
}

/// A way to ask that the thread proposes, at a server that stands where the thread says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct System {
    pub(crate) name: String,
    config: Value,
    #[serde(default)]
    server: ServerRules,
    pub(crate) refresh_before: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    query: Option<String>,
    headers: Vec<(String, String)>,
    body: String,
}

/// What the server must have received.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpectedSent {
    pub(crate) placement: String,
    pub(crate) scope: Option<String>,
    #[serde(default)]
    pub(crate) json: bool,
}

/// What the server responds, whatever it is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServerResponse {
    status: u16,
    body: Option<Value>,
}

/// Which server stands at the address, and what it wants.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ServerRules {
    kind: Kind,
    basic: BasicReading,
    only_body: bool,
    scopes: Option<Vec<String>>,
    requires_scope: bool,
    separator: Option<char>,
    secret: Option<String>,
    lifetime: Option<u64>,
}

#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// The token server of the configuration's platform.
    #[default]
    OfPlatform,
    /// The API host of Genesys Cloud, which issues no tokens.
    GenesysApi,
    /// None: the name leads nowhere.
    Nowhere,
}

#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "snake_case")]
enum BasicReading {
    #[default]
    FormDecoded,
    Raw,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    /// Whether the configuration is refused before anything is sent.
    #[serde(default)]
    pub(crate) refused: bool,
    /// Whether there is a token, with findings about it.
    #[serde(default)]
    pub(crate) granted: bool,
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<String>,
    /// Codes that a look at the configuration gives.
    #[serde(default)]
    pub(crate) before_sending: Vec<String>,
    /// The code of the most probable cause, once the response is known.
    pub(crate) first: String,
    /// Codes among the others.
    #[serde(default)]
    pub(crate) among: Vec<String>,
    /// Codes that would contradict what is known.
    #[serde(default)]
    pub(crate) never: Vec<String>,
}

impl Thread {
    /// Every thread, in the order of the files' names.
    pub(crate) fn all() -> Result<Vec<Self>, Failure> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("threads");
        let mut paths = std::fs::read_dir(folder)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<Vec<_>, _>>()?;
        paths.retain(|path| path.extension().is_some_and(|end| end == "json"));
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path)?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()).into())
    }
}

impl System {
    /// The address that is asked, as the thread writes it.
    pub(crate) fn address(&self) -> Option<&str> {
        self.config.get("endpoint")?.as_str()
    }

    fn is_in_the_body(&self) -> bool {
        self.config["authentication"] == "body"
    }

    fn has_scope(&self) -> bool {
        self.config.get("scope").is_some()
    }
}
