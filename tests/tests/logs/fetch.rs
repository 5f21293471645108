//! Tokens fetched once, with each transport.

use cxone_auth_core::{ClientAuthentication, Config, Error, TransportOptions};
use cxone_auth_tests::{Gate, Platform, Reply, Sandbox, Server};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::capture::{Capture, assert_untold, tells};
use crate::shared::stack::Stack;
use crate::shared::suite::on_each_stack;
use crate::shared::{sandbox, visit};

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
    let capture = Capture::alone();
    for sandbox in [Sandbox::start(), Sandbox::start_https()] {
        let options = sandbox::options(&sandbox);
        let in_the_body = sandbox::custom(&sandbox)
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
            sandbox::genesys_cloud(&sandbox),
            sandbox::cxone(&sandbox),
            sandbox::cxone_access_key(&sandbox),
            sandbox::central(&sandbox),
            sandbox::custom(&sandbox),
            in_the_body,
        ] {
            secrets.push(fetch(stack, &options, &config).unwrap());
        }
        assert_untold(&capture, &secrets);
    }
}

fn failing_fetch(stack: Stack) {
    let capture = Capture::alone();
    for sandbox in [Sandbox::start(), Sandbox::start_https()] {
        let options = sandbox::options(&sandbox);
        let secrets = [secrets_of(sandbox.genesys()), secrets_of(sandbox.cxone())].concat();
        let configs = [sandbox::genesys_cloud(&sandbox), sandbox::cxone(&sandbox)];
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
        assert_untold(&capture, &secrets);
    }
}

/// Two requests overlap, and the first one to end must not open the log for the other.
fn overlapping_fetches(stack: Stack) {
    let capture = Capture::alone();
    let sandbox = Sandbox::start();
    let gate = Gate::new();
    let late = Reply::text(200, r#"{"access_token":"t0ken-that-came-late"}"#).after(&gate);
    sandbox.genesys().fail_next(1, late);
    let options = sandbox::options(&sandbox);
    let slow = sandbox::genesys_cloud(&sandbox);
    std::thread::scope(|scope| {
        let flight = scope.spawn(|| fetch(stack, &options, &slow).unwrap());
        let max_wait = std::time::Duration::from_mins(1);
        sandbox
            .genesys()
            .token_server()
            .wait_for_requests(1, max_wait);
        fetch(stack, &options, &sandbox::custom(&sandbox)).unwrap();
        gate.open();
        assert_eq!(flight.join().unwrap(), "t0ken-that-came-late");
    });
    let mut secrets = secrets_of(sandbox.genesys());
    secrets.push("t0ken-that-came-late".to_owned());
    assert_untold(&capture, &secrets);
}

/// A client used without this workspace logs what it sends and receives: a leak would be seen, also
/// where the rows of a dump cut it into pieces.
#[test]
fn capture_sees_what_a_bare_client_logs() {
    const SENT: &str = "s3cret-that-leaks-and-is-longer-than-a-row";
    const RECEIVED: &str = "t0ken-that-leaks-and-is-longer-than-a-row";
    let capture = Capture::alone();
    let server = Server::http(|_| Reply::text(200, RECEIVED));
    let agent = ::ureq::Agent::config_builder()
        .proxy(None)
        .build()
        .new_agent();
    let request = agent.get(server.url("/")).header("x-secret", SENT);
    let body = request.call().unwrap();
    body.into_body().read_to_vec().unwrap();
    for secret in [SENT, RECEIVED] {
        assert!(tells(&capture.text(), secret), "{secret} would not be seen");
    }
}

on_each_stack! {
    logs_no_secret_of_a_successful_fetch: successful_fetch;
    logs_no_secret_of_a_failing_fetch: failing_fetch;
    logs_no_secret_of_overlapping_fetches: overlapping_fetches;
}
