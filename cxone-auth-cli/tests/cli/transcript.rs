//! Transcripts of each command: what is typed and what comes back, in `transcripts/*.txt`.
//!
//! A line that begins with `$ ` is typed; below it stands what both outputs say, and `? CODE` where
//! the exit code is not 0. What differs from run to run is written `[..]`, or as one of the names
//! that `compare` gives. `SNAPSHOTS=overwrite` writes again what comes back.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use snapbox::{Assert, Data, Redactions};

use crate::fixture::Fixture;
use crate::shell::Shell;

fn compare(name: &str) {
    let fixture = Fixture::new();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/transcripts");
    let path = path.join(format!("{name}.txt"));
    let typed = std::fs::read_to_string(&path).unwrap();
    let actual = play(&fixture, &typed);
    Assert::new()
        .action_env("SNAPSHOTS")
        .redact_with(names(&fixture))
        .normalize_paths(false)
        .eq(actual, Data::read_from(&path, None));
}

/// The transcript with what the shell says now.
fn play(fixture: &Fixture, typed: &str) -> String {
    let lines: Vec<&str> = typed.lines().filter_map(|l| l.strip_prefix("$ ")).collect();
    let export = |variables: Vec<(&str, String)>| -> String {
        let exports = variables
            .iter()
            .map(|(name, value)| format!("export {name}='{value}'; "));
        exports.collect()
    };
    let shell = Shell::new(fixture)
        .with("COLUMNS", "100")
        .with("GENESYS", &export(fixture.genesys_variables()))
        .with("CXONE", &export(fixture.cxone_variables()))
        .with("USER_HUB", &export(fixture.user_hub_variables()))
        .with("SECRET", &fixture.sandbox.genesys().client_secret());
    let mut transcript = String::new();
    for (line, said) in lines.iter().zip(shell.run(&lines)) {
        let gap = if transcript.is_empty() { "" } else { "\n" };
        writeln!(transcript, "{gap}$ {line}").unwrap();
        if said.code != "0" {
            writeln!(transcript, "? {}", said.code).unwrap();
        }
        transcript += &without_what_differs(&said.text);
    }
    transcript
}

/// What is new in each run and stands on one line with much else: written again, such a line would
/// hold the id or the time of one run.
fn without_what_differs(text: &str) -> String {
    let text = without_value(text, "\"correlation_id\":\"", |c| c == '"');
    without_value(&text, " (asked ", char::is_whitespace)
}

/// The text with `[..]` for whatever stands behind `name`, up to where it ends.
fn without_value(text: &str, name: &str, is_end: fn(char) -> bool) -> String {
    let mut parts = text.split(name);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let rest = part.find(is_end).map_or("", |end| &part[end..]);
        text + name + "[..]" + rest
    })
}

fn names(fixture: &Fixture) -> Redactions {
    let mut names = Redactions::new();
    let genesys = fixture.sandbox.genesys();
    let cxone = fixture.sandbox.cxone();
    let home: PathBuf = fixture.home.path().into();
    for (name, value) in [
        ("[TOKEN_URL]", genesys.token_url()),
        ("[API_BASE]", genesys.api_base()),
        ("[CLIENT_ID]", genesys.client_id()),
        ("[CXONE_TOKEN_URL]", cxone.token_url()),
        ("[CXONE_API_BASE]", cxone.api_base()),
        ("[CXONE_CLIENT_ID]", cxone.client_id()),
        ("[ISSUER]", cxone.issuer()),
        ("[HOME]", home.display().to_string()),
        ("[VERSION]", env!("CARGO_PKG_VERSION").to_owned()),
    ] {
        names.insert(name, value).unwrap();
    }
    names
}

macro_rules! transcripts {
    ($($test:ident: $name:literal;)+) => {
        $(
            #[test]
            fn $test() {
                compare($name);
            }
        )+
    };
}

transcripts! {
    each_command_has_a_help_text: "help";
    a_token_is_printed_in_each_form: "token";
    the_known_servers_are_listed: "platforms";
    a_kept_token_is_dropped: "forget";
    a_finding_is_explained: "explain";
    a_configuration_is_looked_over: "inspect";
    the_origin_of_each_setting_is_shown: "config";
    a_misuse_is_explained: "usage";
    what_a_server_refuses_is_explained: "refusal";
    a_manual_and_completions_are_printed: "manual";
}
