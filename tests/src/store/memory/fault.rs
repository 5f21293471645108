//! What a store does wrong.

use std::sync::Arc;
use std::time::Duration;

use cxone_auth_core::store::StoreErrorKind;

/// An operation of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `load`.
    Load,
    /// `try_lease`.
    TryLease,
    /// `save`.
    Save,
    /// `release`.
    Release,
    /// `remove_if`.
    RemoveIf,
}

impl Operation {
    pub(super) const COUNT: usize = 5;
    pub(super) const ALL: [Self; Self::COUNT] = [
        Self::Load,
        Self::TryLease,
        Self::Save,
        Self::Release,
        Self::RemoveIf,
    ];
}

/// What an operation of a [`MemoryStore`](super::MemoryStore) does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It fails at once and changes nothing.
    Error(StoreErrorKind),
    /// It is made after this time.
    Late(Duration),
    /// It is made at once, and the response comes after this time.
    LateResponse(Duration),
    /// It is not made, and there is no response. A blocking operation fails after five seconds.
    Silence,
    /// It is made, and there is no response. A blocking operation fails after five seconds.
    LostResponse,
}

/// How an operation fails, if it does.
pub(super) type Script = Arc<dyn Fn(Operation) -> Option<Fault> + Send + Sync>;

/// What happens around an operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Course {
    pub(super) before: Step,
    pub(super) after: Step,
}

/// What happens before or after an operation is made.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Nothing,
    Wait(Duration),
    Fail(StoreErrorKind),
    Hang,
}

impl From<Option<Fault>> for Course {
    fn from(fault: Option<Fault>) -> Self {
        let (before, after) = match fault {
            None => (Step::Nothing, Step::Nothing),
            Some(Fault::Error(kind)) => (Step::Fail(kind), Step::Nothing),
            Some(Fault::Late(span)) => (Step::Wait(span), Step::Nothing),
            Some(Fault::LateResponse(span)) => (Step::Nothing, Step::Wait(span)),
            Some(Fault::Silence) => (Step::Hang, Step::Nothing),
            Some(Fault::LostResponse) => (Step::Nothing, Step::Hang),
        };
        Self { before, after }
    }
}
