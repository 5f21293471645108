//! Strategies of [proptest](https://docs.rs/proptest) for token requests and responses. Use them in
//! property tests of code that is built on the core.
//!
//! Each function returns a strategy of values that are valid but awkward: secrets full of colons,
//! percent signs and blanks, endpoints on every kind of host, responses in every form that servers
//! have been seen to send. Two kinds are invalid on purpose: [`refusing_response`] has no token,
//! and [`garbage_response`] has anything.
//!
//! All secrets and tokens are generated, so `Debug` of [`ConfigParts`] and [`GoodResponse`] shows
//! them: you can read a failing case.
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
