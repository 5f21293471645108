//! The tables of Linux that say whose sockets a port has.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::{fs, io};

const LISTENS: &str = "0A";

/// A connection that stands, and one for which its listener has no room yet.
const CONNECTED: [&str; 2] = ["01", "03"];

/// The sockets of this machine. A listener at an address of IPv6 may also get connections to one of
/// IPv4.
pub(super) struct Tables {
    four: String,
    six: String,
}

/// Who has taken a connection from its listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Accepted {
    By(u32),
    NotYet,
}

struct Row<'a> {
    local: &'a str,
    remote: &'a str,
    state: &'a str,
    user: u32,
    inode: u64,
}

impl Tables {
    pub(super) fn read() -> io::Result<Self> {
        let four = fs::read_to_string("/proc/net/tcp")?;
        let six = match fs::read_to_string("/proc/net/tcp6") {
            // A system without IPv6.
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            read => read?,
        };
        Ok(Self { four, six })
    }

    fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let lines = self.four.lines().chain(self.six.lines());
        lines.filter_map(Row::read)
    }

    /// Returns the users of all listeners that may get connections to this address.
    pub(super) fn listeners(&self, address: SocketAddr) -> Vec<u32> {
        let anywhere = [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
        let anywhere = anywhere.map(|own: IpAddr| SocketAddr::new(own, address.port()));
        let mut places = written(address);
        // Those of IPv4 get no connection to an address of IPv6.
        let anywhere = anywhere
            .into_iter()
            .filter(|own| own.is_ipv6() || address.is_ipv4());
        places.extend(anywhere.flat_map(written));
        let listens = |row: &Row<'_>| row.state == LISTENS && is_one_of(&places, row.local);
        self.rows().filter(listens).map(|row| row.user).collect()
    }

    /// Returns who has taken the connection of this client. `None` if the server has none.
    pub(super) fn accepted(&self, server: SocketAddr, client: SocketAddr) -> Option<Accepted> {
        let (server, client) = (written(server), written(client));
        let mut rows = self.rows();
        let row = rows.find(|row| {
            CONNECTED.contains(&row.state)
                && is_one_of(&server, row.local)
                && is_one_of(&client, row.remote)
        })?;
        // A connection that no process has taken has no file, and stands under root's name.
        Some(match row.inode {
            0 => Accepted::NotYet,
            _ => Accepted::By(row.user),
        })
    }
}

impl<'a> Row<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        Some(Self {
            local: fields.get(1)?,
            remote: fields.get(2)?,
            state: fields.get(3)?,
            user: fields.get(7)?.parse().ok()?,
            inode: fields.get(9)?.parse().ok()?,
        })
    }
}

fn is_one_of(places: &[String], place: &str) -> bool {
    places.iter().any(|own| own == place)
}

/// Returns the address as the tables write it, in words of the machine's own order: one of IPv4 as it
/// is, and within IPv6.
fn written(address: SocketAddr) -> Vec<String> {
    let octets = match address.ip() {
        IpAddr::V4(own) => vec![
            own.octets().to_vec(),
            own.to_ipv6_mapped().octets().to_vec(),
        ],
        IpAddr::V6(own) => vec![own.octets().to_vec()],
    };
    let port = address.port();
    let words = |octets: &Vec<u8>| {
        let words = octets.chunks_exact(4).map(|word| {
            let word = <[u8; 4]>::try_from(word).expect("a chunk has four bytes");
            format!("{:08X}", u32::from_ne_bytes(word))
        });
        format!("{}:{port:04X}", words.collect::<String>())
    };
    octets.iter().map(words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOUR: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n\
        0: 0100007F:2253 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001 0 1 1\n\
        1: 0100007F:2254 0100007F:2253 01 00000000:00000000 00:00000000 00000000  1002 0 1 1\n\
        2: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1003 0 1 1\n\
        3: 0100007F:2253 0100007F:2254 01 00000000:00000000 00:00000000 00000000     0 0 0 1\n";

    const SIX: &str = "\
        0: 00000000000000000000000001000000:2253 0:0 0A 0:0 0:0 0 1004 0 1\n\
        1: 00000000000000000000000000000000:2255 0:0 0A 0:0 0:0 0 1005 0 1\n\
        2: 0000000000000000FFFF00000100007F:2256 0:0 0A 0:0 0:0 0 1006 0 1\n\
        3: 00000000000000000000000000000000:1F90 0:0 0A 0:0 0:0 0 1007 0 1\n\
        4: 0000000000000000FFFF00000100007F:2255 0000000000000000FFFF00000100007F:2254 \
           01 0:0 0:0 0 1008 0 1\n";

    fn tables() -> Tables {
        let (four, six) = (FOUR.to_owned(), SIX.to_owned());
        Tables { four, six }
    }

    #[cfg(target_endian = "little")]
    #[test]
    fn the_tables_name_all_who_may_get_a_connection() {
        for (address, users) in [
            ("127.0.0.1:8787", &[1_001][..]),
            ("127.0.0.1:8788", &[]),
            ("127.0.0.1:8080", &[1_003, 1_007]),
            ("127.0.0.1:8789", &[1_005]),
            ("127.0.0.1:8790", &[1_006]),
            ("127.0.0.2:8790", &[]),
            ("[::1]:8787", &[1_004]),
            ("[::1]:8789", &[1_005]),
        ] {
            let listeners = tables().listeners(address.parse().unwrap());
            assert_eq!(listeners, users, "{address}");
        }
    }

    #[cfg(target_endian = "little")]
    #[test]
    fn the_tables_say_who_has_taken_a_connection() {
        let of = |server: &str, client: &str| {
            tables().accepted(server.parse().unwrap(), client.parse().unwrap())
        };
        let client = "127.0.0.1:8788";
        assert_eq!(of("127.0.0.1:8787", client), Some(Accepted::NotYet));
        assert_eq!(of("127.0.0.1:8789", client), Some(Accepted::By(1_008)));
        assert_eq!(of("127.0.0.1:8790", client), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_connection_of_this_process_is_found_before_and_after_it_is_accepted() {
        use std::net::{TcpListener, TcpStream};
        let own = rustix::process::geteuid().as_raw();
        for place in ["127.0.0.1:0", "[::]:0"] {
            let Ok(listener) = TcpListener::bind(place) else {
                continue;
            };
            let port = listener.local_addr().unwrap().port();
            let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
            let (server, client) = (stream.peer_addr().unwrap(), stream.local_addr().unwrap());
            let seen = || Tables::read().unwrap().accepted(server, client);
            assert_eq!(seen(), Some(Accepted::NotYet), "{place}");
            let _accepted = listener.accept().unwrap();
            assert_eq!(seen(), Some(Accepted::By(own)), "{place}");
            let listeners = Tables::read().unwrap().listeners(server);
            assert_eq!(listeners, [own], "{place}");
        }
    }
}
