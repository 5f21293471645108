use crate::error::Error;
use crate::platform::{Area, Issuer, Region};

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
            "with the issuer na1",
        ),
        (
            "https://eu1.nice-incontact.com/authentication/v1/token/access-key",
            "CXA-201",
            "with the issuer eu1",
        ),
        (
            "https://cxone.niceincontact.com/auth/token",
            "CXA-201",
            "with the issuer global",
        ),
        (
            "api-de-na2.nicecxone-gov.com",
            "CXA-201",
            "with the issuer na2",
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

#[test]
fn an_area_beyond_a_border_is_never_corrected_into_one_of_this_side() {
    for (text, words) in [
        (
            "fedramp",
            "`fedramp` is an issuer of CXone, and no UserHub of FedRAMP is known: use",
        ),
        (
            "https://cxone-gov.niceincontact.com",
            "no UserHub of FedRAMP is known",
        ),
        ("gov", "unknown CXone area `gov`: no UserHub of FedRAMP is"),
        ("us-gov", "no UserHub of FedRAMP is known"),
        ("na2", "no UserHub of area `na2` is known"),
        (
            "sovereign-au",
            "`sovereign-au` is an issuer of CXone, and no UserHub of a sovereign cloud is known",
        ),
        ("nicecxone-sov1.us", "no UserHub of a sovereign cloud is"),
        ("ausov2", "no UserHub of a sovereign cloud is known"),
        ("eusov1", "no UserHub of area `eusov1` is known"),
    ] {
        let error = text.parse::<Area>().unwrap_err();
        assert_says(&error, "CXA-214", words);
        let message = error.to_string();
        assert!(message.contains("use Config::cxone with a client"));
        assert!(message.contains("Area::custom takes the URL"), "{message}");
        assert!(!message.contains("na1") && !message.contains("Na1"));
        assert!(!message.contains("did you mean"), "{message}");
    }
    let words = "`global` is an issuer of CXone, and an access key alone needs the area";
    assert_says(&"global".parse::<Area>().unwrap_err(), "CXA-214", words);
}

#[test]
fn a_cluster_where_an_area_is_wanted_says_so() {
    for text in ["b32", "C42", "c42.nice-incontact.com"] {
        let words = "is a cluster of CXone, and an access key alone needs the area of the tenant";
        assert_says(&text.parse::<Area>().unwrap_err(), "CXA-214", words);
    }
}

#[test]
fn no_name_is_corrected_into_one_of_another_country() {
    for text in [
        "us1",
        "sa1",
        "za1",
        "cn1",
        "ch1",
        "ae1",
        "us1.nice-incontact.com",
        "https://us1.nice-incontact.com/x",
    ] {
        for error in [
            text.parse::<Area>().unwrap_err(),
            text.parse::<Issuer>().unwrap_err(),
        ] {
            assert!(!error.to_string().contains("did you mean"), "{error}");
        }
    }
    for text in [
        "ca-west-1",
        "il-central-1",
        "us-central-1",
        "me-south-1",
        "ap-east-1x",
        "sae3x",
        "mypurecloud.com.br",
        "mypurecloud.cn",
        "mypurecloud.in",
        "saw2.pure.clud",
    ] {
        let error = text.parse::<Region>().unwrap_err().to_string();
        assert!(!error.contains("did you mean"), "{error}");
    }
}

#[test]
fn a_name_is_corrected_into_one_of_the_same_country() {
    for (text, words) in [
        ("na99", "did you mean na1?"),
        ("n1a", "did you mean na1?"),
        ("na1.nice-incontact.co", "did you mean na1.nice-incontact"),
    ] {
        assert_says(&text.parse::<Area>().unwrap_err(), "CXA-214", words);
    }
    for (text, words) in [
        ("apse3", "did you mean apse1?"),
        ("useast1", "did you mean us-east-1?"),
        ("sa-west-1", "did you mean sa-east-1?"),
        ("mypurecloud.co", "did you mean mypurecloud.com?"),
        ("mypureclod.de", "did you mean mypurecloud.de?"),
        ("usw2.pure.clud", "did you mean usw2.pure.cloud?"),
    ] {
        assert_says(&text.parse::<Region>().unwrap_err(), "CXA-214", words);
    }
}
