//! Waiting for what should happen at once.

use std::future::Future;
use std::time::Duration;

/// How long a test waits for what should happen at once, before it fails.
pub(crate) const MAX_WAIT: Duration = Duration::from_mins(1);

/// The output of `future`, or a failed test when it seems to hang.
pub(crate) async fn soon<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(MAX_WAIT, future)
        .await
        .expect("it hangs")
}
