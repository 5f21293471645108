//! The address of a request without a scheme.

use http::Uri;

use cxone_auth_core::Error;
use cxone_auth_core::api::BlockingAuthorizer;

/// Returns the whole address of a request whose address has no scheme.
pub(crate) fn address(authorizer: &BlockingAuthorizer, uri: &Uri) -> Result<Uri, Error> {
    match uri.path_and_query() {
        Some(path) if uri.authority().is_none() && uri.path().starts_with('/') => {
            authorizer.address_of(path)
        }
        // A host alone is no address. The core has the error text.
        _ => authorizer.address(&uri.to_string()),
    }
}
