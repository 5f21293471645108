//! Why a region or an issuer is not known.

use super::host::Host;
use crate::finding::catalogue::address as cause;
use crate::finding::{Confidence, Finding};

/// The finding for a name or host that no table of Genesys Cloud's has, or none of NICE's.
pub(crate) fn unknown_name(host: &str, is_for_genesys: bool) -> Finding {
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
