//! Fetches a token from each platform of the sandbox with every transport, and calls the platform's
//! API with it; then shows the program that `CXONE_AUTH_PROGRAM` names. `cargo xtask demo` builds
//! that and runs this.
#![expect(clippy::print_stdout, reason = "a program reports to its user")]

#[path = "demo/program.rs"]
mod program;
#[path = "../tests/shared/stack.rs"]
mod stack;

use std::error::Error;
use std::time::Instant;

use bytes::Bytes;
use cxone_auth_core::protocol::Lifetime;
use cxone_auth_core::transport::ProxyChoice;
use cxone_auth_core::{
    AccessKey, AccessToken, Area, BlockingTransport, Central, ClientAuthentication,
    ClientCredentials, Config, Issuer, Region, TransportOptions, fetch_token_blocking,
};
use cxone_auth_tests::contract::Candidate;
use cxone_auth_tests::{Platform, Sandbox, Server};
use stack::Stack;

type Failure = Box<dyn Error>;

const STACKS: [Stack; 4] = [Stack::Reqwest, Stack::Hyper, Stack::Isahc, Stack::Ureq];

fn main() -> Result<(), Failure> {
    let sandbox = Sandbox::start_https();
    let targets = targets(&sandbox)?;
    let mut options = TransportOptions::new().with_proxy(ProxyChoice::Direct);
    if let Some(pem) = sandbox.ca_pem() {
        options = options.with_root_certificates(pem);
    }

    println!("Tokens from look-alikes on loopback, over TLS with a throw-away authority:\n");
    println!("{}", Row::HEAD);
    for target in &targets {
        for stack in STACKS {
            println!("{}", target.fetch(stack, &options)?);
        }
        println!();
    }

    println!("And when a server refuses:\n");
    let carrier = Stack::Reqwest.build(&options)?;
    let wrong_secret = genesys(&sandbox, Some("not-the-secret"))?;
    show_refusal("Genesys Cloud, wrong secret", &carrier, &wrong_secret)?;
    let unknown_scope = custom(&sandbox, "read everything")?;
    show_refusal("Custom, unknown scope", &carrier, &unknown_scope)?;
    sandbox.genesys().throttle_next(1);
    let throttled = genesys(&sandbox, None)?;
    show_refusal("Genesys Cloud, too many", &carrier, &throttled)?;
    if let Some(path) = std::env::var_os(program::VARIABLE) {
        program::show(&path)?;
    }
    println!("\nTry it yourself: cargo xtask sandbox");
    Ok(())
}

/// A configuration, and where the sandbox sees what it comes to.
struct Target<'s> {
    name: &'static str,
    config: Config,
    token_server: &'s Server,
    resource: String,
}

fn targets(sandbox: &Sandbox) -> Result<Vec<Target<'_>>, Failure> {
    Ok(vec![
        Target::new(sandbox.genesys(), genesys(sandbox, None)?),
        Target::new(sandbox.cxone(), cxone(sandbox)?),
        Target {
            name: "CXone, key alone",
            ..Target::new(sandbox.cxone(), user_hub(sandbox)?)
        },
        Target::new(
            sandbox.central(),
            at(
                sandbox.central(),
                Config::central(Central::new(), credentials(sandbox.central()))?,
            )?,
        ),
        Target::new(sandbox.custom(), custom(sandbox, "read write")?),
    ])
}

fn show_refusal(
    name: &str,
    carrier: &dyn BlockingTransport,
    config: &Config,
) -> Result<(), Failure> {
    let Err(error) = fetch_token_blocking(carrier, config) else {
        return Err(format!("{name}: the sandbox gave a token").into());
    };
    println!("  {name:<28} {:?}\n    {error}", error.kind());
    Ok(())
}

