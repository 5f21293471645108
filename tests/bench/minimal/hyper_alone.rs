use std::time::Duration;

use base64::Engine as _;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use rustls::crypto::aws_lc_rs;

const URL: &str = "https://login.mypurecloud.com/oauth/token";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let connector = hyper_rustls::HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(aws_lc_rs::default_provider())?
        .https_only()
        .enable_http1()
        .build();
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build(connector);
    let basic = base64::engine::general_purpose::STANDARD.encode("id:secret");
    let request = http::Request::post(URL)
        .header("authorization", format!("Basic {basic}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Full::from("grant_type=client_credentials"))?;
    let exchange = async {
        client
            .request(request)
            .await?
            .into_body()
            .collect()
            .await
            .map_err(Into::into)
    };
    let responded: Result<_, Box<dyn std::error::Error>> =
        tokio::time::timeout(Duration::from_secs(30), exchange).await?;
    let response: serde_json::Value = serde_json::from_slice(&responded?.to_bytes())?;
    println!("{:?}", response["expires_in"]);
    Ok(())
}
