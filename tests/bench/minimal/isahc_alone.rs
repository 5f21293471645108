use std::io::Read;
use std::time::Duration;

use base64::Engine as _;
use isahc::config::{Configurable, RedirectPolicy};
use isahc::{HttpClient, http};

const URL: &str = "https://login.mypurecloud.com/oauth/token";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = HttpClient::builder()
        .timeout(Duration::from_secs(30))
        .redirect_policy(RedirectPolicy::None)
        .build()?;
    let basic = base64::engine::general_purpose::STANDARD.encode("id:secret");
    let request = http::Request::post(URL)
        .header("authorization", format!("Basic {basic}"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials")?;
    let mut body = Vec::new();
    client.send(request)?.body_mut().read_to_end(&mut body)?;
    let response: serde_json::Value = serde_json::from_slice(&body)?;
    println!("{:?}", response["expires_in"]);
    Ok(())
}
