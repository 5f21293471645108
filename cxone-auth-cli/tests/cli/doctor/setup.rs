//! How each set-up is broken.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime};

use cxone_auth_core::transport::ProxyChoice;
use cxone_auth_tests::{
    Authority, Certificate, ClosedPort, DeafPort, Internet, Placement, Reply, Sandbox,
    SecretDecoding, Server,
};
use serde_json::json;

use super::fixture::DoctorFixture;
use crate::fixture::Fixture;

const SECRET: &str = "CXONE_AUTH_CLIENT_SECRET";
const ID: &str = "CXONE_AUTH_CLIENT_ID";
const URL: &str = "CXONE_AUTH_TOKEN_URL";
const API_BASE: &str = "CXONE_AUTH_API_BASE";

pub(super) fn newline_in_a_variable() -> DoctorFixture {
    with_secret(DoctorFixture::genesys(), |secret| format!("{secret}\n"))
}

pub(super) fn quoted_secret() -> DoctorFixture {
    with_secret(DoctorFixture::genesys(), |secret| format!("\"{secret}\""))
}

pub(super) fn cut_secret() -> DoctorFixture {
    with_secret(DoctorFixture::genesys(), |secret| secret[..42].to_owned())
}

fn with_secret(setup: DoctorFixture, change: impl Fn(&str) -> String) -> DoctorFixture {
    let secret = change(setup.variable(SECRET));
    setup.set(SECRET, secret)
}

pub(super) fn swapped() -> DoctorFixture {
    let setup = DoctorFixture::genesys();
    let (id, secret) = (
        setup.variable(ID).to_owned(),
        setup.variable(SECRET).to_owned(),
    );
    setup.set(ID, secret).set(SECRET, id)
}

pub(super) fn no_access_key() -> DoctorFixture {
    let setup = DoctorFixture::cxone().unset("CXONE_AUTH_ACCESS_KEY_ID");
    setup.unset("CXONE_AUTH_ACCESS_KEY_SECRET")
}

pub(super) fn rotated_secret() -> DoctorFixture {
    let setup = DoctorFixture::cxone();
    setup.sandbox().cxone().rotate_secret();
    setup
}

pub(super) fn revoked_access_key() -> DoctorFixture {
    let setup = DoctorFixture::cxone();
    setup.sandbox().cxone().rotate_access_key();
    setup
}

pub(super) fn revoked_key_alone() -> DoctorFixture {
    let setup = DoctorFixture::user_hub();
    setup.sandbox().cxone().rotate_access_key();
    setup
}

pub(super) fn client_as_access_key() -> DoctorFixture {
    let setup = DoctorFixture::user_hub();
    let id = setup.sandbox().cxone().client_id();
    let secret = setup.sandbox().cxone().client_secret();
    setup
        .set("CXONE_AUTH_ACCESS_KEY_ID", id)
        .set("CXONE_AUTH_ACCESS_KEY_SECRET", secret)
}

pub(super) fn key_alone_without_area() -> DoctorFixture {
    DoctorFixture::user_hub().set("CXONE_AUTH_ISSUER", "global")
}

pub(super) fn key_alone_without_tenant() -> DoctorFixture {
    let setup = DoctorFixture::user_hub();
    setup.sandbox().cxone().hide_tenant();
    setup.unset(API_BASE).with("--api")
}

pub(super) fn scope_with_a_key_alone() -> DoctorFixture {
    DoctorFixture::user_hub().set("CXONE_AUTH_SCOPE", "read")
}

pub(super) fn other_grant() -> DoctorFixture {
    let setup = DoctorFixture::genesys();
    setup.sandbox().genesys().authorize_grant_type("CODE");
    setup
}

pub(super) fn not_on_the_list() -> DoctorFixture {
    let setup = DoctorFixture::genesys();
    let elsewhere = IpAddr::from([192, 0, 2, 1]);
    setup.sandbox().genesys().allow_from(&[elsewhere]);
    setup
}

pub(super) fn cxone_wants_the_body() -> DoctorFixture {
    let setup = DoctorFixture::cxone().with("--probe");
    setup.sandbox().cxone().accept_only(Placement::Body);
    setup
}

/// An API as Doorkeeper guards it, to which another process's token request has come in between.
pub(super) fn replaced_token() -> DoctorFixture {
    let setup = DoctorFixture::custom(Sandbox::start()).with("--api=/api/hello");
    let challenge = "Bearer realm=\"Doorkeeper\", error=\"invalid_token\", \
                     error_description=\"The access token was revoked\"";
    let revoked = Reply::empty(401).header("www-authenticate", challenge);
    setup.sandbox().custom().fail_next_api(9, revoked);
    setup
}

pub(super) fn throttled() -> DoctorFixture {
    let setup = DoctorFixture::genesys();
    setup.sandbox().genesys().throttle_next(9);
    setup
}

pub(super) fn out_of_order() -> DoctorFixture {
    let setup = DoctorFixture::genesys();
    setup.sandbox().genesys().fail_next(9, Reply::empty(502));
    setup
}

