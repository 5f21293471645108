//! An API that does next to nothing, and tokens for it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use cxone_auth_core::{BlockingTokenSource, Config, TokenSource, http::HeaderValue};

use crate::fixture::{config, fresh_token};

/// The path of every call.
pub(super) const PATH: &str = "/api/v2/users?pageSize=25";

const RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
    content-length: 15\r\n\r\n{\"entities\":[]}";

/// A server that responds at once to a request without a body. Its threads end with the process.
///
/// The server of the tests records every request, which would be a good part of a call.
pub(super) struct Site {
    base: String,
}

impl Site {
    pub(super) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener.local_addr().expect("it is bound");
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || serve(stream));
            }
        });
        Self {
            base: format!("http://{address}"),
        }
    }

    /// The address of every call.
    pub(super) fn url(&self) -> String {
        format!("{}{PATH}", self.base)
    }

    /// The constant value, which a program without a source would keep.
    pub(super) fn authorization() -> HeaderValue {
        fresh_token().authorization().clone()
    }

    pub(super) fn source(&self) -> TokenSource {
        let source = TokenSource::fixed(fresh_token());
        source.replace_config(self.config());
        source
    }

    pub(super) fn blocking_source(&self) -> BlockingTokenSource {
        let source = BlockingTokenSource::fixed(fresh_token());
        source.replace_config(self.config());
        source
    }

    fn config(&self) -> Config {
        let base = self.base.parse().expect("a loopback URL is a base");
        config().with_api_base(base)
    }
}

/// Responds to each request of a connection, until the client closes it.
fn serve(mut stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let mut received = [0; 4 * 1024];
    let mut length = 0;
    while let Ok(count @ 1..) = stream.read(&mut received[length..]) {
        length += count;
        if received[..length].ends_with(b"\r\n\r\n") {
            length = 0;
            if stream.write_all(RESPONSE).is_err() {
                return;
            }
        }
    }
}
