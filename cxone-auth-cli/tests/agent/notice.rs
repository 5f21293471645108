//! What a service manager is told, as systemd would hear it.

use std::os::unix::net::UnixDatagram;
use std::process::Stdio;
use std::time::Duration;

use crate::fixture::{Agent, Fixture};

fn heard(manager: &UnixDatagram) -> String {
    let mut message = [0; 256];
    let length = manager.recv(&mut message).unwrap();
    String::from_utf8(message[..length].to_vec()).unwrap()
}

/// Starts an agent with this manager, reads its profiles again, and stops it.
fn told(manager: &UnixDatagram, place: &str) {
    let limit = Duration::from_secs(20);
    manager.set_read_timeout(Some(limit)).unwrap();
    let fixture = Fixture::new();
    let mut command = fixture.command(&["--listen", "127.0.0.1:0"]);
    command.env("NOTIFY_SOCKET", place);
    let mut agent = Agent::start(&mut command, &fixture.secret_path());
    assert_eq!(heard(manager), "READY=1");
    agent.signal("HUP");
    let reloading = heard(manager);
    let time = reloading.strip_prefix("RELOADING=1\nMONOTONIC_USEC=");
    let time: u64 = time
        .unwrap_or_else(|| panic!("{reloading}"))
        .parse()
        .unwrap();
    assert!(time > 0);
    assert_eq!(heard(manager), "READY=1");
    // A broken file keeps the agent, so it is ready again.
    fixture.config("not toml");
    agent.signal("HUP");
    assert!(heard(manager).starts_with("RELOADING=1"));
    assert_eq!(heard(manager), "READY=1");
    agent.signal("TERM");
    assert_eq!(heard(manager), "STOPPING=1");
    assert_eq!(agent.wait(), Some(0));
}

#[test]
fn a_service_manager_is_told_of_each_change() {
    let fixture = Fixture::new();
    let path = fixture.home.path().join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    told(&manager, path.to_str().unwrap());
}

#[cfg(target_os = "linux")]
#[test]
fn a_service_manager_may_have_a_name_without_a_path() {
    use std::os::linux::net::SocketAddrExt as _;
    let name = format!("cxone-auth-test-{}", std::process::id());
    let address = std::os::unix::net::SocketAddr::from_abstract_name(&name).unwrap();
    let manager = UnixDatagram::bind_addr(&address).unwrap();
    told(&manager, &format!("@{name}"));
}

#[test]
fn a_service_manager_that_is_gone_stops_nothing() {
    let fixture = Fixture::new();
    let mut command = fixture.command(&["--listen", "127.0.0.1:0"]);
    command.env("NOTIFY_SOCKET", "/nonexistent/notify");
    let agent = Agent::start(command.stderr(Stdio::piped()), &fixture.secret_path());
    assert_eq!(agent.send("GET", "/healthz", "", "").status, 200);
    assert!(agent.log().contains("the service manager was not told"));
}
