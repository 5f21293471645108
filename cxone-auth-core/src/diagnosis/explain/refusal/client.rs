//! Rules for responses that refuse the client, its grant or its scopes. A server says the same for
//! a wrong secret, an unknown client and another spelling. Most of these findings are therefore
//! only possible causes.

use http::StatusCode;

use super::allow_list;
use crate::config::{ClientAuthentication, Grant, Scope};
use crate::diagnosis::explain::{Case, Rule};
use crate::diagnosis::inspect::{INVENTED, named, spelling_risk};
use crate::error::{ErrorKind, Reason};
use crate::finding::Confidence::{Certain, Likely, Possible};
use crate::finding::catalogue::{address, credential as cause, scope};
use crate::finding::{Finding, Setting};
use crate::platform::{Host, Platform};

/// Rules for responses that refuse the client.
pub(super) const RULES: &[Rule] = &[
    other_method,
    central_does_not_fit,
    other_spelling,
    wrong_region,
    wrong_secret,
    other_placement,
    not_yet_approved,
    wrong_issuer,
    disabled,
    allow_list::unnamed,
];

/// Client authentication methods that do not send a secret.
const METHODS: [&str; 9] = [
    "private_key_jwt",
    "private key jwt",
    "client_secret_jwt",
    "tls_client_auth",
    "client_assertion",
    "client assertion",
    "assertion is required",
    "signed jwt",
    "mutual tls",
];

/// Applies only if the response does not also name a method that sends a secret.
fn other_method(case: &Case<'_>) -> Option<Finding> {
    const SECRETS: [&str; 4] = [
        "client_secret_basic",
        "client_secret_post",
        "'client_secret'",
        "or client_secret",
    ];
    let says_so = case.response.speaks_of(&METHODS) && !case.response.speaks_of(&SECRETS);
    let method = METHODS
        .into_iter()
        .find(|method| case.response.speaks_of(&[method]))
        .filter(|_| says_so)?;
    (case.is_client_refused() && sends_a_secret(case))
        .then(|| cause::OTHER_METHOD.found(Likely, format!("the description names {method}")))
}

/// Reports whether the client authenticates by a secret, in the header or in the body.
fn sends_a_secret(case: &Case<'_>) -> bool {
    matches!(
        case.subject.config.authentication,
        ClientAuthentication::Basic(_) | ClientAuthentication::Body
    )
}

fn central_does_not_fit(case: &Case<'_>) -> Option<Finding> {
    let names_it = case.response.speaks_of(&["not authorized for user"]);
    (case.is_client_refused() && case.subject.is_central()).then(|| {
        let (confidence, evidence) = if names_it {
            (Certain, "the description says \"not authorized for user\"")
        } else {
            (Likely, "the server refuses the client")
        };
        cause::CENTRAL_DOES_NOT_FIT.found(confidence, evidence)
    })
}

fn other_spelling(case: &Case<'_>) -> Option<Finding> {
    let risk = spelling_risk(&case.subject)?;
    let names_it = case.response.speaks_of(&["not properly encoded"]);
    let confidence = match (names_it, case.is_client_refused()) {
        (true, _) => Certain,
        // Secrets of Genesys Cloud need no encoding. For CXone the sources disagree.
        (false, true) if case.subject.is_cxone() || case.subject.is_genesys() => Possible,
        (false, true) => Likely,
        (false, false) if may_have_tripped(case) => Possible,
        (false, false) => return None,
    };
    Some(cause::OTHER_SPELLING.found(confidence, risk.evidence()))
}

/// Reports whether the server may have failed because of the spelling of the credentials. Some
/// servers respond with 500 to what they cannot decode. A gateway that sends 502 or 503 has not
/// read them.
pub(super) fn may_have_tripped(case: &Case<'_>) -> bool {
    case.response.kind == ErrorKind::Unavailable
        && case.status() == StatusCode::INTERNAL_SERVER_ERROR
        && spelling_risk(&case.subject).is_some()
}

