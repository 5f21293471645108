//! What an entry says, and its bytes before they are sealed.
//!
//! The first line is JSON. What follows it is the token, which is not in the JSON so that no buffer
//! of a parser holds it. Members that a version does not know are ignored. An entry of a later
//! format counts as missing.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::refusal::Refused;
use super::{Forget, Forgotten};
use crate::clock::Moment;
use crate::config::{Config, ScopeSet};
use crate::protocol::{AccessToken, GrantedScope, Lifetime, StoredToken};

/// What an entry says. Times are milliseconds since 1970, spans are milliseconds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record {
    head: Head,
    token: Option<SecretString>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Head {
    format: u32,
    /// Grows with each entry under a name.
    generation: u64,
    saved: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<About>,
    #[serde(skip_serializing_if = "Option::is_none")]
    forced: Option<Forced>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<Refused>,
}

/// What is known about the token.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct About {
    lifetime: u64,
    end: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_assumed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api: Option<String>,
}

/// The latest renewal that somebody forced.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Forced {
    at: u64,
}

/// The format that this version writes.
const FORMAT: u32 = 1;

/// How far the clocks of two machines may differ.
const SKEW: Duration = Duration::from_secs(5 * 60);

/// A clock that is ahead by less agrees with the store's. One that is behind does not: the token
/// would be used beyond its end.
const AGREED: Duration = Duration::from_secs(2);

/// A store rounds, and time passes until it responds.
const ROUNDING: Duration = Duration::from_millis(50);

/// The shortest time for which an entry is kept.
const SHORTEST: Duration = Duration::from_secs(2);

