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

use std::time::Duration;

use cxone_auth_core::store::StoreError;
#[cfg(doc)]
use cxone_auth_core::store::TokenStore;

use crate::case;

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

/// One thing that a store must do, with some [`Opening`]s.
pub type Case = crate::case::Case<dyn Candidate, Opening>;

/// Runs the case of this group and name.
///
/// # Panics
///
/// If `candidate` fails the case, or there is no such case.
pub fn run(candidate: &(dyn Candidate + 'static), group: &str, name: &str, opening: Opening) {
    case::run(cases(), candidate, (group, name), opening);
}

/// Generates a `#[test]` per case and way to open the store, for the
/// [`Candidate`](crate::store::contract::Candidate) of the expression.
///
/// Call it in a separate module: it generates a module for each group of cases.
#[macro_export]
macro_rules! store_contract {
    ($candidate:expr $(,)?) => {
        use $crate::store::contract;

        fn candidate() -> impl $crate::store::contract::Candidate {
            $candidate
        }
        $crate::__store_contract_list!($crate::__contract_tests);
    };
}
