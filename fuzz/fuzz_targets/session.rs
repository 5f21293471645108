#![no_main]
#![expect(
    dead_code,
    reason = "the model is used by property tests as well, and they use more of it"
)]

#[path = "../../tests/tests/session_model/response.rs"]
mod response;
#[path = "../../tests/tests/session_model/instant.rs"]
mod instant;
#[path = "../../tests/tests/session_model/window.rs"]
mod window;
#[path = "../../tests/tests/session_model/model.rs"]
mod model;
#[path = "../../tests/tests/session_model/operation.rs"]
mod operation;
#[path = "../../tests/tests/session_model/policy.rs"]
mod policy;
#[path = "../../tests/tests/session_model/simulation.rs"]
mod simulation;
#[path = "../src/session.rs"]
mod session;

libfuzzer_sys::fuzz_target!(|data: &[u8]| session::check(data));
