//! A set-up that is broken in one way, with what keeps it so.

use std::any::Any;
use std::collections::BTreeMap;
use std::process::Command;

use cxone_auth_tests::{Sandbox, Server};

use crate::fixture::{Fixture, Run};

/// The variables and arguments of a set-up, and the servers behind it.
pub(super) struct DoctorFixture {
    base: Fixture,
    variables: BTreeMap<&'static str, String>,
    arguments: Vec<String>,
    token_requests: Count,
    /// Servers and ports that live as long as the set-up.
    held: Vec<Box<dyn Any>>,
}

/// How many token requests have arrived.
type Count = Box<dyn Fn(&Fixture) -> usize>;

impl DoctorFixture {
    /// The client of the Genesys Cloud of a sandbox.
    pub(super) fn genesys() -> Self {
        Self::of_genesys(Fixture::new())
    }

    pub(super) fn of_genesys(fixture: Fixture) -> Self {
        let variables = fixture.genesys_variables();
        Self::of(fixture, variables, |fixture| {
            fixture.sandbox.genesys().token_requests()
        })
    }

    /// The client of the sandbox's CXone, with its access key.
    pub(super) fn cxone() -> Self {
        Self::of_cxone(Fixture::new())
    }

    pub(super) fn of_cxone(fixture: Fixture) -> Self {
        let variables = fixture.cxone_variables();
        Self::of(fixture, variables, |fixture| {
            fixture.sandbox.cxone().token_requests()
        })
    }

    /// The access key of the sandbox's CXone alone.
    pub(super) fn user_hub() -> Self {
        let fixture = Fixture::new();
        let variables = fixture.user_hub_variables();
        Self::of(fixture, variables, |fixture| {
            fixture.sandbox.cxone().user_hub_requests()
        })
    }

    /// The client of a sandbox's custom server.
    pub(super) fn custom(sandbox: Sandbox) -> Self {
        Self::of_custom(Fixture::of(sandbox))
    }

    pub(super) fn of_custom(fixture: Fixture) -> Self {
        let variables = fixture.custom_variables();
        Self::of(fixture, variables, |fixture| {
            fixture.sandbox.custom().token_requests()
        })
    }

    fn of(
        base: Fixture,
        variables: Vec<(&'static str, String)>,
        count: impl Fn(&Fixture) -> usize + 'static,
    ) -> Self {
        Self {
            base,
            variables: variables.into_iter().collect(),
            arguments: Vec::new(),
            token_requests: Box::new(count),
            held: Vec::new(),
        }
    }

    pub(super) fn sandbox(&self) -> &Sandbox {
        &self.base.sandbox
    }

    pub(super) fn variable(&self, name: &str) -> &str {
        &self.variables[name]
    }

    pub(super) fn set(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.insert(name, value.into());
        self
    }

    pub(super) fn unset(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    pub(super) fn with(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    pub(super) fn holding(mut self, held: impl Any) -> Self {
        self.held.push(Box::new(held));
        self
    }

    /// Asks this server instead, whatever it is, and counts what it gets.
    pub(super) fn asking(self, server: Server) -> Self {
        let server = std::rc::Rc::new(server);
        let counted = std::rc::Rc::clone(&server);
        let mut setup = self.set("CXONE_AUTH_TOKEN_URL", server.url("/oauth/token"));
        setup.token_requests = Box::new(move |_| counted.request_count());
        setup.holding(server)
    }

    /// Counts whatever arrives at either host of Genesys Cloud, here and in another sandbox.
    pub(super) fn counting_also(mut self, other: Sandbox) -> Self {
        let arrived = |sandbox: &Sandbox| {
            let genesys = sandbox.genesys();
            genesys.token_server().request_count() + genesys.api_requests()
        };
        self.token_requests = Box::new(move |fixture| arrived(&fixture.sandbox) + arrived(&other));
        self
    }

    /// Writes a file into the folder in which the program is run.
    pub(super) fn file(self, name: &str, text: &str) -> Self {
        self.base.home.write(name, text);
        self
    }

    pub(super) fn token_requests(&self) -> usize {
        (self.token_requests)(&self.base)
    }

    pub(super) fn is_probing(&self) -> bool {
        self.arguments.iter().any(|argument| argument == "--probe")
    }

    /// The same with nothing but its variables.
    pub(super) fn without_options(mut self) -> Self {
        self.arguments.clear();
        self
    }

    /// How many connections the sandbox's servers have taken.
    pub(super) fn connections(&self) -> usize {
        let sandbox = self.sandbox();
        let servers = [
            sandbox.genesys().token_server(),
            sandbox.genesys().api_server(),
            sandbox.cxone().token_server(),
            sandbox.custom().token_server(),
        ];
        servers.map(Server::connections).iter().sum()
    }

    pub(super) fn examined(&self, more: &[&str]) -> Run {
        Run::of(&mut self.command(more))
    }

    /// What `token` comes to with the same settings.
    pub(super) fn token(&self, more: &[&str]) -> Run {
        let mut command = self.base.bare(&["token"]);
        Run::of(command.args(more).envs(&self.variables))
    }

    fn command(&self, more: &[&str]) -> Command {
        let mut command = self.base.bare(&["doctor"]);
        command
            .args(&self.arguments)
            .args(more)
            .envs(&self.variables);
        command
    }

    /// What must stand nowhere.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        let is_secret = |name: &&str| name.ends_with("_SECRET");
        let named = self
            .variables
            .iter()
            .filter(move |(name, _)| is_secret(name));
        named
            .map(|(_, value)| value.trim())
            .filter(|value| value.len() > 6)
    }
}
