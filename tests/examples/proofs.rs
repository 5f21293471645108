//! Has every transport get a token with a key or a certificate from real servers, and be refused with
//! a wrong one. `cargo xtask interop` starts the servers and runs it, after `signatures`.
#![expect(clippy::print_stdout, reason = "a program reports to its user")]

#[path = "../tests/shared/stack.rs"]
mod stack;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::config::SigningAlgorithm;
use cxone_auth_core::source::ManualClock;
use cxone_auth_core::transport::{ClientCertificate, ProxyChoice, TransportError};
use cxone_auth_core::{
    BlockingTokenSource, BlockingTransport, ClientCredentials, Config, Moment, TokenEndpoint,
    TransportOptions,
};
use cxone_auth_credentials::{GeneratedKey, PrivateKey, SharedSecret};
use cxone_auth_tests::contract::{Candidate as _, Carrier};
use http::{Request, Response};
use stack::Stack;

type Failure = Box<dyn Error>;

const STACKS: [Stack; 4] = [Stack::Reqwest, Stack::Hyper, Stack::Isahc, Stack::Ureq];

/// A server that knows the keys, and what it says if something is wrong with an assertion.
struct Server {
    name: &'static str,
    algorithms: &'static [SigningAlgorithm],
    wrong: &'static [(Wrong, &'static str)],
    /// Whether clients with a secret that signs, and with a certificate, are registered.
    knows_all: bool,
}

use SigningAlgorithm::{EdDsa, Es256, Es384, Hs256, Ps256, Rs256};

/// It hides what is wrong, so that only the clock can be told from the rest.
const PROVIDER: Server = Server {
    name: "proof-provider",
    algorithms: &[Rs256, Ps256, Es256, Es384, EdDsa],
    wrong: &[
        (Wrong::Audience, "CXA-903 CXA-905 CXA-901"),
        (Wrong::KeyId, "CXA-903 CXA-905 CXA-901"),
        (Wrong::Key, "CXA-903 CXA-905 CXA-901"),
        (Wrong::Clock, "CXA-902 CXA-903 CXA-905 CXA-901"),
    ],
    knows_all: true,
};

/// It takes the algorithms that it recommends, and says nothing of a signature.
const AUTHLIB: Server = Server {
    name: "authlib-server",
    algorithms: &[Rs256, Es256],
    wrong: &[
        (Wrong::Audience, "CXA-901"),
        (Wrong::KeyId, "CXA-903"),
        (Wrong::Key, "CXA-903 CXA-905 CXA-901"),
        (Wrong::Clock, "CXA-902"),
    ],
    knows_all: false,
};

/// What is wrong with an assertion.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Wrong {
    Audience,
    KeyId,
    /// Another key signs under the id of the registered one.
    Key,
    /// The machine's clock is ten minutes slow, and the assertion has expired.
    Clock,
}

/// How a client proves itself.
#[derive(Clone, Copy)]
enum Proof {
    Key(SigningAlgorithm, Option<Wrong>),
    Certificate(&'static str, &'static str),
}

