//! One call of an API, to tell a token that is refused from one whose client lacks a role.
//!
//! The library decides where the API is, where a token may go and what a response means.

mod holding;
mod response;

use std::str::FromStr;
use std::time::Instant;

use cxone_auth_core::api::{ApiBase, BlockingAuthorizer};
use cxone_auth_core::bytes::Bytes;
use cxone_auth_core::http::Request;
use cxone_auth_core::http::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use cxone_auth_core::platform::Platform;
use cxone_auth_core::{AccessToken, BlockingTokenSource, BlockingTransport as _, Config, Error};

use super::carrier::Carrier;
use crate::arguments::OWN_API;
use holding::Holding;
use response::ApiResponse;

pub(super) use response::Outcome;

/// Which resource is called.
#[derive(Clone)]
pub(crate) enum Api {
    /// One that most clients of the platform may read, if there is one.
    Own,
    At(Place),
}

/// A path below the API's base, or a URL, of something that responds to a `GET`.
#[derive(Clone, Debug)]
pub(crate) struct Place(String);

/// The resource of Genesys Cloud that is called: what it takes is a role with users:view.
const USERS: &str = "/api/v2/users?pageSize=1";

/// A call with one token, and everything needed to find the API.
pub(super) struct Call<'a> {
    config: &'a Config,
    token: &'a AccessToken,
    /// Whether a setting gives the address of the API.
    has_base: bool,
    source: BlockingTokenSource,
    carrier: Carrier,
}

impl<'a> Call<'a> {
    pub(super) fn new(
        config: &'a Config,
        has_base: bool,
        token: &'a AccessToken,
        carrier: Carrier,
    ) -> Self {
        let holding = Holding {
            carrier: carrier.clone(),
            endpoint: config.endpoint().clone(),
            token: token.clone(),
        };
        Self {
            config,
            token,
            has_base,
            source: BlockingTokenSource::new(config.clone(), holding),
            carrier,
        }
    }

    /// Calls the API, once.
    pub(super) fn make(&self, api: &Api) -> ApiResponse {
        let began = Instant::now();
        let response = self.response(api);
        let response = response.unwrap_or_else(ApiResponse::refused_before);
        response.with_time(began.elapsed())
    }

    fn response(&self, api: &Api) -> Result<ApiResponse, Error> {
        let path = match (api, self.config.platform()) {
            (Api::At(place), _) => &place.0,
            (Api::Own, Platform::GenesysCloud(_)) => USERS,
            (Api::Own, _) => return Ok(ApiResponse::unasked(&self.source.api_base()?)),
        };
        let authorizer = BlockingAuthorizer::new(self.source.clone());
        let uri = authorizer.address(path)?;
        let call = authorizer.begin(&uri)?;
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = uri.clone();
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, call.authorization().clone());
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let response = match self.carrier.send(request) {
            Ok(response) => ApiResponse::judged(self.config, self.token, &uri, &response),
            Err(failure) => ApiResponse::unreached(&uri, failure),
        };
        Ok(response.with_details(self.discovered()?))
    }

    /// What the tenant's configuration says, if that decides.
    fn discovered(&self) -> Result<Vec<String>, Error> {
        if self.has_base || !matches!(self.config.platform(), Platform::Cxone(_)) {
            return Ok(Vec::new());
        }
        let tenant = match self.source.tenant_configuration() {
            Ok(tenant) => tenant,
            // Without a tenant, the response to the access key alone has named the API.
            Err(error) => {
                let base = self.source.api_base().map_err(|_| error)?;
                return Ok(vec![format!("UserHub's response names the API {base}")]);
            }
        };
        let parts = [("area", tenant.area()), ("cluster", tenant.cluster())];
        let parts = parts.into_iter().filter_map(|(name, part)| {
            let part = part?;
            Some(format!(", {name} {part}"))
        });
        let base = tenant.api_base();
        let line = format!("the tenant's configuration names the API {base}");
        Ok(vec![line + &parts.collect::<String>()])
    }
}

impl FromStr for Api {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text == OWN_API {
            return Ok(Self::Own);
        }
        text.parse().map(Self::At)
    }
}

impl FromStr for Place {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        // The base does not matter. A path is valid for every base or for none.
        let base = "https://localhost".parse::<ApiBase>()?;
        if text.starts_with('/') {
            base.join(text)?;
        } else {
            let (address, query) = text.split_once('?').unwrap_or((text, ""));
            address.parse::<ApiBase>()?.join(&format!("/?{query}"))?;
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_to_https_or_to_this_machine_only() {
        for good in [
            "https://api.example.com/a?b=1",
            "http://127.0.0.1:9/a?b=1",
            "/a/b?c=1",
        ] {
            assert_eq!(good.parse::<Place>().unwrap().0, good);
        }
        for (bad, code) in [
            ("http://api.example.com/a", "CXA-809"),
            ("https://me:pw@example.com/", "CXA-810"),
            ("api.example.com", "CXA-813"),
            ("/a b", "CXA-813"),
            ("/../a", "CXA-813"),
            ("https://api.example.com/?a#b", "CXA-813"),
        ] {
            let error = bad.parse::<Place>().unwrap_err();
            let first = error.diagnosis().first().unwrap();
            assert_eq!(first.code().to_string(), code, "{bad}");
        }
    }
}
