//! The broken set-ups: what is wrong, and what the doctor has to say of it.

use super::fixture::DoctorFixture;
use super::setup;

/// A set-up that is broken in one way.
pub(super) struct Case {
    /// What is wrong, as a heading.
    pub(super) title: &'static str,
    pub(super) set_up: fn() -> DoctorFixture,
    /// How the verdict begins.
    pub(super) verdict: &'static str,
    pub(super) code: i32,
    /// How many token requests the server gets.
    pub(super) requests: usize,
    /// How many it gets with `--probe`.
    pub(super) probed: usize,
}

macro_rules! cases {
    ($($title:literal, $set_up:ident, $code:literal, $requests:literal, $probed:literal, $verdict:literal;)+) => {
        &[$(Case {
            title: $title,
            set_up: setup::$set_up,
            verdict: $verdict,
            code: $code,
            requests: $requests,
            probed: $probed,
        }),+]
    };
}

/// Title, set-up, exit code, token requests without and with `--probe`, verdict.
pub(super) static CASES: &[Case] = cases![
    // The configuration.
    "A secret with a line break at its end, in a variable", newline_in_a_variable, 3, 0, 0,
        "A credential contains a line break";
    "A secret in quotation marks", quoted_secret, 4, 1, 1,
        "A credential is wrapped in quotation marks (CXA-104";
    "Id and secret swapped", swapped, 4, 1, 1,
        "Id and secret are swapped (CXA-105";
    "CXone without an access key", no_access_key, 3, 0, 0,
        "The access key is missing (CXA-310";
    "The id of a client in place of that of an access key", client_as_access_key, 3, 0, 0,
        "The id of a client stands where that of an access key belongs (CXA-313";
    "An access key alone, and an issuer in place of the area", key_alone_without_area, 3, 0, 0,
        "The region, issuer or cluster is not known (CXA-214";
    "A scope beside an access key alone", scope_with_a_key_alone, 0, 1, 1,
        "A token comes with this configuration, but: A setting has no effect in the login with an access key alone (CXA-219";
    // The address.
    "The API host in place of the login host", api_host, 3, 1, 1,
        "The API host stands where the login host belongs (CXA-202";
    "The path /api/v2/oauth/token", api_path, 3, 1, 1,
        "No token endpoint has the path /api/v2/oauth/token (CXA-203";
    "A host that nobody has", invented_host, 3, 0, 0,
        "No vendor has a token endpoint on this host (CXA-204";
    "The wrong region", wrong_region, 4, 1, 1,
        "The client may live in another region (CXA-206";
    "A web page in place of a response", web_page, 1, 1, 1,
        "A web page came back (CXA-210";
    // The client.
    "A secret that was cut when it was copied", cut_secret, 4, 1, 1,
        "The server does not accept this id and secret (CXA-301";
    "A secret that was replaced, at CXone", rotated_secret, 4, 1, 2,
        "The server does not accept this id and secret (CXA-301";
    "An access key that was revoked", revoked_access_key, 4, 1, 1,
        "The access key is wrong or revoked, or its user is gone (CXA-304";
    "An access key alone that was revoked, or is of another area", revoked_key_alone, 4, 1, 1,
        "The access key is wrong or revoked, or its user is gone (CXA-304";
    "A client that is not of the type client credentials", other_grant, 3, 1, 1,
        "The client is not set up for this grant (CXA-302";
    "A server that wants the credentials in the body, with --probe", wants_the_body, 3, 2, 2,
        "The server wants the credentials in the body (CXA-306, certain)";
    "A server that reads Basic as it is, with --probe", reads_basic_raw, 3, 2, 2,
        "The server wants Basic with id and secret as they are (CXA-307, certain)";
    "A scope that the server does not have, with --probe", unknown_scope, 3, 2, 2,
        "The server refuses the scope, and gives a token without (CXA-405, certain)";
    "A client whose IP allow list does not name this machine", not_on_the_list, 3, 1, 1,
        "The client may not be allowed from this address (CXA-314, likely)";
    "A CXone client that is registered for the body, with --probe", cxone_wants_the_body, 3, 2, 2,
        "The server wants the credentials in the body (CXA-306, certain)";
    // Traffic.
    "Too many token requests", throttled, 5, 1, 1,
        "Too many token requests, said with a 400 (CXA-501";
    "A server that is out of order", out_of_order, 5, 1, 1,
        "The server is failing (CXA-503";
    // The way to the server.
    "A host name that does not exist", unknown_name, 6, 0, 0,
        "The host name was not found (CXA-601";
    "A port where nothing listens", closed_port, 6, 0, 0,
        "No connection to the server (CXA-602";
    "A firewall that drops packets", deaf_port, 6, 0, 0,
        "The request took too long (CXA-605";
    "A certificate of an authority that nobody knows", unknown_authority, 6, 0, 0,
        "The TLS handshake failed: this machine does not trust the issuer of the certificate (CXA-603";
    "A self-signed certificate", self_signed, 6, 0, 0,
        "The TLS handshake failed: this machine does not trust the issuer of the certificate (CXA-603";
    "A certificate that has expired", expired, 6, 0, 0,
        "The TLS handshake failed: the certificate has expired, or this machine's clock is ahead (CXA-603";
    "A certificate for another host", wrong_name, 6, 0, 0,
        "The TLS handshake failed: the certificate names another host: example.com (CXA-603";
    "A proxy that wants a password", strict_proxy, 6, 0, 0,
        "The proxy made no connection to the server: the proxy wants a user and a password, or other ones (407) (CXA-604";
    // A token, and not the end of it.
    "A clock that is off", clock_off, 0, 1, 1,
        "A token comes with this configuration, but: This machine's clock and the server's disagree (CXA-704";
    "A good token whose client lacks a role, with --api", no_role, 4, 1, 1,
        "The client lacks a permission (CXA-804, certain)";
    "A good token of another region than the API, with --api", api_of_another_region, 4, 1, 1,
        "The API does not know the token (CXA-801, certain)";
    "A token that another process has replaced, with --api", replaced_token, 4, 1, 1,
        "The API does not know the token (CXA-801, certain)";
    "An API that is not this configuration's, with --api", other_origin, 3, 1, 1,
        "The token is not for this host (CXA-811, certain)";
    "A server whose API is not known, with --api", no_api, 3, 1, 1,
        "It is not known where the API is (CXA-812, certain)";
    "UserHub names a host that is not NICE's, with --api", key_alone_without_tenant, 3, 1, 1,
        "A discovery document or response names an address that gets no token (CXA-818";
    "CXone's discovery names a host that is not NICE's, with --api", discovery_of_another_domain, 3, 1, 1,
        "A discovery document or response names an address that gets no token (CXA-818, certain)";
    "An API that throttles, with --api", throttling_api, 5, 1, 1,
        "The token has made too many calls (CXA-806, certain)";
    "An API that cannot be reached, with --api", closed_api, 6, 1, 1,
        "On the way to the API: No connection to the server (CXA-602, certain)";
];
