//! A SOCKS proxy that leads every host to one server, and remembers what it was asked for.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

pub(super) struct Socks {
    pub(super) address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Socks {
    pub(super) fn to(origin: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let host = greet(&mut stream).unwrap();
                kept.lock().unwrap().push(host);
                carry(&stream, &TcpStream::connect(origin).unwrap());
            }
        });
        Self { address, asked }
    }

    /// Where it was asked to connect to, each behind the login if there was one.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Agrees to whatever is asked for, and says what it was.
fn greet(stream: &mut TcpStream) -> io::Result<String> {
    if byte(stream)? == 4 {
        version_4(stream)
    } else {
        version_5(stream)
    }
}

/// With the names of version 4a.
fn version_4(stream: &mut TcpStream) -> io::Result<String> {
    let _connect = byte(stream)?;
    let (port, address) = (bytes(stream, 2)?, bytes(stream, 4)?);
    until_zero(stream)?;
    let host = match address[..] {
        [0, 0, 0, _] => until_zero(stream)?,
        _ => dotted(&address),
    };
    stream.write_all(&[0, 90, 0, 0, 0, 0, 0, 0])?;
    Ok(format!("{host}:{}", number(&port)))
}

/// RFC 1928, with the login of RFC 1929 where it is offered.
fn version_5(stream: &mut TcpStream) -> io::Result<String> {
    let methods = counted(stream)?;
    let has_login = methods.contains(&2);
    stream.write_all(&[5, if has_login { 2 } else { 0 }])?;
    let login = if has_login {
        login(stream)?
    } else {
        String::new()
    };
    let host = match bytes(stream, 4)?[3] {
        1 => dotted(&bytes(stream, 4)?),
        _ => text(counted(stream)?),
    };
    let port = bytes(stream, 2)?;
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
    Ok(format!("{login}{host}:{}", number(&port)))
}

fn login(stream: &mut TcpStream) -> io::Result<String> {
    byte(stream)?;
    let (user, password) = (text(counted(stream)?), text(counted(stream)?));
    stream.write_all(&[1, 0])?;
    Ok(format!("{user}:{password}@"))
}

fn carry(client: &TcpStream, server: &TcpStream) {
    let pipe = |mut from: &TcpStream, mut to: &TcpStream| {
        // Either side may be gone already.
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    };
    thread::scope(|scope| {
        scope.spawn(|| pipe(client, server));
        pipe(server, client);
    });
}

fn byte(stream: &mut TcpStream) -> io::Result<u8> {
    Ok(bytes(stream, 1)?[0])
}

fn bytes(stream: &mut TcpStream, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn counted(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let count = byte(stream)?;
    bytes(stream, count.into())
}

fn until_zero(stream: &mut TcpStream) -> io::Result<String> {
    let mut read = Vec::new();
    loop {
        match byte(stream)? {
            0 => return Ok(text(read)),
            byte => read.push(byte),
        }
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

fn dotted(address: &[u8]) -> String {
    let address: [u8; 4] = address.try_into().unwrap();
    Ipv4Addr::from(address).to_string()
}

fn number(port: &[u8]) -> u16 {
    u16::from_be_bytes([port[0], port[1]])
}
