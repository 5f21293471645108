//! Connections that keep their bytes out of the log.
//!
//! ureq logs bytes right after it writes them into a buffer of the connection or reads them from
//! one. It asks the connection for the buffer each time, and this module then lowers the level.
//!
//! It uses ureq's module `unversioned`, which may change with each minor version. The manifest
//! therefore names the versions that are known to work.

use ureq::config::Config;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
};
use ureq::{Agent, Error};

use super::wire_log;

/// Returns an agent like [`Config::new_agent`], with connections that keep their bytes out of the
/// log.
pub(super) fn agent(config: Config) -> Agent {
    Agent::with_parts(config, Quiet::default(), DefaultResolver::default())
}

/// Connects like ureq's own connector.
#[derive(Debug, Default)]
struct Quiet(DefaultConnector);

impl Connector for Quiet {
    type Out = Connection;

    /// The connection to a proxy is one that ureq made here, too.
    fn connect(
        &self,
        details: &ConnectionDetails,
        _: Option<()>,
    ) -> Result<Option<Connection>, Error> {
        wire_log::release();
        let connection = self.0.connect(details, None)?;
        Ok(connection.map(Connection))
    }
}

#[derive(Debug)]
struct Connection(Box<dyn Transport>);

impl Transport for Connection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        wire_log::lower();
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        wire_log::release();
        self.0.transmit_output(amount, timeout)
    }

    fn maybe_await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        wire_log::release();
        self.0.maybe_await_input(timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        wire_log::release();
        self.0.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}
