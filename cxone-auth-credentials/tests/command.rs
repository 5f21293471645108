//! Commands that print a secret, and those that do anything else.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, in the functions around it as well"
)]

#[expect(dead_code, reason = "other tests need the rest")]
mod shared;

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use cxone_auth_core::config::{
    Assertion, CredentialError, CredentialErrorKind, CredentialSource, Secret,
};
use cxone_auth_credentials::CommandSecret;
use shared::{Folder, wait};

/// What no error may show.
const SECRET: &str = "s3cr3t-0f-the-c0mmand";

const LIMIT: Duration = Duration::from_secs(600);

fn script(text: &str) -> CommandSecret {
    CommandSecret::new("/bin/sh", ["-c", text, SECRET]).with_time_limit(LIMIT)
}

fn read(command: &CommandSecret) -> Result<Secret, CredentialError> {
    wait(CredentialSource::<Secret>::read(command))
}

/// A pipe with a name, by which a script and its test tell each other how far they are.
fn pipe(folder: &Folder, name: &str) -> PathBuf {
    let path = folder.path(name);
    assert!(
        Command::new("mkfifo")
            .arg(&path)
            .status()
            .unwrap()
            .success()
    );
    path
}

#[test]
fn what_a_command_prints_is_the_secret_without_one_newline() {
    let long = "x".repeat(65_536);
    let cases = [
        ("printf secret", "secret"),
        ("echo secret", "secret"),
        ("printf 'secret\\r\\n'", "secret"),
        ("printf 'secret\\n\\n'", "secret\n"),
        ("printf ' secret '", " secret "),
        ("cat; printf \"$0\"", SECRET),
        ("head -c 65536 /dev/zero | tr '\\0' x", &long),
        ("printf secret; echo other >&2", "secret"),
        ("printf sec; exec 3>&1 >&-; printf ret >&3", "secret"),
    ];
    for (text, expected) in cases {
        let secret = read(&script(text)).unwrap();
        assert_eq!(secret.expose_secret(), expected, "{text}");
    }
}

#[test]
fn each_fault_of_a_command_is_named_without_what_it_printed() {
    use CredentialErrorKind::{Unreadable, Unusable};
    let cases = [
        ("true", Unusable, "it printed nothing"),
        ("echo", Unusable, "it is empty"),
        ("printf '\\377'", Unusable, "it is not UTF-8 text"),
        (
            "head -c 65537 /dev/zero",
            Unusable,
            "it printed more than 64 KiB",
        ),
        ("yes \"$0\"", Unusable, "it printed more than 64 KiB"),
        (
            "echo $0; exit 3",
            Unreadable,
            "it failed with exit status: 3",
        ),
        (
            "echo $0 >&2; exit 1",
            Unreadable,
            "it failed with exit status: 1",
        ),
        (
            "echo $0; kill -KILL $$",
            Unreadable,
            "it failed with signal: 9 (SIGKILL)",
        ),
    ];
    for (text, kind, said) in cases {
        let error = read(&script(text)).unwrap_err();
        assert_eq!(error.kind(), kind, "{text}");
        assert_eq!(error.to_string(), format!("command /bin/sh: {said}"));
        assert!(!format!("{error:?}").contains(SECRET), "{text}");
    }
}

