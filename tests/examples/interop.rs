//! Asks real authorization servers every case with every transport, and compares the outcomes with
//! the expected ones. `cargo xtask interop` starts the servers and runs it.
#![expect(clippy::print_stdout, reason = "a program reports to its user")]

#[path = "../tests/shared/stack.rs"]
mod stack;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use cxone_auth_core::config::BasicEncoding;
use cxone_auth_core::diagnosis::inspect_metadata;
use cxone_auth_core::discovery::{IssuerUrl, metadata_requests, read_metadata_response};
use cxone_auth_core::protocol::Lifetime;
use cxone_auth_core::transport::ProxyChoice;
use cxone_auth_core::{
    AccessToken, BlockingTransport as _, ClientAuthentication, ClientCredentials, Config, Moment,
    TokenEndpoint, TransportOptions, fetch_token_blocking,
};
use cxone_auth_tests::contract::{Candidate, Carrier};
use serde::Deserialize;
use stack::Stack;

type Failure = Box<dyn Error>;

#[derive(Deserialize)]
struct Data {
    clients: Vec<Client>,
    cases: Vec<Case>,
    /// What comes of the two documents of each server.
    metadata: BTreeMap<String, [String; 2]>,
}

#[derive(Deserialize)]
struct Client {
    name: String,
    id: String,
    secret: String,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    client: String,
    placement: Placement,
    scope: Option<String>,
    secret: Option<String>,
    expect: BTreeMap<String, Expected>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Placement {
    BasicForm,
    BasicRaw,
    Body,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Expected {
    Token {
        token_type: String,
        /// The least and the most seconds.
        expires_in: [u64; 2],
        scope: Option<String>,
    },
    Error {
        status: u16,
        oauth_code: Option<String>,
        kind: String,
    },
}

/// What came of a case, in the words in which it is expected.
#[derive(PartialEq)]
struct Outcome(String);

fn main() -> Result<ExitCode, Failure> {
    let (cases, servers) = arguments()?;
    let data: Data = serde_json::from_str(&std::fs::read_to_string(&cases)?)?;
    let options = TransportOptions::new().with_proxy(ProxyChoice::Direct);
    let mut tally = Tally::default();
    println!(
        "{:<14} {:<9} {:<48} {:<43} seen",
        "server", "transport", "case", "expected"
    );
    for (server, endpoint) in &servers {
        for stack in [Stack::Reqwest, Stack::Hyper, Stack::Isahc, Stack::Ureq] {
            let carrier = stack.build(&options)?;
            for case in &data.cases {
                let expected = case
                    .expect
                    .get(server)
                    .ok_or("a case says nothing of a server")?;
                let seen = case.ask(&data.clients, endpoint, &carrier, expected)?;
                let expected = Outcome::of_expected(expected);
                tally.count(server, stack.name(), &case.name, &expected, &seen);
            }
            let expected = data.metadata.get(server);
            let expected = expected.ok_or("the cases say nothing of a server's metadata")?;
            for (index, name) in DOCUMENTS.iter().enumerate() {
                let seen = document(endpoint, &carrier, index)?;
                let expected = Outcome(expected[index].clone());
                tally.count(server, stack.name(), name, &expected, &seen);
            }
        }
    }
    println!("{tally}");
    Ok(if tally.differences == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

const DOCUMENTS: [&str; 2] = ["the metadata of RFC 8414", "the OpenID configuration"];

/// What comes of one of the two documents in which the server describes itself.
fn document(endpoint: &TokenEndpoint, carrier: &Carrier, index: usize) -> Result<Outcome, Failure> {
    let issuer = endpoint.to_string();
    let path = endpoint.uri().path();
    let issuer: IssuerUrl = issuer.trim_end_matches(path).parse()?;
    let sent_at = Moment::now();
    let [first, second] = metadata_requests(&issuer);
    let response = carrier.send(if index == 0 { first } else { second })?;
    let metadata = match read_metadata_response(&issuer, sent_at, &response) {
        Ok(metadata) => metadata,
        Err(error) => return Ok(Outcome(format!("none ({})", error.kind()))),
    };
    let client = ClientCredentials::new("a-client", "a-secret");
    let config = Config::from_metadata(&metadata, client)?;
    let findings = inspect_metadata(&config, &metadata);
    let codes: Vec<String> = findings.iter().map(|own| own.code().to_string()).collect();
    let endpoint = metadata.token_endpoint().uri().path();
    let authentication = match config.client_authentication() {
        ClientAuthentication::Basic(_) => "Basic",
        _ => "the body",
    };
    let codes = codes.join(" ");
    let outcome = format!("{endpoint} with {authentication} {codes}");
    Ok(Outcome(outcome.trim_end().to_owned()))
}

/// The path of the cases, and the servers by name.
fn arguments() -> Result<(String, Vec<(String, TokenEndpoint)>), Failure> {
    const USAGE: &str = "usage: interop --cases PATH --server NAME=TOKEN_URL …";
    let mut arguments = std::env::args().skip(1);
    let (mut cases, mut servers) = (None, Vec::new());
    while let (Some(flag), Some(value)) = (arguments.next(), arguments.next()) {
        match (flag.as_str(), value.split_once('=')) {
            ("--cases", _) => cases = Some(value),
            ("--server", Some((name, url))) => servers.push((name.to_owned(), url.parse()?)),
            _ => return Err(USAGE.into()),
        }
    }
    match cases {
        Some(cases) if !servers.is_empty() => Ok((cases, servers)),
        _ => Err(USAGE.into()),
    }
}

impl Case {
    fn ask(
        &self,
        clients: &[Client],
        endpoint: &TokenEndpoint,
        carrier: &Carrier,
        expected: &Expected,
    ) -> Result<Outcome, Failure> {
        let config = match self.config(clients, endpoint)? {
            Ok(config) => config,
            Err(refusal) => return Ok(Outcome(format!("not sent: {refusal}"))),
        };
        Ok(match fetch_token_blocking(carrier, &config) {
            Ok(token) => Outcome::of_token(&token, expected),
            Err(error) => Outcome::of_error(
                error.status().map(|status| status.as_u16()),
                error.oauth_code(),
                &format!("{:?}", error.kind()).to_lowercase(),
            ),
        })
    }

    /// The configuration, or why the library refuses to make it.
    fn config(
        &self,
        clients: &[Client],
        endpoint: &TokenEndpoint,
    ) -> Result<Result<Config, cxone_auth_core::Error>, Failure> {
        let client = clients
            .iter()
            .find(|client| client.name == self.client)
            .ok_or_else(|| format!("{}: there is no client {}", self.name, self.client))?;
        let secret = self.secret.as_ref().unwrap_or(&client.secret);
        let credentials = ClientCredentials::new(client.id.clone(), secret.clone());
        let scope = self.scope.clone().unwrap_or_default().parse()?;
        let config = Config::custom(endpoint.clone(), credentials)?.with_scope(scope);
        Ok(config.with_client_authentication(self.placement.into()))
    }
}

impl From<Placement> for ClientAuthentication {
    fn from(placement: Placement) -> Self {
        match placement {
            Placement::BasicForm => Self::Basic(BasicEncoding::FormUrlEncoded),
            Placement::BasicRaw => Self::Basic(BasicEncoding::Raw),
            Placement::Body => Self::Body,
        }
    }
}

impl Outcome {
    /// A lifetime within the expected range is told in the words of the range.
    fn of_token(token: &AccessToken, expected: &Expected) -> Self {
        let lifetime = match (expected, token.lifetime()) {
            (
                Expected::Token {
                    expires_in: [least, most],
                    ..
                },
                Lifetime::Stated(span),
            ) if (*least..=*most).contains(&span.as_secs()) => {
                range(Duration::from_secs(*least), Duration::from_secs(*most))
            }
            (_, lifetime) => format!("{lifetime:?}"),
        };
        let scope = token.scope().scopes().map(ToString::to_string);
        Self::granted(token.token_type(), &lifetime, scope.as_deref())
    }

    fn of_expected(expected: &Expected) -> Self {
        match expected {
            Expected::Token {
                token_type,
                expires_in: [least, most],
                scope,
            } => {
                let lifetime = range(Duration::from_secs(*least), Duration::from_secs(*most));
                Self::granted(token_type, &lifetime, scope.as_deref())
            }
            Expected::Error {
                status,
                oauth_code,
                kind,
            } => Self::of_error(Some(*status), oauth_code.as_deref(), kind),
        }
    }

    fn granted(token_type: &str, lifetime: &str, scope: Option<&str>) -> Self {
        let scope = scope.map_or_else(|| "no scope stated".to_owned(), |s| format!("scope {s}"));
        Self(format!("{token_type} token, {lifetime}, {scope}"))
    }

    fn of_error(status: Option<u16>, oauth_code: Option<&str>, kind: &str) -> Self {
        let status = status.map_or_else(|| "no response".to_owned(), |status| status.to_string());
        Self(format!(
            "{status} {} ({kind})",
            oauth_code.unwrap_or("without error")
        ))
    }
}

fn range(least: Duration, most: Duration) -> String {
    if least == most {
        format!("{} s", least.as_secs())
    } else {
        format!("{} to {} s", least.as_secs(), most.as_secs())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[derive(Default)]
struct Tally {
    asked: usize,
    differences: usize,
}

impl Tally {
    fn count(&mut self, server: &str, stack: &str, case: &str, expected: &Outcome, seen: &Outcome) {
        let differs = seen != expected;
        self.asked += 1;
        self.differences += usize::from(differs);
        let mark = if differs { "  <-- differs" } else { "" };
        println!("{server:<14} {stack:<9} {case:<48} {expected:<43} {seen}{mark}");
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} asked, {} differ from what is expected",
            self.asked, self.differences
        )
    }
}
