//! The same kind of address gets the same verdict, whichever domain of a vendor it is under.

use cxone_auth_core::{Config, Region};

use super::fixture::{address, at, cxone, genesys, raw, seen};

/// Parent domains of hosts of CXone.
const CXONE: [&str; 6] = [
    "niceincontact.com",
    "nice-incontact.com",
    "nicecxone-gov.com",
    "nicecxone-sov1.au",
    "nicecxone-sov1.eu",
    "nicecxone-sov1.uk",
];
const CXONE_ISSUERS: [&str; 5] = [
    "cxone.niceincontact.com",
    "cxone-gov.niceincontact.com",
    "nicecxone-sov1.au",
    "nicecxone-sov1.eu",
    "nicecxone-sov1.uk",
];
const CENTRAL: [&str; 2] = ["incontact.com", "incontact.eu"];
/// Below each of their labels is a region.
const SHARED: [&str; 3] = ["pure.cloud", "us-gov-pure.cloud", "eusc-pure.cloud"];
/// Those of the vendor's development and tests.
const INTERNAL: [&str; 2] = ["inindca.com", "inintca.com"];
const NOBODYS: [&str; 9] = [
    "cxone.com",
    "nice.incontact.com",
    "nicecxone.com",
    "api.niceincontact.com",
    "platform.devtest.niceincontact.com",
    "genesys.cloud",
    "mygenesyscloud.com",
    "genesyscloud.com",
    "api.cisco.com",
];

fn codes(config: &Config) -> Vec<u16> {
    let found = seen(config);
    found
        .iter()
        .map(|finding| finding.code().number())
        .collect()
}

fn assert_codes(url: &str, expected: &[u16]) {
    assert_eq!(codes(&address(url)), expected, "{url}");
}

/// The verdicts on the hosts that belong to another vendor than the configuration.
fn assert_other_vendor(config: Config, host: &str, expected: bool) {
    let endpoint = format!("https://{host}/oauth/token").parse().unwrap();
    let found = codes(&config.with_token_endpoint(endpoint));
    assert_eq!(found.first() == Some(&201), expected, "{host}: {found:?}");
}

fn genesys_domains() -> Vec<String> {
    let regions = Region::ALL.iter().map(|region| region.domain().to_owned());
    let newer = SHARED.iter().map(|domain| format!("xyz1.{domain}"));
    let internal = INTERNAL.iter().map(|domain| (*domain).to_owned());
    regions.chain(newer).chain(internal).collect()
}

#[test]
fn a_region_gives_tokens_at_its_login_host_only() {
    for domain in genesys_domains() {
        assert_codes(&format!("https://login.{domain}/oauth/token"), &[]);
        assert_codes(&format!("https://login.{domain}/token"), &[205]);
        for host in ["api.", "apps.", "x.", "login.api.", ""] {
            assert_codes(&format!("https://{host}{domain}/oauth/token"), &[202]);
        }
        for path in ["https://login.", "https://api."] {
            assert_codes(&format!("{path}{domain}/api/v2/oauth/token"), &[203]);
        }
        assert_other_vendor(cxone(), &format!("login.{domain}"), true);
        assert_other_vendor(genesys(), &format!("login.{domain}"), false);
    }
}

#[test]
fn a_domain_that_regions_share_gives_no_tokens_itself() {
    for domain in SHARED {
        for host in ["", "login.", "api.", "apps."] {
            assert_codes(&format!("https://{host}{domain}/oauth/token"), &[202]);
            assert_other_vendor(cxone(), &format!("{host}{domain}"), true);
        }
        let found = seen(&address(&format!("https://login.{domain}/oauth/token")));
        let evidence = found.first().unwrap().evidence();
        assert!(!evidence.contains("login.login"), "{evidence}");
    }
}

#[test]
fn an_issuer_of_cxone_lists_no_client_credentials() {
    for issuer in CXONE_ISSUERS {
        assert_codes(&format!("https://{issuer}/auth/token"), &[207]);
        assert_codes(&format!("https://{issuer}/token"), &[207, 205]);
        assert_codes(&format!("https://x.{issuer}/auth/token"), &[207, 202]);
    }
}

#[test]
fn a_host_of_cxone_beside_its_issuers_gives_no_tokens() {
    for domain in CXONE {
        for host in ["api-na1.", "na1.", "login.", "x.y."] {
            assert_codes(&format!("https://{host}{domain}/auth/token"), &[207, 202]);
            assert_other_vendor(genesys(), &format!("{host}{domain}"), true);
            assert_other_vendor(cxone(), &format!("{host}{domain}"), false);
        }
    }
    assert_codes("https://api.nicecxone-sov1.eu/auth/token", &[207, 202]);
}

#[test]
fn central_gives_tokens_at_every_cluster() {
    for domain in CENTRAL {
        for host in ["api.", "api-c32.", "c32."] {
            let of = |path: &str| {
                let url = format!("https://{host}{domain}{path}");
                codes(&raw(at(&url, "MyApp@MyVendor", "4012345")))
            };
            assert_eq!(of("/InContactAuthorizationServer/Token"), [0; 0]);
            assert_eq!(of("/token"), [205], "{host}{domain}");
            assert_other_vendor(genesys(), &format!("{host}{domain}"), true);
        }
    }
}

#[test]
fn a_host_that_is_passed_around_gives_no_tokens() {
    for domain in NOBODYS {
        for host in ["", "api.", "login.", "x.y."] {
            assert_codes(&format!("https://{host}{domain}/token"), &[204]);
        }
    }
}

#[test]
fn a_host_that_looks_like_a_vendors_is_a_strangers() {
    let theirs = [&CXONE[..], &CXONE_ISSUERS, &CENTRAL, &SHARED, &NOBODYS].concat();
    let theirs = theirs.into_iter().map(str::to_owned);
    for domain in genesys_domains().into_iter().chain(theirs) {
        for host in [
            format!("{domain}.evil.example"),
            format!("login.{domain}.evil.example"),
            format!("{domain}x"),
        ] {
            assert_codes(&format!("https://{host}/auth/token"), &[]);
            assert_other_vendor(genesys(), &host, false);
        }
        // Below a parent of the vendor's own this is a host of the vendor's again.
        let is_top = domain.split('.').count() == 2 || domain.starts_with("mypurecloud");
        if is_top {
            assert_codes(&format!("https://not{domain}/auth/token"), &[]);
            assert_codes(&format!("https://evil-{domain}/auth/token"), &[]);
        }
    }
}
