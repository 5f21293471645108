//! The secrets, where they are looked for, and responses that leave nothing of their own.

use std::sync::LazyLock;

use bytes::Bytes;
use cxone_auth_core::{ClientAuthentication, Config};
use cxone_auth_watch::{Needle, watch};
use http::{Request, Response};

use crate::shared::fake::Outcome;
use crate::shared::spelling::spellings;

pub(super) use crate::shared::fake::FakeTransport;
pub(super) use crate::shared::future::ready;
pub(super) use crate::shared::secret::{KEY_SECRET, SECRET, TOKEN, credentials, key};

/// Every spelling of the secrets.
pub(super) static NEEDLES: LazyLock<Vec<Needle>> = LazyLock::new(|| {
    let secrets = [
        ("the client secret", SECRET),
        ("the access key's secret", KEY_SECRET),
        ("the token", TOKEN),
    ];
    secrets
        .into_iter()
        .flat_map(|(name, secret)| {
            spellings(secret)
                .into_iter()
                .map(move |spelling| Needle::new(name, spelling.as_bytes()))
        })
        .collect()
});

/// Asserts that nothing that `life` frees holds a secret.
pub(super) fn leaves_nothing<T>(life: impl FnOnce() -> T) -> T {
    leaves_nothing_of(&NEEDLES, life)
}

/// The same of other secrets.
pub(super) fn leaves_nothing_of<T>(needles: &[Needle], life: impl FnOnce() -> T) -> T {
    let (output, freed) = watch(needles, life);
    assert!(freed.is_empty(), "left behind: {freed:#?}");
    output
}

/// How many blocks are freed with a secret in them.
pub(super) fn left_by(life: impl FnOnce()) -> usize {
    watch(&NEEDLES, life).1.len()
}

/// Both kinds of secret at once, the client's as Basic or in the body.
pub(super) fn config(authentication: ClientAuthentication) -> Config {
    let config = crate::shared::secret::config();
    config.with_client_authentication(authentication).unwrap()
}

/// A transport that gives this response: its body is a block of its own, as a client's would be.
pub(super) fn transport(
    status: u16,
    body: &'static str,
) -> FakeTransport<impl Fn(&Request<Bytes>) -> Outcome> {
    FakeTransport::new(move |_| {
        let body = Bytes::from(body.as_bytes().to_vec());
        Ok(Response::builder().status(status).body(body).unwrap())
    })
}
