//! An exchange of several processes: its store says whether this one makes the request.

use std::future::Future;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use secrecy::ExposeSecret as _;

use super::Sharing;
use super::hold::Hold;
use super::name::{entry_name, mark};
use super::operations::Operations;
use crate::clock::{Moment, SourceClock};
use crate::config::Config;
use crate::error::{Error, ErrorKind, StoreError, StoreErrorKind};
use crate::source::delivery::{Delivered, Delivery};
use crate::source::material::Material;
use crate::source::reading::{Reading, Stage};
use crate::source::telemetry::Whose;
use crate::store::{
    Act, End, EntryName, Failed, Found, Input, LeaseId, Machine, Record, Refused, Requested,
    StoreOutcome, Wish, is_about_this_process,
};
use crate::transport::{TransportError, TransportErrorKind, TransportResult};

/// An exchange that a driver carries, with the store of its source.
pub(in crate::source) struct Joint {
    pub(in crate::source) reading: Reading,
    pub(in crate::source) sharing: Arc<Sharing>,
    pub(in crate::source) config: Arc<Config>,
    pub(in crate::source) clock: Arc<dyn SourceClock>,
    pub(in crate::source) wish: Wish,
    /// The transport's timeout.
    pub(in crate::source) timeout: Duration,
}

/// How much longer than the transport's timeout credentials may take to be read. A source that has the same limit, such as
/// a command of the program, says itself what took so long.
const OWN_LIMIT: Duration = Duration::from_millis(100);

/// What an exchange has found out so far.
struct Progress {
    name: EntryName,
    hold: Hold,
    delivery: Option<Delivery>,
}

impl Progress {
    /// Returns what is left to do for an exchange whose time is over. It gives its lease back, and
    /// keeps what it has got. It asks and sends nothing more.
    async fn at_its_end(self) -> Delivery {
        match self.delivery {
            Some(delivery) => delivery,
            // The thread ends the exchange.
            None => std::future::pending().await,
        }
    }
}

impl Joint {
    /// Runs the exchange. `send` sends a request.
    pub(in crate::source) async fn run<F>(
        mut self,
        store: &impl Operations,
        send: impl Fn(Request<Bytes>) -> F + Sync,
    ) -> Delivery
    where
        F: Future<Output = TransportResult> + Send,
    {
        let timeout = self.longest();
        let has_changed = store.limited(timeout, self.reading.has_changed()).await;
        if let Some(has_changed) = has_changed.unwrap_or(Some(false)) {
            self.wish.only_looks = !has_changed;
        }
        let only_looks = self.wish.only_looks;
        let begun = store.limited(timeout, self.begin()).await;
        let begun = begun.unwrap_or_else(|| Err(self.too_late()));
        let (mut progress, mut machine) = match begun {
            Ok(Some(begun)) => begun,
            Ok(None) | Err(_) if only_looks => return Delivery::Unchanged,
            Ok(None) => return self.request(store, &send).await,
            Err(error) => return Delivered::of(Err(error)).into(),
        };
        let mut input = Input::Start;
        loop {
            let act = machine.next(self.clock.now(), input);
            if store.is_over() && !matches!(act, Act::Release(_) | Act::End(_)) {
                return progress.at_its_end().await;
            }
            input = match act {
                Act::End(end) => return self.end(end, progress),
                Act::Request { waited } => {
                    self.report_wait(waited);
                    let delivery = self.request(store, &send).await;
                    self.requested(&mut progress, delivery)
                }
                act => self.operate(store, act, &mut progress).await,
            };
        }
    }

    /// Returns the beginning, and the machine; `None` if nothing can be shared.
    async fn begin(&mut self) -> Result<Option<(Progress, Machine)>, Error> {
        let name = entry_name(&self.config, &self.sharing.options).await?;
        let lease = match name {
            Some(name) => {
                let lease = self.sharing.lease(&name, self.timeout);
                lease.map(|lease| (name, lease))
            }
            None => Err(no_identity()),
        };
        let (name, (lease, exchange)) = match lease {
            Ok(lease) => lease,
            Err(error) => {
                self.failed(error);
                return Ok(None);
            }
        };
        let (seen, leaves_it) = self.sharing.seen(&name, self.clock.now());
        let wish = Wish {
            holder: self.sharing.known_holder(),
            seen,
            leaves_it,
            ..mem::take(&mut self.wish)
        };
        let progress = Progress {
            hold: Hold::new(Arc::clone(&self.sharing), name.clone(), exchange),
            name,
            delivery: None,
        };
        Ok(Some((progress, Machine::new(wish, lease))))
    }

    /// Returns the longest time that a reading takes, with or without the request.
    fn longest(&self) -> Duration {
        self.timeout.saturating_add(OWN_LIMIT)
    }

