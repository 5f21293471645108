//! The common parts of the four platforms: two servers, one client, and the settings for a test.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::client::Client;
use super::clock::Clock;
use super::desk::{Desk, Hosts};
use super::random;
use crate::authority::Authority;
use crate::server::{Received, Reply, Server};

/// A platform of the sandbox: a server that issues tokens and a server with an API that requires
/// them.
///
/// `R` holds the platform's own rules. Use the type's alias, such as
/// [`GenesysCloud`](crate::GenesysCloud).
pub struct Platform<R> {
    pub(super) rules: Arc<R>,
    pub(super) desk: Arc<Desk>,
    facts: Facts,
    token_path: String,
    token_server: Server,
    api_server: Server,
}

/// A request that the sandbox has just decided about.
#[non_exhaustive]
pub struct Observation {
    /// The platform's name.
    pub platform: &'static str,
    /// `token` for the platform's token server, `api` for its API server.
    pub host: &'static str,
    /// The request. It contains secrets: log its method, path and placement, not its values.
    pub request: Received,
    /// The status of the response; `None` for raw bytes or a dropped connection.
    pub status: Option<u16>,
}

/// The constants of a platform.
#[derive(Clone, Copy)]
pub(super) struct Facts {
    pub(super) name: &'static str,
    pub(super) token_path: &'static str,
    /// A path of the API that a `GET` with a valid token may read.
    pub(super) resource_path: &'static str,
    pub(super) lifetime: Duration,
}

/// How a platform responds.
pub(super) trait Rules: Send + Sync + 'static {
    const FACTS: Facts;

    /// Returns the path of the token endpoint.
    fn token_path(&self) -> &str {
        Self::FACTS.token_path
    }

    /// Returns the response of the server that issues tokens.
    fn token(&self, desk: &Desk, request: &Received) -> Reply;

    /// Returns the response of the API server.
    fn api(&self, desk: &Desk, request: &Received) -> Reply;
}

pub(super) type Observer = Arc<dyn Fn(&Observation) + Send + Sync>;

/// What a platform needs to start.
#[derive(Clone, Default)]
pub(super) struct Setup {
    pub(super) authority: Option<Arc<Authority>>,
    /// Names for the certificates, besides those of loopback.
    pub(super) hosts: Vec<String>,
    /// The token server's port. The API server uses the next one. 0 means free ports.
    pub(super) port: u16,
    pub(super) lifetime: Option<Duration>,
    pub(super) clock: Clock,
    pub(super) observer: Option<Observer>,
}

/// Starts both servers of a platform.
pub(super) fn start<R: Rules>(setup: &Setup, client: Client, rules: R) -> io::Result<Platform<R>> {
    let rules = Arc::new(rules);
    let lifetime = setup.lifetime.unwrap_or(R::FACTS.lifetime);
    let desk = Arc::new(Desk::new(client, lifetime, setup.clock.clone()));
    let response = |host| responding(&rules, &desk, setup.observer.clone(), host);
    let api_port = if setup.port == 0 { 0 } else { setup.port + 1 };
    let token_server = setup.serve(setup.port, response("token"))?;
    let api_server = setup.serve(api_port, response("api"))?;
    let _ = desk.hosts.set(Hosts {
        login: token_server.url(""),
        api: api_server.url(""),
    });
    Ok(Platform {
        token_path: rules.token_path().to_owned(),
        rules,
        desk,
        facts: R::FACTS,
        token_server,
        api_server,
    })
}

/// The configuration for a client.
impl<R> Platform<R> {
    /// Returns the platform's name, for people.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.facts.name
    }

    /// Returns the URL of the token endpoint.
    #[must_use]
    pub fn token_url(&self) -> String {
        self.token_server.url(&self.token_path)
    }

    /// Returns the base of the API's URLs, without a final slash.
    #[must_use]
    pub fn api_base(&self) -> String {
        self.api_server.url("")
    }

    /// Returns a URL of the API that responds with 200 to a `GET` with a valid token.
    #[must_use]
    pub fn resource_url(&self) -> String {
        self.api_server.url(self.facts.resource_path)
    }

    /// Returns the id of the registered client.
    #[must_use]
    pub fn client_id(&self) -> String {
        self.desk.state().client.id.clone()
    }

    /// Returns the secret of the registered client, created at the start of the sandbox.
    #[must_use]
    pub fn client_secret(&self) -> String {
        self.desk.state().client.secret.clone()
    }
}

/// What a test can change.
impl<R> Platform<R> {
    /// Gives this lifetime to tokens that are issued from now on.
    pub fn issue_for(&self, lifetime: Duration) {
        self.desk.state().lifetime = lifetime;
    }

    /// Refuses the client and revokes its tokens.
    pub fn disable_client(&self) {
        self.desk.state().client.enabled = false;
        self.desk.revoke_tokens();
    }

