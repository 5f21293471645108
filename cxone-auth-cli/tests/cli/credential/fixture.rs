//! A server that keeps what it was sent, keys, and assertions.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cxone_auth_tests::{Reply, Server};
use serde_json::{Value, json};

use crate::fixture::{Fixture, Run};

/// Keys as openssl writes them, by name.
pub(super) fn key(name: &str) -> String {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../cxone-auth-credentials/tests/keys"
    );
    std::fs::read_to_string(format!("{folder}/{name}")).unwrap()
}

/// A server that gives a token to everybody.
pub(super) fn generous() -> Server {
    let token = json!({ "access_token": "a-token", "token_type": "bearer", "expires_in": 3600 });
    Server::http(move |_| Reply::json(200, &token))
}

/// A server that refuses every client.
pub(super) fn strict() -> Server {
    Server::http(|_| Reply::json(400, &json!({ "error": "invalid_client" })))
}

/// What an assertion that is made elsewhere looks like. Nobody verifies its signature.
pub(super) fn assertion(claims: &Value) -> String {
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let header = part(&json!({ "alg": "ES256" }));
    format!("{header}.{}.c2lnbmF0dXJl", part(claims))
}

/// The header and the claims of a JSON Web Token.
pub(super) fn opened(token: &str) -> [Value; 2] {
    let mut parts = token.split('.');
    [(); 2].map(|()| {
        let bytes = URL_SAFE_NO_PAD.decode(parts.next().unwrap()).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    })
}

/// The program for a client of this server. The arguments follow.
pub(super) fn client(fixture: &Fixture, server: &Server, arguments: &[&str]) -> Command {
    let mut command = fixture.bare(arguments);
    command.args([
        "--token-url",
        &server.url("/token"),
        "--client-id",
        "a-client",
    ]);
    command
}

pub(super) fn run(fixture: &Fixture, server: &Server, arguments: &[&str]) -> Run {
    Run::of(&mut client(fixture, server, arguments))
}

/// The form of the only request.
pub(super) fn only_form(server: &Server) -> Vec<(String, String)> {
    let received = server.received();
    assert_eq!(received.len(), 1);
    received[0].form()
}

pub(super) fn field<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let field = form.iter().find(|(own, _)| own == name);
    field.map(|(_, value)| value.as_str())
}