    /// Reads the credentials and sends the request, within the transport's timeout together.
    async fn request<F>(
        &self,
        store: &impl Operations,
        send: &(impl Fn(Request<Bytes>) -> F + Sync),
    ) -> Delivery
    where
        F: Future<Output = TransportResult> + Send,
    {
        let reading = self.reading.again().run(send);
        if let Some(delivery) = store.limited(self.longest(), reading).await {
            return delivery;
        }
        match self.reading.stage().take() {
            // It is read again for too long. The refusal stays.
            Stage::Refused(refusal) => Delivery::Read(refusal),
            Stage::Begun if self.reading.is_check() => Delivery::Unchanged,
            Stage::Begun | Stage::Sent => Delivered::of(Err(self.too_late())).into(),
        }
    }

    fn too_late(&self) -> Error {
        let timeout = TransportError::new(TransportErrorKind::Timeout);
        Error::of_failure(&self.config, timeout)
    }

    fn report_wait(&self, waited: Option<Duration>) {
        if let Some(waited) = waited {
            let problem = format!(
                "another process has had the lease for more than {} s",
                waited.as_secs()
            );
            let error = StoreError::new(StoreErrorKind::Unavailable, problem);
            // The store itself works: in a cool-down, it is still asked for the token of another.
            let whose = Whose::of_config(&self.config);
            self.sharing.tell(&whose, Arc::new(error));
        }
    }

    async fn operate(&self, store: &impl Operations, act: Act, progress: &mut Progress) -> Input {
        let name = &progress.name;
        match act {
            Act::Load => Input::Loaded(self.load(store, name).await),
            Act::Tell => {
                let sent = store.limited(self.timeout, self.mark()).await;
                Input::Sent(sent.flatten())
            }
            Act::Lease(lease) => {
                progress.hold.begin(lease.id);
                let outcome = self.checked(store.lease(name, &lease).await);
                if !matches!(outcome, Ok(StoreOutcome::Done)) {
                    progress.hold.end();
                }
                Input::Leased(outcome)
            }
            Act::Save(record, lease) => {
                let outcome = self.save(store, name, *record, lease).await;
                if matches!(outcome, Ok(StoreOutcome::HeldByAnother)) {
                    progress.hold.end();
                }
                Input::Saved(outcome)
            }
            Act::Release(lease) => {
                // A lease that somebody else has by now needs no release.
                let _ = self.checked(store.release(name, lease).await);
                progress.hold.end();
                Input::Released
            }
            Act::Pause(span) => {
                store.pause(span).await;
                Input::Paused
            }
            Act::Request { .. } | Act::End(_) => unreachable!("the loop does these"),
        }
    }

    async fn load(
        &self,
        store: &impl Operations,
        name: &EntryName,
    ) -> Result<Option<Found>, Failed> {
        // The response may be late, and the store has counted from before.
        let began = self.clock.now();
        let loaded = match store.load(name).await {
            // The store itself says so of what it has. The next entry replaces it.
            Err(error) if error.kind() == StoreErrorKind::Damaged => {
                self.failed(error);
                None
            }
            loaded => self.checked(loaded)?,
        };
        let Some(stored) = loaded else {
            return Ok(None);
        };
        let opened = self.sharing.options.keys.open(name, &stored.bytes);
        let opened = opened.map(|entry| Record::read(entry.expose_secret()));
        match opened {
            Ok(Some(record)) => Ok(Some(Found {
                record: record.by_own_clock(began, stored.remaining),
                kept: stored.remaining.map(|span| began.saturating_add(span)),
            })),
            // It counts as missing, and the next entry replaces it.
            Ok(None) => {
                self.failed(other_format());
                Ok(None)
            }
            Err(error) => {
                self.failed(error);
                Ok(None)
            }
        }
    }

    async fn save(
        &self,
        store: &impl Operations,
        name: &EntryName,
        record: Record,
        lease: LeaseId,
    ) -> Result<StoreOutcome, Failed> {
        let now = self.clock.now();
        let keep = record.keep(now);
        let sealed = self.sharing.options.keys.seal(name, &record.write());
        let sealed = self.checked(sealed)?;
        let outcome = store.save(name, lease, sealed.into(), keep).await;
        let outcome = self.checked(outcome)?;
        // A refusal ends soon, and the next entry may be of a clock that is behind.
        if outcome == StoreOutcome::Done && record.token().is_some() {
            self.sharing.saw(name, record.generation());
        }
        // Another process may be served with its credential. A server that throttles, or has no
        // usable token, has none for anybody.
        let is_left = |own: &Refused| own.is_about_a_credential() && !own.left(now).is_zero();
        if record.refusal().is_some_and(is_left) {
            self.sharing.leaves_it_to_others(now);
        }
        Ok(outcome)
    }

