//! A token request with a signed assertion, beside the signature alone.
//!
//! The source's token has ended each time, so that it makes an assertion with a new id, signs it,
//! builds the request, gives it to a transport that responds at once, and reads the response. The
//! signer alone, which is the one that our key uses, signs as many bytes.

use std::hint::black_box;
use std::pin::pin;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cxone_auth_core::config::{SigningAlgorithm, UnsignedAssertion};
use cxone_auth_core::source::ManualClock;
use cxone_auth_core::{ClientCredentials, Config, Moment, TokenSource};
use cxone_auth_credentials::{GeneratedKey, PrivateKey};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};

use crate::fixture::CLIENT_ID;
use crate::tenant::Prompt;
use crate::{Contest, Contestant, Taken, at_once};

/// Signatures in a round.
const SIGNATURES: u64 = 500;

/// The contest.
///
/// # Panics
///
/// When the system gives no random bytes.
#[must_use]
pub fn contest(rounds: usize) -> Contest {
    let generated = GeneratedKey::new(SigningAlgorithm::Es256);
    let generated = generated.expect("the system gives random bytes");
    let config = config(generated.key());
    let input = signing_input(&config, generated.key());
    Contest::new("assertion signed, ES256", rounds)
        .with(contestant("ring alone", alone(&generated, input)))
        .with(contestant("cxone-auth, the whole request", ours(config)))
}

fn contestant(name: &str, mut sign: impl FnMut() + 'static) -> Contestant {
    Contestant::new(name, move || {
        let start = Instant::now();
        (0..SIGNATURES).for_each(|_| sign());
        Taken::per_operation(start.elapsed(), SIGNATURES)
    })
}

fn config(key: &PrivateKey) -> Config {
    let endpoint = "https://login.example.com/oauth/token";
    let endpoint = endpoint.parse().expect("it is an address");
    let credentials = ClientCredentials::signed_by(CLIENT_ID, key.clone());
    Config::custom(endpoint, credentials).expect("the credentials are plain ASCII")
}

fn signing_input(config: &Config, key: &PrivateKey) -> Vec<u8> {
    let (key, now) = (key.clone().into(), Moment::now());
    let unsigned = UnsignedAssertion::new(config, &key, now.wall(), [7; 16]);
    unsigned.signing_input().to_vec()
}

fn alone(key: &GeneratedKey, input: Vec<u8>) -> impl FnMut() + 'static {
    let pair = pair(key.expose_secret());
    move || {
        let signature = pair.sign(&SystemRandom::new(), black_box(&input));
        black_box(signature.expect("the key signs"));
    }
}

/// The key of a PEM text.
fn pair(pem: &str) -> EcdsaKeyPair {
    let lines = pem.lines().filter(|line| !line.starts_with("-----"));
    let key = STANDARD.decode(lines.collect::<String>());
    let key = key.expect("the text is PEM");
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    EcdsaKeyPair::from_pkcs8(algorithm, &key, &SystemRandom::new()).expect("the key is PKCS#8")
}

/// Each time the token is a day older, which is as long as it is valid.
fn ours(config: Config) -> impl FnMut() + 'static {
    let clock = ManualClock::new(Moment::now());
    let source = TokenSource::with_clock(config, Prompt, clock.clone(), 7);
    move || {
        clock.advance(Duration::from_hours(24));
        black_box(at_once(pin!(source.token())).expect("the transport responds"));
    }
}
