//! A sandbox, a home directory with profiles, and an agent that serves them.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cxone_auth_tests::{Platform, Sandbox};

use crate::client::{Connection, Response};
use crate::folder::Folder;

const PROGRAM: &str = env!("CARGO_BIN_EXE_cxone-auth");

/// Two profiles: `prod` at Genesys Cloud, and `other` at the custom server.
pub(crate) struct Fixture {
    pub(crate) sandbox: Sandbox,
    pub(crate) home: Folder,
}

/// A running agent. It ends with its test.
pub(crate) struct Agent {
    child: Child,
    /// The port that it listens on.
    pub(crate) port: Option<SocketAddr>,
    pub(crate) socket: Option<PathBuf>,
    secret: String,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self::of(Sandbox::start())
    }

    pub(crate) fn of(sandbox: Sandbox) -> Self {
        let fixture = Self {
            sandbox,
            home: Folder::new(),
        };
        let (genesys, custom) = (fixture.sandbox.genesys(), fixture.sandbox.custom());
        let home = &fixture.home;
        home.write(".config/cxone-auth/secret-prod", &genesys.client_secret());
        home.write(".config/cxone-auth/secret-other", &custom.client_secret());
        let mut config = profile("prod", "genesys-cloud", genesys);
        config += &profile("other", "custom", custom);
        fixture.config(&config);
        fixture
    }

    /// Writes the configuration.
    pub(crate) fn config(&self, text: &str) {
        self.home.write(".config/cxone-auth/config.toml", text);
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.program("agent");
        command.args(arguments);
        command
    }

    /// A command of the program, with nothing set but a home directory.
    pub(crate) fn program(&self, name: &str) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .env_clear()
            .env("HOME", self.home.path())
            .current_dir(self.home.path())
            .arg(name);
        command
    }

    /// An agent that listens on a port.
    pub(crate) fn agent(&self, arguments: &[&str]) -> Agent {
        let mut command = self.command(&["--listen", "127.0.0.1:0"]);
        Agent::start(command.args(arguments), &self.secret_path())
    }

    pub(crate) fn secret_path(&self) -> PathBuf {
        self.home
            .path()
            .join(".local/state/cxone-auth/agent-secret")
    }
}

/// Reports whether this machine has the program.
pub(crate) fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

/// A profile whose secret is in a file.
pub(crate) fn profile<R>(name: &str, platform: &str, server: &Platform<R>) -> String {
    let region = match platform {
        "genesys-cloud" => "region = \"us-east-1\"\n",
        _ => "",
    };
    format!(
        "[profile.{name}]\n{region}platform = \"{platform}\"\ntoken-url = \"{}\"\napi-base = \"{}\"\n\
         client-id = \"{}\"\nclient-secret-file = \"secret-{name}\"\n",
        server.token_url(),
        server.api_base(),
        server.client_id(),
    )
}

impl Agent {
    pub(crate) fn start(command: &mut Command, secret: &std::path::Path) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let (mut port, mut socket) = (None, None);
        for line in lines {
            let line = line.unwrap();
            if let Some(address) = line.strip_prefix("listening on http://") {
                port = Some(address.parse().unwrap());
                break;
            }
            let path = line.strip_prefix("listening on unix:").unwrap();
            socket = Some(PathBuf::from(path));
            // The line about a port follows, if there is one: see `with_port`.
            if !command.get_args().any(|own| own == "--listen") {
                break;
            }
        }
        Self {
            child,
            port,
            socket,
            secret: std::fs::read_to_string(secret).unwrap_or_default(),
        }
    }

    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    /// A new connection to the port.
    pub(crate) fn connect(&self) -> Connection {
        Connection::to(self.port.unwrap())
    }

    /// Sends a request with its Host field on a connection of its own.
    pub(crate) fn send(&self, method: &str, path: &str, fields: &str, body: &str) -> Response {
        let host = self
            .port
            .map_or("localhost".to_owned(), |port| port.to_string());
        let mut connection = match (&self.socket, self.port) {
            (Some(path), None) => Connection::to_socket(path),
            _ => self.connect(),
        };
        let length = match body.len() {
            0 if method == "GET" => String::new(),
            length => format!("Content-Length: {length}\r\n"),
        };
        connection.write(format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{fields}{length}\r\n{body}"
        ));
        connection.response()
    }

    /// Asks the token endpoint with this form, beside the grant type and the local secret.
    pub(crate) fn token(&self, profile: &str, form: &str) -> Response {
        let form = format!(
            "grant_type=client_credentials&client_id=x&client_secret={}{form}",
            self.secret
        );
        self.send("POST", &format!("/{profile}/oauth/token"), FORM, &form)
    }

    /// Logs in at the gateway, as an SDK does, and returns its token.
    pub(crate) fn login(&self, profile: &str) -> String {
        let basic = STANDARD.encode(format!("an-id:{}", self.secret));
        let fields = format!("{FORM}Authorization: Basic {basic}\r\n");
        let path = format!("/{profile}/login/oauth/token");
        let response = self.send("POST", &path, &fields, "grant_type=client_credentials");
        assert_eq!(response.status, 200, "{}", response.text());
        response.member("access_token")
    }

    /// Calls the API through the gateway with this bearer token.
    pub(crate) fn get(&self, path: &str, token: &str) -> Response {
        self.send("GET", path, &bearer(token), "")
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal: its name, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args(["-s", name, &id]).status();
        assert!(status.unwrap().success());
    }

    /// Waits for the end of the agent, and returns its exit code.
    pub(crate) fn wait(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// Reads standard error, which is a pipe, up to a line with this text.
    pub(crate) fn wait_for_line(&mut self, expected: &str) {
        let pipe = self.child.stderr.as_mut().unwrap();
        let (mut line, mut byte) = (Vec::new(), [0]);
        while pipe.read(&mut byte).unwrap() == 1 {
            if byte[0] != b'\n' {
                line.push(byte[0]);
            } else if String::from_utf8_lossy(&std::mem::take(&mut line)).contains(expected) {
                return;
            }
        }
        panic!("the agent has ended without a line with {expected:?}");
    }

    /// Ends the agent, and returns what it has written to standard error, if that is a pipe.
    pub(crate) fn log(mut self) -> String {
        self.signal("TERM");
        let mut log = String::new();
        let mut pipe = self.child.stderr.take().unwrap();
        pipe.read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

pub(crate) fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}
