//! The quick start and the section "From a shell" of the README, and the commands of `docs/settings.md`, typed as written.

use std::fs;

use crate::fixture::Fixture;
use crate::shell::Shell;

const README: &str = include_str!("../../../README.md");

const SETTINGS: &str = include_str!("../../../docs/settings.md");

/// The blocks of the section in this language.
fn blocks(language: &str) -> Vec<&'static str> {
    blocks_of(README, "## From a shell\n", language)
}

fn blocks_of(page: &'static str, heading: &str, language: &str) -> Vec<&'static str> {
    let (_, behind) = page.split_once(heading).unwrap();
    let (section, _) = behind.split_once("\n## ").unwrap();
    let fence = format!("```{language}\n");
    let begun = section.split(&*fence).skip(1);
    begun
        .map(|block| block.split_once("```").unwrap().0)
        .collect()
}

/// The lines of these blocks, and the exit code that the sentence before the block says, else 0.
fn typed(page: &'static str, heading: &str) -> Vec<(&'static str, &'static str)> {
    let (_, behind) = page.split_once(heading).unwrap();
    let (section, _) = behind.split_once("\n## ").unwrap();
    let mut parts: Vec<&str> = section.split("```").collect();
    parts.push("");
    let mut typed = Vec::new();
    for pair in parts.chunks_exact(2) {
        let Some(lines) = pair[1].strip_prefix("sh\n") else {
            continue;
        };
        let sentence = pair[0].trim_end().lines().next_back().unwrap_or_default();
        let code = sentence.split_once("exit code ");
        let code = code.map_or("0", |(_, code)| code.trim_end_matches(':'));
        let lines = lines.lines().filter(|line| !line.starts_with("cargo "));
        typed.extend(lines.map(|line| (line, code)));
    }
    typed
}

#[test]
fn the_quick_start_leads_to_a_token() {
    let fixture = Fixture::new();
    assert_says(&fixture, &typed(README, "# cxone-auth\n"), 5);
    assert_eq!(fixture.sandbox.genesys().api_requests(), 1);
}

#[test]
fn what_the_readme_types_does_what_it_says() {
    let fixture = Fixture::new();
    let lines = typed(README, "## From a shell\n");
    assert_says(&fixture, &lines, 8);
    assert_eq!(lines.iter().filter(|(_, code)| *code == "4").count(), 2);
    // Those of curl and of the doctor.
    assert_eq!(fixture.sandbox.genesys().api_requests(), 2);
}

/// Types the lines with the settings of the sandbox's Genesys Cloud.
fn assert_says(fixture: &Fixture, typed: &[(&str, &str)], least: usize) {
    assert!(typed.len() >= least, "{typed:?}");
    let url = fixture.sandbox.genesys().resource_url();
    let mut shell = Shell::new(fixture).with("SANDBOX_API_URL", &url);
    for (name, value) in fixture.genesys_variables() {
        shell = shell.with(name, &value);
    }
    let lines: Vec<&str> = typed.iter().map(|(line, _)| *line).collect();
    for ((line, expected), said) in typed.iter().zip(shell.run(&lines)) {
        assert_eq!(said.code, *expected, "{line}\n{}", said.text);
    }
}

#[test]
fn the_profile_of_the_readme_is_understood() {
    let fixture = Fixture::new();
    fixture.config(blocks("toml")[0]);
    for file in ["production.secret", "gateway.key"] {
        let path = format!(".config/cxone-auth/{file}");
        fixture.home.write(&path, "a-secret\n");
    }
    let shell = Shell::new(&fixture);
    let said = &shell.run(&["cxone-auth config show --profile production"])[0];
    assert_eq!(said.code, "0", "{}", said.text);
    let endpoint = "https://login.mypurecloud.de/oauth/token";
    assert!(said.text.contains(endpoint), "{}", said.text);
}

/// The second command runs the sandbox: here it is the one of the test, with the same set of keys.
#[test]
fn three_commands_lead_from_a_new_key_to_a_token() {
    let fixture = Fixture::new();
    let block = blocks_of(SETTINGS, "## From `keygen` to a token\n", "sh")[0];
    let lines: Vec<&str> = block.lines().collect();
    let [keygen, sandbox, token] = lines[..] else {
        panic!("{block}");
    };
    let made = Shell::new(&fixture).run(&[keygen]);
    assert_eq!(made[0].code, "0", "{}", made[0].text);
    assert!(
        made[0].text.contains("register the JWK set"),
        "{}",
        made[0].text
    );
    assert!(sandbox.starts_with("cargo xtask sandbox --client-jwks jwks.json"));
    let set = fs::read_to_string(fixture.home.path().join("jwks.json")).unwrap();
    let custom = fixture.sandbox.custom();
    custom
        .register_keys(&serde_json::from_str(&set).unwrap())
        .unwrap();
    let mut shell = Shell::new(&fixture);
    for (name, value) in fixture.custom_variables() {
        if name != "CXONE_AUTH_CLIENT_SECRET" {
            shell = shell.with(name, &value);
        }
    }
    let again = format!("{token} --force-refresh");
    for said in shell.run(&[token, token, &again]) {
        assert_eq!(said.code, "0", "{}", said.text);
    }
    // The second token is a cached one.
    assert_eq!(custom.token_requests(), 2);
}

#[test]
fn the_profile_with_a_command_is_understood() {
    let fixture = Fixture::new();
    let block = blocks_of(SETTINGS, "## A secret from a command\n", "toml")[0];
    fixture.config(block);
    let said =
        &Shell::new(&fixture).run(&["cxone-auth config show --profile vault --region euc1"])[0];
    assert!(said.text.contains("client-secret"), "{}", said.text);
    assert!(said.text.contains("profile vault"), "{}", said.text);
}