    fn failed(&self, error: StoreError) {
        self.sharing.failed(&Whose::of_config(&self.config), error);
    }

    /// Reports a failure of the store.
    fn checked<T>(&self, result: Result<T, StoreError>) -> Result<T, Failed> {
        match result {
            Ok(value) => {
                self.sharing.works();
                Ok(value)
            }
            Err(error) => {
                self.failed(error);
                Err(Failed)
            }
        }
    }

    /// Returns the hash of what would be sent; `None` if it cannot be read.
    async fn mark(&self) -> Option<[u8; 32]> {
        let read = Material::read(&self.config).await.ok()?.swap_remove(0);
        Some(mark(&read, &self.sharing.options))
    }

    /// Keeps what the request has brought, and says what others should know of it.
    fn requested(&self, progress: &mut Progress, delivery: Delivery) -> Input {
        let now = self.clock.now();
        let requested = match &delivery {
            Delivery::Read(delivered) => match &delivered.result {
                Ok(token) => {
                    self.sharing.got_a_token();
                    Requested::Token(token.clone())
                }
                Err(error) => {
                    self.note_denial(error, now);
                    let kind = error.kind();
                    Requested::Nothing {
                        may_pass: matches!(kind, ErrorKind::Unavailable | ErrorKind::Throttled),
                        refused: self.refused(error, now, delivered.refused.first()),
                    }
                }
            },
            Delivery::Response(..) | Delivery::PutOff(_) | Delivery::Unchanged => {
                Requested::Nothing {
                    may_pass: false,
                    refused: None,
                }
            }
        };
        progress.delivery = Some(delivery);
        Input::Requested(requested)
    }

    fn note_denial(&self, error: &Error, now: Moment) {
        if is_about_this_process(error) {
            let imposed = error.retry_after().unwrap_or_default();
            let cool_down = self.config.retry().refusal_cool_down();
            self.sharing.was_denied(now, cool_down, imposed);
        }
    }

    fn refused(&self, error: &Error, now: Moment, sent: Option<&Material>) -> Option<Refused> {
        let constant = Material::default();
        let sent = mark(sent.unwrap_or(&constant), &self.sharing.options);
        let holder = self.sharing.holder().ok()?;
        let imposed = error.retry_after();
        let retry = self.config.retry();
        let own = match error.kind() {
            // The server may work again soon.
            ErrorKind::Protocol => retry.outage_cool_down(),
            // So may one that throttles, unless the wait was in the part that was not read.
            ErrorKind::Throttled if error.transport().is_none() => retry.outage_cool_down(),
            _ => retry.refusal_cool_down(),
        };
        let own = own.after(1);
        let pause = match (error.kind(), imposed) {
            // The server knows best when it works again.
            (ErrorKind::Throttled, Some(imposed)) => imposed,
            (_, imposed) => own.max(imposed.unwrap_or_default()),
        };
        Refused::of(error, now, pause, holder, sent)
    }

    fn end(&self, end: End, progress: Progress) -> Delivery {
        let now = self.clock.now();
        let own = progress.delivery.unwrap_or(Delivery::Unchanged);
        match end {
            End::Own => own,
            End::PutOff(pause) => Delivery::PutOff(pause),
            End::Told(refused) => {
                let error = refused.error(&self.config, now);
                Delivered::of(Err(error)).told(refused.left(now)).into()
            }
            End::Adopt(found) => match self.adopted(&progress.name, &found, now) {
                Some(delivered) => delivered.into(),
                None => own,
            },
            End::InSpite(found) => match (self.adopted(&progress.name, &found, now), own) {
                (Some(delivered), Delivery::Read(own)) => match own.result {
                    Err(error) => delivered.after(error).into(),
                    Ok(_) => Delivery::Read(own),
                },
                (_, own) => own,
            },
        }
    }

    fn adopted(&self, name: &EntryName, found: &Found, now: Moment) -> Option<Delivered> {
        let remaining = found.record.remaining(now, found.kept);
        let token = found.record.access_token(&self.config, now, remaining)?;
        self.sharing.saw(name, found.record.generation());
        Some(Delivered::of(Ok(token)).adopted())
    }
}

pub(super) fn no_identity() -> StoreError {
    let problem = "the credential has no identity by which processes share its token: set one with \
                   StoreOptions::with_identity";
    StoreError::new(StoreErrorKind::Configuration, problem)
}

fn other_format() -> StoreError {
    let problem = "the entry has the format of another version, and counts as missing";
    StoreError::new(StoreErrorKind::Damaged, problem)
}
