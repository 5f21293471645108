//! The base of the API, where discovery has to be asked and where not.

use cxone_auth_core::api::{Authorizer, BlockingAuthorizer, BlockingTokenPool, Choice, TokenPool};
use cxone_auth_core::{Central, ClientCredentials, Config, ErrorKind, Region, TokenSource};

use super::simulation::{ServerResponse, Simulation, code, config, found, ready};

fn source(simulation: &Simulation, config: Config) -> TokenSource {
    TokenSource::new(config, simulation.clone())
}

fn client() -> ClientCredentials {
    ClientCredentials::new("id", "secret")
}

#[test]
fn what_the_configuration_or_the_region_says_is_taken_without_a_request() {
    let simulation = Simulation::new();
    let base = "https://gateway.example.com/cxone";
    let genesys = Config::genesys_cloud(Region::EuCentral1, client()).unwrap();
    let custom = Config::custom("https://as.example.com/token".parse().unwrap(), client());
    for (config, expected) in [
        (genesys.clone(), "https://api.mypurecloud.de"),
        (genesys.with_api_base(base.parse().unwrap()), base),
        (config().with_api_base(base.parse().unwrap()), base),
        (custom.unwrap().with_api_base(base.parse().unwrap()), base),
    ] {
        let source = source(&simulation, config);
        assert_eq!(found(&source), expected);
        assert_eq!(
            source
                .blocking(simulation.clone())
                .api_base()
                .unwrap()
                .to_string(),
            expected
        );
    }
    assert_eq!(simulation.requests(), [0, 0, 0]);
}

#[test]
fn a_server_without_an_api_of_its_own_has_no_base() {
    let simulation = Simulation::new();
    let custom = Config::custom("https://as.example.com/token".parse().unwrap(), client());
    let central = ClientCredentials::central("App", "Vendor", "42");
    let central = Config::central(Central::new(), central);
    for config in [custom.unwrap(), central.unwrap()] {
        let source = source(&simulation, config);
        let error = ready(source.api_base()).unwrap_err();
        assert_eq!(
            (code(&error), error.kind()),
            (812, ErrorKind::Configuration)
        );
        let blocking = source.blocking(simulation.clone());
        assert_eq!(code(&blocking.api_base().unwrap_err()), 812);
        for result in [
            ready(source.tenant_configuration()),
            blocking.tenant_configuration(),
        ] {
            assert_eq!(result.unwrap_err().kind(), ErrorKind::Configuration);
        }
    }
    assert_eq!(simulation.requests(), [0, 0, 0]);
}

#[test]
fn cxones_is_found_by_two_requests_without_a_credential() {
    let simulation = Simulation::new();
    let source = simulation.source();
    for _ in 0..100 {
        assert_eq!(found(&source), "https://api-tenant-1.niceincontact.com");
        let located = ready(source.tenant_configuration()).unwrap();
        assert_eq!(located.tenant().as_str(), "tenant-1");
        assert_eq!(located.area(), Some("na1"));
    }
    assert_eq!(simulation.requests(), [1, 1, 1]);
    let below = "https://cxone.niceincontact.com/.well-known";
    assert_eq!(
        simulation.asked(),
        [
            format!("{below}/openid-configuration"),
            format!("{below}/cxone-configuration?tenantId=tenant-1"),
        ]
    );
}

#[test]
fn a_blocking_source_finds_it_as_well_and_shares_it() {
    let simulation = Simulation::new();
    let blocking = simulation.blocking_source();
    for _ in 0..2 {
        let base = blocking.api_base().unwrap();
        assert_eq!(base.to_string(), "https://api-tenant-1.niceincontact.com");
    }
    assert_eq!(simulation.requests(), [1, 1, 1]);

    let simulation = Simulation::new();
    let source = simulation.source();
    let copy = source.blocking(simulation.clone());
    let located = copy.tenant_configuration().unwrap();
    assert_eq!(ready(source.tenant_configuration()).unwrap(), located);
    assert_eq!(simulation.requests(), [1, 1, 1]);
}

#[test]
fn a_pool_finds_it_by_a_source_that_may_ask() {
    let (refused, able) = (Simulation::new(), Simulation::new());
    refused.set().tokens = ServerResponse::Status(401);

    let sources = [refused.source(), able.source()];
    ready(sources[0].token()).unwrap_err();
    let pool = TokenPool::new(sources, Choice::RoundRobin).unwrap();
    let address = ready(Authorizer::new(pool).address("/agents")).unwrap();
    assert!(address.to_string().ends_with("/agents"), "{address}");

    let sources = [refused.blocking_source(), able.blocking_source()];
    sources[0].token().unwrap_err();
    let pool = BlockingTokenPool::new(sources, Choice::RoundRobin).unwrap();
    assert_eq!(
        BlockingAuthorizer::new(pool).address("/agents").unwrap(),
        address
    );
    assert_eq!(refused.requests(), [2, 0, 0], "one by each source");
}
