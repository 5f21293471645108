use async_trait::async_trait;
use bytes::Bytes;

use super::*;
use crate::api::BlockingTokenPool;
use crate::clock::ManualClock;
use crate::config::{ClientCredentials, Config, RetryPolicy};
use crate::platform::Region;
use crate::protocol::AccessToken;
use crate::source::{BlockingTokenSource, ready};
use crate::transport::{Transport, TransportError, TransportErrorKind, TransportResult};

fn source(name: &str) -> TokenSource {
    let sent_at = Moment::new(Duration::ZERO, std::time::SystemTime::UNIX_EPOCH);
    TokenSource::fixed(AccessToken::bearer(name, sent_at, Duration::from_secs(60)).unwrap())
}

struct Unreachable;

#[async_trait]
impl Transport for Unreachable {
    async fn send(&self, _request: http::Request<Bytes>) -> TransportResult {
        Err(TransportError::new(TransportErrorKind::Connect))
    }

    async fn sleep(&self, _span: Duration) {}
}

struct Members {
    pool: Arc<Pool<TokenSource>>,
    clock: ManualClock,
}

fn members(count: usize, choice: Choice) -> Members {
    let clock = ManualClock::default();
    let credentials = ClientCredentials::new("client", "secret");
    let config = Config::genesys_cloud(Region::UsEast1, credentials).unwrap();
    let config = config.with_retry(RetryPolicy::new().with_attempts(1));
    let source = |_| TokenSource::with_clock(config.clone(), Unreachable, clock.clone(), 1);
    let sources: Vec<_> = (0..count).map(source).collect();
    let pool = Pool::new(sources, choice).unwrap();
    Members { pool, clock }
}

fn limit(count: u64, reset: u64) -> HeaderMap {
    let fields = [
        ("inin-ratelimit-count", count),
        ("inin-ratelimit-allowed", 300),
        ("inin-ratelimit-reset", reset),
    ];
    let fields = fields.map(|(name, value)| (name.parse().unwrap(), value.into()));
    fields.into_iter().collect()
}

fn picks(members: &Members, count: usize) -> Vec<usize> {
    (0..count).map(|_| members.pool.pick()).collect()
}

fn decision(members: &Members, member: usize, status: u16, headers: &HeaderMap) {
    let now = members.pool.source(member).now();
    let status = StatusCode::from_u16(status).unwrap();
    members.pool.observe(member, || now, status, headers);
}

#[test]
fn a_pool_has_sources_with_tokens_of_their_own() {
    assert!(TokenPool::new([], Choice::RoundRobin).is_err());
    let one = source("one");
    let twice = TokenPool::new(
        [one.clone(), source("two"), one.clone()],
        Choice::RoundRobin,
    );
    assert!(twice.unwrap_err().to_string().contains("twice"));
    let two = TokenPool::new([one, source("two")], Choice::RoundRobin).unwrap();
    assert_eq!(two.sources().count(), 2);
}

#[test]
fn a_large_pool_is_worth_a_warning() {
    let pool = |size| TokenPool::new((0..size).map(|_| source("x")), Choice::RoundRobin).unwrap();
    assert!(pool(10).diagnosis().is_empty());
    let first = pool(11).diagnosis().first().unwrap().code().to_string();
    assert_eq!(first, "CXA-819");
}

#[test]
fn a_large_blocking_pool_is_worth_the_same_warning() {
    let source = || {
        let sent_at = Moment::new(Duration::ZERO, std::time::SystemTime::UNIX_EPOCH);
        let token = AccessToken::bearer("x", sent_at, Duration::from_secs(60)).unwrap();
        BlockingTokenSource::fixed(token)
    };
    let pool = |size| BlockingTokenPool::new((0..size).map(|_| source()), Choice::RoundRobin);
    assert!(pool(10).unwrap().diagnosis().is_empty());
    let large = pool(11).unwrap();
    assert_eq!(
        large.diagnosis().first().unwrap().code(),
        api::MANY_TOKENS.code
    );
    assert_eq!(large.sources().count(), 11);
}

#[test]
fn each_has_its_turn() {
    let members = members(3, Choice::RoundRobin);
    assert_eq!(picks(&members, 7), [0, 1, 2, 0, 1, 2, 0]);
}

#[test]
fn one_in_cool_down_is_skipped_unless_all_are() {
    let members = members(3, Choice::RoundRobin);
    let pool = &members.pool;
    let begin_cool_down = |member| drop(ready(pool.source(member).token()).unwrap_err());
    begin_cool_down(0);
    assert_eq!(picks(&members, 4), [1, 1, 2, 1]);
    assert!(std::ptr::eq(pool.first_able(), pool.source(1)));
    begin_cool_down(1);
    begin_cool_down(2);
    assert_eq!(picks(&members, 4), [1, 2, 0, 1]);
    assert!(std::ptr::eq(pool.first_able(), pool.source(0)));
}

#[test]
fn the_one_with_most_calls_left_is_chosen() {
    let members = members(3, Choice::LeastLimited);
    assert_eq!(picks(&members, 3), [0, 1, 2]);
    decision(&members, 0, 200, &limit(290, 30));
    decision(&members, 1, 200, &limit(295, 30));
    decision(&members, 2, 200, &limit(293, 30));
    // 10, 5 and 7 are left: each pick uses one up.
    let mut count = [0; 3];
    for picked in picks(&members, 22) {
        count[picked] += 1;
    }
    assert_eq!(count, [10, 5, 7]);
}

