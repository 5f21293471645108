//! `doctor --agent`: looks at a running agent as its clients do.
//!
//! The local secret goes to no program of another user. Each profile costs what a client's token
//! request costs: nothing, if the agent has a token.

mod client;
mod owner;
mod page;
mod socket;

use std::io;

use cxone_auth_core::diagnosis::{FindingCode, Severity};
use zeroize::Zeroizing;

use self::client::{Client, Place, Refusal};
use self::owner::{Owner, is_trusted, owner_of};
use self::page::Page;
use super::cause::Cause;
use super::check::{Check, Step};
use super::deadline::Deadline;
use super::examination::LONGEST;
use super::live::Board;
use super::verdict::Verdict;
use crate::agent;
use crate::arguments::{DoctorArguments, timeout as timeout_of};
use crate::failure::{Failure, Kind};
use crate::target;
use crate::visible::visible;

struct Examination<'a> {
    arguments: &'a DoctorArguments,
    board: Board,
    verdict: Verdict,
}

/// Why no more is looked at.
struct Ended;

/// Looks at the agent at this place.
pub(super) fn examine(
    place: &str,
    arguments: &DoctorArguments,
    board: Board,
) -> Result<Verdict, Failure> {
    let place = Place::read(place)?;
    let mut examination = Examination {
        arguments,
        board,
        verdict: Verdict {
            success: "The agent has a token for each profile",
            ..Verdict::default()
        },
    };
    // What is wrong is in the verdict.
    let _ = examination.conduct(place);
    Ok(examination.verdict)
}

