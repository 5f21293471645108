//! What a call with a token allocates beyond the same call of the client alone. The counts are
//! exact, so they are asserted.

use allocation_counter::measure;
use cxone_auth_bench::call::{Calls, one_by_one};

/// Allocations of one call on the thread of the caller: the fewest of many, since a response may
/// arrive in two pieces, and a thread that has to wait for it allocates more with isahc.
fn allocations(calls: &Calls) -> u64 {
    // The connection is opened, and what is made on first use is no cost of a call.
    calls.once();
    let counts = (0..300).map(|_| measure(|| calls.once()).count_total);
    counts.min().expect("there were calls")
}

#[test]
fn a_call_with_a_token_allocates_little_beyond_the_client_alone() {
    let beyond = one_by_one().into_iter().map(|pair| {
        let (ours, alone) = (allocations(&pair.ours), allocations(&pair.alone));
        (pair.client, ours.checked_sub(alone))
    });
    let mut beyond: Vec<_> = beyond.collect();
    // A call of isahc alone that never waits is rare, so that the fewest of its calls may be more.
    // It takes the setting that no redirect is followed in a map, which is copied.
    let (_, isahc) = beyond.pop().expect("there are clients");
    assert!(matches!(isahc, Some(0..=7)), "isahc: {isahc:?}");
    let expected = [
        ("reqwest", 5),
        ("reqwest-middleware", 8),
        ("hyper", 3),
        ("ureq", 2),
    ];
    assert_eq!(
        beyond,
        expected.map(|(client, count)| (client, Some(count)))
    );
}
