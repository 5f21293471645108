//! Whose program listens at a place: asked of the system, before anything secret goes there.

mod table;

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;

use self::table::{Accepted, Tables};
use super::client::Place;
#[cfg(any(target_os = "linux", target_os = "android"))]
use super::socket;
use crate::doctor::deadline::Deadline;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    User(u32),
    Unknown,
}

/// Whether the system has tables that say who listens at a port.
pub(super) const HAS_TABLES: bool = cfg!(any(target_os = "linux", target_os = "android"));

pub(super) fn owner_of(place: &Place, deadline: Deadline) -> Owner {
    let user = match place {
        Place::Socket(path) => of_socket(path, deadline),
        Place::Port(address) => of_port(*address),
    };
    user.map_or(Owner::Unknown, Owner::User)
}

/// Reports whether this user may be shown what the user of this command has. A service manager that
/// opens the sockets of its services is the system's own user.
pub(super) fn is_trusted(user: u32) -> bool {
    user == own() || user == 0
}

pub(super) fn own() -> u32 {
    rustix::process::geteuid().as_raw()
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn of_socket(path: &Path, deadline: Deadline) -> Option<u32> {
    let connection = socket::connect(path, deadline).ok()?;
    let peer = rustix::net::sockopt::socket_peercred(connection).ok()?;
    Some(peer.uid.as_raw())
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn of_socket(path: &Path, _: Deadline) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    Some(std::fs::symlink_metadata(path).ok()?.uid())
}

/// Returns who listens there: a user who is not trusted, if one is among several.
fn of_port(address: SocketAddr) -> Option<u32> {
    let users = Tables::read().ok()?.listeners(address);
    let stranger = users.iter().find(|user| !is_trusted(**user));
    stranger.or(users.first()).copied()
}

/// Checks who has this connection, before a secret goes over it: the port may have another listener
/// than a moment ago. Where the system has no tables, nothing is checked.
pub(super) fn check(connection: &TcpStream) -> io::Result<()> {
    if !HAS_TABLES {
        return Ok(());
    }
    let (server, client) = (connection.peer_addr()?, connection.local_addr()?);
    let tables = Tables::read()?;
    let accepted = tables.accepted(server, client);
    let refused = match refusal(&tables.listeners(server), accepted, own()) {
        None => return Ok(()),
        Some(Owner::User(user)) => {
            format!("it belongs to user {user}, and you are user {}", own())
        }
        Some(Owner::Unknown) => "the system does not say who listens there".to_owned(),
    };
    Err(io::Error::new(io::ErrorKind::PermissionDenied, refused))
}

/// Returns who forbids that a secret goes over a connection. The tables were read when the connection
/// stood.
fn refusal(listeners: &[u32], accepted: Option<Accepted>, own: u32) -> Option<Owner> {
    let is_trusted = |user: u32| user == own || user == 0;
    if let Some(stranger) = listeners.iter().find(|user| !is_trusted(**user)) {
        return Some(Owner::User(*stranger));
    }
    match accepted {
        Some(Accepted::By(user)) if is_trusted(user) => None,
        // Nobody has taken it from its listener, which would have taken it along at its end.
        Some(Accepted::NotYet) if !listeners.is_empty() => None,
        // It is gone, or never was one of this machine.
        None | Some(Accepted::NotYet) => Some(Owner::Unknown),
        // A service manager has given its listener to the service of this user.
        Some(Accepted::By(_)) if !listeners.is_empty() && listeners.iter().all(|own| *own == 0) => {
            None
        }
        Some(Accepted::By(user)) => Some(Owner::User(user)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_goes_to_whom_the_tables_trust() {
        const OWN: u32 = 1_000;
        let by = |user| Some(Accepted::By(user));
        let not_yet = Some(Accepted::NotYet);
        let stranger = |user| Some(Owner::User(user));
        for (listeners, accepted, expected) in [
            (&[OWN][..], by(OWN), None),
            (&[OWN], not_yet, None),
            (&[0], by(0), None),
            (&[0], by(7), None),
            (&[0], not_yet, None),
            (&[0, OWN], not_yet, None),
            (&[], by(OWN), None),
            (&[OWN], by(7), stranger(7)),
            (&[0, OWN], by(7), stranger(7)),
            (&[], by(7), stranger(7)),
            (&[7], not_yet, stranger(7)),
            (&[OWN, 7], by(OWN), stranger(7)),
            (&[7], None, stranger(7)),
            (&[OWN], None, Some(Owner::Unknown)),
            (&[], not_yet, Some(Owner::Unknown)),
            (&[], None, Some(Owner::Unknown)),
        ] {
            let refused = refusal(listeners, accepted, OWN);
            assert_eq!(refused, expected, "{listeners:?} {accepted:?}");
        }
    }
}
