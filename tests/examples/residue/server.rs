//! The servers: a token endpoint that refuses now and then, and an API.

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};

use cxone_auth_tests::{Authority, Received, Reply, Server};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::Outcome;
use crate::lifetime::TOKEN;

/// Where the servers are.
#[derive(Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) url: String,
    /// The certificate to be trusted, where TLS is spoken.
    pub(crate) pem: Option<String>,
}

/// Serves until nobody holds the other end of the standard input.
pub(crate) fn run(is_https: bool) -> Outcome {
    let behaviour = behaviour();
    let (server, pem) = if is_https {
        let authority = Authority::new();
        let server = Server::https(&authority, behaviour);
        (server, Some(authority.pem().to_owned()))
    } else {
        (Server::http(behaviour), None)
    };
    let place = Place {
        url: server.url(""),
        pem,
    };
    println!("{}", serde_json::to_string(&place)?);
    io::stdout().flush()?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(true)
}

/// Each token is another, so that one can take the place of one that was rejected.
fn behaviour() -> impl Fn(&Received) -> Reply + Send + Sync {
    let issued = AtomicUsize::new(0);
    move |request| match request.path() {
        "/token" => {
            let number = issued.fetch_add(1, Ordering::SeqCst);
            let token = format!("{TOKEN}{number}");
            let response =
                json!({ "access_token": token, "token_type": "bearer", "expires_in": 300 });
            match number % 3 {
                0 => Reply::json(200, &response),
                1 => Reply::json(200, &response).chunked(),
                // As it would refuse somebody else's client.
                _ => Reply::json(401, &json!({ "error": "invalid_client" })),
            }
        }
        "/rejecting" => Reply::json(401, &json!({ "code": "bad.credentials", "status": 401 })),
        _ => Reply::json(200, &json!({ "entities": [] })),
    }
}
