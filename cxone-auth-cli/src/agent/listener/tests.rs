//! Clients that take their time, in simulated time.

use std::collections::VecDeque;
use std::fs;
use std::sync::RwLock;

use secrecy::ExposeSecret as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::time::{Instant, sleep};

use super::place::CONNECTIONS;
use super::*;
use crate::agent::profile::{self, Profiles};
use crate::agent::secret::LocalSecret;
use crate::arguments::{SecretFile, TargetArguments};
use crate::console::Console;

const PORT: &str = "127.0.0.1:8787";

#[test]
fn a_request_names_the_address_that_it_has_come_to() {
    let host = |name: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, name.parse().unwrap());
        headers
    };
    let port = Listener::Port("127.0.0.1:8787".parse().unwrap());
    for name in ["127.0.0.1:8787", "localhost:8787", "LocalHost:8787"] {
        assert!(port.is_named_by(&host(name)), "{name}");
    }
    for name in [
        "127.0.0.1",
        "127.0.0.1:8788",
        "127.0.0.1.evil.example:8787",
        "evil.example",
        "evil.example:8787",
        "localhost.:8787",
        "user@127.0.0.1:8787",
        "",
    ] {
        assert!(!port.is_named_by(&host(name)), "{name}");
    }
    assert!(!port.is_named_by(&HeaderMap::new()));
    let six = Listener::Port("[::1]:80".parse().unwrap());
    assert!(six.is_named_by(&host("[::1]:80")) && six.is_named_by(&host("localhost")));
    assert!(Listener::Socket.is_named_by(&host("anything")));
}

/// An agent with the profile `prod`, whose platform nobody can reach.
struct World {
    agent: Arc<Agent>,
    places: Places,
    closing: watch::Receiver<()>,
    close: watch::Sender<()>,
}

impl World {
    fn new() -> Self {
        // Profiles are read outside the runtime.
        let profiles = std::thread::spawn(profiles).join().unwrap();
        let agent = Agent {
            profiles: RwLock::new(Arc::new(profiles)),
            secret: LocalSecret::of_process().unwrap(),
            users: Vec::new(),
            min_remaining: Duration::ZERO,
            max_wait: Duration::ZERO,
            last_reload_successful: AtomicBool::new(true),
            console: Console::new(true, false, false),
        };
        let (close, closing) = watch::channel(());
        Self {
            agent: Arc::new(agent),
            places: Places::new(CONNECTIONS),
            closing,
            close,
        }
    }

    async fn connect(&mut self, listener: Listener) -> DuplexStream {
        let (own, other) = duplex(1 << 16);
        let client = Client::new(&self.agent, listener, &mut self.places).await;
        client.spawn(other, self.closing.clone());
        own
    }

    /// Writes the head of a call, or of a login, with a body that is longer than what follows.
    fn head(&self, path: &str) -> String {
        let token = self.agent.secret.gateway_token("prod");
        let token = token.expose_secret();
        format!(
            "POST {path} HTTP/1.1\r\nHost: {PORT}\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\nx=y"
        )
    }

    /// A login, whose response says that the client is known.
    async fn log_in(&self, client: &mut DuplexStream) -> String {
        let secret = self.agent.secret.expose_secret();
        let form = format!("grant_type=client_credentials&client_secret={secret}");
        let length = form.len();
        let request = format!(
            "POST /prod/login/oauth/token HTTP/1.1\r\nHost: {PORT}\r\nContent-Length: {length}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}"
        );
        client.write_all(request.as_bytes()).await.unwrap();
        let mut head = [0; 12];
        client.read_exact(&mut head).await.unwrap();
        String::from_utf8_lossy(&head).into_owned()
    }
}

fn profiles() -> Profiles {
    let file = std::env::temp_dir().join(format!("cxone-auth-slow-{}", std::process::id()));
    fs::write(&file, "a-secret").unwrap();
    let target = TargetArguments {
        token_url: Some("http://127.0.0.1:9/token".to_owned()),
        api_base: Some("http://127.0.0.1:9".to_owned()),
        client_id: Some("an-id".to_owned()),
        client_secret_file: Some(SecretFile::Path(file.clone())),
        ..TargetArguments::default()
    };
    let console = Console::new(true, false, false);
    let profiles = profile::only("prod", &target, Duration::ZERO, console);
    let _ = fs::remove_file(file);
    profiles
        .map_err(|failure| failure.message().to_owned())
        .unwrap()
}

fn port() -> Listener {
    Listener::Port(PORT.parse().unwrap())
}

/// What comes to the end of a connection.
async fn rest(client: &mut DuplexStream) -> String {
    let mut bytes = Vec::new();
    client.read_to_end(&mut bytes).await.unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test(start_paused = true)]
