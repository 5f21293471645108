//! The probe: other ways to ask, each shown and counted.

use cxone_auth_core::diagnosis::{Confidence, FindingCode, Severity};
use cxone_auth_core::{AccessToken, Config, Error, TransportOptions};

use super::Examination;
use crate::doctor::carrier::Carrier;
use crate::doctor::cause::Cause;
use crate::doctor::check::{Check, Step};
use crate::doctor::deadline::Deadline;
use crate::doctor::live::Board;
use crate::doctor::probe::{self, Alternative, Attempt, Change};
use crate::doctor::proof::Proof;
use crate::failure::Kind;
use crate::words;

impl Examination<'_> {
    /// Tries the other ways to ask, when the user wants it and the failure leaves them open.
    pub(super) fn probe(
        &mut self,
        options: &TransportOptions,
        config: &Config,
        error: &Error,
        deadline: Deadline,
    ) -> Option<AccessToken> {
        let alternatives = match probe::alternatives(config, error) {
            Ok(alternatives) => alternatives,
            Err(why) => {
                self.skip_probe(why);
                return None;
            }
        };
        if !self.arguments.probe {
            let (ways, cost) = (probe::listed(&alternatives), probe::cost(&alternatives));
            self.add(Step::Probe.skipped(format!("--probe would try {ways}: {cost}")));
            return None;
        }
        self.announce(&alternatives);
        let mut refused = Vec::new();
        for alternative in &alternatives {
            let carrier = Carrier::new(options, deadline);
            let Ok(transport) = carrier.transport(config.endpoint().uri()) else {
                break;
            };
            let attempt = self.watch(Step::Probe, || {
                let attempt = alternative.ask(&transport);
                (shown(alternative, &attempt), attempt)
            });
            self.verdict.token_requests += 1;
            let is_over = attempt.ends_the_probe() || deadline.remaining().is_zero();
            match attempt {
                Attempt::Worked(token) => {
                    self.works_with(alternative.change, config, &refused);
                    return Some(token);
                }
                Attempt::Refused(_) if is_over => break,
                Attempt::Refused(other) if other.oauth_code() == error.oauth_code() => {
                    self.rule_out(alternative.change.finding(config));
                    refused.push(alternative.change);
                }
                Attempt::Refused(other) => self.gets_further(alternative, config, &other),
            }
        }
        self.count_ruled_out(refused.len());
        None
    }

    pub(super) fn skip_probe(&mut self, why: &str) {
        if self.arguments.probe {
            self.add(Step::Probe.skipped(format!("not tried: {why}")));
        }
    }

    fn announce(&self, alternatives: &[Alternative]) {
        let (ways, cost) = (probe::listed(alternatives), probe::cost(alternatives));
        let text = format!("--probe tries {ways}: {cost}");
        match self.board {
            Board::Silent(_) => self.console.warn(&text),
            board => board.say(&format!("      {text}")),
        }
    }

    /// The configuration is what is wrong: the server takes the same credentials another way.
    fn works_with(&mut self, change: Change, config: &Config, refused: &[Change]) {
        let proof = Proof::of(change, config, refused);
        let mut evidence = format!("a token came this way: {change}");
        if let Some(doubt) = proof.doubt {
            evidence = format!("{evidence}; {doubt}");
        }
        let has_fault = change == Change::NoScope && self.has_fault_of_the_scope();
        let place = usize::from(has_fault);
        self.put_at(place, change, config, evidence, |cause| {
            proof.cause.clone_into(&mut cause.title);
            cause.confidence = proof.confidence;
        });
        self.verdict.kind = Some(Kind::Configuration);
        self.verdict.change = (!has_fault).then_some(change);
    }

    /// Whether the text of the scope shows what is wrong with it. To ask for none would then get a
    /// token that may do nothing.
    fn has_fault_of_the_scope(&self) -> bool {
        let faults = [
            FindingCode::COMMA_JOINED,
            FindingCode::USER_FLOW_SCOPE,
            FindingCode::INVENTED_SCOPE,
            FindingCode::ROLES_NOT_SCOPES,
        ];
        let first = self.verdict.causes.first();
        first.is_some_and(|first| faults.iter().any(|code| first.is(*code)))
    }

    /// Another response is a step ahead, or aside: it is told, and not judged.
    fn gets_further(&mut self, alternative: &Alternative, config: &Config, other: &Error) {
        let change = alternative.change;
        let response = other.oauth_code().unwrap_or("no OAuth error");
        let evidence = format!("another response came this way: {change} ({response})");
        self.put_at(0, change, config, evidence, |cause| {
            cause.confidence = Confidence::Possible;
        });
    }

    fn put_at(
        &mut self,
        place: usize,
        change: Change,
        config: &Config,
        evidence: String,
        told: impl FnOnce(&mut Cause),
    ) {
        let code = change.finding(config);
        let mut cause = Cause::of_code(code, Severity::Error, evidence);
        cause.remedy = change.remedy();
        told(&mut cause);
        self.verdict.causes.retain(|own| !own.is(code));
        self.verdict.causes.insert(place, cause);
    }

    /// Takes away what an attempt has shown not to be the cause, unless nothing else is left.
    fn rule_out(&mut self, code: FindingCode) {
        let remains = |cause: &Cause| !cause.is(code);
        if self.verdict.causes.iter().any(remains) {
            self.verdict.causes.retain(remains);
        }
    }

    fn count_ruled_out(&mut self, count: usize) {
        if let (Some(first), 1..) = (self.verdict.causes.first_mut(), count) {
            let ways = if count == 1 {
                "one other way"
            } else {
                "each other way"
            };
            let tried = format!("the response was the same to {ways} of asking that was tried");
            *first = first.clone().with_evidence(&tried);
        }
    }
}

fn shown(alternative: &Alternative, attempt: &Attempt) -> Check {
    let way = alternative.change;
    match attempt {
        Attempt::Worked(_) => Step::Probe.passed(format!("{way}: a token came")),
        Attempt::Refused(error) => {
            let message = error.in_words(words::of_the_program);
            Step::Probe.failed(format!("{way}: {message}"))
        }
    }
}
