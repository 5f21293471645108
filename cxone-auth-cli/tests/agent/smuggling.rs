//! Requests that two readers could split in two ways, and what of them reaches the API byte for byte.

mod cases;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::fixture::{Agent, Fixture, profile};

/// An API that keeps the bytes of each request, and responds to each with 200.
struct RawApi {
    address: SocketAddr,
    received: Arc<Mutex<Vec<String>>>,
}

impl RawApi {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&received);
        thread::spawn(move || {
            for connection in listener.incoming() {
                let (connection, kept) = (connection.unwrap(), Arc::clone(&kept));
                thread::spawn(move || serve(connection, &kept));
            }
        });
        Self { address, received }
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.received.lock().unwrap())
    }
}

fn serve(mut connection: TcpStream, kept: &Mutex<Vec<String>>) {
    while let Some(request) = request(&mut connection) {
        kept.lock().unwrap().push(request);
        let response = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
        if connection.write_all(response).is_err() {
            return;
        }
    }
}

/// Reads a request as its head says. What belongs to none is the beginning of the next one.
fn request(connection: &mut TcpStream) -> Option<String> {
    let mut text = until(connection, "\r\n\r\n")?;
    let field = |name: &str| {
        let lines = text.lines().filter_map(|line| line.split_once(": "));
        let mut values = lines.filter(|(own, _)| *own == name);
        values.next().map(|(_, value)| value.to_owned())
    };
    if let Some(length) = field("content-length") {
        let mut body = vec![0; length.parse().unwrap()];
        connection.read_exact(&mut body).ok()?;
        text += &String::from_utf8(body).unwrap();
    } else if field("transfer-encoding").is_some() {
        text += &until(connection, "0\r\n")?;
        while !text.ends_with("\r\n\r\n") {
            text += &until(connection, "\r\n")?;
        }
    }
    Some(text)
}

fn until(connection: &mut TcpStream, end: &str) -> Option<String> {
    let (mut text, mut byte) = (Vec::new(), [0]);
    while !text.ends_with(end.as_bytes()) {
        connection.read_exact(&mut byte).ok()?;
        text.push(byte[0]);
    }
    String::from_utf8(text).ok()
}

/// What is sent on one connection before a last request, what the agent responds, and what reaches
/// the API. `HEAD` is the fields that each request needs, `AGENT` a token of the agent.
struct Case {
    name: &'static str,
    sent: &'static str,
    statuses: &'static [&'static str],
    received: &'static [&'static str],
}

/// The last request of each connection.
const LAST: &str = "GET /prod/last HTTP/1.1\r\nHEAD\r\nConnection: close\r\n\r\n";

fn statuses(response: &str) -> Vec<&str> {
    let lines = response.split("HTTP/1.1 ").skip(1);
    lines.map(|line| &line[..3]).collect()
}

#[test]
fn what_reaches_the_api_is_what_one_reader_understands() {
    let api = RawApi::start();
    let (fixture, agent) = agent_of(&api);
    let token = agent.login("prod");
    let host = agent.port.unwrap().to_string();
    let mut wrong = Vec::new();
    for case in cases::CASES {
        let fields = format!("Host: {host}\r\nAuthorization: Bearer {token}\r\n");
        let sent = case.sent.to_owned() + LAST;
        let sent = sent.replace("HEAD\r\n", &fields).replace("HOST", &host);
        let mut connection = agent.connect();
        connection.write(sent.replace("AGENT", &token));
        let response = String::from_utf8_lossy(&connection.rest()).into_owned();
        let received = api.take().into_iter().map(|request| shown(&request, &api));
        let received: Vec<String> = received.collect();
        if statuses(&response) != case.statuses || received != case.received {
            let statuses = statuses(&response);
            wrong.push(format!("{}: {statuses:?} {received:#?}\n", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
    assert_eq!(fixture.sandbox.genesys().token_requests(), 1);
}

fn agent_of(api: &RawApi) -> (Fixture, Agent) {
    let fixture = Fixture::new();
    let genesys = fixture.sandbox.genesys();
    let config = profile("prod", "genesys-cloud", genesys);
    let own = format!("http://{}", api.address);
    fixture.config(&config.replace(&genesys.api_base(), &own));
    let agent = fixture.agent(&[]);
    (fixture, agent)
}

/// The request with the platform's token and the API's address by name.
fn shown(request: &str, api: &RawApi) -> String {
    let host = format!("host: {}\r\n", api.address);
    let request = request.replace(&host, "host: API\r\n");
    let lines = request.split_inclusive("\r\n").map(|line| {
        let is_token = line.strip_prefix("authorization: Bearer ");
        if is_token.is_some() {
            "authorization: PLATFORM\r\n"
        } else {
            line
        }
    });
    lines.collect()
}