/// Applies only if Genesys Cloud is asked and the response has its own words. A status alone may
/// come from another server.
fn wrong_region(case: &Case<'_>) -> Option<Finding> {
    let says_so = case.error() == Some("invalid_client") && case.is_client_refused();
    (says_so && case.subject.is_genesys() && !has_id_of_another_vendor(case)).then(|| {
        let evidence = match region(case) {
            Some(region) => format!("the request went to {region}"),
            None => "the request went to Genesys Cloud".to_owned(),
        };
        // A secret that was cut is also refused in the right region.
        let is_cut = length_of_secret(case).is_some();
        address::WRONG_REGION.found(if is_cut { Possible } else { Likely }, evidence)
    })
}

/// Reports whether the id has a blank or is from another product. Such an id is unknown in every
/// region.
pub(super) fn has_id_of_another_vendor(case: &Case<'_>) -> bool {
    let id = case.subject.config.client_id().unwrap_or_default();
    id.len() != 36 || id.split('-').count() != 5
}

fn region(case: &Case<'_>) -> Option<String> {
    match (&case.subject.host, &case.subject.config.platform) {
        (Host::GenesysLogin(domain) | Host::Genesys(Some(domain)), _) => Some(domain.clone()),
        (_, Platform::GenesysCloud(region)) => Some(format!("{region}, {}", region.domain())),
        _ => None,
    }
}

fn wrong_secret(case: &Case<'_>) -> Option<Finding> {
    if !sends_a_secret(case) {
        return None;
    }
    if case.is_secret_refused_as_grant() {
        let evidence = "invalid_grant for client credentials, as some servers say to a wrong \
                        secret (Genesys Cloud says invalid_client)";
        return Some(cause::WRONG_SECRET.found(Likely, evidence));
    }
    let says_so = words_of_a_secret(case);
    case.is_client_refused().then(|| {
        let is_unlikely =
            case.subject.is_central() || case.is_barely_forbidden() || other_method(case).is_some();
        let confidence = if is_unlikely { Possible } else { Likely };
        let evidence = says_so.map(str::to_owned);
        let evidence = evidence.or_else(|| length_of_secret(case));
        cause::WRONG_SECRET.found(confidence, evidence.unwrap_or_default())
    })
}

