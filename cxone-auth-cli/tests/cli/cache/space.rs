//! Disks that take nothing.
//!
//! What is mounted is mounted in a namespace of the script's own, and gone with it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::fixture::{CacheFixture, Run, is_root, skipped};

/// A shell that may mount, if there is one.
fn mounting_shell(what: &str) -> Option<&'static [&'static str]> {
    const SHELL: &[&str] = &["unshare", "--mount", "sh"];
    if !cfg!(target_os = "linux") || !is_root(what) {
        return None;
    }
    let mut command = Command::new(SHELL[0]);
    command.args(&SHELL[1..]);
    let can_mount = command.args(["-c", "mount -t tmpfs none /mnt"]).status();
    if can_mount.is_ok_and(|status| status.success()) {
        Some(SHELL)
    } else {
        skipped(what, "nothing can be mounted here");
        None
    }
}

#[test]
fn a_full_disk_costs_a_warning_and_keeps_the_old_token() {
    let what = "a full disk";
    let Some(shell) = mounting_shell(what) else {
        return;
    };
    let fixture = CacheFixture::new();
    fs::create_dir_all(fixture.directory()).unwrap();
    fixture.issue("old", 3_600);
    fixture.issue("new", 3_600);
    let script = r#"
        mount -t tmpfs -o size=64k,mode=700 none "$1"
        "$0" token
        cat /dev/zero >"$1/filler" 2>/dev/null
        "$0" token --force-refresh
        "$0" token
        ls "$1" | grep -c new"#;
    let run = fixture.script(shell, script);
    assert_eq!(run.stdout, "old\nnew\nold\n0\n", "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains("cannot write it: No space left"));
    assert_eq!(fixture.requests(), 2);
}

#[test]
fn a_disk_that_is_full_from_the_start_costs_a_warning() {
    let Some(shell) = mounting_shell("a disk that is full from the start") else {
        return;
    };
    let fixture = CacheFixture::new();
    fs::create_dir_all(fixture.directory()).unwrap();
    fixture.issue("printed", 3_600);
    let script = r#"
        mount -t tmpfs -o size=64k,mode=700 none "$1"
        cat /dev/zero >"$1/filler" 2>/dev/null
        exec "$0" token"#;
    let run = fixture.script(shell, script);
    assert_eq!(run.warning("cannot write it: No space left"), "printed");
}

/// What the others show of a disk, by a limit that every user may set.
#[test]
fn a_file_that_cannot_grow_costs_a_warning_and_keeps_the_old_token() {
    let fixture = CacheFixture::new();
    fixture.issue("old", 3_600);
    fixture.issue(&"new".repeat(1_000), 3_600);
    let script = r#"
        "$0" token
        trap '' XFSZ
        ulimit -f 1
        "$0" token --force-refresh | cut -c 1-3
        "$0" token"#;
    let run = fixture.script(&["sh"], script);
    assert_eq!(run.stdout, "old\nnew\nold\n", "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains("cannot write it: File too large"));
    assert!(fixture.files(".new").is_empty());
    assert_eq!(fixture.requests(), 2);
}

/// The system ends a process that writes beyond the limit, unless it handles the signal.
#[test]
fn a_limit_of_no_bytes_costs_a_warning() {
    let fixture = CacheFixture::new();
    fixture.issue("printed", 3_600);
    let run = fixture.script(&["sh"], r#"ulimit -f 0; exec "$0" token"#);
    assert_eq!(run.warning("File too large"), "printed");
    assert_eq!(fixture.requests(), 1);
}

#[test]
fn a_directory_that_cannot_be_written_serves_what_is_in_it() {
    let fixture = CacheFixture::new();
    fixture.issue("old", 3_600);
    fixture.token(&[]).silently();
    let (shell, protect) = read_only();
    fixture.issue("new", 3_600);
    let script = format!(
        r#"
        {protect}
        "$0" token
        "$0" token --force-refresh
        "$0" token"#
    );
    let run = fixture.script(shell, &script);
    fs::set_permissions(fixture.directory(), Permissions::from_mode(0o700)).unwrap();
    assert_eq!(run.stdout, "old\nnew\nold\n", "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains("cannot "), "{}", run.stderr);
    assert_eq!(fixture.requests(), 2);
}

#[test]
fn a_home_that_cannot_be_written_costs_a_warning() {
    let fixture = CacheFixture::new();
    let mut command = fixture.command(&[]);
    // Not even root makes a directory there.
    command.env("HOME", "/proc/self");
    if cfg!(target_os = "linux") {
        Run::of(&mut command).warning("cannot make the directory");
        assert_eq!(fixture.requests(), 1);
    }
}

/// How a script makes the cache read-only. The mode of a directory does not keep root from writing.
fn read_only() -> (&'static [&'static str], &'static str) {
    let remount = r#"mount --bind "$1" "$1" && mount -o remount,bind,ro "$1""#;
    match mounting_shell("a directory on a disk that is read-only") {
        Some(shell) => (shell, remount),
        None => (&["sh"], r#"chmod 0500 "$1""#),
    }
}