pub(super) fn web_page() -> DoctorFixture {
    let page = Reply::text(200, "<html><title>Sign in</title></html>");
    let page = page.header("content-type", "text/html");
    DoctorFixture::genesys().asking(Server::http(move |_| page.clone()))
}

/// Genesys Cloud by the names of its hosts, in two regions. The client is of the first.
fn by_name(url: &str) -> DoctorFixture {
    let hosts = ["mypurecloud.com", "mypurecloud.de"];
    let start = |domain: &str| {
        let builder = Sandbox::builder().with_https();
        let builder = builder.with_host(format!("login.{domain}"));
        builder.with_host(format!("api.{domain}")).start().unwrap()
    };
    let sandboxes = hosts.map(start);
    let leads = hosts.iter().zip(&sandboxes).flat_map(|(domain, sandbox)| {
        let genesys = sandbox.genesys();
        [
            (format!("login.{domain}"), genesys.token_server().address()),
            (format!("api.{domain}"), genesys.api_server().address()),
        ]
    });
    let internet = Internet::new(leads.collect::<Vec<(String, SocketAddr)>>());
    let [american, german] = sandboxes;
    let pem = [american.ca_pem().unwrap(), german.ca_pem().unwrap()].concat();
    let setup = DoctorFixture::of_genesys(Fixture::of(american));
    let setup = setup
        .file("ca.pem", &pem)
        .set("CXONE_AUTH_CA_FILE", "ca.pem");
    let setup = setup.set("HTTPS_PROXY", proxy(&internet)).set(URL, url);
    setup.holding(internet).counting_also(german)
}

fn proxy(internet: &Internet) -> String {
    match internet.options().proxy() {
        ProxyChoice::Url(url) => url.to_string(),
        _ => unreachable!("it is a proxy"),
    }
}

pub(super) fn wrong_region() -> DoctorFixture {
    by_name("")
        .unset(URL)
        .set("CXONE_AUTH_REGION", "eu-central-1")
}

pub(super) fn api_host() -> DoctorFixture {
    by_name("https://api.mypurecloud.com/oauth/token")
}

pub(super) fn api_path() -> DoctorFixture {
    by_name("https://login.mypurecloud.com/api/v2/oauth/token")
}

pub(super) fn invented_host() -> DoctorFixture {
    by_name("https://api.cxone.com/api/v2/oauth/token")
}

/// A stranger who responds at a host that a forum names.
pub(super) fn strangers_host() -> DoctorFixture {
    const HOST: &str = "api.cxone.com";
    let builder = Sandbox::builder().with_https().with_host(HOST);
    let fixture = Fixture::of(builder.start().unwrap());
    let stranger = fixture.sandbox.custom().token_server().address();
    let internet = Internet::new([(HOST.to_owned(), stranger)]);
    let pem = fixture.sandbox.ca_pem().unwrap().to_owned();
    let setup = DoctorFixture::of_custom(fixture).file("ca.pem", &pem);
    let setup = setup.set("CXONE_AUTH_CA_FILE", "ca.pem");
    let setup = setup.set("HTTPS_PROXY", proxy(&internet));
    setup
        .set(URL, format!("https://{HOST}/token"))
        .holding(internet)
}

pub(super) fn wants_the_body() -> DoctorFixture {
    let setup = DoctorFixture::custom(Sandbox::start()).with("--probe");
    setup.sandbox().custom().accept_only(Placement::Body);
    setup
}

pub(super) fn reads_basic_raw() -> DoctorFixture {
    let builder = Sandbox::builder().with_custom_client("the-client", "p+s%41s/word=9z");
    let setup = DoctorFixture::custom(builder.start().unwrap()).with("--probe");
    let custom = setup.sandbox().custom();
    custom.accept_only(Placement::Basic);
    custom.decode_basic(SecretDecoding::Raw);
    setup
}

pub(super) fn unknown_scope() -> DoctorFixture {
    let setup = DoctorFixture::custom(Sandbox::start()).with("--probe");
    setup.set("CXONE_AUTH_SCOPE", "read:interaction")
}

pub(super) fn unknown_name() -> DoctorFixture {
    DoctorFixture::genesys().set(URL, "https://login.no-such-host.invalid/oauth/token")
}

pub(super) fn closed_port() -> DoctorFixture {
    let port = ClosedPort::new().unwrap();
    let url = format!("https://{}/oauth/token", port.address());
    DoctorFixture::genesys().set(URL, url).holding(port)
}

pub(super) fn deaf_port() -> DoctorFixture {
    let port = DeafPort::new().unwrap();
    let url = format!("https://{}/oauth/token", port.address());
    let setup = DoctorFixture::genesys().set(URL, url).holding(port);
    setup.set("CXONE_AUTH_TIMEOUT", "500ms")
}

pub(super) fn unknown_authority() -> DoctorFixture {
    let certificate = Authority::new().certificate();
    showing(certificate)
}

