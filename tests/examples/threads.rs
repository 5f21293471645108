//! Plays the forum threads of `tests/threads` against the sandbox: what was sent, what came back,
//! why, and what gives a token. `cargo xtask threads` runs it.
#![expect(clippy::print_stdout, reason = "a program reports to its user")]

#[path = "../tests/shared/thread.rs"]
mod thread;

use cxone_auth_core::diagnosis::Finding;
use cxone_auth_core::{AccessToken, Error};
use cxone_auth_tests::Received;

use thread::{Attempt, Failure, Fix, Played, System, Thread};

/// The width of a page.
const WIDTH: usize = 100;
/// Where the text of a field begins.
const INDENT: usize = 14;

fn main() -> Result<(), Failure> {
    println!(
        "Five threads of a forum, played against look-alikes on loopback. Each host is reached by its"
    );
    println!(
        "name, through a proxy and TLS with a throw-away authority. No request leaves this machine."
    );
    for (number, thread) in Thread::all()?.into_iter().enumerate() {
        show(number + 1, &thread)?;
    }
    println!("\nEvery code is explained in docs/findings.md.");
    Ok(())
}

fn show(number: usize, thread: &Thread) -> Result<(), Failure> {
    println!("\n{}\n{number}. {}\n", "═".repeat(WIDTH), thread.title);
    print!("{}", wrapped(&thread.asks, 3));
    let Some((asked, others)) = thread.attempts.split_first() else {
        return Err("a thread begins with an attempt".into());
    };
    println!("\n── what was asked {}", "─".repeat(WIDTH - 18));
    let played = show_attempt(asked)?;
    if let Some(finding) = played.findings.first() {
        field("why", &finding.cause().to_string());
        field("fix", &finding.remedy().to_string());
    }
    println!(
        "\n── what else was tried or advised, and where it leads {}",
        "─".repeat(WIDTH - 54)
    );
    for attempt in others {
        show_attempt(attempt)?;
    }
    println!("\n── what gives a token {}", "─".repeat(WIDTH - 22));
    for fix in &thread.fixes {
        show_fix(fix)?;
    }
    println!(
        "\n── the thread's own ways, at a server that stands there {}",
        "─".repeat(WIDTH - 56)
    );
    for system in &thread.systems {
        show_system(system)?;
    }
    Ok(())
}

fn show_attempt(attempt: &Attempt) -> Result<Played, Failure> {
    let played = attempt.play()?;
    attempt.verify(&played)?;
    println!();
    field(&attempt.by, &attempt.says);
    field("sent", &attempt.sends);
    let requests = played.sent.requests.iter();
    for line in requests.map(|request| request_line(&played, request)) {
        field("", &line);
    }
    field("came back", &response(&played));
    let mut findings = played.findings.iter();
    if let Some(finding) = findings.next() {
        field("finding", &headline(finding));
        if !finding.evidence().is_empty() {
            field("", finding.evidence());
        }
    }
    let others: Vec<String> = findings.map(|finding| finding.code().to_string()).collect();
    if !others.is_empty() {
        field("also", &others.join(", "));
    }
    Ok(played)
}

fn show_fix(fix: &Fix) -> Result<(), Failure> {
    let played = fix.play()?;
    Fix::verify(&played)?;
    println!();
    field("fix", &fix.says);
    for request in &played.sent.requests {
        field("sent", &request_line(&played, request));
    }
    field("came back", &response(&played));
    Ok(())
}

fn show_system(system: &System) -> Result<(), Failure> {
    let played = system.play()?;
    system.verify(&played)?;
    let requests = played.sent.requests.len();
    let count = match requests {
        1 => "a token",
        _ => "two tokens, the second within the buffer",
    };
    println!("   ✓ {}: {count}", system.name);
    println!("     {}", system.address().unwrap_or_default());
    Ok(())
}

fn request_line(played: &Played, request: &Received) -> String {
    let host = played.sent.hosts.first().map_or("", String::as_str);
    let host = host.trim_end_matches(":443");
    let kind = match request.header("content-type") {
        Some("application/json") => "JSON",
        _ => "form",
    };
    let query = if request.target.contains('?') {
        "?…"
    } else {
        ""
    };
    format!(
        "{} https://{host}{}{query} ({kind}, credentials: {})",
        request.method,
        request.path(),
        request.placement()
    )
}

fn response(played: &Played) -> String {
    match &played.result {
        Ok(token) => granted(token),
        Err(error) if played.endpoint.is_none() => format!("nothing was sent: {error}"),
        Err(error) => refused(error),
    }
}

fn refused(error: &Error) -> String {
    let Some(status) = error.status() else {
        return error.to_string();
    };
    let words = [error.oauth_code(), error.vendor_code(), error.description()];
    let words: Vec<&str> = words.into_iter().flatten().collect();
    if words.is_empty() {
        return format!("{status}, without a reason");
    }
    format!("{status}: {}", words.join(", "))
}

/// What is told of a token: nothing of its text.
fn granted(token: &AccessToken) -> String {
    let seconds = token.lifetime().span().as_secs();
    format!("✓ a {} token for {seconds} s", token.token_type())
}

fn headline(finding: &Finding) -> String {
    let (code, title) = (finding.code(), finding.title());
    format!("{code} ({}) {title}", finding.confidence())
}

fn field(name: &str, text: &str) {
    let text = wrapped(text, INDENT);
    println!("   {name:<width$}{}", text.trim(), width = INDENT - 3);
}

/// The text on lines that fit the page, each after `indent` spaces.
fn wrapped(text: &str, indent: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is a line from the start");
        let width = indent + line.chars().count() + 1 + word.chars().count();
        if line.is_empty() {
            line.push_str(word);
        } else if width <= WIDTH {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    let margin = " ".repeat(indent);
    let lines = lines.iter().map(|line| format!("{margin}{line}\n"));
    lines.collect()
}
