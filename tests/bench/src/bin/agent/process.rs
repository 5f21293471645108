//! The agent as a process.

use std::io::{self, BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs, process};

use crate::client::{self, Connection};
use crate::server::Server;

/// A running agent with the profile `prod`. It ends with this value.
pub(crate) struct Agent {
    child: Child,
    pub(crate) home: PathBuf,
    pub(crate) address: SocketAddr,
    pub(crate) secret: String,
}

impl Agent {
    pub(crate) fn start(program: &Path, server: &Server) -> io::Result<Self> {
        let home = env::temp_dir().join(format!("cxone-auth-bench-{}", process::id()));
        configure(&home, server)?;
        let mut command = Command::new(program);
        command
            .args(["agent", "--listen", "127.0.0.1:0"])
            .env_clear()
            .env("HOME", &home)
            .stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is a pipe")).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on http://");
        let address = address.and_then(|address| address.parse().ok());
        let secret = fs::read_to_string(home.join(".local/state/cxone-auth/agent-secret"))?;
        Ok(Self {
            child,
            home,
            address: address.ok_or_else(|| io::Error::other(line))?,
            secret,
        })
    }

    /// Logs in at the gateway, and returns its token.
    pub(crate) fn log_in(&self, connection: &mut Connection) -> io::Result<String> {
        let login = client::form("/prod/login/oauth/token", "x", &self.secret);
        let body = connection.body(&login)?;
        let (_, token) = body.split_once("\"access_token\":\"").unwrap_or_default();
        Ok(token.split('"').next().unwrap_or_default().to_owned())
    }

    /// The memory of the process, in bytes.
    pub(crate) fn memory(&self) -> io::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        let bytes = kib.map(|kib: u64| kib * 1_024);
        bytes.ok_or_else(|| io::Error::other("the system tells no memory of a process"))
    }
}

fn configure(home: &Path, server: &Server) -> io::Result<()> {
    let folder = home.join(".config/cxone-auth");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("secret"), "a-secret")?;
    let address = server.address;
    let config = format!(
        "[profile.prod]\nplatform = \"custom\"\ntoken-url = \"http://{address}/token\"\n\
         api-base = \"http://{address}\"\nclient-id = \"an-id\"\nclient-secret-file = \"secret\"\n"
    );
    fs::write(folder.join("config.toml"), config)
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.home);
    }
}
