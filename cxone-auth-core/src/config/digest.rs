//! The hash by which a set finds the source of a configuration.

use std::hash::{BuildHasher, Hash as _, Hasher as _, RandomState};
use std::sync::LazyLock;

use super::{AccessKey, ClientCredentials, Config};

/// They are random and stay in the process, so the hash does not tell anything of the secrets.
static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);

impl Config {
    /// Returns a hash of what [`is`](Self::is) compares and tells tenants apart. It is made once for
    /// a configuration and its clones.
    pub(crate) fn digest(&self) -> u64 {
        *self.digest.get_or_init(|| self.new_digest(&KEYS))
    }

    fn new_digest(&self, keys: &RandomState) -> u64 {
        let mut hasher = keys.build_hasher();
        let state = &mut hasher;
        let client = self.credentials.as_ref();
        let key = self.access_key();
        self.endpoint.hash(state);
        self.issuer.hash(state);
        for proof in self.proofs() {
            proof.place().hash(state);
        }
        self.client_id().hash(state);
        client.map(ClientCredentials::expose_secret).hash(state);
        key.map(AccessKey::id).hash(state);
        key.map(AccessKey::expose_secret).hash(state);
        // The order of scopes does not matter.
        let scopes = self.scope.iter().map(|scope| keys.hash_one(scope));
        state.write_u64(scopes.fold(0, u64::wrapping_add));
        self.parameters.hash(state);
        self.headers.hash(state);
        self.platform.hash(state);
        self.api_base.hash(state);
        self.api_origins.hash(state);
        self.authentication.hash(state);
        self.separator.hash(state);
        self.renewal.hash(state);
        self.retry.hash(state);
        self.without_effect.hash(state);
        hasher.finish()
    }
}
