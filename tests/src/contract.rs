//! What every transport has to do, as test cases for any transport.
//!
//! [`Transport`] states the contract. To check your own transport, implement [`Candidate`] and let
//! [`transport_contract!`](crate::transport_contract) generate the tests:
//!
//! ```
//! use cxone_auth_core::TransportOptions;
//! use cxone_auth_core::transport::{TransportError, TransportErrorKind};
//! use cxone_auth_tests::contract::{Candidate, Carrier};
//!
//! struct Mine;
//!
//! impl Candidate for Mine {
//!     fn name(&self) -> &str {
//!         "mine"
//!     }
//!
//!     fn build(&self, options: &TransportOptions) -> Result<Carrier, TransportError> {
//!         // Usually `MyTransport::with_options(options).map(Carrier::blocking)`.
//!         # let _ = options;
//!         Ok(Carrier::new(|_| Err(TransportError::new(TransportErrorKind::Other))))
//!     }
//! }
//!
//! # #[cfg(any())]
//! mod mine {
//!     cxone_auth_tests::transport_contract!(super::Mine);
//! }
//! ```
//!
//! This generates one test per case and scheme, for example
//! `mine::redirect::is_handed_over::https`. [`cases`] is the same list as data, for other test
//! runners.
//!
//! Everything happens on loopback. Only the case of an unknown host asks the system's resolver. No
//! case measures time: a case about a timeout asserts which error came back. A generous limit ends
//! a case that hangs.

mod body;
mod carrier;
mod certificate;
mod connect;
mod fixture;
mod interruption;
mod limit;
mod list;
mod meter;
mod nonsense;
mod proxy;
mod redirect;
mod request;
mod response;
mod reuse;
mod setup;
mod timeout;
mod tls;
mod unclean;

#[cfg(doc)]
use cxone_auth_core::Transport;
use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::TransportError;

use crate::case;

pub use carrier::Carrier;
pub use list::cases;
pub use unclean::without_close_notify;

/// A transport to check.
pub trait Candidate {
    /// Returns the name for the message of a failed case.
    fn name(&self) -> &str;

    /// Builds a transport with these options.
    ///
    /// # Errors
    ///
    /// The error of the transport's own constructor. The cases about settings that cannot work
    /// check it.
    fn build(&self, options: &TransportOptions) -> Result<Carrier, TransportError>;

    /// Reports whether the client loses a response that it has read if TLS ends without
    /// `close_notify`, as curl does with rustls. It then has to return
    /// [`UncleanClose`](cxone_auth_core::transport::TransportErrorKind::UncleanClose) wherever
    /// receiving fails over TLS. Default: no.
    fn needs_close_notify(&self) -> bool {
        false
    }

    /// Reports whether the client may always report a broken connection in place of the alert that
    /// came before it. A missing client certificate then has no name. Default: no.
    fn may_miss_alerts(&self) -> bool {
        false
    }

    /// Reports whether the client takes the key of a client certificate as bytes. If it does not,
    /// it has to refuse such a one when it is built. Default: yes.
    fn takes_keys_as_bytes(&self) -> bool {
        true
    }
}

/// The protocol of the servers of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// HTTP/1.1 in the clear.
    Http,
    /// HTTP/1.1 over TLS, with a certificate of an authority that the transport gets.
    Https,
}

/// One thing that a transport must do, with some [`Scheme`]s.
pub type Case = crate::case::Case<dyn Candidate, Scheme>;

/// Runs the case of this group and name.
///
/// # Panics
///
/// If `candidate` fails the case, or there is no such case.
pub fn run(candidate: &(dyn Candidate + 'static), group: &str, name: &str, scheme: Scheme) {
    case::run(cases(), candidate, (group, name), scheme);
}

/// Generates one `#[test]` per case and scheme for the [`Candidate`] of the expression.
///
/// Call it in a separate module: it generates a module for each group of cases.
#[macro_export]
macro_rules! transport_contract {
    ($candidate:expr $(,)?) => {
        use $crate::contract;

        fn candidate() -> impl $crate::contract::Candidate {
            $candidate
        }
        $crate::__contract_list!($crate::__contract_tests);
    };
}