#[test]
fn one_of_which_nothing_is_known_has_all_calls_left() {
    let members = members(3, Choice::LeastLimited);
    decision(&members, 0, 200, &limit(3, 30));
    decision(&members, 2, 200, &limit(3, 30));
    assert_eq!(picks(&members, 3), [1, 1, 1]);
    let mut next = picks(&members, 3);
    next.sort_unstable();
    assert_eq!(next, [0, 1, 2]);
}

/// How many of 400 calls each of four makes, when the first responses of three come early.
fn burst(members: &Members) -> [usize; 4] {
    let mut count = [0; 4];
    for picked in picks(members, 4) {
        count[picked] += 1;
    }
    for member in 0..3 {
        decision(members, member, 200, &limit(1, 60));
    }
    for picked in picks(members, 396) {
        count[picked] += 1;
    }
    count
}

#[test]
fn a_burst_is_spread_evenly_at_first_and_whenever_all_spans_are_over() {
    let members = members(4, Choice::LeastLimited);
    for minute in 0..3 {
        assert_eq!(burst(&members), [100; 4], "{minute}");
        members.clock.advance(Duration::from_secs(60));
    }
}

#[test]
fn calls_under_way_are_counted_when_the_first_response_comes() {
    let members = members(2, Choice::LeastLimited);
    picks(&members, 200);
    decision(&members, 0, 200, &limit(1, 60));
    decision(&members, 1, 200, &limit(150, 60));
    // 200 and 150 are left, although the first has been told of 299.
    assert_eq!(picks(&members, 50), [0; 50]);
    assert!(picks(&members, 2).contains(&1));
}

#[test]
fn one_whose_responses_state_nothing_is_not_left_out_for_ever() {
    let members = members(2, Choice::LeastLimited);
    decision(&members, 0, 200, &limit(0, 60));
    picks(&members, 600);
    members.clock.advance(Duration::from_secs(60));
    let mut count = [0; 2];
    for picked in picks(&members, 600) {
        count[picked] += 1;
    }
    assert_eq!(count, [300; 2]);
}

#[test]
fn one_that_was_refused_rests_until_its_time_is_over() {
    let members = members(2, Choice::LeastLimited);
    decision(&members, 1, 200, &limit(299, 30));
    let mut refused = HeaderMap::new();
    refused.insert("retry-after", 20.into());
    decision(&members, 0, 429, &refused);
    assert_eq!(picks(&members, 1), [1]);
    members.clock.advance(Duration::from_secs(20));
    assert_eq!(picks(&members, 2), [0, 0]);
}

#[test]
fn a_refusal_lengthens_a_span_and_another_response_does_not() {
    for (status, picked) in [(429, 1), (200, 0)] {
        let members = members(2, Choice::LeastLimited);
        decision(&members, 0, 200, &limit(299, 20));
        decision(&members, 0, status, &limit(300, 40));
        members.clock.advance(Duration::from_secs(20));
        decision(&members, 1, 200, &limit(200, 30));
        assert_eq!(picks(&members, 1), [picked], "{status}");
    }
}

#[test]
fn a_rest_of_a_day_is_not_believed() {
    for field in ["retry-after", "inin-ratelimit-reset"] {
        let members = members(2, Choice::LeastLimited);
        let mut refused = limit(300, 60);
        refused.insert(field, 86_400.into());
        decision(&members, 0, 429, &refused);
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        members.clock.advance(minutes(4));
        decision(&members, 1, 200, &limit(200, 120));
        assert_eq!(picks(&members, 1), [1], "{field}");
        members.clock.advance(minutes(1));
        assert_eq!(picks(&members, 1), [0], "{field}");
    }
}

#[test]
fn responses_that_come_out_of_order_do_not_give_calls_back() {
    let members = members(2, Choice::LeastLimited);
    decision(&members, 1, 200, &limit(200, 30));
    decision(&members, 0, 200, &limit(250, 30));
    decision(&members, 0, 200, &limit(100, 30));
    assert_eq!(picks(&members, 1), [1]);
}

#[test]
fn two_that_choose_at_once_do_not_both_get_the_last_call() {
    let pools: Vec<_> = (0..5_000)
        .map(|_| {
            let members = members(4, Choice::LeastLimited);
            for (member, count) in [299, 299, 300, 300].into_iter().enumerate() {
                decision(&members, member, 200, &limit(count, 30));
            }
            // Both begin to look at those that have none left, and come to the same one first.
            members.pool.turn.store(2, Relaxed);
            members
        })
        .collect();
    let start = std::sync::Barrier::new(2);
    let pick = || -> Vec<usize> {
        let pick = |members| {
            start.wait();
            picks(members, 1)[0]
        };
        pools.iter().map(pick).collect()
    };
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(pick);
        (pick(), other.join().unwrap())
    });
    let twice = one.iter().zip(&other).filter(|(one, other)| one == other);
    assert_eq!(twice.count(), 0);
}
