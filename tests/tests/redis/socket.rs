//! A password for the socket of a server on the same machine.

use std::fs::{self, Permissions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use cxone_auth_core::store::StoreErrorKind;
use cxone_auth_store::RedisOptions;
use cxone_auth_tests::RedisServer;

use super::fixture::{halves, with_each_server};

const STRANGER: u32 = 12_345;

/// A folder with a socket, where somebody listens who never responds.
struct Trap {
    folder: PathBuf,
    listener: UnixListener,
}

impl Trap {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);

        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("trap-{}-{number}", std::process::id()));
        fs::create_dir(&folder).unwrap();
        chmod(&folder, 0o755);
        let listener = UnixListener::bind(folder.join("s")).unwrap();
        listener.set_nonblocking(true).unwrap();
        Self { folder, listener }
    }

    fn socket(&self) -> PathBuf {
        self.folder.join("s")
    }

    /// Returns how often somebody has connected.
    fn calls(&self) -> usize {
        std::iter::from_fn(|| self.listener.accept().ok()).count()
    }
}

impl Drop for Trap {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn url(socket: &Path) -> String {
    format!("unix://{}", socket.display())
}

fn with_password() -> RedisOptions {
    RedisOptions::new()
        .with_username("me")
        .with_password("the-s3cret")
        .with_connect_timeout(std::time::Duration::from_millis(50))
}

/// What is done to the folder and its socket, and what is said of it.
type Case = (fn(&Trap), &'static str);

const WIDE: &[Case] = &[
    (
        |trap| chmod(&trap.folder, 0o775),
        "others may write to the folder of the socket (mode 0775)",
    ),
    (
        |trap| chmod(&trap.folder, 0o757),
        "others may write to the folder of the socket (mode 0757)",
    ),
    (
        |trap| chmod(&trap.folder, 0o1777),
        "others may write to the folder of the socket (mode 1777)",
    ),
];

const OF_OTHERS: &[Case] = &[
    (
        |trap| chown(trap.socket(), Some(STRANGER), None).unwrap(),
        "the socket belongs to another user (id 12345)",
    ),
    (
        |trap| chown(&trap.folder, Some(STRANGER), None).unwrap(),
        "the folder of the socket belongs to another user (id 12345)",
    ),
];

#[expect(clippy::print_stdout, reason = "whoever runs the tests wants to know")]
fn cases() -> Vec<&'static Case> {
    let is_root = fs::metadata(&Trap::new().folder).unwrap().uid() == 0;
    if !is_root {
        println!("skipped: sockets of another user: it takes root");
    }
    let of_others = OF_OTHERS.iter().filter(|_| is_root);
    WIDE.iter().chain(of_others).collect()
}

#[test]
fn a_socket_that_others_have_or_may_replace_gets_no_password() {
    for (change, says) in cases() {
        let trap = Trap::new();
        change(&trap);
        let link = trap.folder.with_extension("link");
        symlink(trap.socket(), &link).unwrap();
        for path in [trap.socket(), link.clone()] {
            for half in halves(&url(&path), &with_password()) {
                let error = half.load().unwrap_err();
                assert_eq!(error.kind(), StoreErrorKind::Configuration, "{error}");
                let text = error.to_string();
                assert!(
                    text.starts_with(&format!("{}: {says}", url(&path))),
                    "{text}"
                );
                assert!(text.contains("name its path as an insecure host"), "{text}");
            }
        }
        fs::remove_file(link).unwrap();
        assert_eq!(trap.calls(), 0, "{says}");
    }
}

/// A server of another user, whose socket looks like one of this user, as after a swap of folders
/// between the look and the connection.
struct OfAnother {
    trap: Trap,
    server: Child,
}

impl OfAnother {
    fn start(program: &Path) -> Self {
        let trap = Trap::new();
        chmod(&trap.folder, 0o777);
        let path = trap.folder.join("of-another");
        let server = Command::new(program)
            .args(["--port", "0", "--save", "", "--unixsocket"])
            .arg(&path)
            .current_dir(&trap.folder)
            .stdout(Stdio::null())
            .uid(STRANGER)
            .spawn()
            .unwrap();
        let mut own = Self { trap, server };
        while UnixStream::connect(&path).is_err() {
            assert!(own.server.try_wait().unwrap().is_none(), "it has ended");
            std::thread::yield_now();
        }
        chown(&path, Some(0), None).unwrap();
        chmod(&own.trap.folder, 0o755);
        own
    }

