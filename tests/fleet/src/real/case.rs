//! What happens to the processes, and how many requests that may cost.

use std::io;
use std::thread;
use std::time::Duration;

use cxone_auth_tests::{Gate, Reply};

use super::crew::{Crew, Results};
use super::program;
use super::setup::Setup;
use super::table::Figures;

pub(super) struct Case {
    pub(super) name: &'static str,
    /// Whether it needs a server.
    pub(super) needs_server: bool,
    /// Whether it needs the program `cxone-auth`.
    pub(super) needs_program: bool,
    pub(super) run: fn(&mut Setup) -> io::Result<Figures>,
}

pub(super) const CASES: &[Case] = &[
    case("cold start", cold_start),
    case("every token is revoked", revocation),
    case("kill -9 of the holder", killed_holder),
    case("SIGSTOP of the holder, SIGCONT later", stopped_holder),
    Case {
        needs_program: true,
        ..case("cold start of `cxone-auth token`", cold_program)
    },
    Case {
        needs_program: true,
        ..case("cold start of tasks, threads, program", cold_mix)
    },
    case("each new token revokes the earlier ones", revoking_previous),
    with_server("a quarter has the wrong key", wrong_key),
    with_server("CLIENT PAUSE during a cold start", paused_server),
    with_server("the server is gone, tokens are valid", gone_server),
    with_server("cold start without the server", cold_without_server),
    with_server("cold start after a restart", restarted_server),
];

const fn case(name: &'static str, run: fn(&mut Setup) -> io::Result<Figures>) -> Case {
    Case {
        name,
        needs_server: false,
        needs_program: false,
        run,
    }
}

const fn with_server(name: &'static str, run: fn(&mut Setup) -> io::Result<Figures>) -> Case {
    Case {
        needs_server: true,
        ..case(name, run)
    }
}

fn figures(setup: &Setup, results: Results, requests: usize, most_requests: usize) -> Figures {
    Figures {
        processes: setup.processes,
        requests,
        allowed: 1..=most_requests,
        results,
        most_tokens: 1,
    }
}

fn cold_start(setup: &mut Setup) -> io::Result<Figures> {
    let results = setup.crew(setup.processes)?.all("token")?;
    let requests = setup.requests();
    Ok(figures(setup, results, requests, 1))
}

fn cold_program(setup: &mut Setup) -> io::Result<Figures> {
    let results = program::ask(setup, setup.processes)?;
    let requests = setup.requests();
    Ok(figures(setup, results, requests, 1))
}

/// Half of the processes are the program, the others are services of the same user.
fn cold_mix(setup: &mut Setup) -> io::Result<Figures> {
    let programs = setup.processes / 2;
    let mut crew = setup.crew(setup.processes - programs)?;
    crew.tell_all("token")?;
    let theirs = program::ask(setup, programs)?;
    let mut results = crew.results()?;
    results.merge(theirs);
    let requests = setup.requests();
    Ok(figures(setup, results, requests, 1))
}

fn revocation(setup: &mut Setup) -> io::Result<Figures> {
    let mut crew = setup.crew(setup.processes)?;
    crew.all("token")?;
    // The shortest time between two renewals that are forced.
    thread::sleep(Duration::from_millis(300));
    let before = setup.requests();
    setup.token_server().revoke_tokens();
    let results = crew.all("call")?;
    let requests = setup.requests() - before;
    Ok(figures(setup, results, requests, 1))
}

/// Holds the first request back until something has happened to its sender.
fn with_holder(
    setup: &Setup,
    happens: impl FnOnce(&mut Crew, usize) -> io::Result<()>,
) -> io::Result<(Crew, usize, Results)> {
    let gate = Gate::new();
    let reply = Reply::empty(503).after(&gate);
    setup.token_server().fail_next(1, reply);
    let mut crew = setup.crew(setup.processes)?;
    crew.tell_all("token")?;
    let holder = crew.holder()?;
    happens(&mut crew, holder)?;
    let results = crew.results()?;
    gate.open();
    Ok((crew, holder, results))
}

fn killed_holder(setup: &mut Setup) -> io::Result<Figures> {
    let (_crew, _, results) = with_holder(setup, Crew::kill)?;
    let requests = setup.requests();
    Ok(figures(setup, results, requests, 2))
}

fn stopped_holder(setup: &mut Setup) -> io::Result<Figures> {
    let (mut crew, holder, mut results) = with_holder(setup, Crew::stop)?;
    let late = crew.go_on(holder)?;
    results.merge(late);
    let requests = setup.requests();
    Ok(figures(setup, results, requests, 2))
}

/// Twenty processes call an API for some lifetimes.
fn revoking_previous(setup: &mut Setup) -> io::Result<Figures> {
    let (lifetime, span) = (Duration::from_secs(4), Duration::from_secs(12));
    setup.token_server().revoke_previous(true);
    setup.token_server().issue_for(lifetime);
    let processes = setup.processes.min(20);
    let results = setup
        .crew(processes)?
        .all(&format!("calls {}", span.as_millis()))?;
    let requests = setup.requests();
    // A token is renewed when between three quarters and 85 % of its lifetime have passed.
    Ok(Figures {
        processes,
        allowed: 3..=6,
        ..figures(setup, results, requests, 6)
    })
}

fn wrong_key(setup: &mut Setup) -> io::Result<Figures> {
    setup.write_keys("other keys")?;
    let others = setup.processes / 4;
    let mut crew = setup.crew(setup.processes - others)?;
    let mut strangers = setup.crew_with("other keys", others)?;
    let mut results = crew.all("token")?;
    results.merge(strangers.all("token")?);
    let requests = setup.requests();
    // Those with another key share among themselves.
    Ok(Figures {
        allowed: 2..=2,
        most_tokens: 2,
        ..figures(setup, results, requests, 2)
    })
}

fn paused_server(setup: &mut Setup) -> io::Result<Figures> {
    let mut crew = setup.crew(setup.processes)?;
    if let Some(server) = &setup.server {
        server.admin(&["CLIENT", "PAUSE", "4000", "ALL"]);
    }
    let results = crew.all("token")?;
    let requests = setup.requests();
    Ok(Figures {
        most_tokens: setup.processes,
        ..figures(setup, results, requests, setup.processes)
    })
}

fn gone_server(setup: &mut Setup) -> io::Result<Figures> {
    let mut crew = setup.crew(setup.processes)?;
    crew.all("token")?;
    if let Some(server) = &mut setup.server {
        server.stop();
    }
    let before = setup.requests();
    let results = crew.all("call")?;
    let requests = setup.requests() - before;
    Ok(Figures {
        allowed: 0..=0,
        ..figures(setup, results, requests, 1)
    })
}

fn cold_without_server(setup: &mut Setup) -> io::Result<Figures> {
    if let Some(server) = &mut setup.server {
        server.stop();
    }
    let mut crew = setup.crew(setup.processes)?;
    let mut results = crew.all("token")?;
    results.good += crew.all("call")?.good;
    let requests = setup.requests();
    Ok(Figures {
        allowed: setup.processes..=setup.processes,
        most_tokens: setup.processes,
        ..figures(setup, results, requests, 1)
    })
}

fn restarted_server(setup: &mut Setup) -> io::Result<Figures> {
    setup.crew(setup.processes)?.all("token")?;
    let before = setup.requests();
    if let Some(server) = &mut setup.server {
        server.stop();
        server.resume();
    }
    let results = setup.crew(setup.processes)?.all("token")?;
    let requests = setup.requests() - before;
    Ok(figures(setup, results, requests, 1))
}
