use std::time::Duration;

use base64::Engine as _;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

const URL: &str = "https://login.mypurecloud.com/oauth/token";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let roots = rustls_native_certs::load_native_certs().certs;
    let roots = roots
        .iter()
        .map(|root| Certificate::from_der(root).to_owned());
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::from(roots))
        .build();
    let agent = ureq::Agent::config_builder()
        .tls_config(tls)
        .timeout_global(Some(Duration::from_secs(30)))
        .max_redirects(0)
        .build()
        .new_agent();
    let basic = base64::engine::general_purpose::STANDARD.encode("id:secret");
    let request = agent
        .post(URL)
        .header("authorization", format!("Basic {basic}"))
        .header("content-type", "application/x-www-form-urlencoded");
    let body = request
        .send("grant_type=client_credentials")?
        .body_mut()
        .read_to_vec()?;
    let response: serde_json::Value = serde_json::from_slice(&body)?;
    println!("{:?}", response["expires_in"]);
    Ok(())
}
