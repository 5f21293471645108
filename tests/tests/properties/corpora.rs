//! The inputs of the fuzzer that are committed, run once more: the seeds, and what once broke a
//! promise.

use super::replay::replay;
use super::{
    address, api, discovery, jwk, metadata, name, pem, retry_after, tenant, token_response,
    variables,
};

#[test]
fn responses_that_the_fuzzer_starts_from_are_read_well() {
    replay("token_response", token_response::check);
}

#[test]
fn addresses_that_the_fuzzer_starts_from_lead_where_they_seem_to() {
    replay("address", |data| {
        address::check(&String::from_utf8_lossy(data));
    });
}

#[test]
fn responses_of_an_api_that_the_fuzzer_starts_from_end_a_call() {
    replay("api", api::check);
}

#[test]
fn documents_that_the_fuzzer_starts_from_lead_to_the_vendor() {
    replay("discovery", discovery::check);
}

#[test]
fn metadata_that_the_fuzzer_starts_from_leads_where_the_issuer_may_lead() {
    replay("metadata", metadata::check);
}

#[test]
fn names_that_the_fuzzer_starts_from_are_read_well() {
    replay("name", |data| name::check(&String::from_utf8_lossy(data)));
}

#[test]
fn keys_that_the_fuzzer_starts_from_sign_or_are_refused() {
    replay("pem", pem::check);
    replay("jwk", jwk::check);
}

#[test]
fn waits_that_the_fuzzer_starts_from_are_bounded() {
    replay("retry_after", retry_after::check);
}

#[test]
fn variables_that_the_fuzzer_starts_from_are_read_well() {
    replay("variables", variables::check);
}

#[test]
fn tenants_that_the_fuzzer_starts_from_are_read_well() {
    replay("tenant", tenant::check);
}
