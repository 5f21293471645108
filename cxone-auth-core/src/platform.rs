//! The servers that this crate knows by name, each kind in its own table.
//!
//! | to say | see |
//! |---|---|
//! | which region of Genesys Cloud | [`Region`] |
//! | which issuer of NICE CXone | [`Issuer`] |
//! | which area of NICE CXone, for an access key alone | [`Area`] |
//! | which server of inContact Central | [`Central`] |
//! | which of them a configuration is for | [`Platform`] |

mod area;
mod central;
mod cxone;
mod domain;
mod genesys;
mod host;
mod insecure_host;
mod suggestion;
mod unknown;

use crate::address::authority_in;
use crate::characters::is_unprintable;
use crate::finding::catalogue::address as cause;
use crate::finding::{Confidence, Finding};

pub use area::Area;
pub use central::Central;
pub use cxone::Issuer;
pub use genesys::Region;

pub(crate) use area::{USER_HUB_PATH, is_user_hub, known_area_of, may_be_user_hub};
pub(crate) use domain::{is_of_another_owner, takes_token_of_nice};
pub(crate) use host::Host;

/// The kind of server that a token comes from.
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

/// Returns the host of `text` in lower case. `text` is a bare host, or an `http(s)` address with
/// port and path. If there is user information, the result is `None`: an error must not repeat it.
fn host_of(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase();
    let rest = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"))
        .unwrap_or(&lower);
    // A password may contain any character that ends a host. So an `@` counts at any position.
    if rest.contains('@') {
        return None;
    }
    let authority = authority_in(rest);
    let host = authority.strip_suffix(":443").unwrap_or(authority);
    Some(host.to_owned())
}

/// Returns the finding for a name or host that is in none of Genesys Cloud's tables, or none of
/// NICE's.
fn unknown_name(host: &str, is_for_genesys: bool) -> Finding {
    match Host::of(host) {
        Host::Invented(known) => cause::INVENTED_HOST.found(Confidence::Certain, known),
        host if is_for_genesys && host.is_nice() => {
            let evidence = "a region of Genesys Cloud is wanted and the host is NICE's";
            cause::OTHER_VENDOR.found(Confidence::Certain, evidence)
        }
        host if !is_for_genesys && host.is_genesys() => {
            let evidence = "an issuer of CXone is wanted and the host is Genesys Cloud's";
            cause::OTHER_VENDOR.found(Confidence::Certain, evidence)
        }
        _ => cause::UNKNOWN_NAME.found(Confidence::Certain, ""),
    }
}

/// Returns text from outside for use in an error: short, and on one line.
fn quoted(text: &str) -> String {
    let printable: String = text
        .chars()
        .map(|c| if is_unprintable(c) { '\u{FFFD}' } else { c })
        .take(60)
        .collect();
    format!("`{printable}`")
}