impl Record {
    /// Reads an entry that was opened; `None` if it has another format or makes no sense.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let head: Head = serde_json::from_slice(&bytes[..end]).ok()?;
        let token = std::str::from_utf8(&bytes[end + 1..]).ok()?;
        let is_token = || head.token.is_some() && AccessToken::is_made_of(token);
        let is_consistent =
            head.format == FORMAT && (head.token.is_none() && token.is_empty() || is_token());
        is_consistent.then(|| Self {
            token: head.token.is_some().then(|| SecretString::from(token)),
            head,
        })
    }

    /// Returns the bytes to seal.
    pub(crate) fn write(&self) -> Zeroizing<Vec<u8>> {
        let head = serde_json::to_vec(&self.head).expect("texts and numbers are JSON");
        let token = self.token().unwrap_or_default();
        let mut bytes = Zeroizing::new(Vec::with_capacity(head.len() + 1 + token.len()));
        bytes.extend_from_slice(&head);
        bytes.push(b'\n');
        bytes.extend_from_slice(token.as_bytes());
        bytes
    }

    /// Counts by the clock of this process when the entry was saved, when a renewal was forced and
    /// when the server refused. `kept` is how much longer the store keeps the entry: it ends at the
    /// same moment for all, and the clock of the process that saved it may differ.
    pub(crate) fn by_own_clock(mut self, now: Moment, kept: Option<Duration>) -> Self {
        let head = &mut self.head;
        let token = head.token.as_ref().map(|about| about.end);
        let end = token.or(head.refusal.as_ref().map(Refused::until));
        let (Some(end), Some(kept)) = (end, kept) else {
            return self;
        };
        let own = millis(now.wall()).saturating_add(span(kept));
        let differ = own.abs_diff(end);
        // What differs by more than clocks do was put back by somebody: it is as old as it says.
        if differ <= span(AGREED) || differ > span(SKEW) {
            return self;
        }
        let moved = |at: u64| at.saturating_add(own).saturating_sub(end);
        head.saved = moved(head.saved);
        if let Some(forced) = &mut head.forced {
            forced.at = moved(forced.at);
        }
        head.refusal = head.refusal.take().map(|refusal| refusal.moved(moved));
        self
    }

    /// Returns the entry that follows `before` and says nothing yet.
    pub(crate) fn after(before: Option<&Self>, seen: u64, now: Moment) -> Self {
        let latest = before.map_or(seen, |before| before.head.generation.max(seen));
        let saved = millis(now.wall());
        let head = Head {
            format: FORMAT,
            // The clock keeps the order if the latest entry was lost.
            generation: latest.saturating_add(1).max(saved),
            saved,
            forced: before.and_then(|before| before.head.forced),
            ..Head::default()
        };
        Self { head, token: None }
    }

    /// Adds the token that has just arrived.
    pub(crate) fn with_token(mut self, token: &AccessToken) -> Self {
        let lifetime = token.lifetime();
        self.head.token = Some(About {
            lifetime: span(lifetime.span()),
            end: millis(token.expires_at().wall()),
            is_assumed: matches!(lifetime, Lifetime::Assumed(_)),
            scope: token.scope().scopes().map(ToString::to_string),
            api: token.resource_server().map(ToString::to_string),
        });
        self.token = Some(token.expose_secret().into());
        self
    }

    /// Adds the token of another entry, which is valid for so much longer. Its end was written by
    /// the clock of another process, and it is kept by this one.
    pub(crate) fn with_token_of(mut self, other: &Self, now: Moment, remaining: Duration) -> Self {
        let end = millis(now.saturating_add(remaining).wall());
        self.head.token = other.head.token.clone().map(|about| About { end, ..about });
        self.token.clone_from(&other.token);
        self
    }

    /// Notes that somebody has forced the renewal. How often that happens in vain is counted by each
    /// process for itself.
    pub(crate) fn forced(mut self, now: Moment) -> Self {
        let at = millis(now.wall());
        self.head.forced = Some(Forced { at });
        self
    }

    /// Adds what the server told this process.
    pub(crate) fn refused(mut self, refused: Refused) -> Self {
        self.head.refusal = Some(refused);
        self
    }

    pub(crate) fn generation(&self) -> u64 {
        self.head.generation
    }

    pub(crate) fn token(&self) -> Option<&str> {
        self.token.as_ref().map(ExposeSecret::expose_secret)
    }

    /// Returns how long ago the token was requested. An entry may be saved again with the same token.
    fn age(&self, now: Moment) -> Duration {
        let end = self.head.token.as_ref().map(|about| about.end);
        let end = Duration::from_millis(end.unwrap_or_default());
        let left = end.saturating_sub(since_1970(now.wall()));
        self.lifetime().saturating_sub(left)
    }

    pub(crate) fn lifetime(&self) -> Duration {
        let lifetime = self.head.token.as_ref().map(|about| about.lifetime);
        Duration::from_millis(lifetime.unwrap_or_default()).min(Lifetime::MAX)
    }

    /// Returns how much longer the token is valid. `kept` is until when the store keeps it, if the
    /// store knows. The clock of the process that saved it may differ from this one.
    pub(crate) fn remaining(&self, now: Moment, kept: Option<Moment>) -> Duration {
        let Some(about) = &self.head.token else {
            return Duration::ZERO;
        };
        let kept = kept.map(|until| now.until(until));
        let (end, now) = (Duration::from_millis(about.end), since_1970(now.wall()));
        let by_clock = end.saturating_sub(now);
        let longest = end
            .saturating_add(SKEW)
            .saturating_sub(now)
            .min(self.lifetime());
        match kept {
            // The clocks agree. All processes then name the same moment.
            Some(kept) if by_clock <= kept + ROUNDING && kept <= by_clock + AGREED => {
                by_clock.min(longest)
            }
            Some(kept) => kept.min(longest),
            None => longest,
        }
    }

    /// Returns the token, for as long as it is valid.
    pub(crate) fn access_token(
        &self,
        config: &Config,
        now: Moment,
        remaining: Duration,
    ) -> Option<AccessToken> {
        let about = self.head.token.as_ref()?;
        let lifetime = self.lifetime();
        let granted = about.scope.as_ref().and_then(|scope| scope.parse().ok());
        let granted: Option<ScopeSet> = granted;
        let stored = StoredToken {
            token: self.token()?,
            lifetime: if about.is_assumed {
                Lifetime::Assumed(lifetime)
            } else {
                Lifetime::Stated(lifetime)
            },
            expires_at: now.saturating_add(remaining),
            scope: GrantedScope::compare(config.scope(), granted),
            resource_server: about.api.as_ref().and_then(|base| base.parse().ok()),
        };
        AccessToken::stored(stored)
    }

    /// Reports whether the latest forced renewal is too recent for another one.
    pub(crate) fn was_just_forced(&self, now: Moment, min_interval: Duration) -> bool {
        let forced = self.head.forced;
        let age = forced.and_then(|forced| age(forced.at, now));
        age.is_some_and(|age| age < min_interval)
    }

    pub(crate) fn refusal(&self) -> Option<&Refused> {
        self.head.refusal.as_ref()
    }

    /// Returns how long a store keeps the entry. Without a token, that is as long as the refusal
    /// counts.
    pub(crate) fn keep(&self, now: Moment) -> Duration {
        match &self.head.token {
            Some(about) => {
                let end = Duration::from_millis(about.end);
                end.saturating_sub(since_1970(now.wall()))
            }
            // Who waits looks at least once in this time.
            None => self
                .refusal()
                .map_or(Duration::ZERO, |own| own.left(now))
                .max(SHORTEST),
        }
    }

    /// Reports whether somebody who wants to remove `what` means this entry.
    pub(crate) fn is_meant(&self, what: &Forget, now: Moment) -> bool {
        match what {
            Forget::All => true,
            Forget::Token(token) => self.token() == Some(token.expose_secret()),
            Forget::OlderThan(age) => self.token.is_some() && self.age(now) >= *age,
        }
    }

    pub(crate) fn contents(&self) -> Forgotten {
        Forgotten {
            token: self.token.is_some(),
            refusal: self.has_refusal(),
            kept: false,
        }
    }

    pub(crate) fn has_refusal(&self) -> bool {
        self.head.refusal.is_some()
    }
}

