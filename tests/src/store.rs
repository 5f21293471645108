//! Stores for tests, and what every store has to do.
//!
//! | to | see |
//! |---|---|
//! | test code that shares a token, without files or a server | [`MemoryStore`], [`TestKeys`] |
//! | have the store lose, delay, repeat or damage what it holds | [`MemoryStore`], [`Fault`] |
//! | check a store of your own | [`contract`], [`store_contract!`](crate::store_contract) |
//!
//! ```
//! use std::time::Duration;
//!
//! use cxone_auth_core::source::ManualClock;
//! use cxone_auth_core::store::{
//!     BlockingTokenStore as _, EntryName, Lease, LeaseId, StoreErrorKind, StoreOutcome,
//! };
//! use cxone_auth_tests::store::{Fault, MemoryStore};
//!
//! # fn main() -> Result<(), cxone_auth_core::store::StoreError> {
//! let clock = ManualClock::default();
//! let store = MemoryStore::with_clock(clock.clone());
//! let name = EntryName::new([1; 32]);
//! let minute = Duration::from_mins(1);
//! let lease = Lease { id: LeaseId::new([1; 16]), span: minute };
//! assert_eq!(store.try_lease(&name, &lease)?, StoreOutcome::Done);
//! store.save(&name, lease.id, "sealed".into(), minute)?;
//! clock.advance(minute);
//! assert_eq!(store.load(&name)?, None);
//!
//! store.fail(Fault::Error(StoreErrorKind::Unavailable));
//! assert!(store.load(&name).is_err());
//! # Ok(())
//! # }
//! ```

pub mod contract;
mod keys;
mod memory;

pub use keys::TestKeys;
pub use memory::{Fault, MemoryStore, Operation, Snapshot};
