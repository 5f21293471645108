//! What bash completes with the script that the program prints.

use std::path::Path;
use std::process::Command;

use crate::fixture::{Fixture, Run};

/// What the last of these words is completed to.
fn completed(script: &str, words: &[&str]) -> Option<String> {
    let bash = Path::new("/bin/bash");
    if !bash.exists() {
        return None;
    }
    let ask = "eval \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1))
        known=$(complete -p cxone-auth); known=${known##*-F }
        ${known%% *} cxone-auth \"${@: -1}\" \"${@: -2:1}\"; echo \"${COMPREPLY[*]}\"";
    let mut command = Command::new(bash);
    command
        .args(["--norc", "-c", ask, "bash", script])
        .args(words);
    Some(Run::of(&mut command).succeeded().trim_end().to_owned())
}

/// Some shells run what stands between quotation marks, such as an example in a help text.
#[test]
fn no_script_asks_for_a_token() {
    let fixture = Fixture::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = Run::of(&mut fixture.bare(&["completions", shell])).succeeded();
        for start in ["$(cxone-auth", "`cxone-auth"] {
            assert!(!script.contains(start), "{shell}");
        }
    }
}

#[test]
fn bash_completes_commands_flags_and_values() {
    let fixture = Fixture::new();
    let script = Run::of(&mut fixture.bare(&["completions", "bash"])).succeeded();
    for (words, expected) in [
        (&["cxone-auth", "tok"][..], "token"),
        (&["cxone-auth", "token", "--outp"], "--output"),
        (
            &["cxone-auth", "token", "--output", "exec"],
            "exec-credential",
        ),
        (&["cxone-auth", "token", "--shell", "fi"], "fish"),
        (&["cxone-auth", "token", "--git"], "--git-host"),
        (&["cxone-auth", "doctor", "--off"], "--offline"),
        (&["cxone-auth", "config", "sh"], "show"),
        (&["cxone-auth", "config", "show", "--iss"], "--issuer"),
        (
            &["cxone-auth", "token", "--client-secret"],
            "--client-secret-file",
        ),
    ] {
        if let Some(completed) = completed(&script, words) {
            assert_eq!(completed, expected, "{words:?}");
        }
    }
}
