//! The API host of Genesys Cloud: a few resources, and refusals in the API's own shape.

use std::time::Duration;

use serde_json::{Value, json};

use super::GenesysRules;
use crate::sandbox::desk::{Bearer, Desk};
use crate::sandbox::random;
use crate::server::{Received, Reply};

pub(super) const USERS: &str = "/api/v2/users";
pub(super) const USERS_ME: &str = "/api/v2/users/me";
pub(super) const ROLES: &str = "/api/v2/authorization/roles";

pub(super) const MINUTE: Duration = Duration::from_mins(1);
/// The documented `client.credentials.token.rate.per.minute`.
pub(super) const CALLS_PER_MINUTE: u32 = 300;

const USER_COUNT: usize = 57;
const PAGE_SIZE: usize = 25;

/// Returns the response. A path that does not exist is reported before the token is checked: a
/// token request sent here by mistake, to `/oauth/token` or `/api/v2/oauth/token`, gets this 404.
pub(super) fn response(rules: &GenesysRules, desk: &Desk, request: &Received) -> Reply {
    if request.method != "GET" || ![USERS, USERS_ME, ROLES].contains(&request.path()) {
        return refused(404, "not.found", "the requested resource does not exist");
    }
    let token = match desk.bearer(request) {
        Bearer::Good(token) => token,
        Bearer::Missing => {
            let message = "no authentication bearer token was specified";
            return refused(401, "authentication.required", message);
        }
        Bearer::Unknown => return refused(401, "bad.credentials", "invalid login credentials"),
        Bearer::Expired => return refused(401, "credentials.expired", "the token has expired"),
    };
    within_limit(rules, desk, token, || resource(request))
}

fn resource(request: &Received) -> Reply {
    match request.path() {
        USERS_ME => {
            let message = "this request needs a user context, which client credentials lack";
            refused(400, "bad.request", message)
        }
        ROLES => {
            let message = "unable to perform the requested action: authorization:role:view";
            refused(403, "missing.permissions", message)
        }
        _ => Reply::json(200, &page_of_users(request)),
    }
}

/// Counts the call, and adds the rate-limit headers to the response.
fn within_limit(
    rules: &GenesysRules,
    desk: &Desk,
    token: &str,
    resource: impl FnOnce() -> Reply,
) -> Reply {
    let now = desk.clock.now();
    let mut settings = rules.settings();
    let fresh = settings.calls.clone();
    let window = settings
        .calls_by_token
        .entry(token.to_owned())
        .or_insert(fresh);
    let is_admitted = window.admit(now);
    let reset = window.resets_in(now).as_secs().max(1).to_string();
    let reply = if is_admitted {
        resource()
    } else {
        let message = "rate limit exceeded the maximum per minute";
        refused(429, "too.many.requests", message).header("retry-after", &reset)
    };
    reply
        .header("inin-ratelimit-count", &window.count.to_string())
        .header("inin-ratelimit-allowed", &window.allowed.to_string())
        .header("inin-ratelimit-reset", &reset)
}

/// Returns one page of made-up users, with `pageSize` and `pageNumber` as in the real API.
fn page_of_users(request: &Received) -> Value {
    let number = |name: &str, default: usize| {
        let query = request.query();
        let value = query.iter().find(|(key, _)| key == name);
        let value = value.and_then(|(_, value)| value.parse().ok());
        value.filter(|value| *value > 0).unwrap_or(default)
    };
    let size = number("pageSize", PAGE_SIZE);
    let page = number("pageNumber", 1);
    let users: Vec<Value> = (1..=USER_COUNT)
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .map(user)
        .collect();
    json!({
        "entities": users,
        "pageSize": size,
        "pageNumber": page,
        "total": USER_COUNT,
        "pageCount": USER_COUNT.div_ceil(size),
    })
}

fn user(number: usize) -> Value {
    json!({
        "id": format!("00000000-0000-4000-a000-{number:012}"),
        "name": format!("Agent {number}"),
        "email": format!("agent{number}@example.com"),
        "state": "active",
    })
}

/// Returns an API error. The shape is the SDKs' error model; the codes are from a third party's
/// list.
fn refused(status: u16, code: &str, message: &str) -> Reply {
    let context_id = random::uuid();
    let body = json!({
        "message": message,
        "code": code,
        "status": status,
        "contextId": context_id,
        "details": [],
        "errors": [],
    });
    Reply::json(status, &body).header("inin-correlation-id", &context_id)
}
