//! The URL of a Redis server, without what is secret in it.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use cxone_auth_core::store::{StoreError, StoreErrorKind};
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::options::RedisOptions;

const PORT: u16 = 6379;

/// Where a server is. `Display` is a URL without user information.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) place: Place,
    pub(super) database: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Network {
        /// Without the brackets of an IPv6 address.
        host: String,
        port: u16,
        has_tls: bool,
    },
    Socket(PathBuf),
}

/// Who logs in.
#[derive(Clone, Default)]
pub(super) struct Login {
    pub(super) username: Option<String>,
    pub(super) password: Option<SecretString>,
}

/// Returns where the server is and who logs in there. What `options` say wins over the URL.
///
/// No error repeats a part of the URL that may be a secret.
pub(super) fn read(url: &str, options: &RedisOptions) -> Result<(Address, Login), StoreError> {
    let (address, written) = parse(url).map_err(|text| wrong(text.to_owned()))?;
    let login = Login {
        username: options.username.clone().or(written.username),
        password: options.password.clone().or(written.password),
    };
    if login.username.is_some() && login.password.is_none() {
        return Err(wrong(
            "there is a user for the login and no password; set both".to_owned(),
        ));
    }
    match address.open_host(options) {
        Some(host) if login.password.is_some() => Err(wrong(format!(
            "the password would go to {host} without encryption; use rediss://, or name it as an \
             insecure host"
        ))),
        _ => Ok((address, login)),
    }
}

fn wrong(text: String) -> StoreError {
    StoreError::new(StoreErrorKind::Configuration, text)
}

fn parse(url: &str) -> Result<(Address, Login), &'static str> {
    let (scheme, rest) = url.trim().split_once("://").unwrap_or_default();
    let has_tls = match scheme.to_ascii_lowercase().as_str() {
        "redis" | "valkey" => false,
        "rediss" | "valkeys" => true,
        "unix" | "redis+unix" | "valkey+unix" => return socket(rest),
        _ => {
            return Err(
                "the address of a Redis server begins with redis://, with rediss:// for \
                        TLS, or with unix:// for a socket",
            );
        }
    };
    if rest.contains(['?', '#']) {
        return Err(
            "the address of a Redis server has neither a query nor a fragment; in a \
                    password, write ? as %3F and # as %23",
        );
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (login, authority) = match authority.rsplit_once('@') {
        Some((written, authority)) => (login(written)?, authority),
        None => (Login::default(), authority),
    };
    let (host, port) = host_and_port(authority)?;
    let address = Address {
        place: Place::Network {
            host,
            port,
            has_tls,
        },
        database: database(path)?,
    };
    Ok((address, login))
}

/// The path is shown. What other programs write behind it may be a password.
fn socket(path: &str) -> Result<(Address, Login), &'static str> {
    if path.contains(['?', '#']) {
        return Err(
            "the address of a socket has neither a query nor a fragment; give the password by \
             itself",
        );
    }
    if !path.starts_with('/') {
        return Err(
            "the address of a socket is unix:// and an absolute path, such as \
                    unix:///run/redis/redis.sock",
        );
    }
    let address = Address {
        place: Place::Socket(path.into()),
        database: 0,
    };
    Ok((address, Login::default()))
}

fn login(written: &str) -> Result<Login, &'static str> {
    let (username, password) = match written.split_once(':') {
        Some((username, password)) => (username, Some(password)),
        None => (written, None),
    };
    let username = decoded(username)?;
    let password = password.map(decoded).transpose()?;
    let or_none = |text: &Zeroizing<String>| (!text.is_empty()).then(|| text.to_string());
    Ok(Login {
        username: or_none(&username),
        password: password
            .as_ref()
            .filter(|text| !text.is_empty())
            .map(secret),
    })
}

fn secret(text: &Zeroizing<String>) -> SecretString {
    SecretString::from(text.as_str())
}

/// Decodes into a buffer that does not grow.
fn decoded(text: &str) -> Result<Zeroizing<String>, &'static str> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    bytes.extend(percent_decode_str(text));
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(
            "user or password in the address of the Redis server is not UTF-8 after \
                       percent-decoding",
        ),
    }
}

fn host_and_port(authority: &str) -> Result<(String, u16), &'static str> {
    const HOST: &str = "the address of the Redis server has no valid host; write \
                        rediss://HOST:PORT, and in a password / as %2F and @ as %40";
    let end = match authority.rfind(']') {
        Some(bracket) => bracket + 1,
        None if authority.starts_with('[') => authority.len(),
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at(end);
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => PORT,
        None => return Err(HOST),
        Some(port) => port.parse().ok().filter(|port| *port > 0).ok_or(
            "the address of the Redis server has no valid port; write one from 1 to 65535",
        )?,
    };
    let is_named = !host.is_empty() && host.bytes().all(is_of_a_name);
    match host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        Some(address) if address.parse::<IpAddr>().is_ok() => Ok((address.to_owned(), port)),
        None if is_named => Ok((host.to_ascii_lowercase(), port)),
        _ => Err(HOST),
    }
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn database(path: &str) -> Result<u32, &'static str> {
    match path.trim_end_matches('/') {
        "" => Ok(0),
        number => number.parse().map_err(|_| {
            "the path in the address of the Redis server is the number of a database, such as /0"
        }),
    }
}

impl Address {
    /// Returns the host, if what is sent there can be read on the way and `options` do not allow
    /// it.
    fn open_host(&self, options: &RedisOptions) -> Option<&str> {
        let Place::Network {
            host,
            port,
            has_tls: false,
        } = &self.place
        else {
            return None;
        };
        let with_port = written(host, *port);
        let is_allowed = options.insecure_host.as_deref().is_some_and(|allowed| {
            allowed.eq_ignore_ascii_case(host) || allowed.eq_ignore_ascii_case(&with_port)
        });
        (!is_allowed && !is_loopback(host)).then_some(host)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Socket(path) => write!(f, "unix://{}", path.display()),
            Place::Network {
                host,
                port,
                has_tls,
            } => {
                let scheme = if *has_tls { "rediss" } else { "redis" };
                let place = written(host, *port);
                write!(f, "{scheme}://{place}/{}", self.database)
            }
        }
    }
}

fn written(host: &str, port: u16) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests;
