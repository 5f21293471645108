//! Whether the two spellings of Basic differ for a client, and which to try next.

use super::is_unreserved;
use crate::config::{BasicEncoding, ClientAuthentication};
use crate::diagnosis::inspect::Subject;
use crate::finding::Confidence::Possible;
use crate::finding::Finding;
use crate::finding::catalogue::credential as cause;

/// How many characters of a client some servers read otherwise than they were meant.
pub(in crate::diagnosis) struct SpellingRisk {
    id: usize,
    secret: usize,
    encoding: BasicEncoding,
    next: &'static str,
}

impl SpellingRisk {
    /// What was seen, and the setting to try next.
    pub(in crate::diagnosis) fn evidence(&self) -> String {
        let (id, secret, next) = (self.id, self.secret, self.next);
        let encoding = match self.encoding {
            BasicEncoding::FormUrlEncoded => "form-encoded",
            BasicEncoding::Raw => "raw",
        };
        format!(
            "sent as Basic, {encoding}: {id} characters beyond letters, digits, - . _ ~ in the client id, {secret} in the \
             client secret; the setting to try next is {next}"
        )
    }
}

/// Legacy Central reads raw Basic and nothing else, so that nothing is open there.
pub(super) fn rule(subject: &Subject<'_>) -> Option<Finding> {
    let looks_at_the_client = subject.values().any(|value| value.name == "client id");
    let risk = spelling_risk(subject).filter(|_| looks_at_the_client)?;
    Some(cause::SPELLING_DIFFERS.found(Possible, risk.evidence()))
}

/// The risk with the spelling that is set; none where every known server reads it alike.
pub(in crate::diagnosis) fn spelling_risk(subject: &Subject<'_>) -> Option<SpellingRisk> {
    let ClientAuthentication::Basic(encoding) = subject.config.authentication else {
        return None;
    };
    if subject.is_central() && encoding == BasicEncoding::Raw {
        return None;
    }
    let credentials = &subject.config.credentials;
    // Blanks at an end are wrong in either spelling, and have a finding of their own.
    let count = |text: &str| {
        text.trim()
            .bytes()
            .filter(|byte| is_risky(*byte, encoding))
            .count()
    };
    let (id, secret) = (count(credentials.id()), count(credentials.expose_secret()));
    (id + secret > 0).then(|| SpellingRisk {
        id,
        secret,
        encoding,
        next: next_setting(encoding, credentials.id()),
    })
}

/// Sent form-encoded, whatever is escaped is another credential to a server that does not decode.
/// Sent raw, only these are read otherwise by some: `%` and `+` where it is decoded, a colon
/// where it is split at the last one, and bytes beyond ASCII.
fn is_risky(byte: u8, encoding: BasicEncoding) -> bool {
    match encoding {
        BasicEncoding::FormUrlEncoded => !is_unreserved(byte),
        BasicEncoding::Raw => b"%+:".contains(&byte) || !byte.is_ascii(),
    }
}

fn next_setting(encoding: BasicEncoding, id: &str) -> &'static str {
    match encoding {
        BasicEncoding::FormUrlEncoded if id.contains(':') => "ClientAuthentication::Body",
        BasicEncoding::FormUrlEncoded => "ClientAuthentication::Basic(BasicEncoding::Raw)",
        BasicEncoding::Raw => "ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded)",
    }
}
