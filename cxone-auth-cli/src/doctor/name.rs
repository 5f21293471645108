//! The addresses behind a host name.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use cxone_auth_core::transport::TransportErrorKind;

use super::check::{Check, Step};
use super::deadline::Deadline;

/// Looks up `host` like every program on this machine, and gives up at the deadline.
///
/// The system's lookup cannot be interrupted. It runs on a thread. If it takes too long, the thread
/// is left behind. The program ends soon after.
pub(super) fn look_up(
    host: &str,
    port: u16,
    deadline: Deadline,
) -> (Check, Result<Vec<SocketAddr>, TransportErrorKind>) {
    let name = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned();
    if let Ok(address) = name.parse::<IpAddr>() {
        let check = Step::Name.passed(format!("{host} is an address, there is nothing to look up"));
        return (check, Ok(vec![SocketAddr::new(address, port)]));
    }
    let began = Instant::now();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let found: io::Result<Vec<SocketAddr>> = (name.as_str(), port)
            .to_socket_addrs()
            .map(Iterator::collect);
        // After the deadline, nobody waits for the result.
        let _ = sender.send(found);
    });
    let (check, result) = match receiver.recv_timeout(deadline.remaining()) {
        Ok(Ok(found)) if !found.is_empty() => (
            Step::Name.passed(format!("{host} is {}", listed(&found))),
            Ok(found),
        ),
        Ok(_) => (
            Step::Name.failed(format!("{host} was not found")),
            Err(TransportErrorKind::Dns),
        ),
        Err(_) => (
            Step::Name.failed(format!(
                "the name server gave no response about {host} in time"
            )),
            Err(TransportErrorKind::Dns),
        ),
    };
    (check.with_time(began.elapsed()), result)
}

fn listed(found: &[SocketAddr]) -> String {
    match found {
        [] => String::new(),
        [only] => only.ip().to_string(),
        [first, others @ ..] => format!("{} and {} more", first.ip(), others.len()),
    }
}
