//! A server for each layer, and the program with settings of each.

use std::process::Command;

use cxone_auth_tests::{Reply, Server};
use serde_json::json;

use super::case::{Case, LAYERS, Layer, Named};
use crate::fixture::{Fixture, Run};

pub(super) struct Place<'a> {
    pub(super) fixture: &'a Fixture,
    servers: [Server; 3],
}

impl<'a> Place<'a> {
    pub(super) fn new(fixture: &'a Fixture) -> Self {
        for layer in LAYERS {
            fixture.home.write(layer.name(), &secret(layer));
        }
        let servers = LAYERS.map(|_| {
            let token = json!({ "access_token": "a-token", "token_type": "bearer" });
            Server::http(move |_| Reply::json(200, &token))
        });
        Self { fixture, servers }
    }

    pub(super) fn url(&self, layer: Layer) -> String {
        self.server(layer).url("/token")
    }

    pub(super) fn server(&self, layer: Layer) -> &Server {
        &self.servers[LAYERS.iter().position(|own| *own == layer).unwrap()]
    }

    /// The secrets that each server was sent so far.
    fn sent(&self) -> Vec<Vec<String>> {
        let of = |server: &Server| {
            let forms = server.received().into_iter().map(|request| request.form());
            let secret = |form: Vec<(String, String)>| {
                let mut fields = form.into_iter();
                fields.find(|(name, _)| name == "client_secret").unwrap().1
            };
            forms.map(secret).collect()
        };
        self.servers.iter().map(of).collect()
    }

    /// Runs the case, and compares what was sent where, and what was said.
    pub(super) fn check(&self, case: &Case) {
        let mut expected = self.sent();
        let run = Run::of(&mut self.command(case));
        for layer in LAYERS {
            assert!(
                !run.stderr.contains(&secret(layer)),
                "{case:?}: {}",
                run.stderr
            );
        }
        if let Some((address, secret_of)) = case.expected() {
            let server = LAYERS.iter().position(|own| *own == address).unwrap();
            expected[server].push(secret(secret_of));
            assert_eq!(run.code, 0, "{case:?}: {}", run.stderr);
        } else {
            assert_eq!(run.code, 3, "{case:?}: {}", run.stderr);
            for named in ["CXONE_AUTH_TOKEN_URL", case.secret_name(Layer::Profile)] {
                assert!(run.stderr.contains(named), "{case:?}: {}", run.stderr);
            }
        }
        assert_eq!(self.sent(), expected, "{case:?}");
        Self::check_warnings(case, &run);
    }

    fn check_warnings(case: &Case, run: &Run) {
        if case.expected().is_none() {
            return;
        }
        let ignored = case.ignored();
        assert_eq!(
            run.stderr.lines().count(),
            ignored.len(),
            "{case:?}: {}",
            run.stderr
        );
        for layer in ignored {
            let start = format!("cxone-auth: warning: {}", case.secret_name(layer));
            let is_named = run.stderr.lines().any(|line| line.starts_with(&start));
            assert!(is_named, "{case:?}: {}", run.stderr);
        }
    }

    fn command(&self, case: &Case) -> Command {
        self.fixture.config(&self.profile(case));
        let mut command = self
            .fixture
            .bare(&["token", "--no-cache", "--client-auth", "body"]);
        match case.named {
            Named::ByFlag => command.args(["--profile", "p"]),
            Named::ByVariable => command.env("CXONE_AUTH_PROFILE", "p"),
        };
        if Layer::Flag.is_in(case.address) {
            command.arg(format!("--token-url={}", self.url(Layer::Flag)));
        }
        if Layer::Flag.is_in(case.secret) {
            command.arg("--client-secret-file=flag");
        }
        if Layer::Variable.is_in(case.address) {
            command.env("CXONE_AUTH_TOKEN_URL", self.url(Layer::Variable));
        }
        if Layer::Variable.is_in(case.secret) {
            if case.is_variable_a_file {
                command.env("CXONE_AUTH_CLIENT_SECRET_FILE", "variable");
            } else {
                command.env("CXONE_AUTH_CLIENT_SECRET", secret(Layer::Variable));
            }
        }
        command
    }

    fn profile(&self, case: &Case) -> String {
        let mut lines = vec!["[profile.p]".to_owned(), "client-id = \"an-id\"".to_owned()];
        if Layer::Profile.is_in(case.address) {
            lines.push(format!("token-url = \"{}\"", self.url(Layer::Profile)));
        }
        if Layer::Profile.is_in(case.secret) {
            lines.push(if case.is_variable_a_file {
                format!("client-secret = \"{}\"", secret(Layer::Profile))
            } else {
                "client-secret-file = \"~/profile\"".to_owned()
            });
        }
        lines.join("\n")
    }
}

pub(super) fn secret(layer: Layer) -> String {
    format!("secret-of-the-{}", layer.name())
}
