//! A TCP connection to one of a host's addresses.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use cxone_auth_core::transport::TransportErrorKind;

use super::check::{Check, Step};
use super::deadline::{Deadline, is_timeout};

/// The shortest time that an address is given, however many there are.
const LEAST: Duration = Duration::from_millis(250);

/// Connects to the first address that responds.
pub(super) fn connect(
    addresses: &[SocketAddr],
    deadline: Deadline,
) -> (Check, Result<TcpStream, TransportErrorKind>) {
    let began = Instant::now();
    let mut failure: io::Error = io::ErrorKind::AddrNotAvailable.into();
    for (tried, address) in addresses.iter().enumerate() {
        let others = u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
        let share = (deadline.remaining() / others).max(LEAST);
        match TcpStream::connect_timeout(address, share) {
            Ok(stream) => {
                let check = Step::Connection.passed(format!("connected to {address}"));
                return (check.with_time(began.elapsed()), Ok(stream));
            }
            Err(error) => failure = error,
        }
        if deadline.remaining().is_zero() {
            break;
        }
    }
    let (problem, kind) = if is_timeout(&failure) {
        ("did not respond in time", TransportErrorKind::Timeout)
    } else {
        (explained(&failure), TransportErrorKind::Connect)
    };
    let address = addresses.first().map(ToString::to_string);
    let summary = format!("{} {problem}", address.unwrap_or_default());
    let check = Step::Connection.failed(summary);
    (check.with_time(began.elapsed()), Err(kind))
}

fn explained(failure: &io::Error) -> &'static str {
    match failure.kind() {
        io::ErrorKind::ConnectionRefused => "refuses the connection",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            "cannot be reached from this machine"
        }
        io::ErrorKind::ConnectionReset => "closes the connection",
        io::ErrorKind::PermissionDenied => "may not be connected to: this machine forbids it",
        _ => "cannot be connected to",
    }
}
