//! Which of what is given proves the client: a secret, a key or an assertion.
//!
//! The client authentication decides, if it is set. Otherwise the one from the strongest layer
//! counts. Two from one layer are an error. One that does not count is never dropped silently: it
//! may be the one that is meant.

use secrecy::ExposeSecret as _;

use super::Origin;
use super::settings::{Given, Settings};
use crate::failure::Failure;

const PROOFS: [&str; 3] = ["client-secret", "key", "assertion-file"];

/// What has no effect without another setting.
const COMPANIONS: [(&str, &str); 5] = [
    ("key-id", "key"),
    ("assertion-audience", "key"),
    ("cert-key", "cert"),
    ("store-key-file", "store"),
    ("store-password", "store"),
];

/// Keeps the proof that counts, and warns of the others.
pub(super) fn choose(settings: &mut Settings) -> Result<(), Failure> {
    let way = Way::of(settings);
    let (fit, unfit): (Vec<_>, Vec<_>) = settings
        .given
        .iter()
        .filter(|own| PROOFS.contains(&own.definition.name))
        .partition(|own| way.as_ref().is_none_or(|way| way.takes(own)));
    if let Some(way) = &way {
        check_unfit(way, &unfit)?;
    }
    let first = first(&fit)?;
    let mut dropped = Vec::new();
    let mut told = Vec::new();
    for own in fit
        .into_iter()
        .filter(|own| Some(own.name()) != first.map(Given::name))
    {
        let counts = first.map(|first| &first.origin);
        told.extend(counts.map(|counts| ignored(own, &format!("{counts} counts before it"))));
        dropped.push(own.name());
    }
    for (own, way) in unfit.into_iter().zip(way.iter().cycle()) {
        told.push(ignored(
            own,
            &format!("{} asks for another way", way.origin),
        ));
        dropped.push(own.name());
    }
    settings.given.retain(|own| !dropped.contains(&own.name()));
    settings.warnings.extend(told);
    drop_id_of_another_key(settings);
    check_companions(settings)?;
    check_store(settings)
}

/// The client authentication that is set.
struct Way {
    name: String,
    origin: Origin,
    layer: usize,
}

impl Way {
    fn of(settings: &Settings) -> Option<Self> {
        let given = settings.named("client-auth")?;
        Some(Self {
            name: given.value.expose_secret().to_owned(),
            origin: given.origin.clone(),
            layer: given.layer,
        })
    }

    fn takes(&self, proof: &Given) -> bool {
        match (&*self.name, proof.name()) {
            ("private-key-jwt", name) => name != "client-secret",
            ("tls", _) => false,
            ("basic" | "basic-raw" | "body", name) => name == "client-secret",
            // It is unknown, and refused later.
            _ => true,
        }
    }
}

/// A flag is meant, and so is what stands in a stronger layer than the client authentication.
fn check_unfit(way: &Way, unfit: &[&Given]) -> Result<(), Failure> {
    let is_meant = |own: &&&Given| own.origin.flag().is_some() || own.layer < way.layer;
    match unfit.iter().find(is_meant) {
        None => Ok(()),
        Some(own) => Err(Failure::configuration(format!(
            "{} does not apply, since {} is {}: remove one of them",
            own.origin, way.origin, way.name
        ))
        .about("client-auth")),
    }
}

/// The one from the strongest layer.
fn first<'a>(fit: &[&'a Given]) -> Result<Option<&'a Given>, Failure> {
    let Some(first) = fit.iter().min_by_key(|own| own.layer) else {
        return Ok(None);
    };
    let mut beside = fit.iter().filter(|own| own.layer == first.layer);
    match (beside.next(), beside.next()) {
        (Some(one), Some(other)) => Err(Failure::configuration(format!(
            "{} and {} both prove the client: keep one of them, or say with --client-auth which \
             counts",
            one.origin, other.origin
        ))
        .about(one.name())),
        _ => Ok(Some(first)),
    }
}

fn ignored(own: &Given, why: &str) -> String {
    format!("{} is ignored, since {why}", own.origin)
}

/// An id from the layer of a weaker key is the id of that key.
fn drop_id_of_another_key(settings: &mut Settings) {
    let (Some(key), Some(id)) = (settings.named("key"), settings.named("key-id")) else {
        return;
    };
    let is_of_another =
        key.layer < id.layer && key.ignored.iter().any(|other| other.layer == id.layer);
    if is_of_another {
        let note = format!("{} is not used: it is the id of another key", id.origin);
        settings.notes.push(note);
        settings.given.retain(|own| own.name() != "key-id");
    }
}

/// What only a store uses. A password that is given and not used is named, as every other secret.
fn check_store(settings: &mut Settings) -> Result<(), Failure> {
    let store = settings.named("store").map(|own| own.value.expose_secret());
    let (names, why) = match store {
        None => (
            &["store-key-file", "store-password"][..],
            "no store is named",
        ),
        Some(store) if !store.contains("://") => (
            &["store-password"][..],
            "the store is a folder, which has no password",
        ),
        Some(_) => return Ok(()),
    };
    let idle = |own: &&Given| names.contains(&own.name());
    let mut flags = settings.given.iter().filter(idle);
    if let Some(own) = flags.find(|own| own.origin.flag().is_some()) {
        let flag = own.definition.flag;
        let what = format!("{flag} has no effect, since {why}: remove it");
        return Err(Failure::configuration(what).about(own.name()));
    }
    let told: Vec<String> = settings
        .given
        .iter()
        .filter(idle)
        .map(|own| ignored(own, why))
        .collect();
    settings.warnings.extend(told);
    Ok(())
}

/// A flag that has no effect is a mistake.
fn check_companions(settings: &Settings) -> Result<(), Failure> {
    let alone = COMPANIONS.iter().find(|(name, other)| {
        let is_flag = |own: &Given| own.origin.flag().is_some();
        settings.named(name).is_some_and(is_flag) && settings.named(other).is_none()
    });
    match alone {
        None => Ok(()),
        Some((name, other)) => {
            let flag = settings.named(name).map(|own| own.definition.flag);
            let flag = flag.unwrap_or_default();
            Err(Failure::configuration(format!(
                "{flag} has no effect without --{other}: remove it, or give --{other}"
            ))
            .about(name))
        }
    }
}
