//! The contract, run for the transport of docs/how-to/transport.md.

use cxone_auth_core::TransportOptions;
use cxone_auth_core::transport::TransportError;
use cxone_auth_tests::contract::{Candidate, Carrier};

use super::transport::MyTransport;

struct Mine;

impl Candidate for Mine {
    fn name(&self) -> &'static str {
        "mine"
    }

    fn build(&self, options: &TransportOptions) -> Result<Carrier, TransportError> {
        MyTransport::with_options(options).map(Carrier::on_runtime)
    }
}

mod tests {
    cxone_auth_tests::transport_contract!(super::Mine);
}
