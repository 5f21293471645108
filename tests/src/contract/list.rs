//! The one list of all cases, for tests and as data.

use super::fixture::Fixture;
use super::{
    Case, body, certificate, connect, interruption, limit, nonsense, proxy, redirect, request,
    response, reuse, setup, timeout, tls,
};
use crate::case::table;

/// Passes the list to another macro: groups, their cases, and the schemes of each.
#[doc(hidden)]
#[macro_export]
macro_rules! __contract_list {
    ($($then:tt)+) => {
        $($then)+! {
            request {
                arrives_as_given: http https;
                arrives_bare_when_it_is_bare: http https;
                keeps_its_method: http https;
                keeps_its_target: http https;
                keeps_repeated_header_fields: http https;
                has_the_user_agent_that_it_is_given: http https;
                arrives_with_a_body_of_any_bytes: http https;
                is_sent_once_whatever_the_response: http https;
                carries_no_cookie_of_an_earlier_response: http https;
            }
            response {
                of_every_status_is_handed_over: http https;
                keeps_its_header_fields: http https;
                keeps_fifty_header_fields: http https;
                keeps_header_bytes_outside_ascii: http https;
                may_challenge_the_client: http https;
                may_follow_interim_responses: http https;
                may_be_http_1_0: http https;
            }
            body {
                arrives_whole_by_length: http https;
                arrives_whole_in_chunks: http https;
                arrives_whole_until_the_end_of_the_connection: http https;
                arrives_byte_by_byte: http https;
                is_not_decompressed: http https;
                may_be_as_long_as_the_limit: http https;
                is_refused_one_byte_beyond_the_limit: http https;
                is_refused_with_status_and_content_type: http https;
                is_refused_while_it_goes_on_for_ever: http https;
                is_refused_unread_when_it_announces_itself_too_long: http https;
            }
            redirect {
                is_handed_over: http https;
                to_the_other_scheme_is_handed_over: http https;
                to_the_same_server_is_handed_over: http https;
                without_a_location_is_handed_over: http https;
            }
            interruption {
                before_the_request_is_told: http;
                before_the_response_is_told: http https;
                within_the_head_is_told: http https;
                within_a_body_with_a_length_is_told: http https;
                within_a_chunk_is_told: http https;
                before_the_last_chunk_is_told: http https;
                by_a_reset_before_the_response_is_told: http https;
                by_a_reset_within_the_head_is_told: http https;
                by_a_reset_within_the_body_is_told: http https;
            }
            nonsense {
                of_another_protocol_is_told: http https;
                in_the_status_line_is_told: http https;
                in_a_header_field_is_told: http https;
                in_a_chunk_size_is_told: http https;
                of_a_huge_head_is_told: http https;
            }
            connect {
                to_a_closed_port_is_refused: http https;
                to_a_deaf_port_times_out: http https;
                to_an_unknown_host_fails_by_name: http https;
            }
            timeout {
                ends_a_wait_for_the_head: http https;
                ends_a_wait_within_the_head: http https;
                ends_a_wait_within_the_body: http https;
                ends_a_wait_for_the_end_of_the_connection: http https;
                ends_a_dripping_head: http https;
                ends_a_dripping_body: http https;
                of_zero_ends_a_wait: http https;
                of_any_length_is_taken: http https;
                ends_a_tls_handshake_that_gets_no_response: https;
                of_connecting_ends_a_tls_handshake_that_gets_no_response: https;
                of_connecting_may_be_zero: https;
                of_connecting_does_not_end_a_response: http https;
            }
            limit {
                ends_a_wait_for_the_head: http https;
                ends_a_slow_body: http https;
                ends_a_wait_for_a_connection: http https;
                of_zero_ends_a_wait: http https;
                above_the_timeout_changes_nothing: http https;
                does_not_end_a_response_in_time: http https;
            }
            tls {
                trusts_the_authority_it_is_given: https;
                trusts_every_certificate_of_a_bundle: https;
                trusts_every_bundle_it_is_given: https;
                refuses_an_unknown_authority: https;
                refuses_a_self_signed_certificate: https;
                refuses_an_expired_certificate: https;
                refuses_a_certificate_for_another_name: https;
                refuses_a_peer_that_speaks_plain_http: https;
                refuses_a_peer_that_hangs_up: https;
            }
            certificate {
                in_files_is_shown_to_a_server_that_wants_one: https;
                as_bytes_is_shown_or_refused: https;
                is_shown_to_nobody_who_does_not_ask: https;
                that_is_missing_is_named: https;
                of_another_key_is_refused: https;
                in_a_missing_file_is_refused: https;
                whose_key_others_may_read_is_refused: https;
                whose_key_has_a_passphrase_is_refused: https;
            }
            proxy {
                is_asked_to_connect_to_an_https_host: https;
                gets_no_credentials_when_it_has_none: https;
                is_used_for_http_as_well: http;
                that_asks_for_credentials_fails_as_proxy: https;
                that_cannot_connect_through_fails_as_proxy: https;
                that_is_not_there_fails_as_proxy: https;
                that_speaks_nonsense_fails: https;
                that_does_not_respond_times_out: https;
                does_not_weaken_tls: https;
            }
            reuse {
                brings_another_response: http https;
                after_a_failure_works: http https;
                from_several_threads_works: http https;
                after_the_server_closed_never_fails: http https;
                may_end_at_any_time: http https;
            }
            setup {
                refuses_certificates_that_are_no_pem: http;
                refuses_an_empty_certificate_file: http;
                refuses_a_damaged_certificate: http;
                refuses_a_file_without_a_certificate: http;
            }
        }
    };
}

/// Returns every case of the contract, in the order of the steps of a request.
#[must_use]
pub fn cases() -> &'static [Case] {
    const CASES: &[Case] = crate::__contract_list!(table);

    CASES
}
