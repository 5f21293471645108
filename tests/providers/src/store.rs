//! Our store, led to a server that speaks TLS and is no Redis: if it notices the second, the first
//! has worked.

use cxone_auth_core::http::Uri;
use cxone_auth_core::store::{BlockingTokenStore, EntryName, StoreError, StoredEntry, TokenStore};
use cxone_auth_core::token_request;
use cxone_auth_store::{RedisOptions, RedisStore};

use crate::{Failure, setting};

pub(crate) async fn load() -> Result<(), Failure> {
    reached(TokenStore::load(&store()?, &name()).await)
}

pub(crate) fn load_blocking() -> Result<(), Failure> {
    reached(BlockingTokenStore::load(&store()?, &name()))
}

fn reached(loaded: Result<Option<StoredEntry>, StoreError>) -> Result<(), Failure> {
    match loaded {
        Err(error) if error.to_string().contains("does not speak the protocol") => Ok(()),
        Err(error) => Err(error.into()),
        Ok(_) => Err("the server is a Redis".into()),
    }
}

fn name() -> EntryName {
    EntryName::new([1; 32])
}

fn store() -> Result<RedisStore, Failure> {
    let request = token_request(&setting::config()?);
    let authority = request.uri().authority();
    let authority = authority.ok_or("the token endpoint has no host")?;
    let url = Uri::builder()
        .scheme("rediss")
        .authority(authority.as_str());
    let url = url.path_and_query("/").build()?.to_string();
    let options = RedisOptions::new().with_root_certificates(setting::authority()?);
    Ok(RedisStore::connect(&url, options)?)
}
