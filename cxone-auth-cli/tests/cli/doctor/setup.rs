//! How each set-up is broken.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use cxone_auth_core::transport::ProxyChoice;
use cxone_auth_tests::{
    Authority, Certificate, ClosedPort, DeafPort, Internet, Placement, Reply, Sandbox,
    SecretDecoding, Server,
};
use serde_json::json;

use super::patient::Patient;
use crate::scene::Scene;

const SECRET: &str = "CXONE_AUTH_CLIENT_SECRET";
const ID: &str = "CXONE_AUTH_CLIENT_ID";
const URL: &str = "CXONE_AUTH_TOKEN_URL";
const API_BASE: &str = "CXONE_AUTH_API_BASE";

pub(super) fn newline_in_a_variable() -> Patient {
    with_secret(Patient::genesys(), |secret| format!("{secret}\n"))
}

pub(super) fn quoted_secret() -> Patient {
    with_secret(Patient::genesys(), |secret| format!("\"{secret}\""))
}

pub(super) fn cut_secret() -> Patient {
    with_secret(Patient::genesys(), |secret| secret[..42].to_owned())
}

fn with_secret(patient: Patient, change: impl Fn(&str) -> String) -> Patient {
    let secret = change(patient.variable(SECRET));
    patient.set(SECRET, secret)
}

pub(super) fn swapped() -> Patient {
    let patient = Patient::genesys();
    let (id, secret) = (
        patient.variable(ID).to_owned(),
        patient.variable(SECRET).to_owned(),
    );
    patient.set(ID, secret).set(SECRET, id)
}

pub(super) fn no_access_key() -> Patient {
    let patient = Patient::cxone().unset("CXONE_AUTH_ACCESS_KEY_ID");
    patient.unset("CXONE_AUTH_ACCESS_KEY_SECRET")
}

pub(super) fn rotated_secret() -> Patient {
    let patient = Patient::cxone();
    patient.sandbox().cxone().rotate_secret();
    patient
}

pub(super) fn revoked_access_key() -> Patient {
    let patient = Patient::cxone();
    patient.sandbox().cxone().rotate_access_key();
    patient
}

pub(super) fn other_grant() -> Patient {
    let patient = Patient::genesys();
    patient.sandbox().genesys().authorize_grant_type("CODE");
    patient
}

pub(super) fn throttled() -> Patient {
    let patient = Patient::genesys();
    patient.sandbox().genesys().throttle_next(9);
    patient
}

pub(super) fn out_of_order() -> Patient {
    let patient = Patient::genesys();
    patient.sandbox().genesys().fail_next(9, Reply::empty(502));
    patient
}

pub(super) fn web_page() -> Patient {
    let page = Reply::text(200, "<html><title>Sign in</title></html>");
    let page = page.header("content-type", "text/html");
    Patient::genesys().asking(Server::http(move |_| page.clone()))
}

/// Genesys Cloud by the names of its hosts, in two regions. The client is of the first.
fn by_name(url: &str) -> Patient {
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
    let patient = Patient::of_genesys(Scene::of(american));
    let patient = patient
        .file("ca.pem", &pem)
        .set("CXONE_AUTH_CA_FILE", "ca.pem");
    let patient = patient.set("HTTPS_PROXY", proxy(&internet)).set(URL, url);
    patient.holding(internet).counting_also(german)
}

fn proxy(internet: &Internet) -> String {
    match internet.options().proxy {
        ProxyChoice::Url(url) => url.to_string(),
        _ => unreachable!("it is a proxy"),
    }
}

pub(super) fn wrong_region() -> Patient {
    by_name("")
        .unset(URL)
        .set("CXONE_AUTH_REGION", "eu-central-1")
}

pub(super) fn api_host() -> Patient {
    by_name("https://api.mypurecloud.com/oauth/token")
}

pub(super) fn api_path() -> Patient {
    by_name("https://login.mypurecloud.com/api/v2/oauth/token")
}

pub(super) fn invented_host() -> Patient {
    by_name("https://api.cxone.com/api/v2/oauth/token")
}

/// A stranger who answers at the host of a forum's answer.
pub(super) fn strangers_host() -> Patient {
    const HOST: &str = "api.cxone.com";
    let builder = Sandbox::builder().with_https().with_host(HOST);
    let scene = Scene::of(builder.start().unwrap());
    let stranger = scene.sandbox.custom().token_server().address();
    let internet = Internet::new([(HOST.to_owned(), stranger)]);
    let pem = scene.sandbox.ca_pem().unwrap().to_owned();
    let patient = Patient::of_custom(scene).file("ca.pem", &pem);
    let patient = patient.set("CXONE_AUTH_CA_FILE", "ca.pem");
    let patient = patient.set("HTTPS_PROXY", proxy(&internet));
    patient
        .set(URL, format!("https://{HOST}/token"))
        .holding(internet)
}

pub(super) fn wants_the_body() -> Patient {
    let patient = Patient::custom(Sandbox::start()).with("--probe");
    patient.sandbox().custom().accept_only(Placement::Body);
    patient
}

pub(super) fn reads_basic_raw() -> Patient {
    let builder = Sandbox::builder().with_custom_client("the-client", "p+s%41s/word=9z");
    let patient = Patient::custom(builder.start().unwrap()).with("--probe");
    let custom = patient.sandbox().custom();
    custom.accept_only(Placement::Basic);
    custom.decode_basic(SecretDecoding::Raw);
    patient
}

