//! Prints what `cxone-auth agent` costs: the time that it adds to a call, and memory.
//!
//! It measures the program beside itself in the target folder, or the one that the first argument
//! names. A direct call and one through the agent are made in turn, on connections that are open, to
//! a server in this process.

mod client;
mod process;
mod server;

use std::env;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use client::Connection;
use process::Agent;
use server::Server;

/// How many times each call is made.
const CALLS: usize = 5_000;

/// How many connections are idle at once.
const IDLE: u32 = 1_000;

fn main() -> io::Result<()> {
    let server = Server::start()?;
    let agent = Agent::start(&program()?, &server)?;
    let started = agent.memory()?;
    println(&["", "at most", "measured"]);
    println(&["memory, started", "12 MB", &megabytes(started)]);
    let token = agent.log_in(&mut Connection::to(agent.address)?)?;
    times(&server, &agent, &token)?;
    println(&["memory, idle", "12 MB", &megabytes(agent.memory()?)]);
    per_connection(&agent)
}

/// The program is built into the same folder as this one.
fn program() -> io::Result<PathBuf> {
    match env::args_os().nth(1) {
        Some(path) => Ok(path.into()),
        None => Ok(env::current_exe()?.with_file_name("cxone-auth")),
    }
}

/// Compares calls of both kinds with direct ones.
fn times(server: &Server, agent: &Agent, token: &str) -> io::Result<()> {
    let of_server = client::form("/token", "an-id", "a-secret");
    let of_agent = client::form("/prod/oauth/token", "x", &agent.secret);
    compare("token", server, agent, [&of_server, &of_agent])?;
    let direct = client::get("/api/v2/users", "a-token");
    let through = client::get("/prod/api/v2/users", token);
    compare("gateway", server, agent, [&direct, &through])
}

fn compare(name: &str, server: &Server, agent: &Agent, calls: [&str; 2]) -> io::Result<()> {
    let mut direct = Connection::to(server.address)?;
    let mut through = Connection::to(agent.address)?;
    let (mut alone, mut ours) = (Vec::new(), Vec::new());
    for turn in 0..CALLS + CALLS / 10 {
        // Each side follows itself as often as the other one.
        let [one, other] = if turn % 2 == 0 {
            let one = direct.call(calls[0])?;
            [one, through.call(calls[1])?]
        } else {
            let other = through.call(calls[1])?;
            [direct.call(calls[0])?, other]
        };
        // The first calls prepare what later ones use.
        if turn >= CALLS / 10 {
            alone.push(one);
            ours.push(other);
        }
    }
    alone.sort();
    ours.sort();
    for (percentile, limit) in [(50, ""), (99, "1 ms")] {
        let of = |times: &[Duration]| times[times.len() * percentile / 100].as_secs_f64() * 1e3;
        let (alone, ours) = (of(&alone), of(&ours));
        let added = format!(
            "{:+.3} ms ({ours:.3} ms, direct {alone:.3} ms)",
            ours - alone
        );
        println(&[&format!("{name} call, added, p{percentile}"), limit, &added]);
    }
    Ok(())
}

/// What a connection takes whose client has shown the secret, and is silent.
fn per_connection(agent: &Agent) -> io::Result<()> {
    let before = agent.memory()?;
    let mut idle = Vec::new();
    for _ in 0..IDLE {
        let mut connection = Connection::to(agent.address)?;
        agent.log_in(&mut connection)?;
        idle.push(connection);
    }
    let each = f64::from(agent.memory()?.saturating_sub(before)) / f64::from(IDLE);
    let name = format!("memory, each of {IDLE} idle connections");
    println(&[&name, "16 KiB", &format!("{each:.1} KiB")]);
    drop(idle);
    Ok(())
}

fn megabytes(kib: u32) -> String {
    format!("{:.1} MB", f64::from(kib) * 1_024.0 / 1e6)
}

#[expect(clippy::print_stdout, reason = "it is what the program is for")]
fn println(cells: &[&str; 3]) {
    println!("| {} |", cells.join(" | "));
}
