//! What is done for each call: reading a token, finding a source, authorizing the call.

use std::hint::black_box;
use std::time::Duration;

use cxone_auth_core::api::Authorizer;
use cxone_auth_core::config::RenewalPolicy;
use cxone_auth_core::{Config, TokenSource, TokenSources};

use super::Operation;
use super::source::{DUE, Runtime, read, renewing, source};
use crate::fixture::{config, fresh_token};
use crate::unused_store::UnusedStore;

/// An address in the region of the client.
const CALL: &str = "https://api.mypurecloud.com/api/v2/users/me";

impl Operation {
    /// `token()` of a source that has one.
    #[must_use]
    pub fn cached_read() -> Self {
        let source = TokenSource::fixed(fresh_token());
        Self::new("cached_read", move || {
            black_box(read(&source));
        })
    }

    /// The same, and a header value that can be put into a request.
    #[must_use]
    pub fn read_with_header() -> Self {
        let source = TokenSource::fixed(fresh_token());
        Self::new("read_with_header", move || {
            black_box(read(&source).authorization().clone());
        })
    }

    /// `token()` of a source that has one and shares it.
    #[must_use]
    pub fn read_with_store() -> Self {
        let source = TokenSource::fixed(fresh_token());
        let source = source.with_store(UnusedStore, UnusedStore::options());
        Self::new("read_with_store", move || {
            black_box(read(&source));
        })
    }

    /// `token()` of a source that has one, by the same clock as the two below.
    #[must_use]
    pub fn read_with_given_clock() -> Self {
        let (source, _) = source(Runtime::Tasks);
        Self::new("read_with_given_clock", move || {
            black_box(read(&source));
        })
    }

    /// `token()` in the early-refresh window, while a task of the runtime renews the token.
    #[must_use]
    pub fn read_while_task_renews() -> Self {
        let (source, clock) = source(Runtime::Tasks);
        clock.advance(DUE);
        // The call that has the token renewed does not wait.
        read(&source);
        assert!(source.status().in_flight, "a task renews the token");
        Self::new("read_while_task_renews", move || {
            black_box(read(&source));
        })
    }

    /// The same without a runtime, while the call of somebody else renews it.
    #[must_use]
    pub fn read_while_renewing() -> Self {
        let (source, renewal) = renewing();
        Self::new("read_while_renewing", move || {
            let _under_way = &renewal;
            black_box(read(&source));
        })
    }

    /// The header field of a call to the API: the address is compared with those that the token may
    /// go to, and the token is read.
    #[must_use]
    pub fn authorize_call() -> Self {
        let (source, _) = source(Runtime::Tasks);
        let authorizer = Authorizer::new(source);
        Self::new("authorize_call", move || {
            let call = authorizer.begin_url_at_once(black_box(CALL));
            black_box(call.expect("the token is fresh").authorization().clone());
        })
    }

    /// The source of one of a thousand configurations of one client, which the caller has kept.
    #[must_use]
    pub fn lookup_of_1_000() -> Self {
        let (sources, kept) = sources(1_000);
        Self::lookup("lookup_of_1_000", sources, kept)
    }

    /// The source of one of a hundred thousand.
    #[must_use]
    pub fn lookup_of_100_000() -> Self {
        let (sources, kept) = sources(100_000);
        Self::lookup("lookup_of_100_000", sources, kept)
    }

    /// The same with a configuration that is equal, and was made by other calls.
    #[must_use]
    pub fn lookup_of_equal() -> Self {
        let (sources, _) = sources(100_000);
        Self::lookup("lookup_of_equal", sources, tenant(&config(), ONE))
    }

    fn lookup(name: &'static str, sources: TokenSources, tenant: Config) -> Self {
        Self::new(name, move || {
            black_box(sources.source(black_box(&tenant)));
        })
    }
}

/// The tenant that is looked up.
const ONE: u64 = 500;

/// The sources of so many tenants, and the configuration of one of them.
fn sources(count: u64) -> (TokenSources, Config) {
    let (config, source) = (config(), TokenSource::fixed(fresh_token()));
    let sources = TokenSources::new(move |_| source.clone());
    // The set keeps the first one that is equal, and clones are found at a glance.
    let kept = tenant(&config, ONE);
    let _ = sources.source(&kept);
    for number in 0..count {
        let _ = sources.source(&tenant(&config, number));
    }
    (sources, kept)
}

/// The configurations differ in what costs the least to set.
fn tenant(config: &Config, number: u64) -> Config {
    let policy = RenewalPolicy::new().with_refresh_before(Duration::from_secs(number));
    config.clone().with_renewal(policy)
}