fn main() -> Result<ExitCode, Failure> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(
        arguments
            .next()
            .ok_or("usage: proofs FOLDER NAME=TOKEN_URL …")?,
    );
    let mut tally = Tally::default();
    for server in arguments {
        let (name, url) = server.split_once('=').ok_or("a server is NAME=TOKEN_URL")?;
        let server = [PROVIDER, AUTHLIB]
            .into_iter()
            .find(|known| known.name == name);
        let server = server.ok_or("a server that nothing is known of")?;
        let endpoint: TokenEndpoint = url.parse()?;
        for stack in STACKS {
            for (proof, expected) in server.cases() {
                let seen = ask(&folder, &endpoint, stack, proof)?;
                tally.count(&server, stack, proof, expected, &seen);
            }
        }
    }
    println!(
        "{} asked, {} not as expected",
        tally.asked, tally.differences
    );
    Ok(if tally.differences == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

impl Server {
    /// Each proof with what is expected: a token, or the findings about a refusal.
    fn cases(&self) -> Vec<(Proof, &'static str)> {
        let good = |algorithm| (Proof::Key(algorithm, None), TOKEN);
        let mut cases: Vec<_> = self.algorithms.iter().copied().map(good).collect();
        let wrong = |(wrong, expected)| (Proof::Key(Es256, Some(wrong)), expected);
        cases.extend(self.wrong.iter().copied().map(wrong));
        if self.knows_all {
            cases.extend([
                good(Hs256),
                (Proof::Certificate("tls_client_auth", "client"), TOKEN),
                (
                    Proof::Certificate("self_signed_tls_client_auth", "self-signed"),
                    TOKEN,
                ),
                (
                    Proof::Certificate("tls_client_auth", "self-signed"),
                    REFUSED,
                ),
                (
                    Proof::Certificate("self_signed_tls_client_auth", "client"),
                    REFUSED,
                ),
            ]);
        }
        cases
    }
}

const TOKEN: &str = "a token";

/// There is no assertion, so that none of its findings fits.
const REFUSED: &str = "no finding of an assertion";

/// Asks for a token, and returns what came of it, in the words in which it is expected.
fn ask(
    folder: &Path,
    endpoint: &TokenEndpoint,
    stack: Stack,
    proof: Proof,
) -> Result<String, Failure> {
    let mut options = TransportOptions::new()
        .with_proxy(ProxyChoice::Direct)
        .with_root_certificates(fs::read(folder.join("authority.pem"))?);
    if let Proof::Certificate(_, name) = proof {
        let [certificate, key] = ["pem", "key"].map(|end| folder.join(format!("{name}.{end}")));
        options = options.with_client_certificate(ClientCertificate::from_files(certificate, key));
    }
    let sent = Arc::new(AtomicUsize::new(0));
    let transport = Counting(stack.build(&options)?, Arc::clone(&sent));
    let config = proof.config(folder, endpoint)?;
    let source = BlockingTokenSource::with_clock(config, transport, proof.clock(), seed());
    let said = match source.token() {
        Ok(_) => TOKEN.to_owned(),
        Err(error) => of_proof(error.diagnosis().iter().map(|own| own.code().to_string())),
    };
    match sent.load(Ordering::SeqCst) {
        1 => Ok(said),
        requests => Ok(format!("{said} after {requests} requests")),
    }
}

/// The findings about an assertion, if the first finding is one of them.
fn of_proof(codes: impl Iterator<Item = String>) -> String {
    let codes: Vec<String> = codes.collect();
    let of_assertion =
        |code: &&String| ["CXA-901", "CXA-902", "CXA-903", "CXA-905"].contains(&&***code);
    let named: Vec<&str> = codes
        .iter()
        .filter(of_assertion)
        .map(String::as_str)
        .collect();
    match codes.first() {
        _ if named.is_empty() => REFUSED.to_owned(),
        Some(first) if first == named[0] => named.join(" "),
        first => format!("{first:?} before {}", named.join(" ")),
    }
}

impl Proof {
    fn config(self, folder: &Path, endpoint: &TokenEndpoint) -> Result<Config, Failure> {
        let credentials = match self {
            Self::Certificate(client, _) => ClientCredentials::with_certificate(client),
            Self::Key(Hs256, _) => {
                let page = fs::read_to_string(folder.join("signatures.json"))?;
                let page: serde_json::Value = serde_json::from_str(&page)?;
                let secret = page["secret"].as_str().ok_or("the secret is missing")?;
                ClientCredentials::signed_by("HS256", SharedSecret::new(secret))
            }
            Self::Key(algorithm, wrong) => {
                let key = key(folder, algorithm)?;
                let key = match wrong {
                    Some(Wrong::KeyId) => key.with_key_id("unknown"),
                    Some(Wrong::Key) => {
                        let registered = key.thumbprint();
                        let another = GeneratedKey::new(algorithm)?;
                        another.key().clone().with_key_id(registered)
                    }
                    _ => key,
                };
                ClientCredentials::signed_by(algorithm.as_str(), key)
            }
        };
        let config = Config::custom(endpoint.clone(), credentials)?;
        Ok(match self {
            Self::Key(_, Some(Wrong::Audience)) => {
                config.with_assertion_audience("https://another.example.com")
            }
            _ => config,
        })
    }

    /// A clock that stands still: a call takes no time that matters.
    fn clock(self) -> ManualClock {
        let now = Moment::now();
        let slow = Duration::from_mins(10);
        ManualClock::new(match self {
            Self::Key(_, Some(Wrong::Clock)) => Moment::new(now.monotonic(), now.wall() - slow),
            _ => now,
        })
    }

    fn name(self) -> String {
        match self {
            Self::Key(algorithm, None) => algorithm.as_str().to_owned(),
            Self::Key(algorithm, Some(wrong)) => format!("{algorithm}, wrong {wrong:?}"),
            Self::Certificate(client, name) => format!("{client} with {name}.pem"),
        }
    }
}

/// The key that `signatures` has registered for this algorithm.
fn key(folder: &Path, algorithm: SigningAlgorithm) -> Result<PrivateKey, Failure> {
    const RSA: &str = "../cxone-auth-credentials/tests/keys/rsa-pkcs8.pem";
    let rsa = || PrivateKey::from_file(Path::new(env!("CARGO_MANIFEST_DIR")).join(RSA));
    Ok(match algorithm {
        Ps256 => rsa()?.with_algorithm(Ps256)?.with_key_id("ps"),
        Rs256 => rsa()?.with_thumbprint_as_key_id(),
        _ => PrivateKey::from_file(folder.join(format!("{algorithm}.pem")))?
            .with_thumbprint_as_key_id(),
    })
}

/// Another one for each source: the ids of assertions are drawn from it, and a server remembers them.
fn seed() -> u64 {
    static SOURCES: AtomicUsize = AtomicUsize::new(0);
    let number = SOURCES.fetch_add(1, Ordering::SeqCst);
    u64::try_from(number).expect("there are few sources")
}

/// Counts the requests of a transport.
struct Counting(Carrier, Arc<AtomicUsize>);

impl BlockingTransport for Counting {
    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.send(request)
    }

    fn timeout(&self) -> Duration {
        self.0.timeout()
    }
}

#[derive(Default)]
struct Tally {
    asked: usize,
    differences: usize,
}

impl Tally {
    fn count(&mut self, server: &Server, stack: Stack, proof: Proof, expected: &str, seen: &str) {
        let differs = seen != expected;
        self.asked += 1;
        self.differences += usize::from(differs);
        let mark = if differs { "  <-- differs" } else { "" };
        let (server, stack, proof) = (server.name, stack.name(), proof.name());
        println!("{server:<14} {stack:<9} {proof:<48} {expected:<43} {seen}{mark}");
    }
}
