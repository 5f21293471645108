//! Several tokens of one client, on purpose.

use std::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderMap, StatusCode};

use crate::api::RateLimit;
use crate::clock::Moment;
use crate::error::Error;
use crate::finding::catalogue::api;
use crate::finding::{Confidence, Diagnosis};
use crate::source::{BlockingTokenSource, Source, TokenSource};

/// Which source of a pool makes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Choice {
    /// Each in its turn.
    #[default]
    RoundRobin,
    /// The one whose token has most calls left in the current span, by the limits that the API
    /// has stated and the calls under way. One of which nothing is known in the current span is
    /// taken to have as many left as the API last allowed any of them.
    LeastLimited,
}

/// Up to this size a pool is nothing to warn of.
const USUAL_SIZE: usize = 10;

/// Several sources of one client, each with a token of its own, for calls to an API that limits
/// them by token.
///
/// Genesys Cloud allows each token of a client 300 calls a minute. A service that needs more, and
/// may make more, has a pool of several tokens. A service below that limit has one source and no
/// pool. The limits of the organization hold for all tokens together.
///
/// A source that has no token, and asks for none until a failure has cooled down, is left out for
/// as long as there is another.
///
/// A single source is a pool of one.
#[derive(Debug, Clone)]
pub struct TokenPool(pub(super) Arc<Pool<TokenSource>>);

/// The same for blocking callers; see [`TokenPool`].
#[derive(Debug, Clone)]
pub struct BlockingTokenPool(pub(super) Arc<Pool<BlockingTokenSource>>);

pub(super) struct Pool<S> {
    members: Vec<(S, Quota)>,
    choice: Choice,
    turn: AtomicUsize,
    /// How many calls a span allows, as the API has stated last; without end until then.
    allowed: AtomicU64,
}

impl<S: Source> Pool<S> {
    fn new(sources: impl IntoIterator<Item = S>, choice: Choice) -> Result<Arc<Self>, Error> {
        let mut members: Vec<(S, Quota)> = Vec::new();
        for source in sources {
            if members.iter().any(|(own, _)| shares_token(own, &source)) {
                return Err(Error::configuration(
                    "pool holds the same source twice, which has one token: make each again",
                ));
            }
            members.push((source, Quota::default()));
        }
        if members.is_empty() {
            return Err(Error::configuration("pool has no source: give it one"));
        }
        #[cfg(feature = "tracing")]
        if members.len() > USUAL_SIZE {
            let (size, code) = (members.len(), api::MANY_TOKENS.code);
            tracing::warn!(size, "a pool holds many tokens: {code}");
        }
        Ok(Arc::new(Self::of(members, choice)))
    }

    fn of(members: Vec<(S, Quota)>, choice: Choice) -> Self {
        Self {
            members,
            choice,
            turn: AtomicUsize::new(0),
            allowed: AtomicU64::new(u64::MAX),
        }
    }

    /// The number of the source that makes the next call.
    pub(super) fn pick(&self) -> usize {
        let count = self.members.len();
        if count == 1 {
            return 0;
        }
        let first = self.turn.fetch_add(1, Relaxed) % count;
        // In turn: the first that is able, and the one whose turn it is when none is.
        if self.choice == Choice::RoundRobin {
            let mut able = self.turns(first).filter(|member| self.is_able(*member));
            return able.next().unwrap_or(first);
        }
        // By room: the choice and the call that it takes are two steps, so that it is made again
        // when the room has changed in between.
        loop {
            let allowed = self.allowed.load(Relaxed);
            let (picked, room) = self.roomiest(first, allowed);
            let (source, quota) = &self.members[picked];
            if quota.take(source.shared().engine.now(), allowed, room) {
                return picked;
            }
        }
    }

