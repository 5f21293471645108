//! Whose program listens at a place: asked of the system, before anything secret goes there.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::client::Place;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    User(u32),
    Unknown,
}

pub(super) fn owner_of(place: &Place) -> Owner {
    let user = match place {
        Place::Socket(path) => of_socket(path),
        Place::Port(address) => of_port(*address),
    };
    user.map_or(Owner::Unknown, Owner::User)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn of_socket(path: &Path) -> Option<u32> {
    let connection = UnixStream::connect(path).ok()?;
    let peer = rustix::net::sockopt::socket_peercred(connection).ok()?;
    Some(peer.uid.as_raw())
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn of_socket(path: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    Some(fs::symlink_metadata(path).ok()?.uid())
}

/// Reads the tables of Linux. Other systems have none.
fn of_port(address: SocketAddr) -> Option<u32> {
    let table = match address {
        SocketAddr::V4(_) => "/proc/net/tcp",
        SocketAddr::V6(_) => "/proc/net/tcp6",
    };
    of_table(&fs::read_to_string(table).ok()?, address)
}

/// Finds who listens at this address, or at the port of all addresses.
fn of_table(table: &str, address: SocketAddr) -> Option<u32> {
    let anywhere: IpAddr = match address {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let port = address.port();
    let mut places = [address.ip(), anywhere].into_iter();
    places.find_map(|place| listener(table, &written(place, port)))
}

fn listener(table: &str, place: &str) -> Option<u32> {
    const LISTENS: &str = "0A";
    table.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        let is_it = fields.get(1) == Some(&place) && fields.get(3) == Some(&LISTENS);
        is_it.then(|| fields.get(7)?.parse().ok()).flatten()
    })
}

/// Returns the address as the tables write it: in words of the machine's own order.
fn written(address: IpAddr, port: u16) -> String {
    let octets = match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let words = octets.chunks_exact(4).map(|word| {
        let word = <[u8; 4]>::try_from(word).expect("a chunk has four bytes");
        format!("{:08X}", u32::from_ne_bytes(word))
    });
    format!("{}:{port:04X}", words.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_endian = "little")]
    #[test]
    fn a_table_says_who_listens() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n\
            0: 0100007F:2253 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001 0 1 1\n\
            1: 0100007F:2254 0100007F:2253 01 00000000:00000000 00:00000000 00000000  1002 0 1 1\n\
            2: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1003 0 1 1\n";
        let of = |address: &str| of_table(table, address.parse().unwrap());
        assert_eq!(of("127.0.0.1:8787"), Some(1_001));
        assert_eq!(of("127.0.0.1:8788"), None);
        assert_eq!(of("127.0.0.1:8080"), Some(1_003));
        let six = "0: 00000000000000000000000001000000:2253 0:0 0A 0:0 0:0 0 1004 0\n";
        assert_eq!(of_table(six, "[::1]:8787".parse().unwrap()), Some(1_004));
    }
}
