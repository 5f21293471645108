//! The reference counts that a thread uses for a token.
//!
//! A processor that changes a count takes its cache line from all other processors. If threads on
//! two processors clone one token and its header value, this costs many times more than everything
//! else. Threads are therefore spread over shards. Each shard has its own copy of the token and its
//! own count.

use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use crate::protocol::AccessToken;

/// More than the threads that most programs run at once. A copy takes two small allocations.
const SHARDS: usize = 16;

/// A token with its copies.
pub(super) struct ShardedToken {
    token: AccessToken,
    /// The copies of all shards except the first. The first shard uses the token itself. They are
    /// larger than everything else, and one of many sources is often read by one thread only.
    shards: OnceLock<Box<[Shard; SHARDS - 1]>>,
}

/// A copy. It is made when a thread of its shard first asks.
#[derive(Default)]
struct Shard {
    is_taken_on: AtomicBool,
    token: OnceLock<AccessToken>,
}

impl ShardedToken {
    pub(super) fn of(token: AccessToken) -> Self {
        Self {
            token,
            shards: OnceLock::new(),
        }
    }

    /// Reports whether it is of this token.
    pub(super) fn is_of(&self, token: &AccessToken) -> bool {
        self.token.is(token)
    }

    /// Returns the token, with the reference count of this thread's shard.
    pub(super) fn token(&self) -> AccessToken {
        match shard().checked_sub(1) {
            None => self.token.clone(),
            Some(index) => self.shards()[index].of(&self.token).clone(),
        }
    }

    fn shards(&self) -> &[Shard; SHARDS - 1] {
        self.shards.get_or_init(Box::default)
    }
}

impl Shard {
    fn of<'t>(&'t self, token: &'t AccessToken) -> &'t AccessToken {
        match self.token.get() {
            Some(copy) => copy,
            None => self.make(token),
        }
    }

    /// Makes the copy. Nobody waits for it. A thread that asks meanwhile gets the token itself.
    #[cold]
    fn make<'t>(&'t self, token: &'t AccessToken) -> &'t AccessToken {
        if !self.is_taken_on.swap(true, Relaxed) {
            return self.token.get_or_init(|| token.copy());
        }
        self.token.get().unwrap_or(token)
    }
}

/// Returns the shard of this thread. Shards are assigned in turn.
fn shard() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static SHARD: usize = NEXT.fetch_add(1, Relaxed) % SHARDS;
    }
    SHARD.try_with(|shard| *shard).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::thread;
    use std::time::Duration;

    use super::*;
    use crate::clock::Moment;

    #[test]
    fn threads_count_apart_and_share_one_text() {
        let lifetime = Duration::from_secs(3_600);
        let token = AccessToken::bearer("a-token", Moment::now(), lifetime).unwrap();
        let sharded = ShardedToken::of(token.clone());
        let seen: Vec<AccessToken> = thread::scope(|scope| {
            let threads: Vec<_> = (0..SHARDS)
                .map(|_| scope.spawn(|| [sharded.token(), sharded.token()]))
                .collect();
            let seen = threads.into_iter().flat_map(|it| it.join().unwrap());
            seen.collect()
        });
        let text = |token: &AccessToken| token.authorization().as_bytes().as_ptr();
        assert!(seen.iter().all(|copy| copy.is(&token)));
        assert!(seen.iter().all(|copy| text(copy) == text(&token)));
        let counts: HashSet<_> = seen.iter().map(AccessToken::counted_at).collect();
        // Threads of other tests take shards, too. Some of these threads may therefore share one.
        assert!(counts.len() > 1, "{counts:?}");
    }
}
