use super::*;

/// What servers say, as Redis 6.2, Redis 7.0 and Valkey 9 say it.
const REFUSALS: &[(&str, StoreErrorKind, &str)] = &[
    (
        "WRONGPASS invalid username-password pair or user is disabled.",
        Configuration,
        "correct them",
    ),
    (
        "NOAUTH Authentication required.",
        Configuration,
        "asks for a password",
    ),
    (
        "NOPERM this user has no permissions to run the 'evalsha' command",
        Configuration,
        "may not",
    ),
    (
        "ERR Error running script (call to f_0a): @user_script:1: @user_script: 1: -NOPERM this \
         user has no permissions to access one of the keys used as arguments",
        Configuration,
        "may not",
    ),
    (
        "ERR The user executing the script can't run this command or subcommand",
        Configuration,
        "may not",
    ),
    (
        "ERR AUTH <password> called without any password configured for the default user. Are you \
         sure your configuration is correct?",
        Configuration,
        "has no password",
    ),
    (
        "ERR wrong number of arguments for 'auth' command",
        Configuration,
        "needs Redis 6",
    ),
    (
        "ERR DB index is out of range",
        Configuration,
        "no database of this number",
    ),
    (
        "ERR SELECT is not allowed in cluster mode",
        Configuration,
        "a cluster",
    ),
    (
        "ERR unknown command `EVALSHA`, with args beginning with: `s3cret`",
        Configuration,
        "does not know EVAL",
    ),
    (
        "DENIED Redis is running in protected mode because",
        Configuration,
        "protected mode",
    ),
    ("MOVED 3999 127.0.0.1:6381", Configuration, "a cluster"),
    (
        "CLUSTERDOWN Hash slot not served",
        Configuration,
        "a cluster",
    ),
    (
        "READONLY You can't write against a read only replica.",
        Unavailable,
        "a replica",
    ),
    (
        "ERR Error running script (call to f_0a): @user_script:1: @user_script: 1: -READONLY You \
         can't write against a read only replica.",
        Unavailable,
        "a replica",
    ),
    (
        "MASTERDOWN Link with MASTER is down",
        Unavailable,
        "a replica",
    ),
    (
        "LOADING Redis is loading the dataset in memory",
        Unavailable,
        "ready later",
    ),
    (
        "OOM command not allowed when used memory > 'maxmemory'.",
        Unavailable,
        "memory is full",
    ),
    (
        "ERR Error running script (call to f_0a): @user_script:1: @user_script: 1: -OOM command not \
         allowed when used memory > 'maxmemory'.",
        Unavailable,
        "memory is full",
    ),
    (
        "MISCONF Redis is configured to save RDB snapshots, but",
        Unavailable,
        "its disk",
    ),
    (
        "NOREPLICAS Not enough good replicas to write.",
        Unavailable,
        "too few replicas",
    ),
    (
        "BUSY Redis is busy running a script.",
        Unavailable,
        "is busy",
    ),
    (
        "ERR max number of clients reached",
        Unavailable,
        "too many clients",
    ),
    (
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        Damaged,
        "another namespace",
    ),
    ("TRYAGAIN s3cret", Unavailable, "refuses with TRYAGAIN"),
    ("ERR s3cret", Unavailable, "refuses with ERR;"),
    ("HUNTERTWO", Unavailable, "refuses with an unknown error"),
    (
        "HUNTERTWO s3cret",
        Unavailable,
        "refuses with an unknown error",
    ),
    ("s3cret", Unavailable, "refuses with an unknown error"),
    ("", Unavailable, "refuses with an unknown error"),
];

#[test]
fn a_refusal_says_what_to_do_and_repeats_nothing() {
    for (text, kind, part) in REFUSALS {
        let error = refused(text);
        assert_eq!(error.kind(), *kind, "{text}");
        assert!(error.to_string().contains(part), "{text}: {error}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("s3cret"), "{error}");
        assert!(!shown.contains("HUNTERTWO"), "{error}");
    }
}
