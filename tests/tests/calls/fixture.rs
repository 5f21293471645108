//! Where scenarios begin: configurations, servers and many calls at once.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cxone_auth_core::Config;
use cxone_auth_core::api::Choice;
use cxone_auth_tests::{Sandbox, Server};
use tokio::task::JoinSet;

use super::caller::{Called, Caller, Setup};
use super::hasty::Naps;
use crate::shared::issuer::config;
use crate::shared::sandbox::genesys_cloud;

pub(super) use crate::shared::direct::direct;
pub(super) use crate::shared::issuer::{bearers, issuer};
pub(super) use crate::shared::reply::token;
pub(super) use crate::shared::wait::{MAX_WAIT, soon};

/// How many calls are made at once where many are.
pub(super) const MANY: usize = 1_000;

/// Runs a scenario, on as many threads as there are blocking calls at once.
///
/// One at a time: a scenario may need every file that a process can have open, and isahc hangs on a
/// connection whose file has a number beyond 1,023.
pub(super) fn run(scenario: impl Future<Output = ()>) {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    // Both ends of each connection are files of this process.
    rlimit::increase_nofile_limit(4 * MANY as u64).unwrap();
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(MANY)
        .thread_stack_size(512 * 1024)
        .enable_all()
        .build()
        .unwrap()
        .block_on(scenario);
}

/// One source, and no maximum wait.
pub(super) fn setup(config: Config) -> Setup {
    Setup {
        config,
        sources: 1,
        choice: Choice::default(),
        max_wait: Duration::ZERO,
        naps: Naps::default(),
    }
}

/// Genesys Cloud's look-alike, whose API is where the sandbox has it.
pub(super) fn genesys(sandbox: &Sandbox) -> Config {
    let base = sandbox.genesys().api_base();
    genesys_cloud(sandbox).with_api_base(base.parse().unwrap())
}

/// The tokens of `issuer` for the API at `api`.
pub(super) fn custom(issuer: &Server, api: &Server) -> Config {
    config(issuer, &api.url(""))
}

/// Makes `count` calls at once.
pub(super) async fn at_once(caller: &Arc<dyn Caller>, count: usize, url: &str) -> Vec<Called> {
    let mut tasks = JoinSet::new();
    for _ in 0..count {
        let (caller, url) = (Arc::clone(caller), url.to_owned());
        tasks.spawn(async move { caller.get(&url).await });
    }
    tasks.join_all().await
}

/// The status of each response.
pub(super) fn statuses(responses: &[Called]) -> Vec<u16> {
    let status = |response: &Called| response.as_ref().map_or(0, |response| response.status);
    responses.iter().map(status).collect()
}
