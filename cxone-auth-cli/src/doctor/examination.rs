//! The steps in their order, each as far as the one before it allows.

mod discovery;
mod probing;
mod request;

use std::time::Duration;

use cxone_auth_core::diagnosis::Severity;
use cxone_auth_core::{TransportOptions, inspect};

use super::api::Api;
use super::cause::Cause;
use super::check::{Check, Step};
use super::deadline::Deadline;
use super::live::Board;
use super::path::{Journey, Path};
use super::store::{self, Preparation};
use super::verdict::Verdict;
use crate::arguments::DoctorArguments;
use crate::console::Console;
use crate::failure::{Failure, Kind};
use crate::target::{Origin, Setting, Settings, Slip, Target};

/// The longest that an examination takes unless a timeout is set.
pub(super) const LONGEST: Duration = Duration::from_secs(10);

pub(super) struct Examination<'a> {
    arguments: &'a DoctorArguments,
    /// What of the API is called, if it is.
    api: Option<Api>,
    board: Board,
    console: Console,
    verdict: Verdict,
}

impl<'a> Examination<'a> {
    pub(super) fn new(
        arguments: &'a DoctorArguments,
        api: Option<Api>,
        board: Board,
        console: Console,
    ) -> Self {
        Self {
            arguments,
            api,
            board,
            console,
            verdict: Verdict::default(),
        }
    }

    pub(super) fn conduct(mut self) -> Verdict {
        let Some(mut target) = self.configure() else {
            return self.verdict;
        };
        let store = match store::prepare(&target, self.arguments.offline) {
            Preparation::Refused(check, causes, failure) => {
                let before = self.inspect(&target);
                self.add(check);
                self.conclude_refused(&failure, causes, before);
                return self.verdict;
            }
            prepared => prepared,
        };
        let deadline = Deadline::after(self.longest(&target.transport));
        let discovered = self.discover(&mut target, deadline);
        let mut before = self.inspect(&target);
        if let Some((check, causes)) = store.examine(&target) {
            self.add(check);
            before.extend(causes);
        }
        match discovered {
            _ if self.arguments.offline => self.conclude_offline(before),
            Ok(()) => self.go_online(&target, deadline, before),
            Err(error) => self.stay_without_endpoint(&target, deadline, &error),
        }
        self.verdict
    }

    /// Takes the settings from where they are given. Where no configuration can be made of them,
    /// that is the verdict.
    fn configure(&mut self) -> Option<Target> {
        let slips = Slip::all();
        self.verdict.causes = slips.iter().map(Cause::of_slip).collect();
        let resolved = match Settings::read(&self.arguments.target) {
            Ok(resolved) => resolved,
            Err(failure) => return self.cannot_be_configured(&failure),
        };
        self.verdict.settings = resolved.settings();
        let slips: Vec<String> = slips.iter().map(Slip::told).collect();
        self.verdict.notes = [&*slips, &*resolved.warnings, &*resolved.notes].concat();
        match Target::of(resolved) {
            Err(failure) => self.cannot_be_configured(&failure),
            Ok(target) => {
                let warnings = target.warnings.clone();
                self.verdict.notes =
                    [slips, warnings, target.notes.clone(), target.method()].concat();
                let check = Step::Configuration.passed(match &target.discovery {
                    Some(discovery) => format!("issuer: {}", discovery.issuer),
                    None => format!("token endpoint: {}", target.endpoint.text()),
                });
                let details = self.settings_in_lines();
                self.add(check.with_details(details));
                Some(target)
            }
        }
    }

    fn cannot_be_configured(&mut self, failure: &Failure) -> Option<Target> {
        let check = Step::Configuration.failed(failure.message());
        let details = self.settings_in_lines();
        self.add(check.with_details(details));
        self.verdict.kind = Some(failure.kind());
        self.verdict.message = Some(failure.message().to_owned());
        let causes = Cause::of_failure(failure);
        // What is missing may be what the variable was to set.
        let (first, rest): (Vec<_>, Vec<_>) = Slip::all()
            .into_iter()
            .partition(|slip| causes[0].may_be_of(slip));
        let of_slips = |slips: Vec<Slip>| slips.iter().map(Cause::of_slip).collect::<Vec<_>>();
        self.verdict.causes = [of_slips(first), causes, of_slips(rest)].concat();
        self.verdict.stands = failure.origin().map(Origin::to_string);
        None
    }

