//! The path to the token endpoint, step by step: name, connection, proxy, TLS.

use std::env;
use std::net::{IpAddr, TcpStream};
use std::time::Duration;

use cxone_auth_core::diagnosis::Setting;
use cxone_auth_core::http::Uri;
use cxone_auth_core::transport::{ProxyUrl, TransportErrorKind};
use cxone_auth_core::{TokenEndpoint, TransportOptions};

use super::check::{Check, Step};
use super::deadline::{Deadline, Timed};
use super::live::Board;
use super::seen::Seen;
use super::{connection, name, tls, tunnel};
use crate::route::{Origin, Route};

/// The longest time that each step may take.
const STEP: Duration = Duration::from_secs(3);

/// Where a request goes, and what carries it.
#[derive(Clone, Copy)]
pub(super) struct Journey<'a> {
    pub(super) uri: &'a Uri,
    pub(super) options: &'a TransportOptions,
    pub(super) deadline: Deadline,
    pub(super) board: Board,
}

/// The result of walking the path.
#[derive(Default)]
pub(super) struct Path {
    pub(super) checks: Vec<Check>,
    /// Where the walk ended, if a token request cannot get further either.
    pub(super) barrier: Option<TransportErrorKind>,
    /// The address that the request leaves this machine from.
    pub(super) local: Option<IpAddr>,
    pub(super) seen: Seen,
}

impl Journey<'_> {
    /// Walks the path that the request takes.
    pub(super) fn walk(self) -> Path {
        let mut path = Path::default();
        match Route::to(self.uri, self.options.proxy(), |name| env::var(name).ok()) {
            Route::Direct => path.go_directly(self),
            Route::Proxy { url, origin } => path.go_through(&url, &origin, self),
            Route::Unusual { origin } => path.leave_to(&origin, self.board),
        }
        path.name_the_rest(self.board);
        path
    }

    fn host(&self) -> &str {
        self.uri.host().unwrap_or_default()
    }

    /// Reports whether an address with plain http is on this machine. No other is accepted as it
    /// is.
    fn stays_here(self) -> bool {
        self.uri.to_string().parse::<TokenEndpoint>().is_ok()
    }

    fn is_https(self) -> bool {
        self.uri.scheme_str() == Some("https")
    }

    fn port(self) -> u16 {
        let usual = if self.is_https() { 443 } else { 80 };
        self.uri.port_u16().unwrap_or(usual)
    }
}

impl Path {
    fn go_directly(&mut self, journey: Journey<'_>) {
        if let Some(stream) = self.connect(journey.host(), journey.port(), journey) {
            self.shake_hands(stream, journey);
        }
    }

    fn go_through(&mut self, proxy: &ProxyUrl, origin: &Origin, journey: Journey<'_>) {
        journey.board.say(&format!(
            "      {origin} names the proxy {proxy}: DNS and TCP are about the proxy, which does \
             these steps for {} itself",
            journey.host()
        ));
        self.seen.evidence = Some(format!("{origin} names the proxy {proxy}"));
        let host = proxy.uri().host().unwrap_or_default();
        let port = proxy.uri().port_u16().unwrap_or(80);
        match self.connect(host, port, journey) {
            None => self.barrier = Some(TransportErrorKind::Proxy),
            Some(stream) => self.tunnel(stream, proxy, journey),
        }
    }

    fn leave_to(&mut self, origin: &Origin, board: Board) {
        self.seen.evidence = Some(format!("the way is left to the proxy that {origin} names"));
        self.seen.settings = Some(&[Setting::Proxy]);
        let why = format!("left to the proxy that {origin} names: it is no plain HTTP proxy");
        for step in [Step::Name, Step::Connection, Step::Tls] {
            self.add(board, step.skipped(&*why));
        }
    }

    fn connect(&mut self, host: &str, port: u16, journey: Journey<'_>) -> Option<TcpStream> {
        let Journey {
            deadline, board, ..
        } = journey;
        let (check, found) = board.watch(Step::Name, || {
            name::look_up(host, port, deadline.step(STEP))
        });
        self.checks.push(check);
        let found = self.unless_barred(found)?;
        let (check, stream) = board.watch(Step::Connection, || {
            connection::connect(&found, deadline.step(STEP))
        });
        self.checks.push(check);
        let stream = self.unless_barred(stream)?;
        self.local = stream.local_addr().ok().map(|address| address.ip());
        Some(stream)
    }

    fn tunnel(&mut self, stream: TcpStream, proxy: &ProxyUrl, journey: Journey<'_>) {
        let authority = format!("{}:{}", journey.host(), journey.port());
        let mut timed = Timed {
            stream,
            deadline: journey.deadline.step(STEP),
        };
        match tunnel::open(&mut timed, proxy, &authority) {
            Ok(()) => self.shake_hands(timed.stream, journey),
            Err(refusal) => {
                self.add(journey.board, Step::Tls.failed(&*refusal.problem));
                self.seen.problem = Some(refusal.problem);
                self.seen.remedy = refusal.remedy;
                self.barrier = Some(TransportErrorKind::Proxy);
            }
        }
    }

    fn shake_hands(&mut self, stream: TcpStream, journey: Journey<'_>) {
        if !journey.is_https() {
            let why = if journey.stays_here() {
                "plain http, which stays on this machine"
            } else {
                "plain http: anyone on the network path can read the secret and the token"
            };
            self.add(journey.board, Step::Tls.skipped(why));
            return;
        }
        let (check, seen) = journey.board.watch(Step::Tls, || {
            let deadline = journey.deadline.step(STEP);
            tls::shake_hands(stream, journey.host(), journey.options, deadline)
        });
        self.checks.push(check);
        // The request is made even after a failure. Its client may trust a certificate that this
        // check does not trust.
        self.seen = seen;
    }

    fn name_the_rest(&mut self, board: Board) {
        for step in [Step::Connection, Step::Tls] {
            if self.checks.iter().all(|check| check.step != step) {
                self.add(board, step.skipped("not reached"));
            }
        }
    }

    fn unless_barred<T>(&mut self, result: Result<T, TransportErrorKind>) -> Option<T> {
        result.map_err(|kind| self.barrier = Some(kind)).ok()
    }

    fn add(&mut self, board: Board, check: Check) {
        board.show(&check);
        self.checks.push(check);
    }
}
