//! What an issuer said the last time, where it names the token endpoint.
//!
//! A token is stored under the request that brought it, which is known only after discovery. The
//! issuer's answer is kept under the request as it is before discovery. It finds a stored token
//! without asking the issuer. It never says where a secret is sent: before that, the issuer is asked
//! again. When it is read, the issuer is compared as in what a server sends.

use std::time::Duration;

use cxone_auth_core::discovery::ServerMetadata;
use cxone_auth_core::store::EntryName;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::Shared;
use crate::target::Target;

/// Longer than a refusal counts.
const REFUSAL: Duration = Duration::from_secs(60);

/// Where the answer of one issuer is kept, for one request.
pub(super) struct Link<'a> {
    shared: &'a Shared,
    name: EntryName,
}

impl<'a> Link<'a> {
    /// Returns the link for a target whose issuer was not asked yet.
    pub(super) fn of(unasked: &Target, shared: &'a Shared) -> Self {
        let name = shared.name("link", unasked);
        Self { shared, name }
    }

    /// Returns what the issuer said the last time.
    pub(super) fn metadata(&self, target: &Target) -> Option<ServerMetadata> {
        let discovery = target.discovery.as_ref()?;
        let kept = self.shared.read(&self.name)?;
        let document = std::str::from_utf8(kept.expose_secret()).ok()?;
        ServerMetadata::read(&discovery.issuer, document).ok()
    }

    /// Keeps what the issuer has said where it led to no token: that finds the refusal, and a token
    /// that was there before.
    pub(super) fn keep_without_token(&self, metadata: &ServerMetadata) {
        let before = self.shared.noted(self.shared.store.load(&self.name));
        let left = before.flatten().and_then(|entry| entry.remaining);
        self.keep(metadata, left.unwrap_or_default().max(REFUSAL));
    }

    /// Keeps what the issuer has said, for as long as the token that it led to.
    pub(super) fn keep(&self, metadata: &ServerMetadata, span: Duration) {
        let document = document(metadata).to_string();
        self.shared.write(&self.name, document.as_bytes(), span);
    }
}

fn document(metadata: &ServerMetadata) -> Value {
    let methods: Vec<&str> = metadata.authentication_methods().collect();
    json!({
        "issuer": metadata.issuer().as_str(),
        "token_endpoint": metadata.token_endpoint().uri().to_string(),
        "mtls_endpoint_aliases": {
            "token_endpoint": metadata.mtls_token_endpoint().uri().to_string(),
        },
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": metadata.signing_algorithms(),
        "grant_types_supported": metadata.grant_types(),
        "scopes_supported": metadata.scopes(),
    })
}
