use cxone_auth_blocking::{BlockingTokenSource, ClientCredentials, Config, Region, UreqTransport};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let credentials = ClientCredentials::new("id", "secret");
    let config = Config::genesys_cloud(Region::UsEast1, credentials)?;
    let source = BlockingTokenSource::new(config, UreqTransport::new()?);
    println!("{:?}", source.token()?.lifetime());
    Ok(())
}