fn genesys(sandbox: &Sandbox, secret: Option<&str>) -> Result<Config, Failure> {
    let platform = sandbox.genesys();
    let secret = secret.map_or_else(|| platform.client_secret(), str::to_owned);
    let credentials = ClientCredentials::new(platform.client_id(), secret);
    at(
        platform,
        Config::genesys_cloud(Region::EuCentral1, credentials)?,
    )
}

fn cxone(sandbox: &Sandbox) -> Result<Config, Failure> {
    let platform = sandbox.cxone();
    let key = platform.access_key();
    Ok(Config::cxone(
        Issuer::custom(&platform.issuer())?,
        credentials(platform),
        AccessKey::new(key.id, key.secret),
    )?)
}

/// The other login of CXone: the access key alone, at UserHub.
fn user_hub(sandbox: &Sandbox) -> Result<Config, Failure> {
    let platform = sandbox.cxone();
    let key = platform.access_key();
    Ok(Config::cxone_access_key(
        Area::custom(&platform.issuer())?,
        AccessKey::new(key.id, key.secret),
    )?)
}

fn custom(sandbox: &Sandbox, scope: &str) -> Result<Config, Failure> {
    let platform = sandbox.custom();
    let config = Config::custom(platform.token_url().parse()?, credentials(platform))?;
    let config = config.with_client_authentication(ClientAuthentication::Body)?;
    Ok(config.with_scope(scope.parse()?))
}

/// The configuration of a vendor, pointed at the vendor's look-alike.
fn at<R>(platform: &Platform<R>, config: Config) -> Result<Config, Failure> {
    Ok(config.with_token_endpoint(platform.token_url().parse()?))
}

fn credentials<R>(platform: &Platform<R>) -> ClientCredentials {
    ClientCredentials::new(platform.client_id(), platform.client_secret())
}

impl<'s> Target<'s> {
    fn new<R>(platform: &'s Platform<R>, config: Config) -> Self {
        Self {
            name: platform.name(),
            config,
            token_server: platform.token_server(),
            resource: platform.resource_url(),
        }
    }

    fn fetch(&self, stack: Stack, options: &TransportOptions) -> Result<Row, Failure> {
        let carrier = stack.build(options)?;
        let started = Instant::now();
        let token = fetch_token_blocking(&carrier, &self.config)?;
        let milliseconds = started.elapsed().as_secs_f64() * 1_000.0;
        let seen = self.token_server.received();
        Ok(Row {
            platform: self.name,
            transport: stack.name().to_owned(),
            placement: seen
                .last()
                .map_or_else(String::new, |r| r.placement().to_string()),
            api: call(&carrier, &self.resource, &token)?,
            token,
            milliseconds,
        })
    }
}

/// The status with which the API responds to a call with the token.
fn call(
    carrier: &dyn BlockingTransport,
    url: &str,
    token: &AccessToken,
) -> Result<http::StatusCode, Failure> {
    let request = http::Request::get(url)
        .header(http::header::AUTHORIZATION, token.authorization())
        .header(http::header::ACCEPT, "application/json")
        .body(Bytes::new())?;
    Ok(carrier.send(request)?.status())
}

/// One line of the table. It shows no part of the token.
struct Row {
    platform: &'static str,
    transport: String,
    placement: String,
    token: AccessToken,
    api: http::StatusCode,
    milliseconds: f64,
}

impl Row {
    const HEAD: &str = "  platform           transport  placement  token   lifetime  scope                          time  API\n  ─────────────────  ─────────  ─────────  ──────  ────────  ─────────────────────────  ────────  ───";
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lifetime = match self.token.lifetime() {
            Lifetime::Assumed(span) => format!("~{} s", span.as_secs()),
            stated => format!("{} s", stated.span().as_secs()),
        };
        write!(
            f,
            "  {:<17}  {:<9}  {:<9}  {:<6}  {lifetime:>8}  {:<25}  {:>5.1} ms  {}",
            self.platform,
            self.transport,
            self.placement,
            self.token.token_type(),
            self.token.scope(),
            self.milliseconds,
            self.api.as_u16(),
        )
    }
}
