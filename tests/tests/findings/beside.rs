//! NICE's hosts beside the tenant's API: the finding names them, and they can be allowed.

use cxone_auth_core::Config;

use super::fixture::{begun, cxone, genesys};

/// CXone's APIs beside the tenant's: Data Extraction, Digital, files at the host of a cluster.
const BESIDE: [&str; 4] = [
    "https://na1.nice-incontact.com",
    "https://api-de-na1.niceincontact.com",
    "https://api-de-na2.nicecxone-gov.com",
    "https://api-c42.nice-incontact.com",
];

fn with_base(config: Config, base: &str) -> Config {
    config.with_api_base(base.parse().unwrap())
}

fn evidence_of_811(config: Config, host: &str) -> Option<String> {
    let found = begun(config, &format!("{host}/data?x=1"));
    let finding = found
        .iter()
        .find(|finding| finding.code().number() == 811)?;
    Some(
        finding
            .evidence_in_words(|_| Some("--api-base"))
            .to_string(),
    )
}

#[test]
fn a_host_of_nices_beside_the_tenants_api_is_named_as_one_and_can_be_allowed() {
    for host in BESIDE {
        let config = with_base(cxone(), "https://api-na1.niceincontact.com");
        let evidence = evidence_of_811(config.clone(), host).expect(host);
        let expected = format!(
            "it is a host of NICE's beside the tenant's API: allow it with --api-base {host}"
        );
        assert!(evidence.ends_with(&expected), "{evidence}");
        let allowed = config.with_api_origin(host.parse().unwrap());
        assert_eq!(evidence_of_811(allowed, host), None, "{host}");
    }
}

#[test]
fn a_strangers_host_is_not_taken_for_nices() {
    let cxone = with_base(cxone(), "https://api-na1.niceincontact.com");
    for (config, host) in [
        (cxone.clone(), "https://na1.nice-incontact.com.evil.example"),
        (cxone.clone(), "https://api.cxone.com"),
        (cxone, "https://api.mypurecloud.de"),
        (genesys(), "https://na1.nice-incontact.com"),
    ] {
        let evidence = evidence_of_811(config, host).expect(host);
        assert!(!evidence.contains("NICE"), "{evidence}");
    }
}
