//! The servers this crate knows by name: one table each.
//!
//! | to say | see |
//! |---|---|
//! | which region of Genesys Cloud | [`Region`], [`RegionDomain`] |
//! | which issuer of NICE CXone | [`Issuer`], [`IssuerUrl`] |
//! | which server of inContact Central | [`Central`] |
//! | which of them a configuration is for | [`Platform`] |

mod central;
mod cxone;
mod genesys;
mod host;
mod name;

pub use central::Central;
pub use cxone::{Issuer, IssuerUrl};
pub use genesys::{Region, RegionDomain};

pub(crate) use host::Host;

/// Which kind of server a token comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Platform {
    /// Genesys Cloud, in one of its regions.
    GenesysCloud(Region),
    /// NICE CXone, at one of its issuers.
    Cxone(Issuer),
    /// inContact Central, the generation before CXone's global authentication.
    Central(Central),
    /// Any other OAuth 2.0 server.
    Custom,
}

/// The host of `text`, in lower case: from a bare host, or an `http(s)` address with port and
/// path. Nothing when there is user information, which must not be repeated in an error.
fn host_of(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase();
    let rest = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"))
        .unwrap_or(&lower);
    // A password may hold whatever else ends a host, so that the sign counts wherever it stands.
    if rest.contains('@') {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.strip_suffix(":443").unwrap_or(authority);
    Some(host.to_owned())
}
