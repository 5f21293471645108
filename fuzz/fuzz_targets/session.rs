#![no_main]
#![expect(
    dead_code,
    reason = "the model is used by property tests as well, and they use more of it"
)]

#[path = "../../tests/tests/session_model/answer.rs"]
mod answer;
#[path = "../../tests/tests/session_model/instant.rs"]
mod instant;
#[path = "../../tests/tests/session_model/law.rs"]
mod law;
#[path = "../../tests/tests/session_model/model.rs"]
mod model;
#[path = "../../tests/tests/session_model/operation.rs"]
mod operation;
#[path = "../../tests/tests/session_model/policy.rs"]
mod policy;
#[path = "../../tests/tests/session_model/scene.rs"]
mod scene;
#[path = "../src/session.rs"]
mod session;

libfuzzer_sys::fuzz_target!(|data: &[u8]| session::check(data));
