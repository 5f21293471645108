//! A token endpoint and an API, as small as they can be.

use std::io::{self, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;

use crate::client;

/// A running server. It ends with the process.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    tokens: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let tokens = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&tokens);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let counter = Arc::clone(&counter);
                thread::spawn(move || serve(connection, &counter));
            }
        });
        Ok(Self { address, tokens })
    }

    /// How many tokens it has given out.
    pub(crate) fn tokens(&self) -> usize {
        self.tokens.load(SeqCst)
    }
}

fn serve(connection: TcpStream, tokens: &AtomicUsize) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut stream = BufReader::new(connection);
    loop {
        let head = client::head(&mut stream)?;
        if head.is_empty() {
            return Ok(());
        }
        let mut body = vec![0; client::length(&head)];
        stream.read_exact(&mut body)?;
        let body = if head.starts_with("POST ") {
            tokens.fetch_add(1, SeqCst);
            let token = "t".repeat(86);
            format!(r#"{{"access_token":"{token}","token_type":"bearer","expires_in":86400}}"#)
        } else {
            format!(r#"{{"entities":["{}"]}}"#, "x".repeat(1_000))
        };
        let length = body.len();
        let response = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        stream.get_mut().write_all(response.as_bytes())?;
    }
}