pub(super) fn unknown_scope() -> Patient {
    let patient = Patient::custom(Sandbox::start()).with("--probe");
    patient.set("CXONE_AUTH_SCOPE", "read:interaction")
}

pub(super) fn unknown_name() -> Patient {
    Patient::genesys().set(URL, "https://login.no-such-host.invalid/oauth/token")
}

pub(super) fn closed_port() -> Patient {
    let port = ClosedPort::new().unwrap();
    let url = format!("https://{}/oauth/token", port.address());
    Patient::genesys().set(URL, url).holding(port)
}

pub(super) fn deaf_port() -> Patient {
    let port = DeafPort::new().unwrap();
    let url = format!("https://{}/oauth/token", port.address());
    let patient = Patient::genesys().set(URL, url).holding(port);
    patient.set("CXONE_AUTH_TIMEOUT", "500ms")
}

pub(super) fn unknown_authority() -> Patient {
    let certificate = Authority::new().certificate();
    showing(certificate)
}

pub(super) fn self_signed() -> Patient {
    showing(Certificate::self_signed())
}

pub(super) fn expired() -> Patient {
    let authority = Authority::new();
    let patient = showing(authority.expired_certificate());
    trusting(patient, &authority)
}

pub(super) fn wrong_name() -> Patient {
    let authority = Authority::new();
    let patient = showing(authority.wrong_name_certificate());
    trusting(patient, &authority)
}

fn showing(certificate: Certificate) -> Patient {
    let builder = Server::builder().with_certificate(certificate);
    let server = builder.start(|_| Reply::empty(500)).unwrap();
    Patient::genesys().asking(server)
}

fn trusting(patient: Patient, authority: &Authority) -> Patient {
    let patient = patient.file("ca.pem", authority.pem());
    patient.set("CXONE_AUTH_CA_FILE", "ca.pem")
}

pub(super) fn strict_proxy() -> Patient {
    let proxy = Server::http(|_| Reply::empty(407));
    let patient = Patient::genesys().set("HTTPS_PROXY", proxy.url(""));
    patient.unset(URL).holding(proxy)
}

/// A proxy whose address the doctor does not read, and that is not there.
pub(super) fn no_socks_proxy() -> Patient {
    let port = ClosedPort::new().unwrap();
    let proxy = format!("socks5://{}", port.address());
    let patient = Patient::genesys().set("HTTPS_PROXY", proxy);
    patient.unset(URL).holding(port)
}

pub(super) fn clock_off() -> Patient {
    let patient = Patient::genesys();
    let token = json!({ "access_token": "abc", "token_type": "bearer", "expires_in": 86_399 });
    // Half an hour beyond two, so that the test may take its time.
    let later = SystemTime::now() + Duration::from_secs(2 * 3_600 + 1_800);
    let date = httpdate::fmt_http_date(later);
    let reply = Reply::json(200, &token).header("date", &date);
    patient.sandbox().genesys().fail_next(9, reply);
    patient
}

pub(super) fn no_role() -> Patient {
    let patient = Patient::genesys();
    let url = patient.sandbox().genesys().forbidden_url();
    patient.with(format!("--api={url}"))
}

pub(super) fn foreign_api() -> Patient {
    let other = Sandbox::start();
    let base = other.genesys().api_base();
    let patient = Patient::genesys().set(API_BASE, base).with("--api");
    patient.holding(other)
}

pub(super) fn other_origin() -> Patient {
    Patient::genesys().with("--api=https://api.example.com/v2/users")
}

pub(super) fn no_api() -> Patient {
    let patient = Patient::custom(Sandbox::start()).with("--api=/api/hello");
    patient.unset(API_BASE)
}

pub(super) fn foreign_discovery() -> Patient {
    Patient::cxone().unset(API_BASE).with("--api")
}

pub(super) fn throttling_api() -> Patient {
    let api = Server::http(|_| Reply::empty(429).header("retry-after", "7"));
    let patient = Patient::genesys().set(API_BASE, api.url("")).with("--api");
    patient.holding(api)
}

pub(super) fn closed_api() -> Patient {
    let port = ClosedPort::new().unwrap();
    let base = format!("https://{}", port.address());
    let patient = Patient::genesys().set(API_BASE, base).with("--api");
    patient.holding(port)
}

/// CXone by the names of its hosts, where discovery tells the one of the API.
pub(super) fn discovering() -> Patient {
    let (login, api) = ("cxone.niceincontact.com", "api-na1.niceincontact.com");
    let builder = Sandbox::builder().with_https().with_host(login);
    let sandbox = builder.with_host(api).start().unwrap();
    let cxone = sandbox.cxone();
    let issuer = format!("https://{login}");
    cxone.answer_openid_with(Reply::json(200, &json!({ "issuer": issuer })));
    let mut tenant = cxone.tenant_configuration();
    tenant["api_endpoint"] = json!(format!("https://{api}"));
    cxone.answer_tenant_with(Reply::json(200, &tenant));
    let leads = [
        (login.to_owned(), cxone.token_server().address()),
        (api.to_owned(), cxone.api_server().address()),
    ];
    let internet = Internet::new(leads);
    let pem = sandbox.ca_pem().unwrap().to_owned();
    let patient = Patient::of_cxone(Scene::of(sandbox)).file("ca.pem", &pem);
    let patient = patient.set("CXONE_AUTH_CA_FILE", "ca.pem");
    let patient = patient.set("HTTPS_PROXY", proxy(&internet));
    let patient = patient.set("CXONE_AUTH_ISSUER", "global");
    patient.unset(URL).unset(API_BASE).holding(internet)
}
