//! Prints what the program `cxone-auth` costs, one line of tab-separated fields for each figure: the
//! time that its agent adds to a call, and memory; the time of a whole process; the size.
//!
//! It measures what `cargo build --profile dist` has built, or the program that the variable
//! `CXONE_AUTH_PROGRAM` names. A direct call and one through the agent are made in turn, on connections that are open, to
//! a server in this process.

mod client;
mod process;
mod program;
mod server;

use std::fmt::Display;
use std::fs;
use std::io;
use std::time::Duration;

use client::Connection;
use process::Agent;
use server::Server;

/// How many times each call is made.
const CALLS: usize = 5_000;

/// How many connections are idle at once.
const IDLE: u32 = 1_000;

const CALLS_TABLE: &str = "the agent, beside direct calls";
const MEMORY_TABLE: &str = "the agent's memory";

fn main() -> io::Result<()> {
    let server = Server::start()?;
    let program = cxone_auth_bench::program().map_err(io::Error::other)?;
    let size = fs::metadata(&program)?.len();
    println("the file of the program", "cxone-auth", "size", size);
    let agent = Agent::start(&program, &server)?;
    println(MEMORY_TABLE, "started", "memory", agent.memory()?);
    let token = agent.log_in(&mut Connection::to(agent.address)?)?;
    times(&server, &agent, &token)?;
    println(MEMORY_TABLE, "idle", "memory", agent.memory()?);
    per_connection(&agent)?;
    program::print(&program, &agent, &server)
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
    for (column, percentile) in [("p50", 50), ("p99", 99)] {
        let of = |times: &[Duration]| times[times.len() * percentile / 100].as_secs_f64() * 1e9;
        let (alone, ours) = (of(&alone), of(&ours));
        for (row, time) in [
            ("direct", alone),
            ("through the agent", ours),
            ("added", ours - alone),
        ] {
            println(CALLS_TABLE, &format!("{name} call, {row}"), column, time);
        }
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
    let each = agent.memory()?.saturating_sub(before) / u64::from(IDLE);
    println(
        MEMORY_TABLE,
        "each of 1,000 idle connections",
        "memory",
        each,
    );
    drop(idle);
    Ok(())
}

/// Prints a line that `cargo xtask bench` reads. Times are in nanoseconds, sizes in bytes.
#[expect(clippy::print_stdout, reason = "it is what the program is for")]
fn println(table: &str, row: &str, column: &str, value: impl Display) {
    println!("{table}\t{row}\t{column}\t{value}");
}
