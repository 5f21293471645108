use crate::error::Error;
use crate::platform::{Issuer, Region};

fn assert_says(error: &Error, code: &str, words: &str) {
    let text = error.to_string();
    assert!(text.contains(words), "{words}: {text}");
    let first = error.diagnosis().first().unwrap();
    assert_eq!(first.code().to_string(), code, "{text}");
}

#[test]
fn a_region_that_is_a_name_of_cxones_says_so() {
    for (text, code, words) in [
        (
            "na1",
            "CXA-216",
            "na1 is an area of CXone: use Config::cxone with the issuer na1",
        ),
        ("NA2", "CXA-216", "na2 is an area of CXone"),
        ("global", "CXA-216", "global is an issuer of CXone"),
        ("b32", "CXA-216", "b32 is a cluster of CXone or of Central"),
        ("C42", "CXA-216", "c42 is a cluster"),
        (
            "na99",
            "CXA-216",
            "did you mean Config::cxone with the issuer na1?",
        ),
        (
            "fedramp",
            "CXA-216",
            "the FedRAMP region of Genesys Cloud is us-east-2",
        ),
        (
            "https://na1.nice-incontact.com/x",
            "CXA-201",
            "with the issuer global",
        ),
        (
            "api-de-na2.nicecxone-gov.com",
            "CXA-201",
            "with the issuer fedramp",
        ),
        ("api-c32.incontact.com", "CXA-201", "Config::central"),
        (
            "api-zz9.niceincontact.com",
            "CXA-201",
            "with the area of the tenant",
        ),
    ] {
        assert_says(&text.parse::<Region>().unwrap_err(), code, words);
    }
}

#[test]
fn an_issuer_that_is_a_name_of_genesys_clouds_says_so() {
    let words = "eu-central-1 is a region of Genesys Cloud: \
                 use Config::genesys_cloud with the region eu-central-1";
    for (text, code, words) in [
        ("eu-central-1", "CXA-216", words),
        ("cac1", "CXA-216", "with the region ca-central-1"),
        (
            "https://login.mypurecloud.de/oauth/token",
            "CXA-201",
            "with the region eu-central-1",
        ),
        (
            "apps.xyz1.pure.cloud",
            "CXA-201",
            "with the region xyz1.pure.cloud",
        ),
        ("c42", "CXA-214", "c42 is a cluster of CXone"),
        (
            "https://api-c42.nice-incontact.com",
            "CXA-214",
            "c42 is a cluster of CXone",
        ),
    ] {
        assert_says(&text.parse::<Issuer>().unwrap_err(), code, words);
    }
}

#[test]
fn a_region_is_corrected_where_it_is_close_and_within_its_realm() {
    for (text, words) in [
        ("signin.mypurecloud.de", "did you mean mypurecloud.de?"),
        (
            "mypurecloud",
            "did you mean mypurecloud.com, mypurecloud.ie, ",
        ),
        ("frankfurt", "did you mean eu-central-1?"),
        ("cac2", "did you mean cac1?"),
        (
            "us-gov",
            "`us-gov`: the FedRAMP region of Genesys Cloud is us-east-2 (",
        ),
        (
            "gov",
            "`gov`: the FedRAMP region of Genesys Cloud is us-east-2 (",
        ),
        (
            "us-gov-west-1",
            "the FedRAMP region of Genesys Cloud is us-east-2",
        ),
        ("login.us-gov-pure.cloud", "LABEL.us-gov-pure.cloud"),
        (
            "eusc",
            "the sovereign region of Genesys Cloud is eusc-de-east-1",
        ),
        ("us-east-3", "did you mean us-east-1?"),
        ("atlantis", "`atlantis`: Region::ALL"),
        ("eu", "`eu`: Region::ALL"),
    ] {
        assert_says(&text.parse::<Region>().unwrap_err(), "CXA-214", words);
    }
}

#[test]
fn an_issuer_is_corrected_where_it_is_close_and_within_its_realm() {
    for (text, words) in [
        ("na1/../x", "with more behind `na1`: leave out what follows"),
        ("na1?x", "with more behind `na1`"),
        ("na99", "did you mean na1?"),
        ("https://api-na9.niceincontact.com", "did you mean na1?"),
        ("globl", "did you mean global?"),
        ("gov", "the FedRAMP issuer of CXone is fedramp"),
        ("sovereign", "the sovereign issuers of CXone are"),
        ("sovereign-us", "the sovereign issuers of CXone are"),
        ("nicecxone-sov1.us", "the sovereign issuers of CXone are"),
        (
            "api.nicecxone-sov1.eu",
            "did you mean https://nicecxone-sov1.eu?",
        ),
        (
            "nicecxone-gov.com",
            "did you mean https://cxone-gov.niceincontact.com?",
        ),
        (
            "https://cxone.niceincontact.com/x",
            "with more behind `cxone.niceincontact.com`",
        ),
        ("frankfurt", "`frankfurt`: Region::ALL"),
    ] {
        assert_says(&text.parse::<Issuer>().unwrap_err(), "CXA-214", words);
    }
}
