//! The servers of one attempt: a sandbox, reached by the name that the attempt gives.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cxone_auth_blocking::UreqTransport;
use cxone_auth_core::config::RenewalPolicy;
use cxone_auth_core::platform::Platform;
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{Config, Error};
use cxone_auth_tests::contract::Carrier;
use cxone_auth_tests::{Internet, Placement, Received, Reply, Sandbox, SecretDecoding, Server};
use serde::Deserialize as _;
use serde_json::Value;

use super::config::ConfigVector;
use super::{BasicReading, Failure, Kind, ServerResponse, ServerRules};

/// The column at which the command `base64` breaks its output.
const BASE64_COLUMN: usize = 76;

/// A sandbox whose token server stands at the host and the path of a configuration.
pub(super) struct Fixture {
    sandbox: Sandbox,
    internet: Internet,
    site: Site,
    has_name: bool,
}

/// Which of the sandbox's servers has the name.
#[derive(Clone, Copy)]
enum Site {
    Genesys,
    GenesysApi,
    Cxone,
    Custom,
}

impl Fixture {
    /// Starts the servers for `config`, whose credentials do not matter yet.
    pub(super) fn start(config: &Value, rules: &ServerRules) -> Result<Self, Failure> {
        let draft = without_credentials(config)?;
        let endpoint = draft.endpoint();
        let host = endpoint.host().to_owned();
        let mut builder = Sandbox::builder()
            .with_https()
            .with_host(&host)
            .with_custom_token_path(endpoint.uri().path());
        if let Some(secret) = &rules.secret {
            builder = builder.with_custom_client("back-end", secret);
        }
        if let Some(seconds) = rules.lifetime {
            builder = builder.with_token_lifetime(Duration::from_secs(seconds));
        }
        let sandbox = builder.start()?;
        rules.apply(&sandbox);
        let site = Site::of(&draft, rules.kind)?;
        let address = site.server(&sandbox).address();
        Ok(Self {
            internet: Internet::new([(host, address)]),
            sandbox,
            site,
            has_name: !matches!(rules.kind, Kind::Nowhere),
        })
    }

    /// Has the token server give this response once, whatever it is asked.
    pub(super) fn order(&self, response: &ServerResponse) {
        let reply = match &response.body {
            Some(body) => Reply::json(response.status, body),
            None => Reply::empty(response.status),
        };
        match self.site {
            Site::Genesys => self.sandbox.genesys().fail_next(1, reply),
            Site::GenesysApi => self.sandbox.genesys().fail_next_api(1, reply),
            Site::Cxone => self.sandbox.cxone().fail_next(1, reply),
            Site::Custom => self.sandbox.custom().fail_next(1, reply),
        }
    }

    /// A transport that finds the sandbox under its name, and trusts it; or, for a name that
    /// nobody has, what every transport comes back with.
    pub(super) fn transport(&self) -> Result<Carrier, Failure> {
        if !self.has_name {
            return Ok(Carrier::new(|_| {
                Err(TransportError::new(TransportErrorKind::Dns))
            }));
        }
        let authority = self.sandbox.ca_pem().expect("the sandbox speaks TLS");
        let options = self.internet.options().with_root_certificates(authority);
        let transport = UreqTransport::with_options(&options)?;
        Ok(Carrier::blocking(transport))
    }

    /// The configuration with the sandbox's credentials in it, or the library's refusal.
    pub(super) fn config(
        &self,
        config: &Value,
        refresh_before: Option<u64>,
    ) -> Result<Result<Config, Error>, Failure> {
        let config = ConfigVector::deserialize(self.filled_value(config))?.config();
        let renewal = match refresh_before {
            Some(seconds) => RenewalPolicy::new().with_refresh_before(Duration::from_secs(seconds)),
            None => RenewalPolicy::new(),
        };
        Ok(config.map(|config| config.with_renewal(renewal)))
    }

    /// Every request that the server of the name has received.
    pub(super) fn received(&self) -> Vec<Received> {
        self.site.server(&self.sandbox).received()
    }

    /// The hosts that were asked for, each with its port.
    pub(super) fn visited(&self) -> Vec<String> {
        self.internet.visited()
    }

    /// The text with the sandbox's own values in place of their names.
    pub(super) fn filled(&self, text: &str) -> String {
        let (id, secret) = self.client();
        let key = self.sandbox.cxone().access_key();
        let basic = STANDARD.encode(format!("{id}:{secret}"));
        let lines: Vec<&str> = basic
            .as_bytes()
            .chunks(BASE64_COLUMN)
            .filter_map(|line| std::str::from_utf8(line).ok())
            .collect();
        text.replace("{client_id}", &id)
            .replace("{client_secret}", &secret)
            .replace("{access_key_id}", &key.id)
            .replace("{access_key_secret}", &key.secret)
            .replace("{basic_in_lines}", &lines.join("\n"))
            .replace("{basic}", &basic)
    }

    fn filled_value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.filled(text).into(),
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| (name.clone(), self.filled_value(value)))
                .collect(),
            other => other.clone(),
        }
    }

    fn client(&self) -> (String, String) {
        let sandbox = &self.sandbox;
        match self.site {
            Site::Genesys | Site::GenesysApi => (
                sandbox.genesys().client_id(),
                sandbox.genesys().client_secret(),
            ),
            Site::Cxone => (sandbox.cxone().client_id(), sandbox.cxone().client_secret()),
            Site::Custom => (
                sandbox.custom().client_id(),
                sandbox.custom().client_secret(),
            ),
        }
    }
}

impl Site {
    fn of(config: &Config, kind: Kind) -> Result<Self, Failure> {
        match (kind, config.platform()) {
            (Kind::GenesysApi, _) => Ok(Self::GenesysApi),
            (_, Platform::GenesysCloud(_)) => Ok(Self::Genesys),
            (_, Platform::Cxone(_)) => Ok(Self::Cxone),
            (_, Platform::Custom) => Ok(Self::Custom),
            (_, platform) => Err(format!("no server stands in for {platform:?}").into()),
        }
    }

    fn server(self, sandbox: &Sandbox) -> &Server {
        match self {
            Self::Genesys => sandbox.genesys().token_server(),
            Self::GenesysApi => sandbox.genesys().api_server(),
            Self::Cxone => sandbox.cxone().token_server(),
            Self::Custom => sandbox.custom().token_server(),
        }
    }
}

impl ServerRules {
    fn apply(&self, sandbox: &Sandbox) {
        let server = sandbox.custom();
        if matches!(self.basic, BasicReading::Raw) {
            server.decode_basic(SecretDecoding::Raw);
        }
        if self.only_body {
            server.accept_only(Placement::Body);
        }
        if let Some(scopes) = &self.scopes {
            let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
            server.know_scopes(&scopes);
        }
        if self.requires_scope {
            server.require_scope();
        }
        if let Some(separator) = self.separator {
            server.separate_scopes_by(separator);
        }
    }
}

/// The configuration with credentials that nobody would refuse: for its address.
fn without_credentials(config: &Value) -> Result<Config, Failure> {
    let mut config = config.clone();
    config["client_id"] = "id".into();
    config["client_secret"] = "secret".into();
    Ok(ConfigVector::deserialize(config)?.config()?)
}
