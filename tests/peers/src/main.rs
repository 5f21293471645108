//! Measures other people's token clients beside ours, and prints one line of tab-separated fields
//! for each contestant.
//!
//! The arguments name the parts to run (`operations`, `cached`, `short`, `storm`), all without any.
//! `--quick` runs few rounds. `GO_PEER` and `PYTHON_PEER` are commands that response on a pipe, see
//! [`child`]; without one its rows say so.

mod azure;
mod child;
mod gcp;
mod google;
mod huskarl;
mod key;
mod naive;
mod oauth2_alone;
mod oauth2_cached;
mod peer;
mod short;
mod yup;

use std::env;
use std::sync::Arc;

use cxone_auth_bench::cached::Manner;
use cxone_auth_bench::storm::{Sea, Weather};
use cxone_auth_bench::{Contest, Contestant, Operation, Taken};

use child::{Child, Language};
use peer::Peer;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let wants = |part: &str| {
        let mut named = arguments
            .iter()
            .filter(|argument| !argument.starts_with("--"))
            .peekable();
        named.peek().is_none() || named.any(|name| name == part)
    };
    let rounds = |many: usize| if quick { 3 } else { many };
    if wants("operations") {
        print(operations(rounds(51)));
    }
    if wants("cached") {
        for manner in Manner::ALL {
            print(cached(manner, rounds(51)));
        }
    }
    if wants("short") {
        print(short::contest(rounds(51)));
    }
    if wants("storm") {
        print(storm(Weather::Success, rounds(11)));
        // Most peers make one request after another here, which takes half a minute each.
        // Some take half a minute for one; what counts is the number of requests, which is exact.
        print(storm(Weather::Refusal, 1));
    }
}

fn print(contest: Contest) {
    for row in contest.run() {
        println!("{row}");
    }
}

fn operations(rounds: usize) -> Contest {
    Contest::new("build the request and read the response", rounds)
        .with(timed("cxone-auth", |_| {
            let mut ours = Operation::build_and_read();
            move || ours.run()
        }))
        .with(timed("by hand", |_| naive::build_and_read()))
        .with(timed("oauth2", oauth2_alone::build_and_read))
}

/// One that is prepared for so many calls before each round.
fn timed<R: FnMut()>(name: &str, prepare: impl Fn(usize) -> R + 'static) -> Contestant {
    const CALLS: u16 = 1_000;
    Contestant::new(name, move || {
        let mut run = prepare(CALLS.into());
        let start = std::time::Instant::now();
        for _ in 0..CALLS {
            run();
        }
        Taken::per_operation(start.elapsed(), CALLS.into())
    })
}

fn cached(manner: Manner, rounds: usize) -> Contest {
    let sea = Sea::new(Weather::Success);
    let contest = manner.contest(rounds);
    let contest = contest
        .with(reader::<oauth2_cached::Cached>(&sea, manner))
        .with(reader::<oauth2_cached::WithHeader>(&sea, manner))
        .with(reader::<huskarl::Huskarl>(&sea, manner))
        .with(reader::<google::Google>(&sea, manner))
        .with(reader::<yup::Yup>(&sea, manner))
        .with(reader::<gcp::Gcp>(&sea, manner))
        .with(reader::<azure::Azure>(&sea, manner));
    let go = measured(Language::Go, move |go| go.read_in(manner, &sea.url()));
    let contest = contest.with(go);
    if manner != Manner::OneThread {
        return contest;
    }
    contest.with(measured(Language::Python, move |python| {
        python.read_in(manner, "")
    }))
}

/// The program in this language, or why there is none.
fn measured(language: Language, run: impl Fn(&mut Child) -> Taken + 'static) -> Contestant {
    match Child::start(language) {
        Ok(mut child) => Contestant::new(language.name(), move || run(&mut child)),
        Err(reason) => Contestant::absent(language.name(), reason),
    }
}

fn reader<P: Peer>(sea: &Arc<Sea>, manner: Manner) -> Contestant {
    let peer = sea.runtime().block_on(async {
        let peer = P::new(&sea.url()).await;
        assert!(peer.ask().await, "{} has got its first token", P::NAME);
        peer
    });
    manner.contestant(P::NAME, peer)
}

fn storm(weather: Weather, rounds: usize) -> Contest {
    let sea = Sea::new(weather);
    let contest = weather
        .contest(&sea, rounds)
        .with(caller::<oauth2_cached::Cached>(&sea))
        .with(caller::<huskarl::Huskarl>(&sea))
        .with(caller::<yup::Yup>(&sea))
        .with(caller::<azure::Azure>(&sea));
    let contest = match weather {
        Weather::Success => contest
            .with(caller::<gcp::Gcp>(&sea))
            .with(caller::<google::Google>(&sea)),
        Weather::Refusal => {
            let reason = "not run: it repeats each refused request five times with pauses, one \
                          caller after the other, which would take half an hour";
            contest
                .with(Contestant::absent(gcp::Gcp::NAME, reason))
                .with(caller::<google::Google>(&sea))
        }
    };
    let python = "it shares no fetch: each session makes a request of its own";
    let python = Contestant::absent(Language::Python.name(), python);
    contest.with(python).with(measured(Language::Go, move |go| {
        let before = sea.requests();
        let taken = go.storm(&sea.url(), weather);
        taken.with_requests(sea.requests() - before)
    }))
}

fn caller<P: Peer>(sea: &Arc<Sea>) -> Contestant {
    let sea = Arc::clone(sea);
    Contestant::new(P::NAME, move || {
        let peer = sea.runtime().block_on(P::new(&sea.url()));
        sea.take(sea.weather().callers(), || {
            let peer = peer.clone();
            async move { peer.ask().await }
        })
    })
}
