//! Many callers at once, before the sandbox's CXone, with real transports.

use cxone_auth_blocking::{IsahcTransport, UreqTransport};
use cxone_auth_core::api::ApiBase;
use cxone_auth_core::{BlockingTokenSource, Config, Error, TokenSource};
use cxone_auth_hyper::HyperTransport;
use cxone_auth_reqwest::ReqwestTransport;
use cxone_auth_tests::{Gate, Placement, Reply, Sandbox};
use tokio::task::JoinSet;

use super::lie::config;
use crate::shared::sandbox::options;
use crate::shared::storm::storm;

fn sources(sandbox: &Sandbox, config: &Config) -> [TokenSource; 2] {
    let options = options(sandbox);
    let reqwest = ReqwestTransport::with_options(&options).unwrap();
    let hyper = HyperTransport::with_options(&options).unwrap();
    [
        TokenSource::new(config.clone(), reqwest),
        TokenSource::new(config.clone(), hyper),
    ]
}

/// Holds the tenant's configuration back until the gate opens, true or not.
fn hold(sandbox: &Sandbox, reply: &Reply) -> Gate {
    let gate = Gate::new();
    let cxone = sandbox.cxone();
    cxone.tenant_responds_with(reply.clone().after(&gate));
    gate
}

fn truth(sandbox: &Sandbox) -> Reply {
    Reply::json(200, &sandbox.cxone().tenant_configuration())
}

async fn tasks(source: &TokenSource, count: usize) -> Vec<Result<ApiBase, Error>> {
    let mut tasks = JoinSet::new();
    for _ in 0..count {
        let source = source.clone();
        tasks.spawn(async move { source.api_base().await });
    }
    tasks.join_all().await
}

fn threads(
    source: &BlockingTokenSource,
    count: usize,
    then: impl FnOnce(),
) -> Vec<Result<ApiBase, Error>> {
    let source = source.clone();
    let outcomes = storm(count, move || source.api_base(), then);
    outcomes.into_iter().map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_tasks_make_one_discovery() {
    for transport in 0..2 {
        let sandbox = Sandbox::start();
        let gate = hold(&sandbox, &truth(&sandbox));
        let source = sources(&sandbox, &config(&sandbox))
            .into_iter()
            .nth(transport)
            .unwrap();
        let cxone = sandbox.cxone();
        let opened = async {
            cxone.token_server().requests_arrived(3).await;
            gate.open();
        };
        let (results, ()) = tokio::join!(tasks(&source, 1_000), opened);
        for result in results {
            assert_eq!(result.unwrap().to_string(), cxone.api_base());
        }
        assert_eq!((cxone.token_requests(), cxone.discovery_requests()), (1, 2));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_tasks_share_one_failure() {
    let sandbox = Sandbox::start();
    let gate = hold(&sandbox, &Reply::empty(404));
    let [source, _] = sources(&sandbox, &config(&sandbox));
    let cxone = sandbox.cxone();
    let opened = async {
        cxone.token_server().requests_arrived(3).await;
        gate.open();
    };
    let (results, ()) = tokio::join!(tasks(&source, 1_000), opened);
    for result in results {
        let error = result.unwrap_err();
        assert_eq!(error.diagnosis().first().unwrap().code().number(), 814);
    }
    assert_eq!((cxone.token_requests(), cxone.discovery_requests()), (1, 2));
}

#[test]
fn threads_make_one_discovery_and_share_it_with_tasks() {
    for transport in 0..2 {
        let sandbox = Sandbox::start();
        let gate = hold(&sandbox, &truth(&sandbox));
        let [for_tasks, _] = sources(&sandbox, &config(&sandbox));
        let options = options(&sandbox);
        let for_threads = match transport {
            0 => for_tasks.blocking(IsahcTransport::with_options(&options).unwrap()),
            _ => for_tasks.blocking(UreqTransport::with_options(&options).unwrap()),
        };
        let cxone = sandbox.cxone();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let beside = runtime.spawn(async move { tasks(&for_tasks, 200).await });
        let results = threads(&for_threads, 100, || {
            let max_wait = std::time::Duration::from_mins(1);
            cxone.token_server().wait_for_requests(3, max_wait);
            gate.open();
        });
        for result in results.into_iter().chain(runtime.block_on(beside).unwrap()) {
            assert_eq!(result.unwrap().to_string(), cxone.api_base());
        }
        assert_eq!((cxone.token_requests(), cxone.discovery_requests()), (1, 2));
        for request in &cxone.token_server().received()[1..] {
            assert_eq!(request.method, "GET");
            assert_eq!(request.placement(), Placement::Nowhere);
            assert_eq!(request.header("accept"), Some("application/json"));
            assert_eq!(request.header_values("accept-encoding"), ["identity"]);
            let own = concat!("cxone-auth/", env!("CARGO_PKG_VERSION"));
            assert_eq!(request.header_values("user-agent"), [own]);
            assert!(request.body.is_empty());
        }
    }
}

#[tokio::test]
async fn a_discovery_goes_on_after_its_task_was_cancelled() {
    let sandbox = Sandbox::start();
    let gate = hold(&sandbox, &truth(&sandbox));
    let [source, _] = sources(&sandbox, &config(&sandbox));
    let cxone = sandbox.cxone();
    let leading = source.clone();
    let requester = tokio::spawn(async move { leading.api_base().await });
    cxone.token_server().requests_arrived(3).await;
    requester.abort();
    assert!(requester.await.is_err());
    gate.open();
    let base = source.api_base().await.unwrap();
    assert_eq!(base.to_string(), cxone.api_base());
    assert_eq!((cxone.token_requests(), cxone.discovery_requests()), (1, 2));
}
