//! The limit on the size of files (`ulimit -f`, `LimitFSIZE=` of systemd).
//!
//! The system ends a process that writes beyond it, unless the process handles SIGXFSZ. Then the
//! write fails like any other, and the program goes on without the store.

use rustix::process::{Resource, Signal, getrlimit};
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

/// Lets a write beyond the limit fail. Programs that this one starts keep the system's behavior:
/// they inherit no handler. Without a limit, nothing is done.
pub(crate) fn lets_writes_fail() {
    if getrlimit(Resource::Fsize).current.is_none() {
        return;
    }
    // The handler stays when the runtime is gone. If there is none, the system's behavior stays.
    if let Ok(runtime) = Builder::new_current_thread().enable_io().build() {
        let _inside = runtime.enter();
        drop(signal(SignalKind::from_raw(Signal::XFSZ.as_raw())));
    }
}
