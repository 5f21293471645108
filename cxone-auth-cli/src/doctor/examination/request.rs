//! The steps that ask for a token, and those that need one.

use cxone_auth_core::diagnosis::{FindingCode, Severity, diagnose_token};
use cxone_auth_core::transport::{TransportError, TransportErrorKind};
use cxone_auth_core::{AccessToken, Config, Error};

use super::Examination;
use crate::doctor::api::{Call, Outcome};
use crate::doctor::carrier::Carrier;
use crate::doctor::cause::Cause;
use crate::doctor::check::Step;
use crate::doctor::deadline::Deadline;
use crate::doctor::path::Path;
use crate::doctor::{clock, exchange};
use crate::failure::{Failure, Kind};
use crate::target::Target;
use crate::wire::Wire;
use crate::words;

/// Why the API is not called.
pub(super) const NO_TOKEN: &str = "there is no token to call it with";

impl Examination<'_> {
    /// Asks for a token, and goes on with what came.
    pub(super) fn request(
        &mut self,
        target: &Target,
        path: &Path,
        deadline: Deadline,
        before: Vec<Cause>,
    ) {
        let config = &target.config;
        if before.iter().any(Cause::gives_the_secret_away) {
            return self.hold_back(before);
        }
        if let Some(kind) = path.barrier {
            self.add(Step::Token.skipped("not asked for: there is no way to the server"));
            if let Some(error) = exchange::not_sent(config, kind) {
                self.has_failed(&error, path);
            }
            return;
        }
        let carrier = Carrier::new(&target.transport, deadline);
        let transport = match carrier.transport(config.endpoint().uri()) {
            Ok(transport) => transport,
            Err(failure) => {
                let error = Error::of_transport(failure);
                self.add(Step::Token.failed(error.to_string()));
                return self.has_failed(&error, path);
            }
        };
        match self.ask(&transport, config, path) {
            Ok(token) => self.has_token(target, &token, deadline, before),
            Err(error) => {
                self.has_failed(&error, path);
                let token = self.probe(&target.transport, config, &error, deadline);
                self.call_api(target, token.as_ref(), deadline);
            }
        }
    }

    /// The secret stays here where the one who would get it is nobody who gives tokens.
    fn hold_back(&mut self, before: Vec<Cause>) {
        let why = "not asked for: the secret would go to a host that is no vendor's token endpoint";
        self.add(Step::Token.skipped(why));
        self.skip_probe("no token was asked for");
        if self.api.is_some() {
            self.add(Step::Api.skipped(NO_TOKEN));
        }
        self.verdict.kind = Some(Kind::Configuration);
        self.verdict.causes.extend(before);
        self.verdict.causes.sort_by_key(|cause| cause.severity);
    }

    fn ask(
        &mut self,
        transport: &Wire,
        config: &Config,
        path: &Path,
    ) -> Result<AccessToken, Error> {
        let exchange = self.watch(Step::Token, || {
            let exchange = exchange::ask(transport, config);
            let check = match &exchange.result {
                Ok(token) => Step::Token.passed(exchange::described(token)),
                Err(error) => Step::Token
                    .failed(error.in_words(words::of_the_program).to_string())
                    .with_details(told(error, path)),
            };
            (check.with_time(exchange.took), exchange)
        });
        let was_sent = !matches!(&exchange.result, Err(error) if never_arrived(error));
        self.verdict.token_requests += usize::from(was_sent);
        if exchange.clocks.is_some() || exchange.result.is_ok() {
            let (check, cause) = clock::compare(exchange.clocks);
            self.add(check);
            self.verdict.causes.extend(cause);
        }
        exchange.result
    }

    fn has_token(
        &mut self,
        target: &Target,
        token: &AccessToken,
        deadline: Deadline,
        before: Vec<Cause>,
    ) {
        let config = &target.config;
        let diagnosis = diagnose_token(config, token);
        let found: Vec<Cause> = diagnosis.iter().map(Cause::from).collect();
        let is_new = |own: &Cause| !found.iter().any(|seen| seen.code == own.code);
        let before: Vec<Cause> = before.into_iter().filter(is_new).collect();
        let causes = &mut self.verdict.causes;
        causes.extend(found);
        causes.extend(before);
        // What stands against a token does not once one has come.
        for cause in causes
            .iter_mut()
            .filter(|cause| cause.severity == Severity::Error)
        {
            cause.severity = Severity::Warning;
        }
        causes.sort_by_key(|cause| cause.severity);
        self.verdict.success = "A token comes with this configuration";
        self.skip_probe("a token came");
        self.call_api(target, Some(token), deadline);
    }

    /// The failure's own causes come first, what else was seen after them.
    pub(super) fn has_failed(&mut self, error: &Error, path: &Path) {
        let failure = Failure::from(error.clone());
        let mut causes: Vec<Cause> = error.diagnosis().iter().map(Cause::from).collect();
        if error.transport().is_some() {
            let of_the_way = causes.iter_mut().find(|cause| cause.is_of_the_way());
            if let Some(cause) = of_the_way {
                cause.add(&path.seen);
            }
        }
        let of_the_list = |cause: &&mut Cause| cause.is(FindingCode::NOT_ALLOWED_FROM_HERE);
        if let (Some(cause), Some(address)) = (causes.iter_mut().find(of_the_list), path.local) {
            let left = format!("the request left this machine from {address}");
            *cause = cause.clone().with_evidence(&left);
        }
        let seen = std::mem::take(&mut self.verdict.causes);
        let is_new = |cause: &Cause| !causes.iter().any(|own| own.code == cause.code);
        let others: Vec<Cause> = seen.into_iter().filter(is_new).collect();
        causes.extend(others);
        self.verdict.causes = causes;
        self.verdict.kind = Some(failure.kind());
        self.verdict.message = Some(failure.message().to_owned());
        self.verdict.retry_after = error.retry_after().map(|wait| wait.as_secs());
    }

    fn call_api(&mut self, target: &Target, token: Option<&AccessToken>, deadline: Deadline) {
        let Some(asked) = self.api.clone() else {
            return;
        };
        let Some(token) = token else {
            return self.add(Step::Api.skipped(NO_TOKEN));
        };
        let settings = &self.verdict.settings;
        let has_base = settings.iter().any(|own| own.name == "api-base");
        let carrier = Carrier::new(&target.transport, deadline);
        let call = Call::new(&target.config, has_base, token, carrier);
        let outcome = self.watch(Step::Api, || {
            let response = call.make(&asked);
            (response.check, response.outcome)
        });
        self.judge(outcome);
    }

    /// What stood against the token itself comes first.
    fn judge(&mut self, outcome: Outcome) {
        let verdict = &mut self.verdict;
        if verdict.kind.is_some() {
            verdict.causes.extend(outcome.causes);
            return;
        }
        verdict.causes.splice(0..0, outcome.causes);
        verdict.kind = outcome.kind;
        verdict.message = outcome.message;
        verdict.retry_after = outcome.retry_after;
    }
}

/// What a response tells besides the refusal.
fn told(error: &Error, path: &Path) -> Vec<String> {
    let id = error.correlation_id();
    let id = id.map(|id| format!("correlation id {id}: the vendor's support asks for it"));
    let wait = error.retry_after();
    let wait = wait.map(|wait| format!("the server asks to wait for {} s", wait.as_secs()));
    let may_be_listed = error
        .diagnosis()
        .contains(FindingCode::NOT_ALLOWED_FROM_HERE);
    let list = path.local.filter(|_| may_be_listed);
    let list = list.map(|address| {
        format!(
            "IP allow list of the client: the request left this machine from {address}; behind a \
             NAT or a proxy the server sees another address"
        )
    });
    id.into_iter().chain(wait).chain(list).collect()
}

/// Whether the request ended before the server can have had it.
fn never_arrived(error: &Error) -> bool {
    use TransportErrorKind as E;
    let kind = error.transport().map(TransportError::kind);
    matches!(
        kind,
        Some(E::Dns | E::Connect | E::Tls | E::Proxy | E::Configuration)
    )
}
