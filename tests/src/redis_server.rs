//! Real Redis and Valkey servers, one for each test.

mod admin;

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, process, thread};

use crate::{Authority, Certificate};
pub use admin::{Monitor, RedisReply};

/// A Redis or Valkey server of its own on 127.0.0.1, with a directory of its own. It ends when it is
/// dropped.
///
/// It may be stopped and started again at the same port; what it had stored is gone, unless it was
/// saved (`SAVE`).
pub struct RedisServer {
    program: PathBuf,
    arguments: Vec<String>,
    port: u16,
    has_tls: bool,
    folder: PathBuf,
    child: Option<Child>,
}

impl RedisServer {
    /// Returns the servers of this machine: the programs `redis-server` and `valkey-server` on
    /// `PATH`, and those that the variable `REDIS_SERVERS` names, with the separator of `PATH`.
    #[must_use]
    pub fn programs() -> Vec<PathBuf> {
        let split = |name| env::var_os(name).map(|paths| env::split_paths(&paths).collect());
        let named: Vec<PathBuf> = split("REDIS_SERVERS").unwrap_or_default();
        let folders: Vec<PathBuf> = split("PATH").unwrap_or_default();
        let on_path = ["redis-server", "valkey-server"]
            .into_iter()
            .filter_map(|name| {
                let paths = folders.iter().map(|folder| folder.join(name));
                paths.into_iter().find(|path| path.is_file())
            });
        on_path.chain(named).collect()
    }

    /// Starts a server with these arguments, such as `--requirepass`.
    ///
    /// # Panics
    ///
    /// If it does not start.
    #[must_use]
    pub fn start(program: &Path, arguments: &[&str]) -> Self {
        Self::with(program, arguments, None).expect("the server starts")
    }

    /// Starts a server that speaks TLS with this certificate. `wants_client` says whether a client
    /// has to have one of the same authority.
    ///
    /// Returns `None` if the program was built without TLS.
    #[must_use]
    pub fn with_tls(
        program: &Path,
        authority: &Authority,
        certificate: &Certificate,
        wants_client: bool,
    ) -> Option<Self> {
        let tls = Tls {
            authority,
            certificate,
            wants_client,
        };
        Self::with(program, &[], Some(&tls))
    }

    fn with(program: &Path, arguments: &[&str], tls: Option<&Tls<'_>>) -> Option<Self> {
        let folder = folder();
        let mut server = Self {
            program: program.to_owned(),
            arguments: arguments.iter().map(ToString::to_string).collect(),
            port: 0,
            has_tls: tls.is_some(),
            folder,
            child: None,
        };
        if let Some(tls) = tls {
            server.arguments.extend(tls.arguments(&server.folder));
        }
        // Somebody else may take a port between its choice and its use.
        (0..5).any(|_| server.try_start()).then_some(server)
    }

    fn try_start(&mut self) -> bool {
        self.port = free_port();
        self.resume();
        self.child.is_some()
    }

    /// Returns the URL of the server, without a login.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.has_tls { "rediss" } else { "redis" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// Returns the port at 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the server's socket.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.folder.join("s")
    }

    /// Returns the server's directory, where `SAVE` writes `dump.rdb`.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Sends a command of the administrator, over the socket, and returns the response.
    ///
    /// # Panics
    ///
    /// If the server does not respond.
    #[expect(
        clippy::must_use_candidate,
        reason = "most commands are sent for what they do"
    )]
    pub fn admin(&self, command: &[&str]) -> RedisReply {
        admin::ask(&self.socket(), command).expect("the server responds")
    }

    /// Returns a number of `INFO`.
    ///
    /// # Panics
    ///
    /// If there is no such number.
    #[must_use]
    pub fn info(&self, name: &str) -> u64 {
        let info = self.admin(&["INFO", "everything"]).to_string();
        let mut lines = info.lines();
        let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let value = value.unwrap_or_else(|| panic!("no {name} in INFO"));
        value.trim().parse().expect("it is a number")
    }

    /// Records all commands that the server gets from now on.
    ///
    /// # Panics
    ///
    /// If the server does not respond.
    #[must_use]
    pub fn monitor(&self) -> Monitor {
        Monitor::new(&self.socket()).expect("the server responds")
    }

    /// Ends the server, as a power failure does.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts the server again at its port, and waits until it is ready.
    pub fn resume(&mut self) {
        let mut child = self.command().spawn().expect("the program can be run");
        let stdout = child.stdout.take().expect("it has a pipe");
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        if lines.any(|line| line.contains("eady to accept connections")) {
            self.child = Some(child);
            // What it prints has to go somewhere.
            thread::spawn(move || lines.for_each(drop));
        } else {
            let _ = child.wait();
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["--bind", "127.0.0.1", "--save", "", "--loglevel", "notice"]);
        command.arg("--dir").arg(&self.folder);
        command.arg("--unixsocket").arg(self.socket());
        let port = self.port.to_string();
        if self.has_tls {
            command.args(["--port", "0", "--tls-port", &port]);
        } else {
            command.args(["--port", &port]);
        }
        command.args(&self.arguments).stdout(Stdio::piped());
        command
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.stop();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

struct Tls<'a> {
    authority: &'a Authority,
    certificate: &'a Certificate,
    wants_client: bool,
}

impl Tls<'_> {
    /// Writes the files and returns the arguments that name them.
    fn arguments(&self, folder: &Path) -> Vec<String> {
        let write = |name: &str, pem: &str| {
            let path = folder.join(name);
            fs::write(&path, pem).expect("the folder can be written to");
            path.display().to_string()
        };
        let of_clients = if self.wants_client { "yes" } else { "no" };
        [
            [
                "--tls-cert-file",
                &write("cert.pem", self.certificate.pem()),
            ],
            [
                "--tls-key-file",
                &write("key.pem", self.certificate.key_pem()),
            ],
            ["--tls-ca-cert-file", &write("ca.pem", self.authority.pem())],
            ["--tls-auth-clients", of_clients],
        ]
        .concat()
        .into_iter()
        .map(str::to_owned)
        .collect()
    }
}

/// Returns a new folder. Its name is short: so is the longest name of a socket.
fn folder() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);

    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = env::temp_dir().join(format!("redis-{}-{number}", process::id()));
    fs::create_dir(&folder).expect("the folder for temporary files can be written to");
    folder
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("there is a free port");
    listener.local_addr().expect("it has an address").port()
}
