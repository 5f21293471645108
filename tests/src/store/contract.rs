//! What every store has to do, as test cases for any store.
//!
//! [`TokenStore`] states the contract. To check your own store, implement [`Candidate`] and let
//! [`store_contract!`](crate::store_contract) generate the tests:
//!
//! ```
//! use cxone_auth_core::store::StoreError;
//! use cxone_auth_tests::store::MemoryStore;
//! use cxone_auth_tests::store::contract::{Candidate, Opened};
//!
//! struct Mine(MemoryStore); // The place of the store: a folder, an address.
//!
//! impl Candidate for Mine {
//!     fn name(&self) -> &str {
//!         "mine"
//!     }
//!
//!     fn open(&self) -> Result<Opened, StoreError> {
//!         // Usually `MyStore::open(&self.0).map(Opened::blocking)`; `Opened::on_runtime` for a
//!         // store that is async.
//!         Ok(Opened::blocking(self.0.clone()))
//!     }
//! }
//!
//! # #[cfg(any())]
//! mod mine {
//!     cxone_auth_tests::store_contract!(super::Mine(MemoryStore::new()));
//! }
//! ```
//!
//! This generates a test per case, once with two processes that share one opened store and once
//! with a store for each, for example `mine::lease::is_not_given_to_another::apart`. [`cases`] is the
//! same list as data, for other test runners. A store that implements both traits has a candidate
//! for each, and one that opens the store alternately as the one and the other.
//!
//! A few cases have to wait for a short span to pass. None of them fails if the machine is slow.

mod entry;
mod fixture;
mod keep;
mod lease;
mod list;
mod load;
mod name;
mod opened;
mod race;
mod release;
mod removal;
mod save;

use std::fmt;
use std::time::Duration;

use cxone_auth_core::store::StoreError;
#[cfg(doc)]
use cxone_auth_core::store::TokenStore;

use crate::contract::PrintsAdvice;
use fixture::Fixture;

pub use list::cases;
pub use opened::Opened;

/// A store to check. Each test has a candidate of its own.
pub trait Candidate {
    /// Returns the name for the message of a failed case.
    fn name(&self) -> &str;

    /// Opens the store. All that one candidate opens is the same store, as several processes see it.
    ///
    /// # Errors
    ///
    /// The error of the store's own constructor. It fails the case.
    fn open(&self) -> Result<Opened, StoreError>;

    /// Lets time pass for the store. Default: the thread sleeps.
    fn wait(&self, span: Duration) {
        std::thread::sleep(span);
    }
}

/// How the processes of a case have opened the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Opening {
    /// All of them share one opened store.
    Together,
    /// Each of them has opened it.
    Apart,
}

/// One thing that a store must do.
#[derive(Clone, Copy)]
pub struct Case {
    group: &'static str,
    name: &'static str,
    openings: &'static [Opening],
    check: fn(&Fixture<'_>),
    advice: &'static str,
}

impl Case {
    /// Returns the topic of the case: `lease`, `save` and so on.
    #[must_use]
    pub fn group(&self) -> &'static str {
        self.group
    }

    /// Returns what must happen, as a sentence with underscores. Its subject is the group.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the ways to open the store for which the case makes sense.
    #[must_use]
    pub fn openings(&self) -> &'static [Opening] {
        self.openings
    }

    /// Returns what the author of a store does to pass the case.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        self.advice
    }

    /// Runs the case. If it fails, its [`advice`](Self::advice) is printed too.
    ///
    /// # Panics
    ///
    /// If `candidate` fails the case.
    pub fn run(&self, candidate: &dyn Candidate, opening: Opening) {
        let advice = PrintsAdvice::new(self, self.advice);
        (self.check)(&Fixture::new(candidate, opening));
        drop(advice);
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
pub fn run(candidate: &dyn Candidate, group: &str, name: &str, opening: Opening) {
    cases()
        .iter()
        .find(|case| case.group == group && case.name == name)
        .unwrap_or_else(|| panic!("the contract has no case {group}::{name}"))
        .run(candidate, opening);
}

/// Generates a `#[test]` per case and way to open the store, for the
/// [`Candidate`](crate::store::contract::Candidate) of the expression.
///
/// Call it in a separate module: it generates a module for each group of cases.
#[macro_export]
macro_rules! store_contract {
    ($candidate:expr $(,)?) => {
        fn candidate() -> impl $crate::store::contract::Candidate {
            $candidate
        }
        $crate::__store_contract_list!($crate::__store_contract_tests);
    };
}

/// Generates a module per group, a module per case, and in it a test per way to open the store.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_contract_tests {
    ($($group:ident { $($case:ident: $($opening:ident)+;)+ })+) => {
        $(mod $group {
            $(mod $case {
                $(#[test]
                fn $opening() {
                    $crate::store::contract::run(
                        &super::super::candidate(),
                        stringify!($group),
                        stringify!($case),
                        $crate::__store_contract_opening!($opening),
                    );
                })+
            })+
        })+
    };
}

/// Returns the way to open the store for a word of the list.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_contract_opening {
    (together) => {
        $crate::store::contract::Opening::Together
    };
    (apart) => {
        $crate::store::contract::Opening::Apart
    };
}
