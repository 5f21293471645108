//! A day of a service, over real sockets. The time between the calls is skipped.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cxone_auth_tests::{GenesysCloud, Observation, Reply, Sandbox};

use crate::chance::Chance;
use crate::clock::{self, Instant};
use crate::figures::Figures;
use crate::plan::{Event, Plan};
use crate::service::Service;
use crate::settings::{Error, Settings};

const LIFETIME: Duration = Duration::from_secs(300);
/// How long the server takes for a token.
const TOKEN_DELAY: Duration = Duration::from_millis(100);
/// The most calls at once, and the longest pause between them in seconds.
const CALLERS: u64 = 11;
const PAUSE: u64 = 29;

/// More than anybody asks in an outage.
const ENDLESSLY: usize = 20_000;

pub struct Day<S> {
    service: Arc<S>,
    sandbox: Sandbox,
    record: Arc<Mutex<Record>>,
    secret_file: PathBuf,
    is_down: bool,
    is_secret_old: bool,
    figures: Figures,
}

/// What the token endpoint has sent.
#[derive(Default)]
struct Record {
    statuses: Vec<u16>,
    /// Until when the latest token is valid.
    valid_until: Option<Instant>,
}

impl<S: Service> Day<S> {
    /// Sets up the service and its server.
    pub fn new(folder: &Path) -> Result<Self, Error> {
        let record = Arc::new(Mutex::new(Record::default()));
        let sandbox = observed(&record)?;
        let genesys = sandbox.genesys();
        genesys.issue_for(LIFETIME);
        genesys.delay_tokens(TOKEN_DELAY);
        genesys.limit_calls_per_minute(u32::MAX);
        let secret_file = folder.join("secret");
        fs::write(&secret_file, genesys.client_secret())?;
        let service = S::new(Settings {
            token_url: genesys.token_url(),
            api_base: genesys.api_base(),
            client_id: genesys.client_id(),
            secret_file: secret_file.clone(),
        })?;
        Ok(Self {
            service: Arc::new(service),
            sandbox,
            record,
            secret_file,
            is_down: false,
            is_secret_old: false,
            figures: Figures::new(S::NAME, S::CODE),
        })
    }

    /// Has the day pass.
    pub async fn pass(mut self, hours: u64, seed: u64) -> Result<Figures, Error> {
        let (mut plan, mut chance) = (Plan::of(hours), Chance::new(seed));
        let mut second = 0;
        while second < hours * 3_600 {
            while let Some(event) = plan.due(second) {
                self.take(event)?;
            }
            self.call(chance.up_to(CALLERS)).await?;
            let pause = chance.up_to(PAUSE);
            clock::skip(pause);
            self.sandbox.advance(Duration::from_secs(pause));
            second += pause;
        }
        let statuses = std::mem::take(&mut self.record().statuses);
        self.figures.add_requests(&statuses);
        Ok(self.figures)
    }

    fn take(&mut self, event: Event) -> Result<(), Error> {
        let genesys = self.sandbox.genesys();
        match event {
            Event::Revocation => {
                genesys.revoke_tokens();
                self.record().valid_until = None;
            }
            Event::OutageBegins => genesys.fail_next(ENDLESSLY, Reply::empty(503)),
            Event::OutageEnds => genesys.stop_failing(),
            Event::SecretRotated => genesys.rotate_secret(),
            Event::SecretDelivered => self.deliver(genesys)?,
        }
        match event {
            Event::OutageBegins => self.is_down = true,
            Event::OutageEnds => self.is_down = false,
            Event::SecretRotated => self.is_secret_old = true,
            Event::SecretDelivered => self.is_secret_old = false,
            Event::Revocation => {}
        }
        Ok(())
    }

    /// Replaces the file in one step, as Kubernetes does.
    fn deliver(&self, genesys: &GenesysCloud) -> Result<(), Error> {
        let new = self.secret_file.with_extension("new");
        fs::write(&new, genesys.client_secret())?;
        Ok(fs::rename(new, &self.secret_file)?)
    }

    /// Makes so many calls at once.
    async fn call(&mut self, callers: u64) -> Result<(), Error> {
        let valid_until = self.record().valid_until;
        let is_served = !self.is_down && !self.is_secret_old;
        let is_to_be_had = is_served || valid_until.is_some_and(|end| Instant::now() < end);
        let calls: Vec<_> = (0..callers).map(|_| self.begin()).collect();
        for call in calls {
            let (took, outcome) = call.await?;
            self.figures.add_call(took, outcome.is_ok(), is_to_be_had);
        }
        self.service.settle().await;
        Ok(())
    }

    fn begin(&self) -> tokio::task::JoinHandle<(Duration, Result<String, Error>)> {
        let service = Arc::clone(&self.service);
        tokio::spawn(async move {
            let begun = std::time::Instant::now();
            let outcome = service.call().await;
            (begun.elapsed(), outcome)
        })
    }

    fn record(&self) -> std::sync::MutexGuard<'_, Record> {
        self.record.lock().expect("nobody panics with it")
    }
}

/// A sandbox that notes what the token endpoint sends.
fn observed(record: &Arc<Mutex<Record>>) -> Result<Sandbox, Error> {
    let record = Arc::clone(record);
    let note = move |seen: &Observation| {
        if seen.host == "token" {
            let mut record = record.lock().expect("nobody panics with it");
            record.statuses.extend(seen.status);
            if seen.status == Some(200) {
                record.valid_until = Some(Instant::now() + LIFETIME);
            }
        }
    };
    Ok(Sandbox::builder().with_observer(note).start()?)
}
