//! Many calls at once, with one token that is revoked under all of them.

use std::sync::Arc;

use cxone_auth_hyper::BearerLayer;
use cxone_auth_tests::Sandbox;
use http::StatusCode;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::scene::{bearers, client, get, source, unlimited};

const CALLS: u32 = 1_000;
/// How many connections are open at once: not every machine has file handles for a thousand.
const CONNECTIONS: usize = 100;

#[tokio::test]
async fn a_thousand_calls_whose_token_is_revoked_cost_one_token_request() {
    let sandbox = Sandbox::start();
    let genesys = unlimited(&sandbox);
    let source = source(&sandbox);
    source.token().await.unwrap();

    // Holds every request, with its token on it, until all are there.
    let (arrived, open) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (connections, client) = (Arc::new(Semaphore::new(CONNECTIONS)), client());
    let held = {
        let (arrived, open) = (Arc::clone(&arrived), Arc::clone(&open));
        service_fn(move |request| {
            arrived.add_permits(1);
            let (client, open) = (client.clone(), Arc::clone(&open));
            let connections = Arc::clone(&connections);
            async move {
                assert!(open.acquire().await.is_err(), "it opens by being closed");
                let _connection = connections.acquire().await.unwrap();
                client.request(request).await
            }
        })
    };
    let api = BearerLayer::new(source).layer(held);
    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        calls.spawn(api.clone().oneshot(get("/api/v2/users")));
    }
    arrived.acquire_many(CALLS).await.unwrap().forget();
    genesys.revoke_tokens();
    open.close();

    for answer in calls.join_all().await {
        assert_eq!(answer.unwrap().status(), StatusCode::OK);
    }
    assert_eq!(genesys.token_requests(), 2);
    let mut bearers = bearers(genesys.api_server());
    assert_eq!(bearers.len(), 2 * CALLS as usize);
    bearers.sort();
    assert!(
        bearers
            .chunk_by(|one, other| one == other)
            .all(|same| same.len() == CALLS as usize)
    );
}