    /// Accepts the client again. Revoked tokens stay revoked.
    pub fn enable_client(&self) {
        self.desk.state().client.enabled = true;
    }

    /// Replaces the client's secret; the old one is refused.
    pub fn rotate_secret(&self) {
        self.desk.state().client.secret = random::base64url(32);
    }

    /// Revokes every token issued so far: the API refuses them as unknown.
    pub fn revoke_tokens(&self) {
        self.desk.revoke_tokens();
    }

    /// Revokes every issued token at every `calls`-th call to the API. Zero, the default, revokes
    /// none.
    pub fn revoke_every(&self, calls: usize) {
        self.desk.state().unrest.revoke_every = calls;
    }

    /// Lets each new token revoke the client's earlier ones, as Doorkeeper can. Default: a client
    /// may have several valid tokens.
    pub fn revoke_previous(&self, revokes: bool) {
        self.desk.state().revokes_previous = revokes;
    }

    /// Refuses every `calls`-th call to the API as one too many, for a second. Zero, the default,
    /// refuses none.
    pub fn throttle_every(&self, calls: usize) {
        self.desk.state().unrest.throttle_every = calls;
    }

    /// Refuses the next `count` valid token requests as too many, in the platform's words.
    pub fn throttle_next(&self, count: usize) {
        self.desk.state().throttled = count;
    }

    /// Takes this long for each response of the token server. Default: no time.
    pub fn delay_tokens(&self, time: Duration) {
        self.desk.state().token_delay = time;
    }

    /// Sends `reply` to the next `count` requests to the token endpoint, whatever they contain.
    pub fn fail_next(&self, count: usize, reply: Reply) {
        let replies = std::iter::repeat_n(reply, count);
        self.desk.state().token_replies.extend(replies);
    }

    /// Sends `reply` to the next `count` requests to the API, whatever they contain.
    pub fn fail_next_api(&self, count: usize, reply: Reply) {
        let replies = std::iter::repeat_n(reply, count);
        self.desk.state().api_replies.extend(replies);
    }

    /// Forgets the replies of [`fail_next`](Self::fail_next) and [`fail_next_api`](Self::fail_next_api)
    /// that nobody has got: an outage is over.
    pub fn stop_failing(&self) {
        let mut state = self.desk.state();
        state.token_replies.clear();
        state.api_replies.clear();
    }
}

/// What a test can assert on.
impl<R> Platform<R> {
    /// Returns the server that issues tokens, with what it received.
    #[must_use]
    pub fn token_server(&self) -> &Server {
        &self.token_server
    }

    /// Returns the API's server, with what it received.
    #[must_use]
    pub fn api_server(&self) -> &Server {
        &self.api_server
    }

    /// Returns how many requests the token endpoint has received.
    #[must_use]
    pub fn token_requests(&self) -> usize {
        let received = self.token_server.received();
        received
            .iter()
            .filter(|request| request.path() == self.token_path)
            .count()
    }

    /// Returns how many requests the API has received.
    #[must_use]
    pub fn api_requests(&self) -> usize {
        self.api_server.request_count()
    }
}

impl Setup {
    fn serve(
        &self,
        port: u16,
        behaviour: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> io::Result<Server> {
        let mut builder = Server::builder().with_port(port);
        if let Some(authority) = &self.authority {
            builder = builder.with_certificate(authority.certificate_with(&self.hosts));
        }
        builder.start(behaviour)
    }
}

/// Returns the behaviour of one of a platform's servers: the test's orders first, then the rules.
fn responding<R: Rules>(
    rules: &Arc<R>,
    desk: &Arc<Desk>,
    observer: Option<Observer>,
    host: &'static str,
) -> impl Fn(&Received) -> Reply + Send + Sync + 'static {
    let (rules, desk) = (Arc::clone(rules), Arc::clone(desk));
    move |request| {
        let ordered = match host {
            "api" => desk.state().api_replies.pop_front(),
            _ if request.path() == rules.token_path() => desk.state().token_replies.pop_front(),
            _ => None,
        };
        let reply = ordered.unwrap_or_else(|| match host {
            "api" if desk.counts_as_too_many() => {
                Reply::json(429, &json!({ "code": "too.many.requests", "status": 429 }))
                    .header("retry-after", "1")
            }
            "api" => rules.api(&desk, request),
            _ => rules.token(&desk, request),
        });
        if let Some(observer) = &observer {
            observer(&Observation {
                platform: R::FACTS.name,
                host,
                request: request.clone(),
                status: reply.status(),
            });
        }
        match desk.state().token_delay {
            delay if host == "token" && !delay.is_zero() => reply.delay(delay),
            _ => reply,
        }
    }
}

impl<R> fmt::Debug for Platform<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Platform")
            .field("name", &self.facts.name)
            .finish_non_exhaustive()
    }
}