pub(super) fn self_signed() -> DoctorFixture {
    showing(Certificate::self_signed())
}

pub(super) fn expired() -> DoctorFixture {
    let authority = Authority::new();
    let setup = showing(authority.expired_certificate());
    trusting(setup, &authority)
}

pub(super) fn wrong_name() -> DoctorFixture {
    let authority = Authority::new();
    let setup = showing(authority.wrong_name_certificate());
    trusting(setup, &authority)
}

fn showing(certificate: Certificate) -> DoctorFixture {
    let builder = Server::builder().with_certificate(certificate);
    let server = builder.start(|_| Reply::empty(500)).unwrap();
    DoctorFixture::genesys().asking(server)
}

fn trusting(setup: DoctorFixture, authority: &Authority) -> DoctorFixture {
    let setup = setup.file("ca.pem", authority.pem());
    setup.set("CXONE_AUTH_CA_FILE", "ca.pem")
}

pub(super) fn strict_proxy() -> DoctorFixture {
    let proxy = Server::http(|_| Reply::empty(407));
    let setup = DoctorFixture::genesys().set("HTTPS_PROXY", proxy.url(""));
    setup.unset(URL).holding(proxy)
}

/// A proxy whose address the doctor does not read, and that is not there.
pub(super) fn no_socks_proxy() -> DoctorFixture {
    let port = ClosedPort::new().unwrap();
    let proxy = format!("socks5://{}", port.address());
    let setup = DoctorFixture::genesys().set("HTTPS_PROXY", proxy);
    setup.unset(URL).holding(port)
}

pub(super) fn clock_off() -> DoctorFixture {
    let setup = DoctorFixture::genesys();
    let token = json!({ "access_token": "abc", "token_type": "bearer", "expires_in": 86_399 });
    // Half an hour beyond two, so that the test may take its time.
    let later = SystemTime::now() + Duration::from_secs(2 * 3_600 + 1_800);
    let date = httpdate::fmt_http_date(later);
    let reply = Reply::json(200, &token).header("date", &date);
    setup.sandbox().genesys().fail_next(9, reply);
    setup
}

pub(super) fn no_role() -> DoctorFixture {
    let setup = DoctorFixture::genesys();
    let url = setup.sandbox().genesys().forbidden_url();
    setup.with(format!("--api={url}"))
}

pub(super) fn api_of_another_region() -> DoctorFixture {
    let other = Sandbox::start();
    let base = other.genesys().api_base();
    let setup = DoctorFixture::genesys().set(API_BASE, base).with("--api");
    setup.holding(other)
}

pub(super) fn other_origin() -> DoctorFixture {
    DoctorFixture::genesys().with("--api=https://api.example.com/v2/users")
}

pub(super) fn no_api() -> DoctorFixture {
    let setup = DoctorFixture::custom(Sandbox::start()).with("--api=/api/hello");
    setup.unset(API_BASE)
}

pub(super) fn discovery_of_another_domain() -> DoctorFixture {
    DoctorFixture::cxone().unset(API_BASE).with("--api")
}

pub(super) fn throttling_api() -> DoctorFixture {
    let api = Server::http(|_| Reply::empty(429).header("retry-after", "7"));
    let setup = DoctorFixture::genesys()
        .set(API_BASE, api.url(""))
        .with("--api");
    setup.holding(api)
}

pub(super) fn closed_api() -> DoctorFixture {
    let port = ClosedPort::new().unwrap();
    let base = format!("https://{}", port.address());
    let setup = DoctorFixture::genesys().set(API_BASE, base).with("--api");
    setup.holding(port)
}

/// CXone by the names of its hosts, where discovery tells the one of the API.
pub(super) fn discovering() -> DoctorFixture {
    let (login, api) = ("cxone.niceincontact.com", "api-na1.niceincontact.com");
    let builder = Sandbox::builder().with_https().with_host(login);
    let sandbox = builder.with_host(api).start().unwrap();
    let cxone = sandbox.cxone();
    let issuer = format!("https://{login}");
    cxone.openid_responds_with(Reply::json(200, &json!({ "issuer": issuer })));
    let mut tenant = cxone.tenant_configuration();
    tenant["api_endpoint"] = json!(format!("https://{api}"));
    cxone.tenant_responds_with(Reply::json(200, &tenant));
    let leads = [
        (login.to_owned(), cxone.token_server().address()),
        (api.to_owned(), cxone.api_server().address()),
    ];
    let internet = Internet::new(leads);
    let pem = sandbox.ca_pem().unwrap().to_owned();
    let setup = DoctorFixture::of_cxone(Fixture::of(sandbox)).file("ca.pem", &pem);
    let setup = setup.set("CXONE_AUTH_CA_FILE", "ca.pem");
    let setup = setup.set("HTTPS_PROXY", proxy(&internet));
    let setup = setup.set("CXONE_AUTH_ISSUER", "global");
    setup.unset(URL).unset(API_BASE).holding(internet)
}
