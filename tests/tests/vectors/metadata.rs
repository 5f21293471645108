//! `metadata.json`: what a server states about itself gives a configuration and findings, or an
//! error.

use bytes::Bytes;
use cxone_auth_core::config::BasicEncoding;
use cxone_auth_core::diagnosis::inspect_metadata;
use cxone_auth_core::discovery::{
    IssuerUrl, ServerMetadata, metadata_requests, read_metadata_response,
};
use cxone_auth_core::{ClientAuthentication, ClientCredentials, Config, Error, Moment};
use http::Response;
use serde::Deserialize;
use serde_json::Value;

use super::{assert_all, read, same};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MetadataVectors {
    vectors: Vec<MetadataVector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MetadataVector {
    name: String,
    origin: String,
    issuer: String,
    requests: Option<[String; 2]>,
    document: Option<Value>,
    text: Option<String>,
    #[serde(default)]
    scope: String,
    config: Option<ExpectedConfig>,
    #[serde(default)]
    findings: Vec<String>,
    error: Option<ExpectedError>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedConfig {
    endpoint: String,
    authentication: String,
    mtls_endpoint: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedError {
    kind: String,
    finding: String,
    names: String,
}

impl MetadataVector {
    fn check(&self) -> Result<(), String> {
        let issuer: IssuerUrl = self
            .issuer
            .parse()
            .map_err(|error: Error| error.to_string())?;
        if let Some(expected) = &self.requests {
            let requests = metadata_requests(&issuer).map(|request| request.uri().to_string());
            same("the requests", &requests, expected)?;
        }
        let text = self
            .text
            .clone()
            .or_else(|| Some(self.document.as_ref()?.to_string()));
        let text = text.ok_or("a vector has either a document or a text")?;
        let response = Response::new(Bytes::from(text.clone()));
        let now = Moment::now();
        let received = read_metadata_response(&issuer, now, &response);
        match (
            &self.config,
            &self.error,
            ServerMetadata::read(&issuer, &text),
            received,
        ) {
            (Some(expected), None, Ok(metadata), Ok(received)) => {
                same("what was received", &received, &metadata)?;
                expected.check(&metadata)?;
                self.check_findings(&metadata)
            }
            (None, Some(expected), Err(error), Err(received)) => {
                expected.check(&error)?;
                expected.check(&received)
            }
            (.., Err(error), _) => Err(format!("the document is refused: {error}")),
            _ => Err("the document is accepted".to_owned()),
        }
    }

    fn check_findings(&self, metadata: &ServerMetadata) -> Result<(), String> {
        let config = config(metadata).with_scope(self.scope.parse().unwrap());
        let findings = inspect_metadata(&config, metadata);
        let codes: Vec<String> = findings.iter().map(|own| own.code().to_string()).collect();
        same("the findings", &codes, &self.findings)
    }
}

fn config(metadata: &ServerMetadata) -> Config {
    Config::from_metadata(
        metadata,
        ClientCredentials::new("a-client", "Xq3-custom-only"),
    )
    .unwrap()
}

impl ExpectedConfig {
    fn check(&self, metadata: &ServerMetadata) -> Result<(), String> {
        let config = config(metadata);
        same(
            "the endpoint",
            &config.endpoint().to_string(),
            &self.endpoint,
        )?;
        let mtls = self.mtls_endpoint.as_ref().unwrap_or(&self.endpoint);
        same(
            "the mTLS endpoint",
            &metadata.mtls_token_endpoint().to_string(),
            mtls,
        )?;
        let authentication = match config.client_authentication() {
            ClientAuthentication::Basic(BasicEncoding::FormUrlEncoded) => "basic",
            ClientAuthentication::Body => "body",
            _ => "another",
        };
        same(
            "the authentication",
            &authentication,
            &&*self.authentication,
        )
    }
}

impl ExpectedError {
    fn check(&self, error: &Error) -> Result<(), String> {
        same("the kind", &error.kind().as_str(), &&*self.kind)?;
        let first = error
            .diagnosis()
            .first()
            .map(|first| first.code().to_string());
        same("the finding", &first.as_deref(), &Some(&*self.finding))?;
        let shown = format!("{error:#} {error:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(!error.to_string().contains(char::is_control), "{error:?}");
        if error.to_string().contains(&self.names) {
            Ok(())
        } else {
            Err(format!("the error does not name {}: {error}", self.names))
        }
    }
}

#[test]
fn every_document_gives_its_configuration_or_its_error() {
    let file: MetadataVectors = read("metadata.json");
    assert_all(
        file.vectors
            .iter()
            .map(|vector| (&*vector.name, &*vector.origin, vector.check())),
    );
}
