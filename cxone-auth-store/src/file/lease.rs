//! The leases of a directory.
//!
//! A lease is a file with its id and its end. Beside it, its holder keeps a lock for as long as it
//! lives. The lease is free if its end has passed, also if its holder has been stopped and still has
//! the lock. It is free, too, if nobody has the lock: its holder has ended.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use cxone_auth_core::store::{Lease, LeaseId, StoreError, StoreErrorKind, StoreOutcome};

use super::directory::{Directory, Durability, Lock};
use super::name::Name;
use super::reading::Reading;
use super::record::{self, Kind, Record};
use crate::keys::Ring;

/// No file of a lease is longer.
const LONGEST: usize = 2 * record::HEAD;

/// The locks of the leases that this store has taken, by the names of their files.
#[derive(Default)]
pub(super) struct Held(Mutex<HashMap<String, HeldLock>>);

struct HeldLock {
    _lock: Lock,
    /// A lease that nobody releases must not keep a file open for ever.
    until: Option<Instant>,
}

impl Held {
    fn locks(&self) -> MutexGuard<'_, HashMap<String, HeldLock>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, name: String, lock: Lock, span: Duration) {
        let now = Instant::now();
        let until = now.checked_add(span);
        let mut locks = self.locks();
        locks.retain(|_, held| held.until.is_none_or(|until| until > now));
        locks.insert(name, HeldLock { _lock: lock, until });
    }

    fn extend(&self, name: &str, span: Duration) -> bool {
        let mut locks = self.locks();
        let held = locks.get_mut(name);
        held.map(|held| held.until = Instant::now().checked_add(span))
            .is_some()
    }

    fn drop(&self, name: &str) {
        self.locks().remove(name);
    }
}

/// A lease as its file has it.
pub(super) struct Written {
    pub(super) id: String,
    /// For how much longer it is good.
    remaining: Duration,
}

/// Takes the lease unless another one is in effect. The caller has the guard.
pub(super) fn take(
    directory: &Directory<'_>,
    ring: &Ring,
    held: &Held,
    name: &Name,
    lease: &Lease,
) -> Result<StoreOutcome, StoreError> {
    let id = lease.id.to_string();
    let current = read(directory, ring, name)?;
    let other = current.filter(|current| current.id != id);
    if let Some(other) = &other {
        if is_in_effect(directory, name, other)? {
            return Ok(StoreOutcome::HeldByAnother);
        }
    }
    // The lock first: a lease whose file is there and whose lock is not counts as free.
    let lock_name = name.lock(&id);
    if !held.extend(&lock_name, lease.span) {
        if let Some(lock) = directory.try_lock(&lock_name)? {
            held.keep(lock_name, lock, lease.span);
        }
    }
    let written = write(directory, ring, name, lease);
    if let Some(other) = other {
        // On some systems a file that is open cannot be removed. A sweep does it later.
        let _ = directory.remove(&name.lock(&other.id));
    }
    written.map(|()| StoreOutcome::Done)
}

/// Gives the lease back if it has this id. The caller has the guard.
pub(super) fn release(
    directory: &Directory<'_>,
    ring: &Ring,
    held: &Held,
    name: &Name,
    id: LeaseId,
) -> Result<StoreOutcome, StoreError> {
    let id = id.to_string();
    held.drop(&name.lock(&id));
    let current = read(directory, ring, name)?;
    let Some(own) = current.filter(|current| current.id == id) else {
        return Ok(StoreOutcome::HeldByAnother);
    };
    directory.remove(&name.lease())?;
    let _ = directory.remove(&name.lock(&id));
    Ok(outcome(!own.remaining.is_zero()))
}

/// Reports whether the lease has this id and is in effect.
pub(super) fn has(
    directory: &Directory<'_>,
    ring: &Ring,
    name: &Name,
    id: &str,
) -> Result<bool, StoreError> {
    let current = read(directory, ring, name)?;
    Ok(current.is_some_and(|current| current.id == id && !current.remaining.is_zero()))
}

/// Reports whether a lease with another id is in effect. It needs no guard: whoever takes a lease
/// asks again with it.
pub(super) fn is_of_another(
    directory: &Directory<'_>,
    ring: &Ring,
    name: &Name,
    id: LeaseId,
) -> Result<bool, StoreError> {
    let id = id.to_string();
    match read(directory, ring, name)? {
        Some(current) if current.id != id => is_in_effect(directory, name, &current),
        _ => Ok(false),
    }
}

/// Returns the lease if it has not ended and its holder has not, either.
pub(super) fn current(
    directory: &Directory<'_>,
    ring: &Ring,
    name: &Name,
) -> Result<Option<Written>, StoreError> {
    match read(directory, ring, name)? {
        Some(lease) if is_in_effect(directory, name, &lease)? => Ok(Some(lease)),
        _ => Ok(None),
    }
}

pub(super) fn outcome(is_done: bool) -> StoreOutcome {
    if is_done {
        StoreOutcome::Done
    } else {
        StoreOutcome::HeldByAnother
    }
}

fn is_in_effect(
    directory: &Directory<'_>,
    name: &Name,
    lease: &Written,
) -> Result<bool, StoreError> {
    Ok(!lease.remaining.is_zero() && directory.is_locked(&name.lock(&lease.id))?)
}

/// Reads the lease. One that cannot be read, after a crash or of another version, counts as none: at
/// worst that costs a request.
fn read(
    directory: &Directory<'_>,
    ring: &Ring,
    name: &Name,
) -> Result<Option<Written>, StoreError> {
    let bytes = match directory.read(&name.lease(), LONGEST) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Ok(None),
        Err(error) if error.kind() == StoreErrorKind::Damaged => return Ok(None),
        Err(error) => return Err(error),
    };
    let Ok(record) = record::read(ring, Kind::Lease, name.as_str(), &bytes) else {
        return Ok(None);
    };
    let id = std::str::from_utf8(record.content).unwrap_or_default();
    // It becomes a part of a file's name.
    if !super::name::is_an_id(id) {
        return Ok(None);
    }
    Ok(Some(Written {
        id: id.to_owned(),
        remaining: record.remaining(&Reading::now()),
    }))
}

fn write(
    directory: &Directory<'_>,
    ring: &Ring,
    name: &Name,
    lease: &Lease,
) -> Result<(), StoreError> {
    let id = lease.id.to_string();
    let record = Record {
        from: Reading::now(),
        span: lease.span,
        content: id.as_bytes(),
    };
    let bytes = record::write(ring, Kind::Lease, name.as_str(), &record);
    let temporary = name.new_lease(&id);
    directory.write(&temporary, &bytes, Durability::InMemory)?;
    directory.rename(&temporary, &name.lease())
}
