//! What every connection to the server needs.

use std::sync::Arc;
use std::time::Duration;

use cxone_auth_core::TransportOptions;
use cxone_auth_core::store::{StoreError, StoreErrorKind};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;

use super::address::{self, Address, Login, Place};
use super::greeting::Greeting;
use super::options::RedisOptions;
use super::tls;

pub(super) struct Setup {
    pub(super) address: Address,
    pub(super) tls: Option<Tls>,
    pub(super) connect_timeout: Duration,
    pub(super) operation_timeout: Duration,
    login: Login,
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
        })
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
