//! A set-up that is broken in one way, with what keeps it so.

use std::any::Any;
use std::collections::BTreeMap;
use std::process::Command;

use cxone_auth_tests::{Platform, Sandbox, Server};

use crate::scene::{Run, Scene};

/// The variables and arguments of a set-up, and the servers behind it.
pub(super) struct Patient {
    pub(super) scene: Scene,
    variables: BTreeMap<&'static str, String>,
    arguments: Vec<String>,
    token_requests: Count,
    /// Servers and ports that live as long as the set-up.
    held: Vec<Box<dyn Any>>,
}

/// How many token requests have arrived.
type Count = Box<dyn Fn(&Scene) -> usize>;

impl Patient {
    /// The client of the Genesys Cloud of a sandbox.
    pub(super) fn genesys() -> Self {
        Self::of_genesys(Scene::new())
    }

    pub(super) fn of_genesys(scene: Scene) -> Self {
        let variables = scene.genesys_variables();
        Self::of(scene, variables, |scene| {
            scene.sandbox.genesys().token_requests()
        })
    }

    /// The client of the sandbox's CXone, with its access key.
    pub(super) fn cxone() -> Self {
        Self::of_cxone(Scene::new())
    }

    pub(super) fn of_cxone(scene: Scene) -> Self {
        let variables = scene.cxone_variables();
        Self::of(scene, variables, |scene| {
            scene.sandbox.cxone().token_requests()
        })
    }

    /// The client of a sandbox's custom server.
    pub(super) fn custom(sandbox: Sandbox) -> Self {
        Self::of_custom(Scene::of(sandbox))
    }

    pub(super) fn of_custom(scene: Scene) -> Self {
        let variables = variables("custom", scene.sandbox.custom());
        Self::of(scene, variables, |scene| {
            scene.sandbox.custom().token_requests()
        })
    }

    fn of(
        scene: Scene,
        variables: Vec<(&'static str, String)>,
        count: impl Fn(&Scene) -> usize + 'static,
    ) -> Self {
        Self {
            scene,
            variables: variables.into_iter().collect(),
            arguments: Vec::new(),
            token_requests: Box::new(count),
            held: Vec::new(),
        }
    }

    pub(super) fn sandbox(&self) -> &Sandbox {
        &self.scene.sandbox
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
        let mut patient = self.set("CXONE_AUTH_TOKEN_URL", server.url("/oauth/token"));
        patient.token_requests = Box::new(move |_| counted.request_count());
        patient.holding(server)
    }

    /// Counts whatever arrives at either host of Genesys Cloud, here and in another sandbox.
    pub(super) fn counting_also(mut self, other: Sandbox) -> Self {
        let arrived = |sandbox: &Sandbox| {
            let genesys = sandbox.genesys();
            genesys.token_server().request_count() + genesys.api_requests()
        };
        self.token_requests = Box::new(move |scene| arrived(&scene.sandbox) + arrived(&other));
        self
    }

    /// Writes a file into the folder in which the program is run.
    pub(super) fn file(self, name: &str, text: &str) -> Self {
        self.scene.home.write(name, text);
        self
    }

    pub(super) fn token_requests(&self) -> usize {
        (self.token_requests)(&self.scene)
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
        servers
            .map(cxone_auth_tests::Server::connections)
            .iter()
            .sum()
    }

    pub(super) fn examined(&self, more: &[&str]) -> Run {
        Run::of(&mut self.command(more))
    }

    fn command(&self, more: &[&str]) -> Command {
        let mut command = self.scene.bare(&["doctor"]);
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

fn variables<R>(platform: &str, sandbox: &Platform<R>) -> Vec<(&'static str, String)> {
    vec![
        ("CXONE_AUTH_PLATFORM", platform.to_owned()),
        ("CXONE_AUTH_TOKEN_URL", sandbox.token_url()),
        ("CXONE_AUTH_API_BASE", sandbox.api_base()),
        ("CXONE_AUTH_CLIENT_ID", sandbox.client_id()),
        ("CXONE_AUTH_CLIENT_SECRET", sandbox.client_secret()),
    ]
}