/// Returns which of the two is wrong, if the server's words tell.
fn words_of_a_secret(case: &Case<'_>) -> Option<&'static str> {
    const SAID: [(&[&str], &str); 5] = [
        (
            &["aadsts700016", "application with identifier"],
            "the description says that this tenant has no application with this id",
        ),
        (
            &["aadsts7000215"],
            "the description says that the secret is wrong: Entra wants its value, not its id",
        ),
        (
            &[
                "aadsts7000222",
                "secret has expired",
                "secret expired",
                "secret is expired",
            ],
            "the description says that the secret has expired",
        ),
        (
            &["aadsts7000112", "is disabled", "client disabled"],
            "the description says that the client is disabled",
        ),
        (
            &[
                "client not found",
                "unknown client",
                "client does not exist",
            ],
            "the description says that the server does not know the id",
        ),
    ];
    let said = SAID.into_iter();
    let mut said = said.filter(|(phrases, _)| case.response.speaks_of(phrases));
    said.next().map(|(_, evidence)| evidence)
}

/// Returns the length of a secret that may have been cut. All secrets seen at Genesys Cloud have
/// the same length.
fn length_of_secret(case: &Case<'_>) -> Option<String> {
    const USUAL: usize = 43;
    let client = case.subject.config.credentials.as_ref()?;
    let length = client.expose_secret()?.chars().count();
    (case.subject.is_genesys() && length != USUAL).then(|| {
        format!(
            "the secret has {length} characters, where those of Genesys Cloud usually have {USUAL}"
        )
    })
}

fn other_placement(case: &Case<'_>) -> Option<Finding> {
    let in_body = case.subject.config.authentication == ClientAuthentication::Body;
    let is_usual = !in_body && (case.subject.is_genesys() || case.subject.is_central());
    if !case.is_client_refused() || !sends_a_secret(case) || is_usual || case.is_barely_forbidden()
    {
        return None;
    }
    Some(match in_body {
        true if case.response.offers_basic() => {
            let evidence = "sent in the body, and the response offers Basic";
            cause::OTHER_PLACEMENT.found(Likely, evidence)
        }
        true => cause::OTHER_PLACEMENT.found(Possible, "sent in the body"),
        false if case.subject.is_cxone() => {
            let evidence = "sent as Basic, which about half of the registrations at CXone refuse; \
                            was the client registered for client_secret_basic or for \
                            client_secret_post?";
            cause::OTHER_PLACEMENT.found(Likely, evidence)
        }
        false => cause::OTHER_PLACEMENT.found(Possible, "sent as Basic"),
    })
}

fn not_yet_approved(case: &Case<'_>) -> Option<Finding> {
    (case.is_client_refused() && case.subject.is_cxone() && !case.is_barely_forbidden())
        .then(|| cause::NOT_YET_APPROVED.found(Possible, ""))
}

fn wrong_issuer(case: &Case<'_>) -> Option<Finding> {
    if let Grant::UserHub(_) = case.subject.config.grant {
        return other_area(case);
    }
    let asked = (&case.subject.host, &case.subject.config.platform);
    let ((Host::CxoneIssuer(issuer), _) | (Host::Other, Platform::Cxone(issuer))) = asked else {
        return None;
    };
    let name = issuer.name().unwrap_or("one of its own");
    (case.is_client_refused() && !case.is_barely_forbidden())
        .then(|| address::WRONG_ISSUER.found(Possible, format!("the issuer asked is {name}")))
}

/// Finds the same for an access key alone.
fn other_area(case: &Case<'_>) -> Option<Finding> {
    let evidence = match &case.subject.host {
        Host::UserHub(area) => format!("the area asked is {area}"),
        _ => "the area asked is one that no table has".to_owned(),
    };
    case.is_key_refused()
        .then(|| address::WRONG_ISSUER.found(Possible, evidence))
}

fn disabled(case: &Case<'_>) -> Option<Finding> {
    let says_so = case.error() == Some("invalid_client") && case.is_client_refused();
    (says_so && case.subject.is_genesys() && !has_id_of_another_vendor(case))
        .then(|| cause::DISABLED.found(Possible, ""))
}

/// Rules for responses that refuse the grant, the access key or the scopes.
pub(super) const GRANT_RULES: &[Rule] = &[
    allow_list::named,
    access_key_missing,
    other_grant,
    access_key_refused,
    both_placements,
    not_a_form,
    roles_not_scopes,
    invented_scope,
    scope_refused,
    scope_wanted,
];

fn access_key_missing(case: &Case<'_>) -> Option<Finding> {
    let is_without =
        case.subject.host.is_cxone() && !case.subject.has_access_key() && !case.is_of_the_moment();
    let says_so = matches!(case.error(), Some("invalid_request" | "invalid_grant"));
    (is_without && says_so)
        .then(|| cause::ACCESS_KEY_MISSING.found(Likely, "the request has no access key"))
}

fn other_grant(case: &Case<'_>) -> Option<Finding> {
    // At CXone the grant itself is the problem. The address rules report it.
    let is_told = case.subject.is_cxone() && !case.subject.has_access_key();
    // Some servers say this for an unknown client or a wrong secret.
    let is_of_the_client =
        case.error() == Some("unauthorized_client") && case.reason() == Reason::Client;
    let is_grant = case.subject.has_client() && case.is_grant_refused();
    ((is_grant || is_of_the_client) && !is_told).then(|| {
        let grant = if case.subject.has_access_key() {
            "password"
        } else {
            "client_credentials"
        };
        let evidence = format!("grant_type={grant} was sent");
        // If Genesys Cloud names the grant, this response has no other cause.
        let is_plain = case.subject.is_genesys()
            && case.error() == Some("unauthorized_client")
            && case.response.speaks_of(&["grant"])
            && !allow_list::speaks_of_an_address(case);
        let confidence = match (is_of_the_client, is_plain) {
            (true, _) => Possible,
            (false, true) => Certain,
            (false, false) => Likely,
        };
        cause::OTHER_GRANT.found(confidence, evidence)
    })
}

fn access_key_refused(case: &Case<'_>) -> Option<Finding> {
    case.is_key_refused().then(|| {
        let is_short = case
            .subject
            .values()
            .any(|value| value.setting == Setting::AccessKeySecret && !value.text.ends_with('='));
        let evidence = if is_short {
            "the access key secret has no = at its end, where issued ones have ===="
        } else if case.subject.has_client() {
            "the server has accepted the client and refuses the key"
        } else {
            "the server refuses the key"
        };
        cause::ACCESS_KEY_REFUSED.found(Likely, evidence)
    })
}

fn both_placements(case: &Case<'_>) -> Option<Finding> {
    const WORDS: [&str; 5] = [
        "one mechanism",
        "multiple client auth",
        "more than one client auth",
        "multiple credentials",
        "multiple authentication",
    ];
    let says_so = !case.is_of_the_moment() && case.response.speaks_of(&WORDS);
    (says_so && case.subject.has_client()).then(|| {
        let evidence = "the request was sent with one, and the description speaks of more";
        cause::BOTH_PLACEMENTS.found(Likely, evidence)
    })
}

fn not_a_form(case: &Case<'_>) -> Option<Finding> {
    const WORDS: [&str; 5] = [
        "content type",
        "content-type",
        "x-www-form-urlencoded",
        "grant_type is missing",
        "missing grant_type",
    ];
    let is_refused = case.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE
        || case.error() == Some("invalid_request") && case.response.speaks_of(&WORDS);
    (is_refused && !case.is_of_the_moment()).then(|| {
        if case.subject.has_client() {
            cause::NOT_A_FORM.found(Likely, "the request was sent as a form")
        } else {
            let evidence = "an access key alone was sent as JSON, and the server wants a form";
            address::OTHER_LOGIN.found(Likely, evidence)
        }
    })
}

fn roles_not_scopes(case: &Case<'_>) -> Option<Finding> {
    let says_so = case.is_scope_refused() && case.subject.is_genesys();
    (says_so && !case.subject.config.scope.is_empty())
        .then(|| scope::ROLES_NOT_SCOPES.found(Likely, "scopes were asked for and refused"))
}

/// Finds a scope that no vendor has. Another server may have a scope with this name, and says which
/// scope it refuses.
fn invented_scope(case: &Case<'_>) -> Option<Finding> {
    let asked = case.subject.config.scope.iter();
    let found: Vec<&str> = asked
        .flat_map(|scope| scope.as_str().split(','))
        .filter(|part| INVENTED.contains(part))
        .collect();
    (case.is_scope_refused() && case.subject.is_a_vendors() && !found.is_empty())
        .then(|| scope::INVENTED_SCOPE.found(Likely, found.join(" ")))
}

fn scope_refused(case: &Case<'_>) -> Option<Finding> {
    let asked = &case.subject.config.scope;
    (case.is_scope_refused() && !asked.is_empty()).then(|| {
        let names = named(case.subject.config, asked.iter().map(Scope::as_str));
        scope::SCOPE_REFUSED.found(Likely, format!("asked for: {names}"))
    })
}

fn scope_wanted(case: &Case<'_>) -> Option<Finding> {
    let is_vendor = case.subject.is_genesys() || case.subject.is_cxone();
    let confidence = if is_vendor { Possible } else { Likely };
    (case.is_scope_refused() && case.subject.config.scope.is_empty())
        .then(|| scope::SCOPE_WANTED.found(confidence, "the request asked for no scope"))
}
