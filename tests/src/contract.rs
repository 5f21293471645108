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

use std::fmt;

#[cfg(doc)]
use cxone_auth_core::Transport;
use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::TransportError;

pub use carrier::Carrier;
use fixture::Fixture;
pub use list::cases;

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

    /// Reports whether the client may report a broken connection in place of the alert that came
    /// before it. A missing client certificate then has no name. Default: no.
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

/// One thing that a transport must do.
#[derive(Clone, Copy)]
pub struct Case {
    group: &'static str,
    name: &'static str,
    schemes: &'static [Scheme],
    check: fn(&Fixture<'_>),
    advice: &'static str,
}

impl Case {
    /// Returns the topic of the case: `redirect`, `body`, `tls` and so on.
    #[must_use]
    pub fn group(&self) -> &'static str {
        self.group
    }

    /// Returns what must happen, as a sentence with underscores. Its subject is the group.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the schemes for which the case makes sense.
    #[must_use]
    pub fn schemes(&self) -> &'static [Scheme] {
        self.schemes
    }

    /// Returns what the author of a transport does to pass the case.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        self.advice
    }

    /// Runs the case. If it fails, its [`advice`](Self::advice) is printed too.
    ///
    /// # Panics
    ///
    /// If `candidate` fails the case.
    pub fn run(&self, candidate: &dyn Candidate, scheme: Scheme) {
        let advice = PrintsAdvice::new(self, self.advice);
        (self.check)(&Fixture::new(candidate, scheme));
        drop(advice);
    }
}

/// Prints the advice if it is dropped after a failed check.
pub(crate) struct PrintsAdvice<'a> {
    case: &'a dyn fmt::Debug,
    advice: &'static str,
}

impl<'a> PrintsAdvice<'a> {
    pub(crate) fn new(case: &'a dyn fmt::Debug, advice: &'static str) -> Self {
        Self { case, advice }
    }
}

impl Drop for PrintsAdvice<'_> {
    #[expect(
        clippy::print_stderr,
        reason = "a failed test says on stderr why it failed"
    )]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("To pass {:?}: {}", self.case, self.advice);
        }
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.group, self.name)
    }
}

/// Runs the case of this group and name.
///
/// # Panics
///
/// If `candidate` fails the case, or there is no such case.
pub fn run(candidate: &dyn Candidate, group: &str, name: &str, scheme: Scheme) {
    cases()
        .iter()
        .find(|case| case.group == group && case.name == name)
        .unwrap_or_else(|| panic!("the contract has no case {group}::{name}"))
        .run(candidate, scheme);
}

/// Generates one `#[test]` per case and scheme for the [`Candidate`] of the expression.
///
/// Call it in a separate module: it generates a module for each group of cases.
#[macro_export]
macro_rules! transport_contract {
    ($candidate:expr $(,)?) => {
        fn candidate() -> impl $crate::contract::Candidate {
            $candidate
        }
        $crate::__contract_list!($crate::__contract_tests);
    };
}

/// Generates a module per group, a module per case, and in it a test per scheme.
#[doc(hidden)]
#[macro_export]
macro_rules! __contract_tests {
    ($($group:ident { $($case:ident: $($scheme:ident)+;)+ })+) => {
        $(mod $group {
            $(mod $case {
                $(#[test]
                fn $scheme() {
                    let candidate = super::super::candidate();
                    let scheme = $crate::__contract_scheme!($scheme);
                    $crate::contract::run(
                        &candidate,
                        stringify!($group),
                        stringify!($case),
                        scheme,
                    );
                })+
            })+
        })+
    };
}

/// Returns the scheme for a word of the list.
#[doc(hidden)]
#[macro_export]
macro_rules! __contract_scheme {
    (http) => {
        $crate::contract::Scheme::Http
    };
    (https) => {
        $crate::contract::Scheme::Https
    };
}