    fn settings_in_lines(&self) -> Vec<String> {
        let settings = &self.verdict.settings;
        let width = |text: fn(&Setting) -> &str| {
            settings
                .iter()
                .map(|setting| text(setting).chars().count())
                .max()
                .unwrap_or(0)
        };
        let (names, values) = (width(|own| &own.name), width(|own| own.value.text()));
        let lines = settings.iter().map(|own| {
            let (name, value) = (&own.name, own.value.text());
            format!("{name:names$}  {value:values$}  from {}", own.origin)
        });
        lines.chain(self.verdict.notes.iter().cloned()).collect()
    }

    /// Looks the configuration over, and hands back what was found.
    fn inspect(&mut self, target: &Target) -> Vec<Cause> {
        let compared = target.compared();
        let found = inspect(&target.config);
        let mut found: Vec<Cause> = found.iter().chain(&compared).map(Cause::from).collect();
        if let Err(failure) = target.check_credentials() {
            found.splice(..0, Cause::of_failure(&failure));
        }
        let worst = found.iter().map(|cause| cause.severity).min();
        let summary = match found.len() {
            0 => "nothing found".to_owned(),
            1 => found[0].heading(),
            count => format!("{count} findings, the first: {}", found[0].heading()),
        };
        self.add(match worst {
            Some(Severity::Error) => Step::Inspection.failed(summary),
            Some(Severity::Warning) => Step::Inspection.warned(summary),
            _ => Step::Inspection.passed(summary),
        });
        found
    }

    /// Ends where `token` ends: before anything is sent.
    fn conclude_refused(&mut self, failure: &Failure, causes: Vec<Cause>, before: Vec<Cause>) {
        self.skip_requests("the store is refused first");
        self.verdict.kind = Some(failure.kind());
        self.verdict.message = Some(failure.message().to_owned());
        self.verdict.causes.extend([causes, before].concat());
        self.verdict.causes.sort_by_key(|cause| cause.severity);
    }

    fn skip_requests(&mut self, why: &str) {
        for step in [
            Step::Name,
            Step::Connection,
            Step::Tls,
            Step::Token,
            Step::Clock,
        ] {
            self.add(step.skipped(why));
        }
    }

    fn conclude_offline(&mut self, before: Vec<Cause>) {
        self.skip_requests("--offline");
        if before.iter().any(|cause| cause.severity == Severity::Error) {
            self.verdict.kind = Some(Kind::Configuration);
        }
        self.verdict.success = "No mistake was found; only the server can say more";
        self.verdict.causes.extend(before);
        self.verdict.causes.sort_by_key(|cause| cause.severity);
    }

    fn go_online(&mut self, target: &Target, deadline: Deadline, before: Vec<Cause>) {
        let path = self.walk(target, deadline);
        self.request(target, &path, deadline, before);
    }

    fn walk(&mut self, target: &Target, deadline: Deadline) -> Path {
        let journey = Journey {
            uri: target.config.endpoint().uri(),
            options: &target.transport,
            deadline,
            board: self.board,
        };
        let mut path = journey.walk();
        self.verdict.checks.append(&mut path.checks);
        path
    }

    fn longest(&self, options: &TransportOptions) -> Duration {
        let is_set = self
            .verdict
            .settings
            .iter()
            .any(|own| own.name == "timeout");
        if is_set { options.timeout() } else { LONGEST }
    }

    /// Keeps and shows a step that took no time.
    fn add(&mut self, check: Check) {
        self.board.show(&check);
        self.verdict.checks.push(check);
    }

    /// Keeps a step that is shown while it lasts.
    fn watch<T>(&mut self, step: Step, work: impl FnOnce() -> (Check, T)) -> T {
        let (check, result) = self.board.watch(step, work);
        self.verdict.checks.push(check);
        result
    }
}
