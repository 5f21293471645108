//! Gets a token, from the store or with one request for all who wait.

use std::sync::Arc;
use std::time::Duration;

use cxone_auth_core::config::{RenewalPolicy, RetryPolicy};
use cxone_auth_core::session::TokenOrigin;
use cxone_auth_core::source::TokenOptions;
use cxone_auth_core::{AccessToken, BlockingTokenSource, BlockingTransport, Error, Moment};

use super::Shared;
use super::asking::Asking;
use super::gate::Gate;
use super::link::Link;
use crate::console::Console;
use crate::doctor;
use crate::failure::Failure;
use crate::output::{Handout, Source};
use crate::target::{Credential, Target};
use crate::words;

/// What a caller requires of a token.
pub(crate) struct Requirements {
    /// How much of its lifetime has to remain.
    pub(crate) min_ttl: Duration,
    /// Whether a new token is required, even if there is a stored one.
    pub(crate) is_forced: bool,
}

/// The most requests of a call. One is repeated if its failure may pass within seconds.
const ATTEMPTS: u32 = 2;

/// Returns a token that meets `requirements`, from the store or from the server. If the store cannot
/// be used, the token comes from the server.
pub(crate) fn supply(
    target: Target,
    requirements: &Requirements,
    uses_store: bool,
    console: Console,
) -> Result<Handout, Failure> {
    let advice = target.store.advice();
    let mut problem = None;
    let mut shared = None;
    if uses_store {
        match Shared::open(&target.store) {
            Ok(opened) => shared = Some(Arc::new(opened)),
            Err(trouble) => problem = Some(trouble.into_problem()?),
        }
    }
    let call = Call {
        shared: shared.as_ref(),
        requirements,
        console,
    };
    let supplied = call.make(target);
    if let Some(problem) = problem.or_else(|| shared?.problem()) {
        console.warn(&(problem.text + &advice));
    }
    // What uses up a limit is told of the command as it was typed.
    supplied.map_err(|failure| match (uses_store, requirements.is_forced) {
        (false, _) => failure.in_words(words::without_the_store),
        (true, true) => failure.in_words(words::of_a_forced_request),
        (true, false) => failure,
    })
}

/// One call of the program for a token.
struct Call<'a> {
    shared: Option<&'a Arc<Shared>>,
    requirements: &'a Requirements,
    console: Console,
}

impl Call<'_> {
    fn make(&self, mut target: Target) -> Result<Handout, Failure> {
        if !target.is_to_be_discovered() {
            return Ok(self.ask(&target)?.0);
        }
        let link = self.shared.map(|shared| Link::of(&target, shared));
        if let Some(handout) = self.look_where_it_was(&mut target, link.as_ref())? {
            return Ok(handout);
        }
        let asked = self.ask(&target);
        if let (Some(link), Some(metadata)) = (link, target.metadata()) {
            match &asked {
                Ok((_, token)) => link.keep(metadata, token.remaining(Moment::now())),
                Err(_) => link.keep_without_token(metadata),
            }
        }
        Ok(asked?.0)
    }

    /// Looks for a token where the issuer led the last time. If there is none that is good enough,
    /// the issuer has been asked when this returns.
    fn look_where_it_was(
        &self,
        target: &mut Target,
        link: Option<&Link<'_>>,
    ) -> Result<Option<Handout>, Failure> {
        let kept = link.and_then(|link| link.metadata(target));
        let (Some(metadata), Some(inquiry)) = (kept, target.inquiry()) else {
            return target.ask_issuer(self.console).map(|()| None);
        };
        target.use_metadata(metadata)?;
        let asking = Arc::new(Asking::new(inquiry, target, self.console));
        let found = self.token(&self.source(target, Arc::clone(&asking), 1));
        let handout = |token: &AccessToken| Some(Handout::of(token, Source::Cache));
        match (asking.answer(), found) {
            (None, Ok(token)) => Ok(handout(&token)),
            (None, Err(error)) => Err(self.failure(target, error)),
            (Some(Ok(metadata)), _) => {
                target.use_answer(metadata, self.console)?;
                Ok(None)
            }
            (Some(Err(failure)), Ok(token)) => {
                self.last_resort(failure, &token)?;
                Ok(handout(&token))
            }
            (Some(Err(failure)), Err(_)) => Err(failure),
        }
    }

    /// Asks the server, unless there is a token in the store.
    fn ask(&self, target: &Target) -> Result<(Handout, AccessToken), Failure> {
        let gate = Arc::new(Gate::new(target, self.console));
        let source = self.source(target, Arc::clone(&gate), ATTEMPTS);
        let hearing = Arc::clone(&gate);
        let _hearing = source.events(move |event| hearing.hear(event));
        let token = self.token(&source);
        let token = token.map_err(|error| self.failure(target, error))?;
        if let Some(error) = gate.error() {
            self.last_resort(self.failure(target, error), &token)?;
        }
        let origin = if source.status().origin == Some(TokenOrigin::Server) {
            target.warn_of_scopes(&token, self.console);
            Source::Server
        } else {
            Source::Cache
        };
        Ok((Handout::of(&token, origin), token))
    }

    fn token(&self, source: &BlockingTokenSource) -> Result<AccessToken, Error> {
        let options = TokenOptions::new().with_min_ttl(self.requirements.min_ttl);
        let options = if self.requirements.is_forced {
            options.with_force()
        } else {
            options
        };
        Ok(source.token_with(options)?.token)
    }

    /// Returns a source that lives for one call. Nobody but a caller who needs more renews a token.
    fn source(
        &self,
        target: &Target,
        transport: impl BlockingTransport + 'static,
        attempts: u32,
    ) -> BlockingTokenSource {
        let renewal = RenewalPolicy::new().with_refresh_before(Duration::ZERO);
        let retry = RetryPolicy::new().with_attempts(attempts);
        let config = target.config.clone();
        let config = config.with_renewal(renewal).with_retry(retry);
        let source = BlockingTokenSource::new(config, transport);
        let Some(shared) = self.shared else {
            return source;
        };
        let store = Arc::clone(&shared.store);
        let source = source.with_store(store, shared.options(target));
        shared.hear(&source);
        source
    }

    /// Returns the failure of a request, with its place, what to try and what else is known.
    fn failure(&self, target: &Target, error: Error) -> Failure {
        if let Err(failure) = target.check_credentials() {
            return failure;
        }
        target.warn_of_unlisted(self.console);
        let advice = doctor::advice(&target.config, &error);
        Credential::place(&target.credentials, Failure::from(error).advised(advice))
    }

    /// Lets a token that is still valid be served with a warning, if the server may give another one
    /// later.
    fn last_resort(&self, failure: Failure, token: &AccessToken) -> Result<(), Failure> {
        if !failure.may_pass() || self.requirements.is_forced {
            return Err(failure);
        }
        let (why, left) = (failure.message(), token.remaining(Moment::now()).as_secs());
        self.console.warn(&format!(
            "{why}; the cached token is valid for {left} more seconds"
        ));
        Ok(())
    }
}
