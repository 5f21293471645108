use secrecy::ExposeSecret as _;

use super::*;

/// URL, what is shown of it, user, password.
const GOOD: &[(&str, &str, Option<&str>, Option<&str>)] = &[
    ("redis://localhost", "redis://localhost:6379/0", None, None),
    (
        "redis://127.0.0.1:7000/3",
        "redis://127.0.0.1:7000/3",
        None,
        None,
    ),
    (
        "  rediss://Cache.Example.com/ ",
        "rediss://cache.example.com:6379/0",
        None,
        None,
    ),
    (
        "valkeys://cache_1:6380",
        "rediss://cache_1:6380/0",
        None,
        None,
    ),
    ("redis://[::1]:7000", "redis://[::1]:7000/0", None, None),
    (
        "redis://:pw@localhost",
        "redis://localhost:6379/0",
        None,
        Some("pw"),
    ),
    (
        "rediss://me:p%2Fw%40@h:1/2",
        "rediss://h:1/2",
        Some("me"),
        Some("p/w@"),
    ),
    (
        "rediss://me:a@b:c@h",
        "rediss://h:6379/0",
        Some("me"),
        Some("a@b:c"),
    ),
    (
        "unix:///run/redis.sock",
        "unix:///run/redis.sock",
        None,
        None,
    ),
];

/// URL, and a part of what is said. Each that has a secret has the same.
const BAD: &[(&str, &str)] = &[
    ("", "begins with redis://"),
    ("s3cret", "begins with redis://"),
    ("localhost:6379", "begins with redis://"),
    ("https://me:s3cret@h", "begins with redis://"),
    ("s3cret://h", "begins with redis://"),
    ("redis://", "no valid host"),
    ("redis://:s3/cret@localhost", "no valid port"),
    ("redis://me:s3cret@", "no valid host"),
    ("redis://me:s3cret@h x", "no valid host"),
    ("redis://[::1", "no valid host"),
    ("redis://[h]", "no valid host"),
    ("redis://[::1]x", "no valid host"),
    ("redis://h:0", "no valid port"),
    ("redis://h:65536", "no valid port"),
    ("redis://h/s3cret", "number of a database"),
    ("redis://h/-1", "number of a database"),
    ("rediss://me:s3cret?@h", "neither a query"),
    ("rediss://h?password=s3cret", "neither a query"),
    ("rediss://me:%FF@h", "not UTF-8"),
    ("rediss://me@h", "no password"),
    ("unix://run/redis.sock", "absolute path"),
    ("unix:///redis.sock?password=s3cret", "neither a query"),
    ("unix:///redis.sock#s3cret", "neither a query"),
    ("redis+unix:///redis.sock?pass=s3cret", "neither a query"),
    ("valkey+unix://s3cret?", "neither a query"),
    ("redis://me:s3cret@h", "without encryption; use rediss://"),
    (
        "redis://me:s3cret@localhost.example.com",
        "to localhost.example.com without",
    ),
    ("redis://me:s3cret@192.0.2.1:7", "to 192.0.2.1 without"),
];

#[test]
fn an_address_is_shown_without_its_login() {
    for (url, shown, username, password) in GOOD {
        let (address, login) = read(url, &RedisOptions::new()).unwrap();
        assert_eq!(address.to_string(), *shown);
        assert_eq!(login.username.as_deref(), *username, "{url}");
        let found = login.password.as_ref().map(SecretString::expose_secret);
        assert_eq!(found, *password, "{url}");
    }
}

#[test]
fn a_wrong_address_is_explained_and_not_repeated() {
    for (url, part) in BAD {
        let error = read(url, &RedisOptions::new()).err().unwrap();
        assert_eq!(error.kind(), StoreErrorKind::Configuration);
        let text = error.to_string();
        assert!(text.contains(part), "{url}: {text}");
        assert!(
            !format!("{text}{error:?}").contains("s3cret"),
            "{url}: {text}"
        );
    }
}

#[test]
fn the_options_win_over_the_address() {
    let options = RedisOptions::new()
        .with_username("you")
        .with_password("other");
    let (_, login) = read("rediss://me:pw@h", &options).unwrap();
    assert_eq!(login.username.as_deref(), Some("you"));
    assert_eq!(login.password.unwrap().expose_secret(), "other");
    let error = read("redis://h", &options).err().unwrap();
    assert!(error.to_string().contains("without encryption"));
}

#[test]
fn a_password_goes_without_encryption_only_where_somebody_said_so() {
    for (url, allowed, is_taken) in [
        ("redis://:pw@h:7", "h", true),
        ("redis://:pw@H:7", "h:7", true),
        ("redis://:pw@h:7", "h:8", false),
        ("redis://:pw@h:7", "other", false),
        ("redis://:pw@[2001:db8::1]", "[2001:db8::1]:6379", true),
        ("redis://:pw@[::ffff:127.0.0.1]", "other", true),
        ("redis://h", "other", true),
    ] {
        let options = RedisOptions::new().with_insecure_host(allowed);
        assert_eq!(read(url, &options).is_ok(), is_taken, "{url} {allowed}");
    }
}
