//! Strategies of [proptest](https://docs.rs/proptest) for what goes into a token request and what
//! comes back, so that property tests can cover whatever is built on the core.
//!
//! Each function gives a strategy of values that are valid and as awkward as validity allows:
//! secrets full of colons, percent signs and blanks, endpoints on every kind of host, responses in
//! every dress that servers have been seen to wear. Two kinds are not valid on purpose:
//! [`refusing_response`] holds no token, and [`garbage_response`] holds anything.
//!
//! All secrets and tokens are generated, so `Debug` of [`ConfigParts`] and [`GoodResponse`] shows
//! them: a failing case can be read.
//!
//! ```
//! use cxone_auth_core::token_request;
//! use cxone_auth_tests::strategy;
//! use proptest::test_runner::TestRunner;
//!
//! let mut runner = TestRunner::default();
//! runner.run(&strategy::config(), |config| {
//!     let request = token_request(&config);
//!     assert_eq!(request.uri(), config.endpoint().uri());
//!     Ok(())
//! })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod clock;
mod config;
mod credentials;
mod response;
mod scope;
mod server;

pub use clock::moment;
pub use config::{ConfigParts, config, config_parts};
pub use credentials::{
    access_key, client_authentication, client_credentials, client_id, client_secret,
};
pub use response::{GoodResponse, garbage_response, good_response, refusing_response};
pub use scope::{scope, scope_set};
pub use server::{area, central, issuer, platform, region, token_endpoint};
