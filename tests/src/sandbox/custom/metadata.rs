//! The two documents in which the server describes itself, and what is wrong with faulty ones.

use serde_json::{Value, json};

use super::{CustomRules, CustomServer};
use crate::sandbox::desk::Desk;
use crate::server::{Placement, Received, Reply};

/// RFC 8414 §3; the issuer has no path.
const OAUTH: &str = "/.well-known/oauth-authorization-server";
/// OpenID Connect Discovery 1.0 §4.
const OPENID: &str = "/.well-known/openid-configuration";

/// What is sent instead of the truth.
#[derive(Default)]
pub(super) struct Published {
    oauth: Option<Reply>,
    openid: Option<Reply>,
}

/// Something wrong with a server's metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetadataFault {
    /// The document names another issuer.
    OtherIssuer,
    /// The issuer has a slash at its end that was not asked for.
    TrailingSlash,
    /// The token endpoint is at a host that is not loopback, by plain http.
    PlainHttp,
    /// The token endpoint is a login host of Genesys Cloud.
    OtherVendor,
    /// There is no token endpoint.
    NoTokenEndpoint,
    /// A web page, with status 200.
    WebPage,
    /// The document stops in the middle.
    Cut,
    /// A redirect to another host that has a document.
    Redirect,
    /// A body that no transport reads to its end.
    Huge,
    /// 404.
    Missing,
}

impl MetadataFault {
    /// All faults.
    pub const ALL: [Self; 10] = [
        Self::OtherIssuer,
        Self::TrailingSlash,
        Self::PlainHttp,
        Self::OtherVendor,
        Self::NoTokenEndpoint,
        Self::WebPage,
        Self::Cut,
        Self::Redirect,
        Self::Huge,
        Self::Missing,
    ];

    /// Returns the response of a server with this fault, whose metadata would be `document`.
    #[must_use]
    pub fn reply(self, document: &Value) -> Reply {
        let mut faulty = document.clone();
        let issuer = document["issuer"].as_str().unwrap_or_default();
        match self {
            Self::OtherIssuer => faulty["issuer"] = "https://other.example.com".into(),
            Self::TrailingSlash => faulty["issuer"] = format!("{issuer}/").into(),
            Self::PlainHttp => faulty["token_endpoint"] = "http://id.example.com/token".into(),
            Self::OtherVendor => {
                faulty["token_endpoint"] = "https://login.mypurecloud.com/oauth/token".into();
            }
            Self::NoTokenEndpoint => faulty["token_endpoint"] = Value::Null,
            Self::WebPage => {
                let page = Reply::text(200, "<!doctype html><title>Sign in</title>");
                return page.header("content-type", "text/html");
            }
            Self::Cut => {
                let text = document.to_string();
                return Reply::text(200, &text[..text.len() / 2]);
            }
            Self::Redirect => return Reply::redirect(302, "https://id.example.com/login?to=x"),
            Self::Huge => return Reply::endless(),
            Self::Missing => return Reply::text(404, "not found"),
        }
        Reply::json(200, &faulty)
    }
}

impl CustomServer {
    /// Returns the issuer by which the server's metadata is found: both documents, of RFC 8414 and
    /// of OpenID Connect, are published.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.token_server().url("")
    }

    /// Returns the metadata as the server publishes it.
    #[must_use]
    pub fn metadata(&self) -> Value {
        document(&self.rules, &self.issuer())
    }

    /// Publishes this in place of the metadata of RFC 8414.
    pub fn publish_oauth(&self, reply: Reply) {
        self.rules.published().oauth = Some(reply);
    }

    /// Publishes this in place of the OpenID configuration.
    pub fn publish_openid(&self, reply: Reply) {
        self.rules.published().openid = Some(reply);
    }

    /// Publishes this in place of both documents.
    pub fn publish(&self, reply: &Reply) {
        self.publish_oauth(reply.clone());
        self.publish_openid(reply.clone());
    }

    /// Returns the paths of the requests for metadata, in their order.
    #[must_use]
    pub fn metadata_requests(&self) -> Vec<String> {
        let received = self.token_server().received();
        let paths = received.iter().map(|request| request.path().to_owned());
        paths.filter(|path| is_below(path)).collect()
    }
}

pub(super) fn is_below(path: &str) -> bool {
    path == OAUTH || path == OPENID
}

pub(super) fn response(rules: &CustomRules, desk: &Desk, request: &Received) -> Reply {
    if request.method != "GET" {
        return Reply::empty(405);
    }
    let published = rules.published();
    let instead = if request.path() == OAUTH {
        &published.oauth
    } else {
        &published.openid
    };
    instead.clone().unwrap_or_else(|| {
        let issuer = &desk.hosts().login;
        Reply::json(200, &document(rules, issuer))
    })
}

fn document(rules: &CustomRules, issuer: &str) -> Value {
    let methods: &[&str] = match rules.registration().placement {
        _ if rules.signing().is_registered() => &["private_key_jwt"],
        Some(Placement::Basic) => &["client_secret_basic"],
        Some(Placement::Body) => &["client_secret_post"],
        _ => &["client_secret_basic", "client_secret_post"],
    };
    json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}{}", rules.token_path),
        "response_types_supported": ["none"],
        "token_endpoint_auth_methods_supported": methods,
        "grant_types_supported": ["client_credentials"],
        "scopes_supported": rules.scopes().known.clone(),
    })
}
