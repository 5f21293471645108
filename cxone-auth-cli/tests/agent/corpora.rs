//! The inputs of the fuzzer for what the agent reads of requests, run once more.

#[path = "../../../fuzz/src/agent.rs"]
mod agent;
#[path = "../../../fuzz/src/replay.rs"]
mod replay;

use replay::replay;

#[test]
fn heads_that_the_fuzzer_starts_from_lead_to_their_own_api_or_nowhere() {
    replay("agent", agent::check);
}
