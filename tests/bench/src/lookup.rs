//! The token of one tenant of many: all of one client, told apart by a header field.
//!
//! By hand, a program keeps the tokens in a map by the name of the tenant: a lookup hashes the name,
//! reads a shard, compares the end of the token's lifetime with the clock and clones the token. Ours
//! has the tenant's configuration as the key: `source` finds the source, and `token()` compares and
//! clones. Both ask in an order in which no tenant follows its neighbour, so that the memory of a
//! tenant is read from afar, as it is in a program that serves them all.

use std::hint::black_box;
use std::iter;
use std::pin::pin;
use std::time::{Duration, Instant};

use cxone_auth_core::{AccessToken, Config};
use dashmap::DashMap;

use crate::fixture::fresh_token;
use crate::tenant::{TENANTS, name, sources, tenant};
use crate::{Contest, Contestant, Taken, at_once};

/// Lookups in a round.
const LOOKUPS: u16 = 20_000;

/// Without a divisor that `TENANTS` has, too: its multiples come to every tenant.
const STRIDE: usize = 61_803;

/// The contest.
#[must_use]
pub fn contest(rounds: usize) -> Contest {
    Contest::new("lookup among 100,000 tenants", rounds)
        .with(contestant("by hand, a DashMap of tokens", by_hand()))
        .with(contestant("cxone-auth", ours()))
}

fn contestant(name: &str, find: impl Fn(usize) -> AccessToken + 'static) -> Contestant {
    let mut numbers = iter::successors(Some(0), |number| Some((number + STRIDE) % TENANTS));
    Contestant::new(name, move || {
        let numbers = numbers.by_ref().take(LOOKUPS.into());
        let start = Instant::now();
        for number in numbers {
            black_box(find(number));
        }
        Taken::per_operation(start.elapsed(), LOOKUPS.into())
    })
}

/// A token, and when it has to be replaced.
struct Kept {
    token: AccessToken,
    until: Instant,
}

fn by_hand() -> impl Fn(usize) -> AccessToken {
    let until = Instant::now() + Duration::from_hours(23);
    let names: Vec<String> = (0..TENANTS).map(name).collect();
    let kept = names.iter().map(|name| {
        let token = fresh_token();
        (name.clone(), Kept { token, until })
    });
    let tokens: DashMap<String, Kept> = kept.collect();
    move |number| {
        let kept = tokens.get(names[number].as_str());
        let kept = kept.filter(|kept| Instant::now() < kept.until);
        kept.expect("the token is valid").token.clone()
    }
}

fn ours() -> impl Fn(usize) -> AccessToken {
    let configs: Vec<Config> = (0..TENANTS).map(tenant).collect();
    let sources = sources(configs.iter().cloned());
    move |number| {
        let source = sources.source(&configs[number]);
        at_once(pin!(source.token())).expect("the token is valid")
    }
}
