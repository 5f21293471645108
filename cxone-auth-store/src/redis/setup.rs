//! What every connection to the server needs.

#[cfg(unix)]
use std::io;
#[cfg(unix)]
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cxone_auth_core::TransportOptions;
use cxone_auth_core::store::{StoreError, StoreErrorKind};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;

use super::address::{self, Address, Login, Place};
#[cfg(unix)]
use super::failure::{self, Failure};
use super::greeting::Greeting;
use super::options::RedisOptions;
#[cfg(unix)]
use super::socket;
use super::tls;

pub(super) struct Setup {
    pub(super) address: Address,
    pub(super) tls: Option<Tls>,
    pub(super) connect_timeout: Duration,
    pub(super) operation_timeout: Duration,
    login: Login,
    /// The socket to which the password may be sent, whoever listens there.
    #[cfg(unix)]
    allowed_socket: Option<PathBuf>,
}

#[derive(Clone)]
pub(super) struct Tls {
    pub(super) config: Arc<ClientConfig>,
    pub(super) name: ServerName<'static>,
}

impl Setup {
    pub(super) fn new(url: &str, options: &RedisOptions) -> Result<Self, StoreError> {
        let (address, login) = address::read(url, options)?;
        let tls = match &address.place {
            Place::Network {
                host,
                has_tls: true,
                ..
            } => Some(Tls {
                config: tls::config(options)?,
                name: server_name(host)?,
            }),
            _ => None,
        };
        Ok(Self {
            address,
            tls,
            connect_timeout: TransportOptions::applicable_timeout(options.connect_timeout),
            operation_timeout: TransportOptions::applicable_timeout(options.operation_timeout),
            login,
            #[cfg(unix)]
            allowed_socket: options.insecure_host.as_ref().map(PathBuf::from),
        })
    }

    /// Returns the socket to connect to.
    #[cfg(unix)]
    pub(super) fn socket(&self, path: &Path) -> Result<PathBuf, Failure> {
        if self.trusts_anybody(path) {
            return Ok(path.to_owned());
        }
        socket::of_a_trusted_user(path)
    }

    /// Checks who listens at the other end of a connection to the socket, before anything is sent.
    #[cfg(unix)]
    pub(super) fn check_listener(
        &self,
        path: &Path,
        user: impl FnOnce() -> io::Result<u32>,
    ) -> Result<(), Failure> {
        if self.trusts_anybody(path) {
            return Ok(());
        }
        let user = user().map_err(|error| failure::of_io_error(&error))?;
        socket::check_listener(user)
    }

    #[cfg(unix)]
    fn trusts_anybody(&self, path: &Path) -> bool {
        self.login.password.is_none() || self.allowed_socket.as_deref() == Some(path)
    }

    /// Returns what is said first on a connection.
    pub(super) fn greeting(&self) -> Greeting {
        Greeting::new(&self.login, self.address.database)
    }
}

fn server_name(host: &str) -> Result<ServerName<'static>, StoreError> {
    ServerName::try_from(host.to_owned()).map_err(|_| {
        StoreError::new(
            StoreErrorKind::Configuration,
            format!("{host} cannot be the name in a certificate"),
        )
    })
}