fn since_1970(wall: SystemTime) -> Duration {
    wall.duration_since(UNIX_EPOCH).unwrap_or_default()
}

pub(super) fn millis(wall: SystemTime) -> u64 {
    span(since_1970(wall))
}

pub(super) fn span(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// Returns how long ago that was; `None` if it is further in the future than clocks may differ.
pub(super) fn age(at: u64, now: Moment) -> Option<Duration> {
    let (at, now) = (Duration::from_millis(at), since_1970(now.wall()));
    (at <= now.saturating_add(SKEW)).then(|| now.saturating_sub(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        let span = Duration::from_secs(1_800_000_000 + seconds);
        Moment::new(span, UNIX_EPOCH + span)
    }

    #[test]
    fn when_a_renewal_was_forced_does_not_depend_on_clocks_that_differ() {
        let (hour, interval) = (Duration::from_hours(1), Duration::from_secs(10));
        let token = AccessToken::bearer("a-token", at(0), hour).unwrap();
        let saved = Record::after(None, 0, at(0))
            .with_token(&token)
            .forced(at(0));
        for (behind, ahead) in [(0, 0), (195, 0), (240, 0), (0, 240)] {
            for (passed, is_recent) in [(3, true), (200, false)] {
                let now = at(passed + ahead).saturating_sub(Duration::from_secs(behind));
                let kept = hour.saturating_sub(Duration::from_secs(passed));
                let loaded = saved.clone().by_own_clock(now, Some(kept));
                assert_eq!(loaded.was_just_forced(now, interval), is_recent, "{now:?}");
            }
        }
    }

    #[test]
    fn a_token_that_is_saved_again_lasts_no_longer_by_any_clock() {
        let hour = Duration::from_hours(1);
        let left = Duration::from_secs(60);
        let token = AccessToken::bearer("a-token", at(0), hour).unwrap();
        let saved = Record::after(None, 0, at(0)).with_token(&token);
        // By its own clock, the process that saves it again has it for four minutes more or less.
        for wall in [3_300, 3_540, 3_780] {
            let now = at(wall);
            let again = Record::after(Some(&saved), 0, now).with_token_of(&saved, now, left);
            assert_eq!(again.keep(now), left, "{wall}");
            assert_eq!(again.token(), saved.token());
            assert_eq!(again.lifetime(), hour);
        }
    }
}