impl Examination<'_> {
    fn conduct(&mut self, place: Place) -> Result<(), Ended> {
        let timeout = self.arguments.target.timeout.as_deref();
        let timeout = timeout.and_then(|text| timeout_of(text).ok());
        let deadline = Deadline::after(timeout.unwrap_or(LONGEST));
        let mut client = Client::new(place, deadline);
        self.find(&client)?;
        self.recognize(&client)?;
        if client.place.needs_secret() {
            client.secret = Some(self.secret()?);
        }
        let page = self.read_page(&client)?;
        self.compare(&page);
        for profile in self.profiles(&page)? {
            self.ask(&client, &profile);
        }
        Ok(())
    }

    /// Finds out whether an agent is there.
    fn find(&mut self, client: &Client) -> Result<(), Ended> {
        let place = &client.place;
        match client.get("/healthz") {
            Ok(response) if response.status == 200 && response.body.starts_with(b"{\"status\"") => {
                self.add(Step::Agent.passed(format!("{place} responds")));
                Ok(())
            }
            Ok(response) => {
                let what = format!("{place}: status {}, and not an agent's", response.status);
                self.unusable(Step::Agent, Kind::Network, &what)
            }
            Err(error) => {
                let advice = not_let_in(place, &error);
                let what = format!("{place}: {}{advice}", client::told(&error));
                self.unusable(Step::Agent, Kind::Network, &what)
            }
        }
    }

    /// Finds out whose program listens there.
    fn recognize(&mut self, client: &Client) -> Result<(), Ended> {
        let what = match owner_of(&client.place, client.deadline) {
            Owner::Unknown => {
                let why = "the system does not say who listens there";
                if owner::HAS_TABLES && client.place.needs_secret() {
                    return self.unusable(Step::Owner, Kind::Configuration, why);
                }
                self.add(Step::Owner.skipped(why));
                return Ok(());
            }
            Owner::User(user) if is_trusted(user) => {
                self.add(Step::Owner.passed(format!("user {user}")));
                return Ok(());
            }
            Owner::User(user) => {
                let own = owner::own();
                format!("it belongs to user {user}, and you are user {own}")
            }
        };
        if client.place.needs_secret() {
            return self.unusable(Step::Owner, Kind::Configuration, &what);
        }
        // No secret goes there, and that user has let in this one.
        self.add(Step::Owner.warned(&*what));
        let code = FindingCode::AGENT_UNUSABLE;
        let cause = Cause::of_code(code, Severity::Warning, what);
        self.verdict.causes.push(cause);
        Ok(())
    }

    fn secret(&mut self) -> Result<Zeroizing<String>, Ended> {
        agent::local_secret(self.arguments.secret_file.as_ref()).map_err(|failure| {
            let what = visible(failure.message());
            let cause = Cause::of_setting(
                "The file of the local secret cannot be read",
                what.clone(),
                "The agent has another file, or this user cannot read it.",
                "Name the file of the agent with --secret-file PATH.",
            );
            self.end_with(Step::LocalSecret, failure.kind(), cause, what)
        })
    }

    /// Reads the metrics, which needs what a token needs.
    fn read_page(&mut self, client: &Client) -> Result<Page, Ended> {
        let needs_secret = client.place.needs_secret();
        match client.get("/metrics") {
            Ok(response) if response.status == 200 => {
                let page = Page::read(&response.body);
                let what = if needs_secret {
                    "the agent knows it"
                } else {
                    "not needed at a socket"
                };
                self.add(Step::LocalSecret.passed(what));
                Ok(page)
            }
            Ok(response) if response.status == 401 => {
                let code = FindingCode::LOCAL_SECRET_REFUSED;
                let what = Refusal::read(&response).description;
                Err(self.end(Step::LocalSecret, Kind::Credentials, code, &what))
            }
            Ok(response) => {
                let what = format!("status {} instead of the metrics", response.status);
                self.unusable(Step::LocalSecret, Kind::Other, &what)
            }
            Err(error) => self.unusable(Step::LocalSecret, kind_of(&error), &client::told(&error)),
        }
    }

    fn compare(&mut self, page: &Page) {
        let own = env!("CARGO_PKG_VERSION");
        let version = page.version.as_deref().unwrap_or("unknown");
        self.add(if version == own {
            Step::Version.passed(own)
        } else {
            let what =
                format!("the agent has {version}, and this program {own}: restart the agent");
            Step::Version.warned(what)
        });
        if page.has_failed_reload {
            self.add(Step::Reload.warned(
                "the profiles could not be read again, and are as they were: the standard error of \
                 the agent says why",
            ));
        }
    }

    /// Returns the profiles that are asked for.
    fn profiles(&mut self, page: &Page) -> Result<Vec<String>, Ended> {
        let Some(named) = &self.arguments.target.profile else {
            return Ok(page.profiles.clone());
        };
        if page.profiles.contains(named) {
            return Ok(vec![named.clone()]);
        }
        let served = page.profiles.join(", ");
        let near = target::nearest(named, page.profiles.iter().map(String::as_str));
        let near = near.map_or(String::new(), |near| format!(" (did you mean {near}?)"));
        let what = format!("the agent does not serve profile {named}{near}, but: {served}");
        let what = visible(&what);
        let cause = Cause::of_setting(
            "The agent does not serve this profile",
            what.clone(),
            "The name is another one, or the profile was added after the agent has read its profiles.",
            "Correct --profile. If the profile is new, send the agent SIGHUP: it reads the profiles \
             again.",
        );
        Err(self.end_with(Step::Token, Kind::Configuration, cause, what))
    }

    /// Asks for the token of a profile. Those that follow are asked for in any case.
    fn ask(&mut self, client: &Client, profile: &str) {
        let response = match client.token(profile) {
            Ok(response) => response,
            Err(error) => {
                let what = format!("{profile}: {}", client::told(&error));
                let _: Result<(), Ended> = self.unusable(Step::Token, kind_of(&error), &what);
                return;
            }
        };
        if response.status == 200 {
            let remaining = client::remaining(&response);
            let left = remaining.map_or("?".to_owned(), |seconds| seconds.to_string());
            let what = format!("{profile}: a token with {left} s left");
            self.add(Step::Token.passed(what));
            return;
        }
        let refusal = Refusal::read(&response);
        let what = format!("{profile}: {}", refusal.description);
        self.add(Step::Token.failed(&*what));
        self.fail(refusal.kind(), what);
        let cause = refusal.cause().unwrap_or_else(|| {
            let (code, severity) = (FindingCode::AGENT_UNUSABLE, Severity::Error);
            Cause::of_code(code, severity, refusal.description.clone())
        });
        self.verdict
            .causes
            .push(cause.with_evidence(&format!("profile {profile}")));
        self.verdict.causes.sort_by_key(|cause| cause.severity);
    }

    /// Ends because nothing there can be used.
    fn unusable<T>(&mut self, step: Step, kind: Kind, what: &str) -> Result<T, Ended> {
        Err(self.end(step, kind, FindingCode::AGENT_UNUSABLE, what))
    }

    fn end(&mut self, step: Step, kind: Kind, code: FindingCode, what: &str) -> Ended {
        let what = visible(what);
        let cause = Cause::of_code(code, Severity::Error, what.clone());
        self.end_with(step, kind, cause, what)
    }

    fn end_with(&mut self, step: Step, kind: Kind, cause: Cause, what: String) -> Ended {
        self.add(step.failed(&*what));
        self.fail(kind, what);
        self.verdict.causes.insert(0, cause);
        Ended
    }

    /// Keeps the first failure.
    fn fail(&mut self, kind: Kind, message: String) {
        self.verdict.kind.get_or_insert(kind);
        self.verdict.message.get_or_insert(message);
    }

    fn add(&mut self, check: Check) {
        self.board.show(&check);
        self.verdict.checks.push(check);
    }
}

/// Says what lets this user in, if an agent at a socket may have refused it.
fn not_let_in(place: &Place, error: &io::Error) -> String {
    let own = rustix::process::geteuid().as_raw();
    match (place, error.kind()) {
        (Place::Socket(_), io::ErrorKind::PermissionDenied) => format!(
            ": who runs the agent lets you in with --allow-uid {own}, and --socket PATH in a folder \
             that you can enter"
        ),
        (Place::Socket(_), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => {
            format!(": an agent does that to users whom it does not let in: --allow-uid {own} does")
        }
        _ => String::new(),
    }
}

/// What a request failed of: the way, or the user who has the connection.
fn kind_of(error: &io::Error) -> Kind {
    match error.kind() {
        io::ErrorKind::PermissionDenied => Kind::Configuration,
        _ => Kind::Network,
    }
}
