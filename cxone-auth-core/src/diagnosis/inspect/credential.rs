//! Rules for the text of ids and secrets. No rule repeats any of it.

mod basic;
mod mixed_up;
mod placeholder;
mod something_else;

use super::{Rule, Subject, Value};
use crate::characters::UnusualCharacter;
use crate::config::{BasicEncoding, ClientAuthentication, is_wrapped_base64};
use crate::finding::Confidence::{Certain, Likely, Possible};
use crate::finding::catalogue::{CatalogueEntry, credential as cause};
use crate::finding::{Confidence, Finding, Message, Setting, Term};
use crate::secret_look::is_uuid;

pub(in crate::diagnosis) const RULES: &[Rule] = &[
    placeholder::rule,
    scheme_pasted_along,
    basic::rule,
    mixed_up::swapped,
    mixed_up::pairs,
    mixed_up::cut_access_key,
    something_else::rule,
    blank_at_an_end,
    unusual_character,
    wrapped_base64,
    wrapped_in_quotes,
    already_percent_encoded,
    not_a_uuid,
    spelling_differs,
];

/// Returns the finding about the values for which `holds`, if there are any. It names them and says
/// what was seen.
fn found(
    subject: &Subject<'_>,
    (entry, confidence): (&'static CatalogueEntry, Confidence),
    holds: fn(&str) -> bool,
    seen: &str,
) -> Option<Finding> {
    let values = subject.values().filter(|value| holds(value.text));
    let settings: Vec<Setting> = values.map(|value| value.setting).collect();
    (!settings.is_empty()).then(|| {
        let names: Vec<&str> = settings.iter().map(|setting| setting.as_str()).collect();
        let evidence = format!("{}: {seen}", names.join(" and "));
        entry.found(confidence, evidence).about(settings)
    })
}

fn scheme_pasted_along(subject: &Subject<'_>) -> Option<Finding> {
    let begins_with_a_scheme = |text: &str| {
        ["basic ", "bearer "].into_iter().any(|scheme| {
            text.get(..scheme.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        })
    };
    let seen = "a scheme and a space at its start";
    let cause = (&cause::SCHEME_PASTED_ALONG, Certain);
    found(subject, cause, begins_with_a_scheme, seen)
}

fn blank_at_an_end(subject: &Subject<'_>) -> Option<Finding> {
    let finding = listed(subject, &cause::BLANK_AT_AN_END, blanks_of)?;
    Some(subject.milder_elsewhere(finding))
}

/// Returns the finding about the values for which `told` has something to tell, each in its own
/// words.
fn listed(
    subject: &Subject<'_>,
    entry: &'static CatalogueEntry,
    told: fn(Value<'_>) -> Option<String>,
) -> Option<Finding> {
    let told = |value: Value<'_>| Some((value.setting, told(value)?));
    let (settings, evidence): (Vec<Setting>, Vec<String>) =
        subject.values().filter_map(told).unzip();
    (!settings.is_empty()).then(|| entry.found(Likely, evidence.join("; ")).about(settings))
}

fn blanks_of(value: Value<'_>) -> Option<String> {
    let before = value.text.chars().take_while(|c| c.is_whitespace()).count();
    let after = value
        .text
        .chars()
        .rev()
        .take_while(|c| c.is_whitespace())
        .count();
    let name = value.setting;
    match (before, after) {
        (0, 0) => None,
        (0, after) => Some(format!("{name}: blanks, {after} at its end")),
        (before, 0) => Some(format!("{name}: blanks, {before} at its start")),
        (before, after) => Some(format!(
            "{name}: blanks, {before} at its start, {after} at its end"
        )),
    }
}

fn unusual_character(subject: &Subject<'_>) -> Option<Finding> {
    let mut finding = listed(subject, &cause::UNUSUAL_CHARACTER, |value| {
        let unusual = UnusualCharacter::first_in(value.text)?;
        Some(format!("{}: {unusual}", value.setting))
    })?;
    // Such a configuration exists only if its author allowed the character.
    finding.settings.to_mut().push(Setting::UnusualCharacters);
    Some(finding.into_note())
}

fn wrapped_base64(subject: &Subject<'_>) -> Option<Finding> {
    let seen = "a line break after character 76";
    found(
        subject,
        (&cause::WRAPPED_BASE64, Likely),
        is_wrapped_base64,
        seen,
    )
}

fn wrapped_in_quotes(subject: &Subject<'_>) -> Option<Finding> {
    let seen = "a quotation mark at its start and at its end";
    let cause = (&cause::WRAPPED_IN_QUOTES, Likely);
    let finding = found(subject, cause, is_wrapped_in_quotes, seen)?;
    Some(subject.milder_elsewhere(finding))
}

fn is_wrapped_in_quotes(text: &str) -> bool {
    const MARKS: [(char, char); 6] = [
        ('"', '"'),
        ('\'', '\''),
        ('`', '`'),
        ('“', '”'),
        ('‘', '’'),
        ('„', '“'),
    ];
    MARKS.into_iter().any(|(open, close)| {
        text.strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close))
            .is_some_and(|inside| inside.chars().count() >= 2)
    })
}

fn already_percent_encoded(subject: &Subject<'_>) -> Option<Finding> {
    let seen = "percent sequences, and no character that would need one";
    let cause = (&cause::ALREADY_PERCENT_ENCODED, Likely);
    let finding = found(subject, cause, is_percent_encoded, seen)?;
    Some(subject.milder_elsewhere(finding))
}

/// Reports whether `text` is the output of an encoder: it escapes reserved characters, and contains
/// nothing else that an encoder would have escaped.
fn is_percent_encoded(text: &str) -> bool {
    let mut parts = text.split('%');
    let plain = |part: &str| part.bytes().all(is_unreserved);
    let escape = |part: &str| {
        let digits = part.get(..2)?;
        let code = u8::from_str_radix(digits, 16).ok()?;
        let is_digits = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        (is_digits && b"=+/ :@&%!$#".contains(&code) && plain(&part[2..])).then_some(())
    };
    let starts_plain = parts.next().is_some_and(plain);
    let mut escapes = parts.peekable();
    starts_plain && escapes.peek().is_some() && escapes.all(|part| escape(part).is_some())
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn not_a_uuid(subject: &Subject<'_>) -> Option<Finding> {
    let id = subject.config.client_id()?;
    let is_odd = subject.is_genesys() && looks_at_the_client(subject) && !is_uuid(id.trim());
    is_odd.then(|| {
        let length = id.chars().count();
        let evidence = format!("the client id has {length} characters and not the form of a UUID");
        cause::NOT_A_UUID.found(Likely, evidence)
    })
}

fn looks_at_the_client(subject: &Subject<'_>) -> bool {
    let mut values = subject.values();
    values.any(|value| value.setting == Setting::ClientId)
}

/// How many characters of a client some servers read differently.
pub(in crate::diagnosis) struct SpellingRisk {
    id: usize,
    secret: usize,
    encoding: BasicEncoding,
    next: Term,
}

impl SpellingRisk {
    /// Returns what was seen, and the setting to try next.
    pub(in crate::diagnosis) fn evidence(&self) -> Message {
        let (id, secret) = (self.id, self.secret);
        let encoding = match self.encoding {
            BasicEncoding::FormUrlEncoded => "form-encoded",
            BasicEncoding::Raw => "raw",
        };
        Message::from(format!(
            "sent as Basic, {encoding}: {id} characters beyond letters, digits, - . _ ~ in the \
             client id, {secret} in the client secret; the setting to try next is "
        ))
        .term(self.next)
    }
}

/// Legacy Central reads only raw Basic. The spelling is certain there.
fn spelling_differs(subject: &Subject<'_>) -> Option<Finding> {
    let risk = spelling_risk(subject).filter(|_| looks_at_the_client(subject))?;
    Some(cause::SPELLING_DIFFERS.found(Possible, risk.evidence()))
}

/// Returns the risk of the spelling that is set; `None` if every known server reads it the same
/// way.
pub(in crate::diagnosis) fn spelling_risk(subject: &Subject<'_>) -> Option<SpellingRisk> {
    let ClientAuthentication::Basic(encoding) = subject.config.authentication else {
        return None;
    };
    if subject.is_central() && encoding == BasicEncoding::Raw {
        return None;
    }
    let credentials = subject.config.credentials.as_ref()?;
    // Blanks at the beginning or end are wrong in both spellings. They have their own finding.
    let count = |text: &str| {
        text.trim()
            .bytes()
            .filter(|byte| is_risky(*byte, encoding))
            .count()
    };
    let (id, secret) = (count(credentials.id()), count(credentials.expose_secret()?));
    (id + secret > 0).then(|| SpellingRisk {
        id,
        secret,
        encoding,
        next: next_setting(encoding, credentials.id()),
    })
}

/// Reports whether servers may read a byte differently. If the value is form-encoded, every escaped
/// character is another credential to a server that does not decode. If it is raw, only some
/// characters are at risk: `%` and `+` if the server decodes, a colon if the server splits at the
/// last one, and bytes beyond ASCII.
fn is_risky(byte: u8, encoding: BasicEncoding) -> bool {
    match encoding {
        BasicEncoding::FormUrlEncoded => !is_unreserved(byte),
        BasicEncoding::Raw => b"%+:".contains(&byte) || !byte.is_ascii(),
    }
}

fn next_setting(encoding: BasicEncoding, id: &str) -> Term {
    match encoding {
        BasicEncoding::FormUrlEncoded if id.contains(':') => Term::Body,
        BasicEncoding::FormUrlEncoded => Term::BasicRaw,
        BasicEncoding::Raw => Term::Basic,
    }
}
