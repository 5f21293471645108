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
#[cfg(feature = "tracing")]
use crate::source::many_tokens;
use crate::source::{Source, TokenSource};

/// Which source of a pool makes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Choice {
    /// The sources take turns.
    #[default]
    RoundRobin,
    /// The source whose token has the most calls left in the current span. The limits of the API
    /// and the calls under way count. A source without a known limit counts with the limit that the
    /// API last stated for any source.
    LeastLimited,
}

/// The largest pool without a warning.
const USUAL_SIZE: usize = 10;

/// Several sources of one client, each with its own token, for an API that limits calls by token.
///
/// Genesys Cloud allows each token of a client 300 calls a minute. If a service needs more, and may
/// make more, give it a pool of several tokens. Below that limit, use one source and no pool. The
/// limits of the organization apply to all tokens together.
///
/// During the cool-down after a failure, a source without a token is skipped if there is another.
///
/// A single source is a pool of one.
#[derive(Debug, Clone)]
pub struct TokenPool(pub(super) Arc<Pool<TokenSource>>);

pub(super) struct Pool<S> {
    members: Vec<(S, Quota)>,
    choice: Choice,
    turn: AtomicUsize,
    /// How many calls a span allows, as the API last stated. Unlimited until then.
    allowed: AtomicU64,
}

impl<S: Source> Pool<S> {
    pub(super) fn new(
        sources: impl IntoIterator<Item = S>,
        choice: Choice,
    ) -> Result<Arc<Self>, Error> {
        let mut members: Vec<(S, Quota)> = Vec::new();
        for source in sources {
            if members.iter().any(|(own, _)| shares_token(own, &source)) {
                return Err(Error::configuration(
                    "pool holds the same source twice, with one token: create each source separately",
                ));
            }
            members.push((source, Quota::default()));
        }
        if members.is_empty() {
            return Err(Error::configuration("pool has no source: add one"));
        }
        #[cfg(feature = "tracing")]
        if members.len() > USUAL_SIZE {
            let config = members[0].0.shared().engine.config();
            many_tokens(&config, members.len(), api::MANY_TOKENS.code);
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

    /// Returns the index of the source that makes the next call.
    pub(super) fn pick(&self) -> usize {
        let count = self.members.len();
        if count == 1 {
            return 0;
        }
        let first = self.turn.fetch_add(1, Relaxed) % count;
        // In turn: the first that is able, or the one whose turn it is if none is.
        if self.choice == Choice::RoundRobin {
            let mut able = self.turns(first).filter(|member| self.is_able(*member));
            return able.next().unwrap_or(first);
        }
        // By room: choosing a source and counting the call are two steps. If the room changes in
        // between, choose again.
        loop {
            let allowed = self.allowed.load(Relaxed);
            let (picked, room) = self.roomiest(first, allowed);
            let (source, quota) = &self.members[picked];
            if quota.take(source.shared().engine.now(), allowed, room) {
                return picked;
            }
        }
    }

    /// Returns the member with the most calls left, and their number. Among equals, turns decide.
    fn roomiest(&self, first: usize, allowed: u64) -> (usize, u64) {
        self.turns(first)
            .map(|member| {
                let (source, quota) = &self.members[member];
                (member, quota.room(source.shared().engine.now(), allowed))
            })
            // Among equals `max_by_key` returns the last one, so reverse the order of turns.
            .rev()
            // An able member wins over one with more room that is not able.
            .max_by_key(|(member, room)| (self.is_able(*member), *room))
            .unwrap_or((first, 0))
    }

    /// Returns all members, in the order of their turns.
    fn turns(&self, first: usize) -> impl DoubleEndedIterator<Item = usize> + use<S> {
        let count = self.members.len();
        (first..first + count).map(move |member| member % count)
    }

    fn is_able(&self, member: usize) -> bool {
        !self.source(member).shared().engine.cools_down()
    }

    /// Records the limits that a response to a call of `member` states.
    pub(super) fn observe(
        &self,
        member: usize,
        now: impl FnOnce() -> Moment,
        status: StatusCode,
        headers: &HeaderMap,
    ) {
        if self.members.len() == 1 {
            return;
        }
        let now = now();
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

    /// Returns the source of a pool of one.
    pub(super) fn only(&self) -> Option<&S> {
        match &self.members[..] {
            [(source, _)] => Some(source),
            _ => None,
        }
    }

    /// Returns the first source that has a token or may request one, or else the first of all.
    pub(super) fn first_able(&self) -> &S {
        if self.members.len() == 1 {
            return self.source(0);
        }
        let able = (0..self.members.len()).find(|member| self.is_able(*member));
        self.source(able.unwrap_or(0))
    }

    pub(super) fn sources(&self) -> impl Iterator<Item = &S> {
        self.members.iter().map(|(source, _)| source)
    }

    pub(super) fn diagnosis(&self) -> Diagnosis {
        let size = self.members.len();
        if size <= USUAL_SIZE {
            return Diagnosis::default();
        }
        let evidence = format!("{size} sources");
        Diagnosis::of(api::MANY_TOKENS.found(Confidence::Certain, evidence))
    }
}

/// Reports whether two sources share one token: clones do.
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
    /// Returns a pool of these sources. Usually all have the same configuration.
    ///
    /// A pool of more than ten sources gets a warning: see [`diagnosis`](Self::diagnosis).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if there is no source, or if
    /// two are clones: clones share their token. Create each source separately.
    pub fn new(
        sources: impl IntoIterator<Item = TokenSource>,
        choice: Choice,
    ) -> Result<Self, Error> {
        Pool::new(sources, choice).map(Self)
    }

    /// Returns the sources, in their order.
    pub fn sources(&self) -> impl Iterator<Item = &TokenSource> {
        self.0.sources()
    }

    /// Returns a finding if the pool is large.
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

/// How many calls a token has left, as far as the API has said: the state of its current span.
#[derive(Default)]
struct Quota(Mutex<Option<Span>>);

#[derive(Clone, Copy)]
struct Span {
    calls: Calls,
    /// The end of the span. Nothing is known after it.
    until: Moment,
}

#[derive(Clone, Copy)]
enum Calls {
    /// The API has stated that this many are left.
    Left(u64),
    /// This many were begun, and no response has stated a limit yet.
    Begun(u64),
}

/// How long begun calls are counted without a stated limit. The span ends, so a token whose
/// responses never state one is used again.
const UNTOLD_SPAN: Duration = Duration::from_secs(60);

/// The longest time for which a stated limit is believed. The spans of Genesys Cloud last a minute.
/// A server may state a day by mistake, or a time of day in the wrong unit; that would disable a
/// token of the pool for as long.
const LONGEST_SPAN: Duration = Duration::from_secs(5 * 60);

impl Quota {
    /// Returns how many of the `allowed` calls are left.
    fn room(&self, now: Moment, allowed: u64) -> u64 {
        current(*self.lock(), now).calls.room(allowed)
    }

    /// Counts a call that is about to be made, if the room is still `seen`. Its response may take
    /// long.
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

    /// Records what a response states. Responses arrive in any order: within one span, the lowest
    /// number of calls left is the latest.
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
        // The API has not yet counted most of the calls that are under way.
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

/// Returns the current span, or a new one if it is over.
fn current(known: Option<Span>, now: Moment) -> Span {
    let span = known.filter(|span| !now.has_reached(span.until));
    span.unwrap_or_else(|| Span {
        calls: Calls::Begun(0),
        until: now.saturating_add(UNTOLD_SPAN),
    })
}

#[cfg(test)]
mod tests;
