//! The program: settings from the environment, and a listener.

use std::error::Error;

use cxone_auth_reqwest::token_source_from_env;
use tokio::net::TcpListener;
use users_service::service;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().init();
    let source = token_source_from_env().await?;
    tokio::spawn(source.clone().keep_fresh());

    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, service(source)?).await?;
    Ok(())
}
