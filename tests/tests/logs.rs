//! Secrets in logs: none, however fine the log, in whatever spelling.

#![cfg(test)]

#[path = "logs/call.rs"]
mod call;
#[path = "shared/stack.rs"]
mod stack;
#[path = "shared/visit.rs"]
mod visit;

use std::io;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cxone_auth_core::{ClientAuthentication, ClientCredentials, Config, Error, TransportOptions};
use cxone_auth_tests::{Gate, Platform, Reply, Sandbox, Server};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use stack::Stack;

/// Everything that `log` and `tracing` were told at their finest level.
struct Capture(Mutex<Vec<u8>>);

impl Capture {
    /// The capture of the process: the loggers are set once, whichever test comes first.
    fn installed() -> &'static Self {
        static CAPTURE: LazyLock<&'static Capture> = LazyLock::new(|| {
            let capture: &'static Capture = Box::leak(Box::new(Capture(Mutex::default())));
            log::set_logger(capture).unwrap();
            log::set_max_level(log::LevelFilter::Trace);
            let subscriber = tracing_subscriber::fmt()
                .with_max_level(tracing::Level::TRACE)
                .with_ansi(false)
                .with_writer(move || Pen(capture))
                .finish();
            tracing::subscriber::set_global_default(subscriber).unwrap();
            capture
        });
        &CAPTURE
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.lock()).into_owned()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl log::Log for Capture {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}\n", record.target(), record.args());
        self.lock().extend_from_slice(line.as_bytes());
    }

    fn flush(&self) {}
}

