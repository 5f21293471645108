use cxone_auth_reqwest::{ClientCredentials, Config, Region, token_source};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let credentials = ClientCredentials::new("id", "secret");
    let source = token_source(Config::genesys_cloud(Region::UsEast1, credentials)?)?;
    println!("{:?}", source.token().await?.lifetime());
    Ok(())
}
