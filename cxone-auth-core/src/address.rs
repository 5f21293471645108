//! Addresses: where tokens come from, and where they may go.

mod api_base;
mod endpoint;
mod origin;

pub(crate) use api_base::api_address;
pub(crate) use endpoint::{
    check_authority, check_text, host_without_port, is_host_name, is_loopback,
};
pub(crate) use origin::{NEITHER, NO_URL, Problem, check_characters, checked_uri, malformed};

pub use api_base::ApiBase;
pub use endpoint::TokenEndpoint;
pub use origin::Origin;
