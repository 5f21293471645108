//! Plays a fault, and fixes the server.

use serde_json::json;

use super::site::Site;
use crate::{DeafPort, Reply, Script, Server};

/// What a fault does.
#[derive(Clone, Copy)]
pub(super) enum Play {
    /// The server sends this response to the first request, and good ones after that.
    Reply(fn() -> Reply),
    /// The same with a response that redirects.
    Redirect(fn(&Elsewhere) -> Reply),
    /// Something else occupies the server's port until the server is fixed.
    Instead(fn(&Site) -> Occupant),
}

/// What is at the server's port.
pub(super) enum Occupant {
    Nobody,
    Deaf { _held: DeafPort },
    Server(Server),
}

/// Servers that no client may be redirected to. They give a token to every client.
pub(super) struct Elsewhere {
    pub(super) http: Server,
    pub(super) https: Server,
}

/// A fault in progress.
pub(super) struct Fixture {
    occupant: Occupant,
    elsewhere: Option<Elsewhere>,
    is_good_next: bool,
}

/// The text of the fixed server's token.
pub(super) const FIXED: &str = "m3nded";

impl Play {
    pub(super) fn begin(self, site: &Site) -> Fixture {
        let serve = |bad| site.serve(Script::new().then(bad).finally(fixed()));
        match self {
            Self::Reply(reply) => Fixture::of(serve(reply())),
            Self::Redirect(reply) => {
                let elsewhere = Elsewhere::beside(site);
                let fixture = Fixture::of(serve(reply(&elsewhere)));
                Fixture {
                    elsewhere: Some(elsewhere),
                    ..fixture
                }
            }
            Self::Instead(occupy) => Fixture {
                occupant: occupy(site),
                elsewhere: None,
                is_good_next: false,
            },
        }
    }
}

impl Fixture {
    fn of(server: Server) -> Self {
        Self {
            occupant: Occupant::Server(server),
            elsewhere: None,
            is_good_next: true,
        }
    }

    /// Returns what the client did wrong, as far as the servers saw.
    pub(super) fn complaint(&self) -> Option<&'static str> {
        let is_followed = self.elsewhere.as_ref().is_some_and(|elsewhere| {
            elsewhere.http.connections() + elsewhere.https.connections() > 0
        });
        match &self.occupant {
            _ if is_followed => Some("a redirect was followed"),
            Occupant::Server(server) if server.request_count() > 1 => {
                Some("the request was sent again")
            }
            Occupant::Server(server) if server.connections() > 1 => {
                Some("another connection was made")
            }
            _ => None,
        }
    }

    /// Starts a good server in the same place.
    pub(super) fn fix(self, site: &Site) -> Server {
        match self.occupant {
            Occupant::Server(server) if self.is_good_next => server,
            occupant => {
                drop(occupant);
                site.serve(|_| fixed())
            }
        }
    }
}

impl Elsewhere {
    fn beside(site: &Site) -> Self {
        Self {
            http: Server::http(|_| super::good()),
            https: Server::https(&site.authority, |_| super::good()),
        }
    }
}

fn fixed() -> Reply {
    let body = json!({ "access_token": FIXED, "token_type": "bearer", "expires_in": 3600 });
    Reply::json(200, &body)
}
