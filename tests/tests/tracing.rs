//! What a source tells `tracing`, with the core's feature of that name.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use cxone_auth_blocking::UreqTransport;
use cxone_auth_core::transport::ProxyChoice;
use cxone_auth_core::{BlockingTokenSource, ClientCredentials, Config, TransportOptions};
use cxone_auth_tests::Sandbox;
use tracing::Level;
use tracing_subscriber::fmt::format::FmtSpan;

/// Everything that was written, in one text.
#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no writer panics").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is told while `act` runs.
fn told(act: impl FnOnce()) -> String {
    let page = Page::default();
    let writer = page.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_span_events(FmtSpan::NEW)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    tracing::subscriber::with_default(subscriber, act);
    let bytes = page.0.lock().expect("no writer panics").clone();
    String::from_utf8(bytes).expect("the log is text")
}

fn source(sandbox: &Sandbox) -> BlockingTokenSource {
    let server = sandbox.custom();
    let credentials = ClientCredentials::new(server.client_id(), server.client_secret());
    let endpoint = server
        .token_url()
        .parse()
        .expect("the sandbox has an address");
    let config = Config::custom(endpoint, credentials).expect("the sandbox's client is fit");
    let options = TransportOptions::new().with_proxy(ProxyChoice::Direct);
    let transport = UreqTransport::with_options(&options).expect("the defaults work");
    BlockingTokenSource::new(config, transport)
}

#[test]
fn a_request_is_a_span_and_its_end_an_event_without_a_secret() {
    let sandbox = Sandbox::start();
    let source = source(&sandbox);
    let mut secrets = vec![sandbox.custom().client_secret()];
    let told = told(|| {
        let fetched = source.token().unwrap();
        source.invalidate(&fetched);
        sandbox.custom().rotate_secret();
        source.token().unwrap_err();
        secrets.push(fetched.expose_secret().to_owned());
    });
    for expected in [
        "token_request",
        &sandbox.custom().token_url(),
        "token fetched",
        "token invalidated",
        "token request failed",
        "cool-down started",
    ] {
        assert!(told.contains(expected), "{expected} is missing in {told}");
    }
    secrets.push(sandbox.custom().client_secret());
    for secret in secrets {
        assert!(!told.contains(&secret), "{told}");
    }
}