/// What the subscriber writes with.
struct Pen(&'static Capture);

impl io::Write for Pen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The spellings in which a secret may get into a log.
fn spellings(secret: &str) -> Vec<String> {
    let hex = |format: fn(&u8) -> String, between: &str| {
        let bytes: Vec<String> = secret.as_bytes().iter().map(format).collect();
        bytes.join(between)
    };
    vec![
        secret.to_owned(),
        utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string(),
        form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        STANDARD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        hex(|byte| format!("{byte:02x}"), ""),
        hex(|byte| format!("{byte:02X}"), ""),
        hex(|byte| format!("{byte:02x}"), " "),
        hex(|byte| format!("\\x{byte:02x}"), ""),
        hex(ToString::to_string, ", "),
    ]
}

/// Whether the text holds a secret in any spelling.
fn tells(text: &str, secret: &str) -> bool {
    spellings(secret)
        .iter()
        .any(|spelling| text.contains(spelling))
}

/// Asserts that nothing of these was logged, and that logging works.
fn assert_untold(secrets: &[String]) {
    let capture = Capture::installed();
    log::trace!("log is heard");
    tracing::trace!("tracing is heard");
    let text = capture.text();
    assert!(text.contains("log is heard"), "log went off");
    assert!(text.contains("tracing is heard"), "tracing went off");
    for (number, secret) in secrets.iter().enumerate() {
        assert!(secret.len() > 6, "secret {number} is too short to look for");
        assert!(!tells(&text, secret), "secret {number} was logged");
    }
}

/// The secrets that a request to a platform carries, alone and as a Basic pair.
fn secrets_of<R>(platform: &Platform<R>) -> Vec<String> {
    let (id, secret) = (platform.client_id(), platform.client_secret());
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pair = format!("{id}:{secret}");
    let encoded_pair = format!("{}:{}", encode(&id), encode(&secret));
    vec![secret, pair, encoded_pair]
}

fn fetch(stack: Stack, options: &TransportOptions, config: &Config) -> Result<String, Error> {
    let token = visit::fetch(stack, options, config)?;
    Ok(token.expose_secret().to_owned())
}

fn successful_fetch(stack: Stack) {
    Capture::installed();
    for sandbox in [Sandbox::start(), Sandbox::start_https()] {
        let options = visit::options(&sandbox);
        let in_the_body = visit::custom(&sandbox)
            .with_client_authentication(ClientAuthentication::Body)
            .unwrap();
        let mut secrets = [
            secrets_of(sandbox.genesys()),
            secrets_of(sandbox.cxone()),
            secrets_of(sandbox.custom()),
            // Its secret alone is a short number, which may well be in a log for other reasons.
            secrets_of(sandbox.central()).split_off(1),
            vec![sandbox.cxone().access_key().secret],
        ]
        .concat();
        for config in [
            visit::genesys_cloud(&sandbox),
            visit::cxone(&sandbox),
            visit::central(&sandbox),
            visit::custom(&sandbox),
            in_the_body,
        ] {
            secrets.push(fetch(stack, &options, &config).unwrap());
        }
        assert_untold(&secrets);
    }
}

fn failing_fetch(stack: Stack) {
    Capture::installed();
    for sandbox in [Sandbox::start(), Sandbox::start_https()] {
        let options = visit::options(&sandbox);
        let secrets = [secrets_of(sandbox.genesys()), secrets_of(sandbox.cxone())].concat();
        let configs = [visit::genesys_cloud(&sandbox), visit::cxone(&sandbox)];
        let echo = Reply::text(500, &secrets[0]);
        sandbox.genesys().fail_next(1, echo);
        sandbox.cxone().fail_next(1, Reply::drop_connection());
        for config in &configs {
            fetch(stack, &options, config).unwrap_err();
        }
        sandbox.genesys().disable_client();
        sandbox.cxone().disable_client();
        for config in &configs {
            fetch(stack, &options, config).unwrap_err();
        }
        assert_untold(&secrets);
    }
}

/// Two requests overlap, and the first one to end must not open the log for the other.
fn overlapping_fetches(stack: Stack) {
    Capture::installed();
    let sandbox = Sandbox::start();
    let gate = Gate::new();
    let late = Reply::text(200, r#"{"access_token":"t0ken-that-came-late"}"#).after(&gate);
    sandbox.genesys().fail_next(1, late);
    let options = visit::options(&sandbox);
    let slow = visit::genesys_cloud(&sandbox);
    std::thread::scope(|scope| {
        let flight = scope.spawn(|| fetch(stack, &options, &slow).unwrap());
        let patience = std::time::Duration::from_mins(1);
        sandbox
            .genesys()
            .token_server()
            .wait_for_requests(1, patience);
        fetch(stack, &options, &visit::custom(&sandbox)).unwrap();
        gate.open();
        assert_eq!(flight.join().unwrap(), "t0ken-that-came-late");
    });
    let mut secrets = secrets_of(sandbox.genesys());
    secrets.push("t0ken-that-came-late".to_owned());
    assert_untold(&secrets);
}

/// Calls to an API that rejects the first token: the second is sent too.
fn call_again(stack: Stack) {
    Capture::installed();
    let tokens = ["t0ken-that-is-rejected", "t0ken-that-is-accepted"];
    let secrets = tokens.map(|token| format!("{token}-by-{stack:?}"));
    let accepted = secrets[1].clone();
    let api = Server::http(move |request| {
        let is_accepted = request.bearer_token() == Some(&accepted);
        Reply::empty(if is_accepted { 200 } else { 401 })
    });
    let left = Mutex::new(secrets.clone().into_iter());
    let issuer = Server::http(move |_| {
        let token = left.lock().unwrap().next();
        Reply::json(200, &serde_json::json!({ "access_token": token }))
    });
    let credentials = ClientCredentials::new("the-client", "the-s3cret");
    let config = Config::custom(issuer.url("/token").parse().unwrap(), credentials)
        .unwrap()
        .with_api_base(api.url("").parse().unwrap());
    assert_eq!(call::get(stack, config, "/x"), 200);
    assert_eq!(api.request_count(), 2);
    assert_untold(&secrets);
}

/// A client used without this workspace logs what it sends: the capture would show a leak.
#[test]
fn capture_sees_what_a_bare_client_logs() {
    let capture = Capture::installed();
    let server = Server::http(|_| Reply::text(200, "t0ken-that-leaks"));
    let agent = ::ureq::Agent::config_builder()
        .proxy(None)
        .build()
        .new_agent();
    let body = agent
        .post(server.url("/"))
        .send("s3cret-that-leaks")
        .unwrap();
    body.into_body().read_to_vec().unwrap();
    let text = capture.text();
    let told = tells(&text, "s3cret-that-leaks") || tells(&text, "t0ken-that-leaks");
    assert!(told, "a leak would not be seen");
}

macro_rules! tells_nothing {
    ($($module:ident: $stack:expr;)+) => {
        $(mod $module {
            use super::Stack;

            #[test]
            fn logs_no_secret_of_a_successful_fetch() {
                super::successful_fetch($stack);
            }

            #[test]
            fn logs_no_secret_of_a_failing_fetch() {
                super::failing_fetch($stack);
            }

            #[test]
            fn logs_no_secret_of_overlapping_fetches() {
                super::overlapping_fetches($stack);
            }

            #[test]
            fn logs_no_token_of_a_call() {
                super::call_again($stack);
            }
        })+
    };
}

tells_nothing! {
    reqwest: Stack::Reqwest;
    hyper: Stack::Hyper;
    isahc: Stack::Isahc;
    ureq: Stack::Ureq;
}
