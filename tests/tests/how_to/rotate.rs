//! docs/how-to/rotate.md.

use std::fs;
use std::path::{Path, PathBuf};

use cxone_auth_reqwest::credentials::FileSecret;
use cxone_auth_reqwest::{ClientCredentials, Config, Error, Region, TokenSource, token_source};
use cxone_auth_tests::Sandbox;

/// The secret is in `folder/secret`. While it is replaced, the old one is in `folder/previous`.
fn config(client_id: &str, folder: &Path) -> Result<Config, Error> {
    let secret = FileSecret::new(folder.join("secret")).with_previous(folder.join("previous"));
    let credentials = ClientCredentials::from_source(client_id, secret);
    Config::genesys_cloud(Region::EuCentral1, credentials)
}

/// Uses the new secret if the server takes it. If not, everything stays as it is. `config` makes the
/// configuration of your service from credentials.
async fn rotate(
    source: &TokenSource,
    config: impl Fn(ClientCredentials) -> Result<Config, Error>,
    (client_id, secret): (&str, &str),
) -> Result<(), Error> {
    let credentials = ClientCredentials::new(client_id, secret);
    source.try_replace_config(config(credentials)?).await
}

/// The next call without a token sends a request. `config` is the configuration in use.
fn end_cool_down(source: &TokenSource, config: &Config) {
    source.replace_config(config.clone());
}

/// The configuration, led to the sandbox.
fn led(config: Config, sandbox: &Sandbox) -> Config {
    config.with_token_endpoint(sandbox.genesys().token_url().parse().unwrap())
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[tokio::test]
async fn either_secret_of_two_files_gets_a_token() {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    let folder = folder("rotate-files");
    let config = config(&genesys.client_id(), &folder).unwrap();
    let source = token_source(led(config, &sandbox)).unwrap();

    // The new secret is there before the server knows it: the previous one is sent as well.
    fs::write(folder.join("previous"), genesys.client_secret()).unwrap();
    fs::write(folder.join("secret"), "the-next-secret").unwrap();
    source.token().await.unwrap();
    assert_eq!(genesys.token_requests(), 2);

    // The server has changed it: one request.
    genesys.rotate_secret();
    fs::write(folder.join("secret"), genesys.client_secret()).unwrap();
    let token = source.token().await.unwrap();
    assert!(source.invalidate(&token));
    source.token().await.unwrap();
    assert_eq!(genesys.token_requests(), 3);
}

#[tokio::test]
async fn a_secret_that_the_server_refuses_changes_nothing() {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    let id = genesys.client_id();
    let config = |credentials| {
        let config = Config::genesys_cloud(Region::EuCentral1, credentials)?;
        Ok(led(config, &sandbox))
    };
    let first = config(ClientCredentials::new(&*id, genesys.client_secret())).unwrap();
    let source = token_source(first).unwrap();
    source.token().await.unwrap();

    assert!(rotate(&source, config, (&id, "mistyped")).await.is_err());
    source.token().await.unwrap();
    assert_eq!(genesys.token_requests(), 2, "the token stays");

    genesys.rotate_secret();
    let secret = genesys.client_secret();
    rotate(&source, config, (&id, &secret)).await.unwrap();
    source.token().await.unwrap();
    assert_eq!(genesys.token_requests(), 3);
}

#[tokio::test]
async fn an_equal_configuration_ends_a_cool_down() {
    let sandbox = Sandbox::start();
    let genesys = sandbox.genesys();
    let credentials = ClientCredentials::new(genesys.client_id(), genesys.client_secret());
    let config = Config::genesys_cloud(Region::EuCentral1, credentials).unwrap();
    let config = led(config, &sandbox);
    genesys.disable_client();
    let source = token_source(config.clone()).unwrap();
    for _ in 0..3 {
        assert!(source.token().await.is_err());
    }
    genesys.enable_client();
    assert!(source.token().await.is_err());
    assert_eq!(genesys.token_requests(), 1);

    end_cool_down(&source, &config);
    source.token().await.unwrap();
    assert_eq!(genesys.token_requests(), 2);
}