    /// The member with most calls left, and how many; of those with equal room the one whose turn
    /// it is.
    fn roomiest(&self, first: usize, allowed: u64) -> (usize, u64) {
        self.turns(first)
            .map(|member| {
                let (source, quota) = &self.members[member];
                (member, quota.room(source.shared().engine.now(), allowed))
            })
            // Of equals `max_by_key` takes the last: the order of turns, reversed.
            .rev()
            // One that is able comes before one with more room that is not.
            .max_by_key(|(member, room)| (self.is_able(*member), *room))
            .unwrap_or((first, 0))
    }

    /// All members, in the order of their turns.
    fn turns(&self, first: usize) -> impl DoubleEndedIterator<Item = usize> + use<S> {
        let count = self.members.len();
        (first..first + count).map(move |member| member % count)
    }

    fn is_able(&self, member: usize) -> bool {
        !self.source(member).shared().engine.cools_down()
    }

    /// Takes note of the limits that a response to a call of `member` states.
    pub(super) fn observe(
        &self,
        member: usize,
        now: Moment,
        status: StatusCode,
        headers: &HeaderMap,
    ) {
        if self.members.len() == 1 {
            return;
        }
        if let Some(limit) = RateLimit::read(now, headers) {
            if let Some(allowed) = limit.allowed {
                self.allowed.store(allowed, Relaxed);
            }
            let is_refused = status == StatusCode::TOO_MANY_REQUESTS;
            self.members[member].1.read(now, &limit, is_refused);
        }
    }

    pub(super) fn source(&self, member: usize) -> &S {
        &self.members[member].0
    }

    /// The first source that has a token or may ask for one; the first of all if none may.
    pub(super) fn first_able(&self) -> &S {
        let able = (0..self.members.len()).find(|member| self.is_able(*member));
        self.source(able.unwrap_or(0))
    }

    fn sources(&self) -> impl Iterator<Item = &S> {
        self.members.iter().map(|(source, _)| source)
    }

    fn diagnosis(&self) -> Diagnosis {
        let size = self.members.len();
        if size <= USUAL_SIZE {
            return Diagnosis::default();
        }
        let evidence = format!("{size} sources");
        Diagnosis::of(api::MANY_TOKENS.found(Confidence::Certain, evidence))
    }
}

/// Whether both are clones of one source, or share its token otherwise.
fn shares_token<S: Source>(one: &S, other: &S) -> bool {
    Arc::ptr_eq(&one.shared().engine, &other.shared().engine)
}

impl<S: Source> From<S> for Pool<S> {
    fn from(source: S) -> Self {
        Self::of(vec![(source, Quota::default())], Choice::default())
    }
}

impl<S> fmt::Debug for Pool<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("sources", &self.members.len())
            .field("choice", &self.choice)
            .finish_non_exhaustive()
    }
}

impl TokenPool {
    /// A pool of these sources, which usually are made of the same configuration.
    ///
    /// A pool of more than ten is worth a warning: see [`diagnosis`](Self::diagnosis).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when there is none, or one is
    /// the clone of another: clones share their token.
    pub fn new(
        sources: impl IntoIterator<Item = TokenSource>,
        choice: Choice,
    ) -> Result<Self, Error> {
        Pool::new(sources, choice).map(Self)
    }

    /// The sources, in their order.
    pub fn sources(&self) -> impl Iterator<Item = &TokenSource> {
        self.0.sources()
    }

    /// What is to be said about the pool: that it is a large one.
    #[must_use]
    pub fn diagnosis(&self) -> Diagnosis {
        self.0.diagnosis()
    }
}

impl From<TokenSource> for TokenPool {
    fn from(source: TokenSource) -> Self {
        Self(Arc::new(source.into()))
    }
}

impl BlockingTokenPool {
    /// A pool of these sources: see [`TokenPool::new`].
    ///
    /// # Errors
    ///
    /// As there.
    pub fn new(
        sources: impl IntoIterator<Item = BlockingTokenSource>,
        choice: Choice,
    ) -> Result<Self, Error> {
        Pool::new(sources, choice).map(Self)
    }

