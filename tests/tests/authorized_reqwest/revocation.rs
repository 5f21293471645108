//! Tokens that an API refuses: one renewal for everybody, and each request sent once more at most.

use reqwest::{Body, Method, Request};
use tokio::task::JoinSet;

use cxone_auth_tests::{Gate, Received, Reply};

use super::scene::{Caller, Scene, WAYS, bad_credentials, soon};

const CALLS: usize = 1_000;
const MANY: usize = 100_000;

/// The status of each call, all made at once.
async fn statuses(scene: &Scene, caller: &Caller, calls: usize) -> Vec<u16> {
    let mut tasks = JoinSet::new();
    for page in 1..=calls {
        let caller = caller.clone();
        let url = scene.url(&format!("/api/v2/users?pageSize=1&pageNumber={page}"));
        tasks.spawn(async move { caller.get(url).await.unwrap().status().as_u16() });
    }
    soon(tasks.join_all()).await
}

fn tokens(received: &[Received]) -> Vec<&str> {
    let tokens = received.iter().map(Received::bearer_token);
    tokens
        .map(|token| token.expect("a token is sent"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_calls_whose_token_is_revoked_make_one_renewal() {
    rlimit::increase_nofile_limit(8 * CALLS as u64).unwrap();
    for way in WAYS {
        let scene = Scene::start();
        let genesys = scene.genesys();
        genesys.limit_calls_per_minute(u32::MAX);
        let all_there = Gate::new();
        genesys.fail_next_api(CALLS, bad_credentials().after(&all_there));

        let revocation = async {
            genesys.api_server().requests_arrived(CALLS).await;
            genesys.revoke_tokens();
            all_there.open();
        };
        let caller = scene.caller(way);
        let (statuses, ()) = tokio::join!(statuses(&scene, &caller, CALLS), soon(revocation));
        assert_eq!(statuses, [200; CALLS], "{way:?}");
        assert_eq!(genesys.token_requests(), 2, "{way:?}");
        let received = genesys.api_server().received();
        let tokens = tokens(&received);
        let [first, second] = [tokens[0], tokens[CALLS]];
        assert_ne!(first, second, "{way:?}");
        assert_eq!(tokens[..CALLS], [first; CALLS], "{way:?}");
        assert_eq!(tokens[CALLS..], [second; CALLS], "{way:?}");
    }
}

#[tokio::test]
async fn an_api_that_refuses_every_token_sees_each_call_at_most_twice() {
    const CALLS: usize = 50;
    for way in WAYS {
        let scene = Scene::start();
        let genesys = scene.genesys();
        genesys.fail_next_api(MANY, bad_credentials());
        let caller = scene.caller(way);
        for _ in 0..2 {
            let statuses = statuses(&scene, &caller, CALLS).await;
            assert_eq!(statuses, [401; CALLS], "{way:?}");
        }
        assert!(genesys.api_requests() <= 4 * CALLS, "{way:?}");
        assert_eq!(
            genesys.token_requests(),
            2,
            "{way:?}: one, and one in the gap"
        );
    }
}

#[tokio::test]
async fn a_request_with_a_body_is_sent_again_whole() {
    for way in WAYS {
        let scene = Scene::start();
        let accepted = Reply::text(201, "made");
        scene.genesys().fail_next_api(1, bad_credentials());
        scene.genesys().fail_next_api(1, accepted);
        let mut request = Request::new(Method::POST, scene.url("/api/v2/users?a=b"));
        *request.body_mut() = Some("the whole body".into());
        request
            .headers_mut()
            .insert("x-kept", "kept".parse().unwrap());
        request
            .headers_mut()
            .insert("authorization", "Basic eDp5".parse().unwrap());

        let response = scene.caller(way).send(request).await.unwrap();
        assert_eq!(response.text().await.unwrap(), "made", "{way:?}");
        let received = scene.genesys().api_server().received();
        assert_eq!(received.len(), 2, "{way:?}");
        for request in &received {
            assert_eq!(
                (&*request.method, &*request.target),
                ("POST", "/api/v2/users?a=b")
            );
            assert_eq!(request.body, "the whole body");
            assert_eq!(request.header("x-kept"), Some("kept"));
            assert_eq!(request.header_values("authorization").len(), 1);
        }
        let [first, second] = tokens(&received)[..] else {
            panic!("a token is missing");
        };
        assert_ne!(first, second, "{way:?}");
    }
}

#[tokio::test]
async fn a_stream_that_is_refused_is_sent_once_and_the_token_given_up() {
    for way in WAYS {
        let scene = Scene::start();
        scene.genesys().fail_next_api(1, bad_credentials());
        let mut request = Request::new(Method::POST, scene.url("/api/v2/users"));
        *request.body_mut() = Some(Body::wrap("the whole body".to_owned()));
        assert!(request.try_clone().is_none());

        let caller = scene.caller(way);
        let response = caller.send(request).await.unwrap();
        assert_eq!(response.status(), 401, "{way:?}");
        assert!(response.text().await.unwrap().contains("bad.credentials"));
        let received = scene.genesys().api_server().received();
        assert_eq!(received.len(), 1, "{way:?}");
        assert_eq!(received[0].body, "the whole body");
        assert_eq!(scene.genesys().token_requests(), 1, "{way:?}");

        // The next call is made with another token.
        assert_eq!(statuses(&scene, &caller, 1).await, [200]);
        assert_eq!(scene.genesys().token_requests(), 2, "{way:?}");
    }
}

#[tokio::test]
async fn a_403_and_a_missing_user_cost_no_token() {
    for way in WAYS {
        let scene = Scene::start();
        let caller = scene.caller(way);
        for (url, status, code) in [
            (scene.genesys().forbidden_url(), 403, "missing.permissions"),
            (scene.genesys().users_me_url(), 400, "bad.request"),
            (scene.genesys().forbidden_url(), 403, "missing.permissions"),
        ] {
            let response = caller.get(url.parse().unwrap()).await.unwrap();
            assert_eq!(response.status(), status, "{way:?}");
            assert!(response.text().await.unwrap().contains(code), "{way:?}");
        }
        assert_eq!(scene.genesys().api_requests(), 3, "{way:?}");
        assert_eq!(scene.genesys().token_requests(), 1, "{way:?}");
    }
}

#[tokio::test]
async fn a_401_that_wants_another_scheme_costs_no_token() {
    for way in WAYS {
        let scene = Scene::start();
        let gateway = Reply::text(401, "who?").header("www-authenticate", "Basic realm=\"x\"");
        scene.genesys().fail_next_api(MANY, gateway);
        let caller = scene.caller(way);
        assert_eq!(statuses(&scene, &caller, 3).await, [401; 3], "{way:?}");
        assert_eq!(scene.genesys().api_requests(), 3, "{way:?}");
        assert_eq!(scene.genesys().token_requests(), 1, "{way:?}");
    }
}

#[tokio::test]
async fn without_a_token_nothing_is_sent_and_the_error_says_why() {
    for way in WAYS {
        let scene = Scene::start();
        scene.genesys().disable_client();
        let failure = scene.caller(way).get(scene.url("/api/v2/users")).await;
        let code = failure.unwrap_err().code();
        assert!(code.starts_with("CXA-"), "{way:?}: {code}");
        assert_eq!(scene.genesys().api_server().connections(), 0, "{way:?}");
    }
}
