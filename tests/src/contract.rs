//! What every transport has to do, as cases that run against any of them.
//!
//! The contract is the one that [`Transport`] states. To check a transport of your own, say how it
//! is built and let [`transport_contract!`](crate::transport_contract) make the tests:
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
//! That makes one test per case and scheme, `mine::redirect::is_handed_over::https` for example.
//! [`cases`] is the same list as data, for a runner of another kind.
//!
//! Everything happens on loopback; only the case of a host that does not exist asks the system's
//! resolver. No case measures time: a case about a timeout asserts which error came back, and a
//! generous guard ends whatever hangs.

mod body;
mod carrier;
mod connect;
mod fixture;
mod interruption;
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

/// A transport to be checked.
pub trait Candidate {
    /// Names it in the message of a failed case.
    fn name(&self) -> &str;

    /// Builds a transport with these options.
    ///
    /// # Errors
    ///
    /// What the transport's own constructor returns: the cases about settings that cannot work
    /// look at it.
    fn build(&self, options: &TransportOptions) -> Result<Carrier, TransportError>;
}

/// What the servers of a case speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// HTTP/1.1 in the clear.
    Http,
    /// HTTP/1.1 over TLS, with a certificate of an authority that the transport is told of.
    Https,
}

/// One thing that every transport has to do.
#[derive(Clone, Copy)]
pub struct Case {
    group: &'static str,
    name: &'static str,
    schemes: &'static [Scheme],
    check: fn(&Fixture<'_>),
    advice: &'static str,
}

impl Case {
    /// What the case is about: `redirect`, `body`, `tls` and so on.
    #[must_use]
    pub fn group(&self) -> &'static str {
        self.group
    }

    /// What is to happen, as a sentence with underscores whose subject is the group.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The schemes that the case makes sense with.
    #[must_use]
    pub fn schemes(&self) -> &'static [Scheme] {
        self.schemes
    }

    /// What the author of a transport does to pass the case.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        self.advice
    }

    /// Checks it. If it fails, its [`advice`](Self::advice) is printed as well.
    ///
    /// # Panics
    ///
    /// When `candidate` does otherwise.
    pub fn run(&self, candidate: &dyn Candidate, scheme: Scheme) {
        let advice = PrintsAdvice(self);
        (self.check)(&Fixture::new(candidate, scheme));
        drop(advice);
    }
}

/// Prints what to do, if it is dropped because a check has failed.
struct PrintsAdvice<'a>(&'a Case);

impl Drop for PrintsAdvice<'_> {
    #[expect(
        clippy::print_stderr,
        reason = "a failed test says on stderr why it failed"
    )]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("To pass {:?}: {}", self.0, self.0.advice);
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
/// When `candidate` does otherwise, or there is no such case.
pub fn run(candidate: &dyn Candidate, group: &str, name: &str, scheme: Scheme) {
    cases()
        .iter()
        .find(|case| case.group == group && case.name == name)
        .unwrap_or_else(|| panic!("the contract has no case {group}::{name}"))
        .run(candidate, scheme);
}

/// Makes one `#[test]` per case and scheme for the [`Candidate`] that the expression gives.
///
/// Call it in a module of its own: it makes a module for each group of cases.
#[macro_export]
macro_rules! transport_contract {
    ($candidate:expr $(,)?) => {
        fn candidate() -> impl $crate::contract::Candidate {
            $candidate
        }
        $crate::__contract_list!($crate::__contract_tests);
    };
}

/// Makes a module per group, a module per case, and in it a test per scheme.
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

/// The scheme of a word of the list.
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
