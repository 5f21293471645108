//! The alerts of `docs/telemetry.md`, tried by `promtool` of Prometheus on series of metrics. Without
//! that program, this test says so and passes; what the alerts look at is checked either way.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const PAGE: &str = include_str!("../../../docs/telemetry.md");

/// The rules of the page: those for the agent, and those for a program.
fn rules() -> [&'static str; 2] {
    let blocks = PAGE.split("```yaml\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap());
    let rules: Vec<&str> = blocks
        .filter(|block| block.starts_with("groups:"))
        .collect();
    rules.try_into().expect("two lists of rules")
}

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("alerts");
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn both_lists_have_the_same_three_alerts() {
    let names = rules().map(|rules| {
        let lines = rules.lines().map(str::trim);
        let names = lines.filter_map(|line| line.strip_prefix("- alert: "));
        names.collect::<Vec<_>>()
    });
    assert_eq!(
        names[0],
        ["NoToken", "LastPartOfALifetime", "SomebodyUsesUpOurQuota"]
    );
    assert_eq!(names[0], names[1]);
}

#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
#[test]
fn alerts_fire_when_they_should_and_only_then() {
    let folder = folder();
    let [agent, program] = rules();
    let files = [
        ("agent.yaml", agent),
        ("program.yaml", program),
        ("agent.test.yaml", include_str!("alert/agent.test.yaml")),
        ("program.test.yaml", include_str!("alert/program.test.yaml")),
    ];
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
    let mut promtool = Command::new("promtool");
    promtool.args(["test", "rules", "agent.test.yaml", "program.test.yaml"]);
    match promtool.current_dir(&folder).output() {
        Err(error) => println!("not tried: promtool: {error}"),
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout);
            let problems = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{text}{problems}");
        }
    }
}
