//! Moments.

use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use cxone_auth_core::Moment;

/// Generates a moment: mostly of this century, sometimes at the limits of a clock. The two clocks
/// are independent.
pub fn moment() -> impl Strategy<Value = Moment> {
    (span(), span(), any::<bool>()).prop_map(|(monotonic, from_epoch, after)| {
        let epoch = SystemTime::UNIX_EPOCH;
        let wall = if after {
            epoch.checked_add(from_epoch)
        } else {
            epoch.checked_sub(from_epoch)
        };
        Moment::new(monotonic, wall.unwrap_or(epoch))
    })
}

fn span() -> impl Strategy<Value = Duration> {
    let seconds = prop_oneof![
        6 => 0..=4_102_444_800_u64,
        2 => any::<u64>(),
        // The last second that `SystemTime` can represent on most platforms, and its neighbours.
        1 => (i64::MAX.unsigned_abs() - 2)..=i64::MAX.unsigned_abs(),
        1 => Just(u64::MAX),
    ];
    (seconds, 0..1_000_000_000_u32).prop_map(|(seconds, nanos)| Duration::new(seconds, nanos))
}
