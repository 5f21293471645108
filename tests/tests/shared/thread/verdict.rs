//! Whether what came of a try is what the thread's data say.

use cxone_auth_core::diagnosis::Diagnosis;
use cxone_auth_tests::{Placement, Received};

use super::{Attempt, Expected, Fix, Played, System};

/// What differs, if anything does.
pub(crate) type Verdict = Result<(), String>;

impl Attempt {
    pub(crate) fn verify(&self, played: &Played) -> Verdict {
        let expected = &self.expected;
        self.verify_sent(played)?;
        same("a token", &played.result.is_ok(), &expected.granted)?;
        if let Err(error) = &played.result {
            let status = error.status().map(|status| status.as_u16());
            same("the status", &status, &expected.status)?;
            same("the error", &error.oauth_code(), &expected.error.as_deref())?;
        }
        expected.verify(played)
    }

    fn verify_sent(&self, played: &Played) -> Verdict {
        let Some(expected) = &self.sent else {
            return same("requests", &played.sent.requests.len(), &0);
        };
        let request = only_request(played)?;
        let placement = request.placement().to_string();
        same("the placement", &placement, &expected.placement)?;
        same("the scope", &request.parameter("scope"), &expected.scope)?;
        let is_json = request.header("content-type") == Some("application/json");
        same("JSON", &is_json, &expected.json)
    }
}

impl Expected {
    fn verify(&self, played: &Played) -> Verdict {
        let before = codes(&played.before_sending);
        let after = codes(&played.findings);
        let is_refused = played.endpoint.is_none();
        same("refused before sending", &is_refused, &self.refused)?;
        if after.first() != Some(&self.first) {
            return Err(format!("{} is not the first of {after:?}", self.first));
        }
        contains("the findings", &after, &self.among)?;
        contains("what inspection finds", &before, &self.before_sending)?;
        match self.never.iter().find(|code| after.contains(code)) {
            Some(code) => Err(format!("{code} contradicts what is known")),
            None => Ok(()),
        }
    }
}

impl Fix {
    /// Asks of every fix: one request to the right address, a token, and a configuration without
    /// a finding.
    pub(crate) fn verify(played: &Played) -> Verdict {
        played
            .result
            .as_ref()
            .map_err(|error| format!("{error:#}"))?;
        only_request(played)?;
        same("findings", &codes(&played.before_sending), &Vec::new())
    }
}

impl System {
    /// A token with one request; a cache makes one more, within its buffer.
    pub(crate) fn verify(&self, played: &Played) -> Verdict {
        played
            .result
            .as_ref()
            .map_err(|error| format!("{error:#}"))?;
        if self.refresh_before.is_some() {
            return same("requests", &played.sent.requests.len(), &2);
        }
        let request = only_request(played)?;
        let is_body = request.placement() == Placement::Body;
        same("in the body", &is_body, &self.is_in_the_body())?;
        let has_scope = request.parameter("scope").is_some();
        same("a scope", &has_scope, &self.has_scope())
    }
}

/// The one request, which has to have gone to the host and the path of the configuration.
fn only_request(played: &Played) -> Result<&Received, String> {
    let [request] = &played.sent.requests[..] else {
        let count = played.sent.requests.len();
        return Err(format!("{count} requests arrived, not one"));
    };
    let [host] = &played.sent.hosts[..] else {
        return Err(format!(
            "not one host was asked for: {:?}",
            played.sent.hosts
        ));
    };
    let host = host.trim_end_matches(":443");
    let address = format!("https://{host}{}", request.path());
    same("the address", &Some(address), &played.endpoint)?;
    Ok(request)
}

fn codes(diagnosis: &Diagnosis) -> Vec<String> {
    let codes = diagnosis.iter().map(|finding| finding.code().to_string());
    codes.collect()
}

fn contains(what: &str, codes: &[String], wanted: &[String]) -> Verdict {
    let missing = wanted.iter().find(|code| !codes.contains(code));
    missing.map_or(Ok(()), |code| {
        Err(format!("{code} is not among {what}: {codes:?}"))
    })
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, seen: &T, expected: &T) -> Verdict {
    if seen == expected {
        Ok(())
    } else {
        Err(format!("{what}: {seen:?}, not {expected:?}"))
    }
}
