use cxone_auth_blocking::{BlockingTokenSource, ClientCredentials, Config, IsahcTransport, Region};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let credentials = ClientCredentials::new("id", "secret");
    let config = Config::genesys_cloud(Region::UsEast1, credentials)?;
    let source = BlockingTokenSource::new(config, IsahcTransport::new()?);
    println!("{:?}", source.token()?.lifetime());
    Ok(())
}