    /// The sources, in their order.
    pub fn sources(&self) -> impl Iterator<Item = &BlockingTokenSource> {
        self.0.sources()
    }

    /// What is to be said about the pool: that it is a large one.
    #[must_use]
    pub fn diagnosis(&self) -> Diagnosis {
        self.0.diagnosis()
    }
}

impl From<BlockingTokenSource> for BlockingTokenPool {
    fn from(source: BlockingTokenSource) -> Self {
        Self(Arc::new(source.into()))
    }
}

/// How many calls a token has left, as far as the API has said: what is known about its current
/// span.
#[derive(Default)]
struct Quota(Mutex<Option<Span>>);

#[derive(Clone, Copy)]
struct Span {
    calls: Calls,
    /// When the span is over and nothing is known any more.
    until: Moment,
}

#[derive(Clone, Copy)]
enum Calls {
    /// So many are left, by what the API has stated.
    Left(u64),
    /// So many were begun, and no response has stated anything yet.
    Begun(u64),
}

/// How long calls are counted of which no response has told anything. It ends, so that a token
/// whose responses never do is not left out for ever.
const UNTOLD_SPAN: Duration = Duration::from_secs(60);

/// The longest time for which a response is believed. The spans of Genesys Cloud last a minute; a
/// server that asks for a day by mistake, or by a time of day in the wrong unit, would keep a token
/// of the pool out of use for as long.
const LONGEST_SPAN: Duration = Duration::from_secs(5 * 60);

impl Quota {
    /// How many calls are left of the `allowed` ones.
    fn room(&self, now: Moment, allowed: u64) -> u64 {
        current(*self.lock(), now).calls.room(allowed)
    }

    /// Counts a call that is about to be made, if there is still as much room as was seen for it:
    /// its response may be long in coming.
    fn take(&self, now: Moment, allowed: u64, seen: u64) -> bool {
        let mut known = self.lock();
        let span = current(*known, now);
        let is_as_seen = span.calls.room(allowed) == seen;
        if is_as_seen {
            let calls = span.calls.with_another();
            *known = Some(Span { calls, ..span });
        }
        is_as_seen
    }

    /// Takes over what a response states. Responses come in any order: within one span the lowest
    /// count of calls left is the latest.
    fn read(&self, now: Moment, limit: &RateLimit, is_refused: bool) {
        let remaining = if is_refused {
            Some(0)
        } else {
            limit.remaining()
        };
        let lasts = limit.wait().or(limit.reset);
        let (Some(remaining), Some(lasts)) = (remaining, lasts) else {
            return;
        };
        let until = now.saturating_add(lasts.min(LONGEST_SPAN));
        let mut known = self.lock();
        let span = current(*known, now);
        // Of the calls begun before, most are under way: the API has not counted them yet.
        let most = span.calls.room(limit.allowed.unwrap_or(u64::MAX));
        *known = Some(Span {
            calls: Calls::Left(remaining.min(most)),
            until: match span.calls {
                Calls::Begun(_) => until,
                Calls::Left(_) if is_refused => span.until.later(until),
                Calls::Left(_) => span.until,
            },
        });
    }

    fn lock(&self) -> MutexGuard<'_, Option<Span>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Calls {
    fn room(self, allowed: u64) -> u64 {
        match self {
            Self::Left(left) => left,
            Self::Begun(begun) => allowed.saturating_sub(begun),
        }
    }

    fn with_another(self) -> Self {
        match self {
            Self::Left(left) => Self::Left(left.saturating_sub(1)),
            Self::Begun(begun) => Self::Begun(begun.saturating_add(1)),
        }
    }
}

/// The span that is not over yet, or a new one.
fn current(known: Option<Span>, now: Moment) -> Span {
    let span = known.filter(|span| !now.has_reached(span.until));
    span.unwrap_or_else(|| Span {
        calls: Calls::Begun(0),
        until: now.saturating_add(UNTOLD_SPAN),
    })
}

#[cfg(test)]
mod tests;