async fn each_kind_of_slowness_has_its_end() {
    let mut world = World::new();
    let half = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:8787\r\nX: ".to_owned();
    let healthz = half.clone() + "\r\n\r\n";
    let (login, call) = (world.head("/prod/login/oauth/token"), world.head("/prod/x"));
    let refused = "HTTP/1.1 408 ";
    for (listener, sent, seconds, response) in [
        (port(), "", 10, ""),
        (port(), &half, 10, ""),
        (port(), &call, 30, refused),
        (Listener::Socket, "", 60, ""),
        (Listener::Socket, &half, 60, ""),
        (Listener::Socket, &healthz, 60, "HTTP/1.1 200 "),
        (Listener::Socket, &login, 10, refused),
        (Listener::Socket, &call, 30, refused),
    ] {
        let mut client = world.connect(listener).await;
        let start = Instant::now();
        client.write_all(sent.as_bytes()).await.unwrap();
        let all = rest(&mut client).await;
        assert_eq!(start.elapsed().as_secs(), seconds, "{listener:?} {sent:?}");
        assert!(all.starts_with(response), "{listener:?} {sent:?}: {all:?}");
        assert_eq!(all.is_empty(), response.is_empty(), "{sent:?}: {all:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_sends_a_part_of_a_request_delays_no_stop() {
    let half = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:8787\r\nX: ".to_owned();
    let healthz = half.clone() + "\r\n\r\n";
    let mut world = World::new();
    let login = world.head("/prod/login/oauth/token");
    for (listener, sent, more, seconds, response) in [
        (port(), "", "", 1, ""),
        (port(), "P", "", 1, ""),
        (port(), &half, "", 1, ""),
        (port(), &login, "", 1, ""),
        (port(), &half, "\r\n\r\n", 0, "HTTP/1.1 200 "),
        (port(), "", &healthz, 0, "HTTP/1.1 200 "),
        (Listener::Socket, "", "", 1, ""),
        (Listener::Socket, "P", "", 1, ""),
        (Listener::Socket, &half, "", 1, ""),
        (Listener::Socket, &half, "\r\n\r\n", 0, "HTTP/1.1 200 "),
        // The body of an admitted client has the time that it always has.
        (Listener::Socket, &login, "", 10, "HTTP/1.1 408 "),
    ] {
        let mut client = world.connect(listener).await;
        let start = Instant::now();
        client.write_all(sent.as_bytes()).await.unwrap();
        // The time goes on when no task has anything to do: the agent has read it.
        sleep(Duration::from_millis(1)).await;
        world.close.send_replace(());
        sleep(Duration::ZERO).await;
        client.write_all(more.as_bytes()).await.unwrap();
        let all = rest(&mut client).await;
        assert!(all.starts_with(response), "{listener:?} {sent:?}: {all:?}");
        assert_eq!(all.is_empty(), response.is_empty(), "{sent:?}: {all:?}");
        let passed = start.elapsed();
        assert_eq!(passed.as_millis() / 1_000, seconds, "{listener:?} {sent:?}");
        world = World::new();
    }
}

#[tokio::test(start_paused = true)]
async fn a_byte_now_and_then_keeps_no_connection_open() {
    let mut world = World::new();
    let mut clients = Vec::new();
    for number in 0..1_000 {
        let listener = [port(), Listener::Socket][number % 2];
        let client = world.connect(listener).await;
        let (mut reader, mut writer) = tokio::io::split(client);
        tokio::spawn(async move {
            let mut head = "GET /healthz HTTP/1.1\r\nX: "
                .bytes()
                .chain(std::iter::repeat(b'x'));
            while writer.write_all(&[head.next().unwrap()]).await.is_ok() {
                sleep(Duration::from_secs(1)).await;
            }
        });
        clients.push(tokio::spawn(async move {
            let read = reader.read(&mut [0; 1]).await.unwrap();
            (read, Instant::now())
        }));
    }
    let start = Instant::now();
    // Meanwhile others are served at once.
    let mut client = world.connect(port()).await;
    assert_eq!(world.log_in(&mut client).await, "HTTP/1.1 200");
    assert_eq!(start.elapsed(), Duration::ZERO);
    let mut ended = [0; 2];
    for (number, client) in clients.into_iter().enumerate() {
        let (read, at) = client.await.unwrap();
        assert_eq!(read, 0);
        assert_eq!((at - start).as_secs(), [10, 60][number % 2]);
        ended[number % 2] += 1;
    }
    assert_eq!(ended, [500, 500]);
}

#[tokio::test(start_paused = true)]
async fn a_client_takes_the_place_of_the_stranger_who_came_first() {
    let mut world = World::new();
    let mut known = world.connect(port()).await;
    assert_eq!(world.log_in(&mut known).await, "HTTP/1.1 200");
    let mut strangers = VecDeque::new();
    while strangers.len() < CONNECTIONS - 1 {
        strangers.push_back(world.connect(port()).await);
    }
    let start = Instant::now();
    let mut clients = Vec::new();
    while strangers.len() > 1 {
        let mut client = world.connect(port()).await;
        assert_eq!(world.log_in(&mut client).await, "HTTP/1.1 200");
        clients.push(client);
        // A stranger who connects again takes the place of another stranger.
        strangers.push_back(world.connect(port()).await);
        for _ in 0..2 {
            assert_eq!(rest(&mut strangers.pop_front().unwrap()).await, "");
        }
    }
    assert_eq!(clients.len(), CONNECTIONS - 2);
    for client in clients.iter_mut().chain([&mut known]) {
        client.write_all(b"GET ").await.unwrap();
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn without_descriptors_the_stranger_who_came_first_goes() {
    let mut world = World::new();
    let mut known = world.connect(port()).await;
    assert_eq!(world.log_in(&mut known).await, "HTTP/1.1 200");
    let mut strangers = [world.connect(port()).await, world.connect(port()).await];
    let start = Instant::now();
    for stranger in &mut strangers {
        assert!(world.places.send_away());
        assert_eq!(rest(stranger).await, "");
    }
    assert!(!world.places.send_away());
    known.write_all(b"GET ").await.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn who_has_shown_the_secret_gives_way_to_nobody() {
    let mut world = World::new();
    let mut known = Vec::new();
    while known.len() < CONNECTIONS {
        let mut client = world.connect(port()).await;
        assert_eq!(world.log_in(&mut client).await, "HTTP/1.1 200");
        known.push(client);
    }
    let next = tokio::time::timeout(Duration::from_secs(30), world.connect(port()));
    assert!(next.await.is_err());
    drop(known.pop());
    let mut client = world.connect(port()).await;
    assert_eq!(world.log_in(&mut client).await, "HTTP/1.1 200");
}
