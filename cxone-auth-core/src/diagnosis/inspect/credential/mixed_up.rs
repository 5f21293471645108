//! Finds values that are swapped, if their forms show it.

use crate::config::Shape;
use crate::diagnosis::inspect::{Pair, Subject, Value, access_key, client};
use crate::finding::Confidence::{Certain, Likely};
use crate::finding::catalogue::credential as cause;
use crate::finding::{Finding, Setting, Severity};

/// Applies only to the vendors, whose ids are UUIDs. At other servers a secret may be a UUID.
pub(super) fn swapped(subject: &Subject<'_>) -> Option<Finding> {
    // Both parts of an access key have the same form, so the form does not show a swap.
    let client = |pair: &&Pair<'_>| pair.id.setting == Setting::ClientId;
    let pair = subject.pairs().iter().find(client)?;
    let is_uuid = |value: Value<'_>| Shape::of(value.text) == Shape::Uuid;
    if !is_uuid(pair.secret) || is_uuid(pair.id) {
        return None;
    }
    let (id, secret) = (pair.id.setting, pair.secret.setting);
    let evidence = format!("the {secret} is a UUID and the {id} is none");
    if subject.is_genesys() {
        let finding = cause::SWAPPED.found(Certain, evidence);
        Some(finding.about(vec![id, secret]))
    } else if subject.is_cxone() {
        // The form of CXone's client secrets is not published.
        let finding = cause::SWAPPED.found(Likely, evidence);
        Some(as_warning(finding.about(vec![id, secret])))
    } else {
        None
    }
}

fn as_warning(mut finding: Finding) -> Finding {
    finding.severity = Severity::Warning;
    finding
}

/// Finds swapped pairs at CXone: the client's and the access key's.
pub(super) fn pairs(subject: &Subject<'_>) -> Option<Finding> {
    if !subject.is_cxone() {
        return None;
    }
    let (client, key) = (client(subject.config)?, access_key(subject.config)?);
    let misplaced = misplaced(&client, &key);
    if misplaced.is_empty() {
        return repeated(&client, &key);
    }
    let evidence: Vec<String> = misplaced
        .iter()
        .map(|(setting, form)| format!("the {setting} has {form}"))
        .collect();
    let settings: Vec<Setting> = misplaced.into_iter().map(|(setting, _)| setting).collect();
    let is_crossed =
        Shape::of(client.id.text).is_of_a_key() && Shape::of(key.id.text) == Shape::Uuid;
    let confidence = if is_crossed { Certain } else { Likely };
    let finding = cause::PAIRS_MIXED_UP.found(confidence, evidence.join("; "));
    let finding = finding.about(settings);
    Some(if is_crossed {
        finding
    } else {
        as_warning(finding)
    })
}

/// Returns the values that have the form of another value, and which form it is.
fn misplaced(client: &Pair<'_>, key: &Pair<'_>) -> Vec<(Setting, &'static str)> {
    const OF_A_KEY: &str = "the form of an access key";
    const OF_AN_ID: &str = "the form of a client id";
    let found = [
        out_of_place(client.id, Shape::is_of_a_key, OF_A_KEY),
        // A client secret may have that form if the access key has its own.
        out_of_place(client.secret, Shape::is_of_a_key, OF_A_KEY)
            .filter(|_| !Shape::of(key.secret.text).is_of_a_key()),
        out_of_place(key.id, is_uuid, OF_AN_ID),
        out_of_place(key.secret, is_uuid, OF_AN_ID),
    ];
    found.into_iter().flatten().collect()
}

fn is_uuid(shape: Shape) -> bool {
    shape == Shape::Uuid
}

fn out_of_place(
    value: Value<'_>,
    is_wrong: fn(Shape) -> bool,
    form: &'static str,
) -> Option<(Setting, &'static str)> {
    is_wrong(Shape::of(value.text)).then_some((value.setting, form))
}

/// Finds the same value in both pairs.
fn repeated(client: &Pair<'_>, key: &Pair<'_>) -> Option<Finding> {
    let same = [(client.id, key.id), (client.secret, key.secret)];
    let (own, other) = same
        .into_iter()
        .find(|(own, other)| !own.text.is_empty() && own.text == other.text)?;
    let evidence = format!("the {} is the {}", other.setting, own.setting);
    let finding = cause::PAIRS_MIXED_UP.found(Likely, evidence);
    Some(as_warning(finding.about(vec![other.setting, own.setting])))
}

/// Finds an access key that was cut at its `====`.
pub(super) fn cut_access_key(subject: &Subject<'_>) -> Option<Finding> {
    let is_of_the_key = |value: &Value<'_>| {
        matches!(
            value.setting,
            Setting::AccessKeyId | Setting::AccessKeySecret
        )
    };
    let is_cut = |value: &Value<'_>| Shape::of(value.text) == Shape::CutAccessKey;
    let cut: Vec<Setting> = subject
        .values()
        .filter(|value| is_of_the_key(value) && is_cut(value))
        .map(|value| value.setting)
        .collect();
    (!cut.is_empty()).then(|| {
        let names: Vec<&str> = cut.iter().map(|setting| setting.as_str()).collect();
        let evidence = format!(
            "{}: 52 characters of base32, without the ==== at the end",
            names.join(" and ")
        );
        cause::CUT_ACCESS_KEY.found(Likely, evidence).about(cut)
    })
}
