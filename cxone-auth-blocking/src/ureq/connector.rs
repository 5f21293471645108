//! Connections that keep their bytes out of the log, and report a cut.
//!
//! ureq logs bytes right after it writes them into a buffer of the connection or reads them from
//! one. It asks the connection for the buffer each time, and this module then lowers the level.
//!
//! ureq takes a connection that is cut for one that is closed. If only the end of the connection
//! ends a body, part of the body may then be missing (RFC 9112 §9.8). The connection therefore
//! reports a cut in a way that ureq passes on.
//!
//! It uses ureq's module `unversioned`, which may change with each minor version. The manifest
//! therefore names the versions that are known to work.

use std::io::{self, ErrorKind};

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
        self.0.maybe_await_input(timeout).map_err(cut)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        wire_log::release();
        self.0.await_input(timeout).map_err(cut)
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}

/// Wraps the errors that ureq takes for the end of a body.
fn cut(error: Error) -> Error {
    match error {
        Error::Io(error) if is_cut(&error) => Error::Io(io::Error::other(error)),
        error => error,
    }
}

fn is_cut(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    )
}
