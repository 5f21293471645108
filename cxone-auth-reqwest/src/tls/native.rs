//! The client's certificate for the operating system's TLS library, which reads it once.

use cxone_auth_core::transport::{ClientCertificate, ClientIdentity, TransportError};
use native_tls::{Identity, TlsConnector};

use super::file;

pub(super) fn load(certificate: &ClientCertificate) -> Result<ClientIdentity, TransportError> {
    let read = certificate.load(file::read)?;
    let own = identity(&read)?;
    // A pair that does not belong together is noticed when a connector is made of it.
    match TlsConnector::builder().identity(own).build() {
        Ok(_) => Ok(read),
        Err(error) if error.to_string().contains("key values mismatch") => Err(read.mismatch()),
        Err(error) => Err(read.unusable_key(error)),
    }
}

pub(super) fn identity(read: &ClientIdentity) -> Result<Identity, TransportError> {
    Identity::from_pkcs8(read.certificates(), read.expose_key())
        .map_err(|error| read.unusable_key(error))
}
