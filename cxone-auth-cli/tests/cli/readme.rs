//! The section "From a shell" of the README, typed as written.

use crate::fixture::Fixture;
use crate::shell::Shell;

const README: &str = include_str!("../../../README.md");

/// The blocks of the section in this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let (_, behind) = README.split_once("## From a shell\n").unwrap();
    let (section, _) = behind.split_once("\n## ").unwrap();
    let fence = format!("```{language}\n");
    let begun = section.split(&*fence).skip(1);
    begun
        .map(|block| block.split_once("```").unwrap().0)
        .collect()
}

#[test]
fn what_the_readme_types_does_what_it_says() {
    let fixture = Fixture::new();
    let lines: Vec<&str> = blocks("sh")
        .into_iter()
        .flat_map(str::lines)
        .filter(|line| !line.starts_with("cargo "))
        .collect();
    assert!(lines.len() > 5);
    let url = fixture.sandbox.genesys().resource_url();
    let mut shell = Shell::new(&fixture).with("SANDBOX_API_URL", &url);
    for (name, value) in fixture.genesys_variables() {
        shell = shell.with(name, &value);
    }
    for (line, said) in lines.iter().zip(shell.run(&lines)) {
        let expected = line
            .split_once("# exit code ")
            .map_or("0", |(_, code)| code);
        assert_eq!(said.code, expected, "{line}\n{}", said.text);
    }
    // Those of curl and of the doctor.
    assert_eq!(fixture.sandbox.genesys().api_requests(), 2);
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