    fn socket(&self) -> PathBuf {
        self.trap.folder.join("of-another")
    }

    /// Reports whether somebody has sent a password.
    fn has_a_login(&self) -> bool {
        let mut stream = UnixStream::connect(self.socket()).unwrap();
        stream.write_all(b"INFO commandstats\r\nQUIT\r\n").unwrap();
        let mut stats = String::new();
        stream.read_to_string(&mut stats).unwrap();
        assert!(stats.contains("# Commandstats"), "{stats}");
        stats.contains("cmdstat_auth")
    }
}

impl Drop for OfAnother {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "whoever runs the tests wants to know")]
fn a_listener_of_another_user_gets_no_password() {
    if fs::metadata(&Trap::new().folder).unwrap().uid() != 0 {
        println!("skipped: a listener of another user: it takes root");
        return;
    }
    with_each_server(|program| {
        let server = OfAnother::start(program);
        for half in halves(&url(&server.socket()), &with_password()) {
            let error = half.load().unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Configuration, "{error}");
            let says = "another user (id 12345) listens at the socket, who would get the password";
            assert!(error.to_string().contains(says), "{error}");
        }
        assert!(!server.has_a_login());
        let path = server.socket().display().to_string();
        let allowed = with_password().with_insecure_host(path);
        for half in halves(&url(&server.socket()), &allowed) {
            half.load().unwrap_err();
        }
        assert!(server.has_a_login());
    });
}

#[test]
fn a_socket_that_is_allowed_by_its_path_gets_the_password() {
    for (change, says) in cases() {
        let trap = Trap::new();
        change(&trap);
        let path = trap.socket().display().to_string();
        for half in halves(
            &url(&trap.socket()),
            &with_password().with_insecure_host(path),
        ) {
            let error = half.load().unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Unavailable, "{error}");
        }
        assert_eq!(trap.calls(), 2, "{says}");
        let other = with_password().with_insecure_host("/run/s");
        for half in halves(&url(&trap.socket()), &other) {
            half.load().unwrap_err();
        }
        assert_eq!(trap.calls(), 0, "{says}");
    }
}

#[test]
fn without_a_password_any_socket_will_do() {
    for (change, says) in cases() {
        let trap = Trap::new();
        change(&trap);
        let options =
            RedisOptions::new().with_operation_timeout(std::time::Duration::from_millis(50));
        for half in halves(&url(&trap.socket()), &options) {
            half.load().unwrap_err();
        }
        assert_eq!(trap.calls(), 2, "{says}");
    }
}

#[test]
fn a_socket_of_this_user_in_a_folder_of_its_own_is_used_with_a_password() {
    with_each_server(|program| {
        let server = RedisServer::start(program, &[]);
        server.admin(&["ACL", "SETUSER", "me", "on", ">the-s3cret", "~*", "+@all"]);
        for mode in [0o700, 0o755] {
            chmod(server.folder(), mode);
            let options = RedisOptions::new()
                .with_username("me")
                .with_password("the-s3cret");
            for half in halves(&url(&server.socket()), &options) {
                half.stores(b"entry");
            }
        }
    });
}

#[test]
fn a_socket_that_is_not_there_is_tried_again_later() {
    for half in halves("unix:///nowhere/redis.sock", &with_password()) {
        assert_eq!(half.load().unwrap_err().kind(), StoreErrorKind::Unavailable);
    }
}
