//! The program on Windows: where its files are, and what processes share.

#![cfg(windows)]
#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in the functions around it as well"
)]

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, process};

use cxone_auth_tests::Sandbox;

/// A sandbox, and the folder of a user.
struct Fixture {
    sandbox: Sandbox,
    user: PathBuf,
}

impl Fixture {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("cxone-auth-windows-{}-{number}", process::id());
        let user = env::temp_dir().join(name);
        fs::create_dir(&user).unwrap();
        let sandbox = Sandbox::start();
        Self { sandbox, user }
    }

    fn roaming(&self) -> PathBuf {
        self.user.join("roaming")
    }

    fn local(&self) -> PathBuf {
        self.user.join("local")
    }

    /// The program in the folder of the user, and with the variables of one.
    fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cxone-auth"));
        command
            .env_clear()
            .envs(env::var_os("SystemRoot").map(|folder| ("SystemRoot", folder)))
            .env("USERPROFILE", &self.user)
            .env("APPDATA", self.roaming())
            .env("LOCALAPPDATA", self.local())
            .current_dir(&self.user)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn settings(&self) -> [(&'static str, String); 4] {
        let custom = self.sandbox.custom();
        [
            ("CXONE_AUTH_PLATFORM", "custom".to_owned()),
            ("CXONE_AUTH_TOKEN_URL", custom.token_url()),
            ("CXONE_AUTH_CLIENT_ID", custom.client_id()),
            ("CXONE_AUTH_CLIENT_SECRET", custom.client_secret()),
        ]
    }

    /// Writes `config.toml` with a profile whose secret `secret` names.
    fn write_profile(&self, secret: &str) {
        let custom = self.sandbox.custom();
        let folder = self.roaming().join("cxone-auth");
        fs::create_dir_all(&folder).unwrap();
        let text = format!(
            "[profile.one]\nplatform = \"custom\"\ntoken-url = \"{}\"\nclient-id = \"{}\"\n{secret}\n",
            custom.token_url(),
            custom.client_id(),
        );
        fs::write(folder.join("config.toml"), text).unwrap();
    }

    fn requests(&self) -> usize {
        self.sandbox.custom().token_requests()
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.user);
    }
}

/// The line that a run printed, which succeeded and gave no warning.
#[track_caller]
fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    assert_eq!(said, "");
    String::from_utf8(output.stdout)
        .unwrap()
        .trim_end()
        .to_owned()
}

/// What a run said that failed for a wrong configuration.
#[track_caller]
fn refused(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{said}");
    said
}

#[test]
fn processes_share_a_token_in_the_folder_for_local_data() {
    let fixture = Fixture::new();
    let first = printed(fixture.program(&["token"]).envs(fixture.settings()));
    let second = printed(fixture.program(&["token"]).envs(fixture.settings()));
    assert_eq!(first, second);
    assert_eq!(fixture.requests(), 1);
    let store = fixture.local().join("cxone-auth");
    assert!(store.join("cxone-auth.keys").exists());
    assert!(!holds(&store, &first), "the token is sealed");
    printed(fixture.program(&["forget"]).envs(fixture.settings()));
    assert_ne!(
        printed(fixture.program(&["token"]).envs(fixture.settings())),
        first
    );
    assert_eq!(fixture.requests(), 2);
}

fn holds(folder: &Path, text: &str) -> bool {
    let files = fs::read_dir(folder).unwrap();
    let mut contents = files.map(|file| fs::read(file.unwrap().path()).unwrap());
    contents.any(|bytes| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    })
}

#[test]
fn processes_that_start_together_make_one_request() {
    let fixture = Fixture::new();
    let start = |_| {
        let mut program = fixture.program(&["token"]);
        program.envs(fixture.settings()).spawn().unwrap()
    };
    let running: Vec<_> = (0..10).map(start).collect();
    let tokens: HashSet<_> = running
        .into_iter()
        .map(|process| process.wait_with_output().unwrap())
        .map(|output| {
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(output.status.success(), "{said}");
            String::from_utf8(output.stdout).unwrap()
        })
        .collect();
    assert_eq!(tokens.len(), 1);
    assert_eq!(fixture.requests(), 1);
}

#[test]
fn profiles_are_in_the_folder_for_data_of_programs() {
    let fixture = Fixture::new();
    let secret = fixture.sandbox.custom().client_secret();
    fixture.write_profile(&format!("client-secret = \"{secret}\""));
    assert!(!printed(&mut fixture.program(&["token", "--profile", "one"])).is_empty());
    assert_eq!(fixture.requests(), 1);
}

/// `echo` of Windows ends its line with two characters.
#[test]
fn a_command_prints_the_secret() {
    let fixture = Fixture::new();
    let secret = fixture.sandbox.custom().client_secret();
    let shell = Path::new(&env::var_os("SystemRoot").unwrap()).join("system32\\cmd.exe");
    let command = format!(
        "client-secret-command = ['{}', '/c', 'echo {secret}']",
        shell.display()
    );
    fixture.write_profile(&command);
    assert!(!printed(&mut fixture.program(&["token", "--profile", "one"])).is_empty());
    assert_eq!(fixture.requests(), 1);
}

#[test]
fn errors_name_the_variables_of_windows() {
    let fixture = Fixture::new();
    let mut program = fixture.program(&["token", "--profile", "one"]);
    let said = refused(program.env_remove("APPDATA"));
    assert!(
        said.contains("APPDATA does not say where config.toml is"),
        "{said}"
    );
    let said = refused(&mut fixture.program(&["token", "--profile", "one"]));
    let file = fixture.roaming().join("cxone-auth").join("config.toml");
    assert!(said.contains(&file.display().to_string()), "{said}");
    assert_eq!(fixture.requests(), 0);
}
