//! Rule 4: a lease saves requests, and who loses it adopts the winner's token.

use std::time::Duration;

use cxone_auth_core::store::StoreOptions;
use cxone_auth_tests::store::Operation;

use super::fleet::{Fleet, LEASE, seconds};
use super::process::{Process, text};
use super::server::{Reply, TIMEOUT, TOKEN};
use super::thread::ForTasks;

#[test]
fn who_loses_its_lease_adopts_the_winners_token() {
    let fleet = Fleet::new(|asked| TOKEN.after(seconds(if asked.number == 0 { 8 } else { 1 })));
    let [loser, winner] = [fleet.start(), fleet.start()];
    fleet.world.run_for(seconds(2), [loser.token()]);
    fleet.store.lose_leases();
    assert_eq!(fleet.text(&winner), "token-1");
    assert_eq!(fleet.text(&loser), "token-1");
    assert_eq!(loser.events(), ["adopted"]);
    fleet.assert_requests(2);
    let late = fleet.start();
    assert_eq!(fleet.text(&late), "token-1", "the winner's entry stays");
}

#[test]
fn who_loses_its_lease_to_nobody_keeps_its_own_token() {
    let fleet = Fleet::of_tokens(TOKEN.after(seconds(3)));
    let process = fleet.start();
    fleet.world.run_for(seconds(1), [process.token()]);
    fleet.store.steal_leases();
    assert_eq!(fleet.text(&process), "token-0");
    assert_eq!(process.events(), ["fetched"]);
    fleet.assert_requests(1);
}

#[test]
fn a_lost_lease_or_a_failover_costs_one_more_request() {
    let faults: [fn(&Fleet); 4] = [
        |fleet| fleet.store.lose_leases(),
        |fleet| fleet.store.lose_everything(),
        |fleet| fleet.store.fail_over(seconds(5)),
        |fleet| fleet.store.evict(),
    ];
    for (number, fault) in faults.into_iter().enumerate() {
        let fleet = Fleet::of_tokens(TOKEN.after(seconds(3)));
        let processes = fleet.start_many(20);
        fleet
            .world
            .run_for(seconds(1), processes.iter().map(Process::token));
        fault(&fleet);
        let texts = fleet.texts(&processes);
        let asked = fleet.asked();
        assert!(asked.len() <= 2, "fault {number}: {asked:?}");
        let latest = format!("token-{}", asked.len() - 1);
        let own = texts.iter().filter(|text| **text != latest).count();
        assert!(own <= 1, "fault {number}: {texts:?}");
    }
}

#[test]
fn a_lease_outlasts_the_request_of_its_holder() {
    let fleet = Fleet::new(|asked| match asked.number {
        0 => Reply::silence(),
        _ => TOKEN,
    });
    let [holder, waiter] = [fleet.start(), fleet.start()];
    fleet.tokens(&[holder, waiter]);
    let asked = fleet.asked();
    assert!(asked[1].at >= TIMEOUT, "{asked:?}");
    assert!(LEASE > TIMEOUT);
}

#[test]
fn a_lease_is_given_back_as_soon_as_the_token_is_saved() {
    let fleet = Fleet::of_tokens(TOKEN);
    let process = fleet.start();
    fleet.text(&process);
    assert_eq!(process.store.count_of(Operation::Release), 1);
    let token = fleet.run(process.token()).unwrap();
    fleet.pass(seconds(60));
    let before = fleet.world.elapsed();
    let other = fleet.start();
    fleet.run(other.token()).unwrap();
    fleet.run(other.rejecting(&token)).unwrap();
    assert!(
        fleet.world.since(before) < Duration::from_millis(10),
        "nothing waits"
    );
}

#[test]
fn a_lease_is_given_back_when_the_runtime_of_its_holder_ends() {
    let fleet = Fleet::of_tokens(TOKEN.after(seconds(3)));
    let holder = fleet.start();
    fleet.world.run_for(seconds(1), [holder.token()]);
    fleet.world.end_runtime(holder.number);
    assert_eq!(holder.store.count_of(Operation::Release), 1);
    assert_eq!(fleet.texts(&fleet.start_many(20)), ["token-1"; 20]);
    assert!(fleet.world.elapsed() < seconds(5), "nobody waits for it");
    assert_eq!(fleet.text(&holder), "token-1");
    fleet.assert_requests(2);
}

#[test]
fn a_lease_is_given_back_when_its_source_is_dropped() {
    let fleet = Fleet::of_tokens(TOKEN.after(seconds(3)));
    let holder = fleet.start_with(|setup| setup.spawns = false);
    fleet.world.run_for(seconds(1), [holder.token()]);
    drop(holder);
    assert_eq!(fleet.text(&fleet.start()), "token-1");
    assert!(fleet.world.elapsed() < seconds(5), "nobody waits for it");
}

#[test]
fn a_store_for_tasks_keeps_the_lease_for_the_next_call_of_its_source() {
    let fleet = Fleet::of_tokens(TOKEN.after(seconds(3)));
    let holder = fleet.start();
    let store = ForTasks(fleet.store.connect());
    let options = StoreOptions::new(fleet.keys.clone());
    let source = holder.source.clone().with_store(store, options);
    let token = || {
        let source = source.clone();
        async move { source.token().await }
    };
    fleet.world.run_for(seconds(1), [token()]);
    fleet.world.end_runtime(holder.number);
    assert_eq!(text(&fleet.run(token()).unwrap()), "token-1");
    assert!(fleet.world.elapsed() < seconds(6), "it waits for nobody");
    assert_eq!(fleet.text(&fleet.start()), "token-1");
    fleet.assert_requests(2);
}
