//! The login with an access key alone.

use serde_json::{Value, json};

use super::{AccessKey, CxOneRules};
use crate::sandbox::desk::Desk;
use crate::sandbox::random;
use crate::sandbox::token_request::json_reply;
use crate::server::{Received, Reply};

pub(super) const PATH: &str = "/authentication/v1/token/access-key";

/// What UserHub does otherwise than by default.
#[derive(Default)]
pub(super) struct Habits {
    /// Its tokens name no tenant.
    pub(super) hides_tenant: bool,
    /// What it says of the API in place of the truth.
    pub(super) resource_server: Option<Value>,
}

/// JSON with the two members and no client. NICE documents the request and the good response; the
/// shape of a refusal is inferred.
pub(super) fn response(rules: &CxOneRules, desk: &Desk, request: &Received) -> Reply {
    if request.method != "POST" {
        return refused(405, "the method must be POST");
    }
    let content_type = request.header("content-type").unwrap_or_default();
    if content_type != "application/json" {
        return refused(415, "the body must be application/json");
    }
    if request.header("authorization").is_some() {
        return refused(400, "no Authorization belongs here");
    }
    if desk.takes_throttle() {
        return refused(429, "Too Many Requests");
    }
    let settings = rules.settings();
    let expected = login(&settings.access_key);
    if serde_json::from_slice::<Value>(&request.body).ok() != Some(expected) {
        return refused(401, "the access key is not valid");
    }
    let habits = &settings.user_hub;
    let token = if habits.hides_tenant {
        random::base64url(48)
    } else {
        rules.access_token(desk)
    };
    let truth = || desk.hosts().api.clone().into();
    let body = json!({
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": desk.issue(&token).to_string(),
        "id_token": rules.access_token(desk),
        "refresh_token": random::base64url(64),
        "resource_server_base_uri": habits.resource_server.clone().unwrap_or_else(truth),
    });
    json_reply(200, &body)
}

fn login(key: &AccessKey) -> Value {
    json!({ "accessKeyId": key.id, "accessKeySecret": key.secret })
}

fn refused(status: u16, message: &str) -> Reply {
    json_reply(status, &json!({ "message": message }))
}
