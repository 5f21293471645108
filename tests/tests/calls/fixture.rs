//! Where scenarios begin: configurations, servers and many calls at once.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cxone_auth_core::api::Choice;
use cxone_auth_core::{ClientCredentials, Config, Region};
use cxone_auth_tests::{Received, Reply, Sandbox, Server};
use serde_json::json;
use tokio::task::JoinSet;

use super::caller::{Called, Caller, Setup};
use super::hasty::Naps;

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
    let platform = sandbox.genesys();
    let credentials = ClientCredentials::new(platform.client_id(), platform.client_secret());
    Config::genesys_cloud(Region::EuCentral1, credentials)
        .unwrap()
        .with_token_endpoint(platform.token_url().parse().unwrap())
        .with_api_base(platform.api_base().parse().unwrap())
}

/// A server that issues tokens, numbered from 1.
pub(super) fn issuer() -> Server {
    let count = std::sync::atomic::AtomicUsize::new(1);
    Server::http(move |_| {
        let number = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let token = format!("token-{number}");
        Reply::json(200, &json!({ "access_token": token, "expires_in": 3_600 }))
    })
}

/// The tokens of `issuer` for the API at `api`.
pub(super) fn custom(issuer: &Server, api: &Server) -> Config {
    let endpoint = issuer.url("/token").parse().unwrap();
    Config::custom(endpoint, ClientCredentials::new("id", "the-s3cret"))
        .unwrap()
        .with_api_base(api.url("").parse().unwrap())
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

/// The bearer token of each request, where there is one.
pub(super) fn bearers(received: &[Received]) -> Vec<Option<&str>> {
    received.iter().map(Received::bearer_token).collect()
}

/// The outcome of `future`, or a failed test when it seems to hang.
pub(super) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_mins(1), future)
        .await
        .expect("it hangs")
}