#[test]
fn a_command_that_cannot_be_started_is_named_without_its_arguments() {
    let folder = Folder::new();
    let text = folder.write("text", "no program");
    let cases = [
        (folder.path("none"), "there is no such program"),
        (text, "this process has no permission to start it"),
    ];
    for (program, said) in cases {
        let error = read(&CommandSecret::new(&program, [SECRET])).unwrap_err();
        assert_eq!(error.kind(), CredentialErrorKind::Unreadable);
        let expected = format!("command {}: {said}", program.display());
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_command_that_hangs_is_killed_and_waited_for() {
    for hanging in ["", "exec >&-; "] {
        let folder = Folder::new();
        let started = folder.path("started");
        let text = format!("echo $$ >{}; {hanging}sleep 600", started.display());
        // A busy machine may need more time to start it.
        let limits = [1, 4, 16, 64]
            .map(Duration::from_millis)
            .map(|limit| limit * 250);
        let mut limits = limits.into_iter();
        let process = loop {
            let command = script(&text).with_time_limit(limits.next().unwrap());
            let error = read(&command).unwrap_err();
            assert_eq!(error.kind(), CredentialErrorKind::Unavailable);
            assert!(error.to_string().contains("it took more than"), "{error}");
            match fs::read_to_string(&started) {
                Ok(process) if process.ends_with('\n') => break process,
                _ => {}
            }
        };
        let zombie = Path::new("/proc").join(process.trim());
        assert!(!zombie.exists());
    }
}

#[test]
fn a_request_that_is_given_up_ends_the_command_and_what_it_started() {
    let folder = Folder::new();
    let pipe = pipe(&folder, "pipe");
    let text = format!("exec 3>{}; sleep 600 & echo . >&3; wait", pipe.display());
    let command = script(&text);
    let mut reading = CredentialSource::<Secret>::read(&command);
    let mut context = Context::from_waker(Waker::noop());
    assert!(reading.as_mut().poll(&mut context).is_pending());
    let mut held = File::open(&pipe).unwrap();
    let mut started = [0; 2];
    held.read_exact(&mut started).unwrap();
    drop(reading);
    // The pipe ends when the last process that has it open has ended.
    let mut rest = Vec::new();
    held.read_to_end(&mut rest).unwrap();
    assert!(rest.is_empty());
}

#[test]
fn a_command_that_fails_leaves_nothing_of_its_group_behind() {
    for end in ["exit 3", "kill -TERM $$"] {
        let folder = Folder::new();
        let pipe = pipe(&folder, "pipe");
        let text = format!("exec 3>{}; sleep 600 & {end}", pipe.display());
        // The pipe ends when the last process that has it open has ended.
        let held = thread::spawn(move || fs::read(&pipe).unwrap());
        let error = read(&script(&text)).unwrap_err();
        assert_eq!(error.kind(), CredentialErrorKind::Unreadable, "{error}");
        assert!(held.join().unwrap().is_empty());
    }
}

#[test]
fn nothing_waits_for_a_process_that_keeps_the_output_open() {
    let folder = Folder::new();
    let pipe = pipe(&folder, "pipe");
    let text = format!("cat {} & echo secret", pipe.display());
    let secret = read(&script(&text)).unwrap();
    assert_eq!(secret.expose_secret(), "secret");
    // It still runs, and ends with the pipe.
    drop(File::options().write(true).open(&pipe).unwrap());
}

#[test]
fn a_task_goes_on_while_the_command_runs() {
    let folder = Folder::new();
    let pipe = pipe(&folder, "pipe");
    let command = script(&format!("cat {}", pipe.display()));
    let mut reading = CredentialSource::<Secret>::read(&command);
    let mut context = Context::from_waker(Waker::noop());
    assert!(matches!(reading.as_mut().poll(&mut context), Poll::Pending));
    let mut pipe = File::options().write(true).open(&pipe).unwrap();
    pipe.write_all(b"secret\n").unwrap();
    drop(pipe);
    assert_eq!(wait(reading).unwrap().expose_secret(), "secret");
}

#[test]
fn a_command_prints_an_assertion_as_well() {
    let read = |text| wait(CredentialSource::<Assertion>::read(&script(text)));
    let assertion = read("echo e30.eyJzdWIiOiJhIn0.c2ln").unwrap();
    assert_eq!(assertion.subject(), Some("a"));
    let error = read("echo \"$0\"").unwrap_err();
    assert_eq!(error.kind(), CredentialErrorKind::Unusable);
    assert!(
        error.to_string().starts_with("command /bin/sh: "),
        "{error}"
    );
    assert!(!error.to_string().contains(SECRET));
}

#[test]
fn commands_are_the_same_if_all_of_their_words_are() {
    let name = |words: &[&str]| {
        let command = CommandSecret::new("vault", words.iter().copied());
        CredentialSource::<Secret>::name(&command).unwrap()
    };
    assert_eq!(name(&["read", SECRET]), name(&["read", SECRET]));
    assert_ne!(name(&["read", "a"]), name(&["read", "b"]));
    assert_ne!(name(&["ab", "c"]), name(&["a", "bc"]));
    assert!(!name(&[SECRET]).contains(SECRET));
    let shown = format!("{:?}", CommandSecret::new("vault", [SECRET]));
    assert!(shown.contains("vault") && !shown.contains(SECRET));
}
