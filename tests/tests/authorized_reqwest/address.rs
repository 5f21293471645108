//! Where a token must not go: an error says so, and nothing is sent to anybody.

use reqwest::{Method, Request, Url};

use super::fixture::{Fixture, WAYS, soon, stranger};

#[tokio::test]
async fn an_address_that_the_token_must_not_go_to_is_refused_before_anything_is_sent() {
    let other = stranger();
    let (host, port) = ("127.0.0.1", other.address().port());
    for way in WAYS {
        let fixture = Fixture::start();
        let api = fixture.genesys().api_server().address();
        for (url, code) in [
            (format!("http://{host}:{port}/api/v2/users"), "CXA-811"),
            (
                format!("http://localhost:{}/api/v2/users", api.port()),
                "CXA-811",
            ),
            (format!("https://{api}/api/v2/users"), "CXA-811"),
            (
                "https://api.mypurecloud.com/api/v2/users".to_owned(),
                "CXA-811",
            ),
            (
                "http://api.mypurecloud.de/api/v2/users".to_owned(),
                "CXA-809",
            ),
            (format!("http://me:hunter2@{api}/api/v2/users"), "CXA-810"),
            (
                format!("http://{api}@{host}:{port}/api/v2/users"),
                "CXA-810",
            ),
            // To reqwest a backslash is a slash, and the host stands before it.
            (
                format!("http://{host}:{port}\\@{api}/api/v2/users"),
                "CXA-811",
            ),
            (format!("http:\\\\{host}:{port}/"), "CXA-811"),
            // It leaves out tabs, and reads other spellings of an address.
            (format!("http://{host}:\t{port}/"), "CXA-811"),
            (format!("http://2130706433:{port}/"), "CXA-811"),
            (format!("ftp://{api}/"), "CXA-813"),
            ("data:text/plain,hello".to_owned(), "CXA-813"),
        ] {
            let failure = fixture
                .caller(way)
                .get(url.parse().unwrap())
                .await
                .unwrap_err();
            assert_eq!(failure.code(), code, "{way:?} {url}");
            assert!(!format!("{failure:?}").contains("hunter2"));
        }
        assert_eq!(fixture.genesys().api_server().connections(), 0, "{way:?}");
        assert_eq!(fixture.genesys().token_requests(), 0, "{way:?}");
        assert_eq!(other.connections(), 0, "{way:?}");
    }
}

#[tokio::test]
async fn text_that_names_such_an_address_is_refused_too() {
    let other = stranger();
    let (host, port) = ("127.0.0.1", other.address().port());
    let fixture = Fixture::start();
    let api = fixture.genesys().api_server().address();
    for text in [
        format!("http://{host}:{port}/api/v2/users"),
        format!("//{host}:{port}\\"),
        format!("http://me:hunter2@{api}/api/v2/users"),
        format!("http://{host}:{port}\\@{api}/api/v2/users"),
        format!("http://{api}\\@{host}:{port}/api/v2/users"),
        format!("http://{api}#@{host}:{port}/"),
        format!("http://{host}:\t{port}/"),
        format!("http://2130706433:{port}/"),
        "http://256.256.256.256/".to_owned(),
        "https://256.256.256.256/".to_owned(),
        "https://api.mypurecloud.com/".to_owned(),
        "api/v2/users".to_owned(),
        String::new(),
    ] {
        let error = soon(fixture.client().get(&*text).send()).await.unwrap_err();
        let shown = format!("{error:?} {error}");
        assert!(!shown.contains("hunter2"), "{text}");
    }
    assert_eq!(fixture.genesys().api_server().connections(), 0);
    assert_eq!(fixture.genesys().token_requests(), 0);
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn a_path_stays_at_the_api_whatever_it_looks_like() {
    let fixture = Fixture::start();
    let other = stranger();
    let host = other.address();
    for (path, target) in [
        ("/api/v2/users".to_owned(), "/api/v2/users".to_owned()),
        (format!("//{host}/x"), format!("//{host}/x")),
        (format!("/@{host}/x?y"), format!("/@{host}/x?y")),
    ] {
        soon(fixture.client().get(&*path).send()).await.unwrap();
        let received = fixture.genesys().api_server().received();
        assert_eq!(received.last().unwrap().target, target);
    }
    let sent = fixture.genesys().api_requests();
    for path in ["/a/../b", "/a/%2e%2E/b"] {
        let error = soon(fixture.client().get(path).send()).await.unwrap_err();
        assert!(error.token_error().is_some(), "{path}");
    }
    assert_eq!(fixture.genesys().api_requests(), sent);
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn another_spelling_of_the_same_address_is_the_same_address() {
    for way in WAYS {
        let fixture = Fixture::start();
        let port = fixture.genesys().api_server().address().port();
        let url: Url = format!("HTTP:\\\\2130706433:{port}/api/v2/users#part")
            .parse()
            .unwrap();
        let request = Request::new(Method::GET, url);
        let response = fixture.caller(way).send(request).await.unwrap();
        assert_eq!(response.status(), 200, "{way:?}");
    }
}
