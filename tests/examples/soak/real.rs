//! A fleet of tasks and threads at work on real sockets.

#[path = "real/fleet.rs"]
mod fleet;
#[path = "real/judge.rs"]
mod judge;
#[path = "real/server.rs"]
mod server;
#[path = "real/tally.rs"]
mod tally;
#[path = "real/usage.rs"]
mod usage;

use std::error::Error;
use std::thread;

use crate::options::Options;
use fleet::Fleet;
pub(crate) use server::start;
pub(crate) use tally::Tally;
use usage::Usage;

/// Runs the fleet against the server at `url`, which `stop` stops: it may hold connections that no
/// client has any more.
pub(crate) fn run(
    options: &Options,
    url: &str,
    stop: impl FnOnce(),
) -> Result<Tally, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    // Whatever a process has once for all is there before anything is counted.
    runtime.block_on(async { tokio::spawn(async {}).await })?;
    let before = Usage::read(&runtime)?;
    let fleet = Fleet::start(&runtime, options, url)?;
    let warm_up = options.span / 4;
    thread::sleep(warm_up);
    let warm = Usage::read(&runtime)?;
    thread::sleep(options.span.saturating_sub(warm_up));
    let end = Usage::read(&runtime)?;
    let mut tally = fleet.stop(&runtime)?;
    stop();
    tally.before = before;
    tally.warm = warm;
    tally.end = end;
    tally.after = Usage::settled(&runtime, &before)?;
    Ok(tally)
}
