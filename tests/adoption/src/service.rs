//! What the day asks of a service, and what is counted of its code.

use std::time::Duration;

use crate::settings::{Error, Settings};
use crate::{by_hand, on_cxone_auth};

pub trait Service: Send + Sync + Sized + 'static {
    const NAME: &'static str;
    const CODE: &'static str;

    fn new(settings: Settings) -> Result<Self, Error>;

    fn call(&self) -> impl Future<Output = Result<String, Error>> + Send;

    /// Waits until no request is in flight that outlives the calls.
    fn settle(&self) -> impl Future<Output = ()> + Send;
}

impl Service for by_hand::Service {
    const NAME: &'static str = "by hand";
    const CODE: &'static str = include_str!("by_hand.rs");

    fn new(settings: Settings) -> Result<Self, Error> {
        Self::new(settings)
    }

    async fn call(&self) -> Result<String, Error> {
        self.users().await
    }

    async fn settle(&self) {}
}

impl Service for on_cxone_auth::Service {
    const NAME: &'static str = "on cxone-auth";
    const CODE: &'static str = include_str!("on_cxone_auth.rs");

    fn new(settings: Settings) -> Result<Self, Error> {
        Self::new(settings)
    }

    async fn call(&self) -> Result<String, Error> {
        self.users().await
    }

    /// A renewal is a task: the calls do not wait for it.
    async fn settle(&self) {
        while self.api.source().status().in_flight {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// Returns how many lines of code there are, without blank ones and comments.
pub fn lines(code: &str) -> usize {
    let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//");
    code.lines().map(str::trim).filter(is_code).count()
}
