//! What the help says besides commands and flags, and how a user asks for it.

use std::ffi::OsString;

/// Below the short help of the program.
pub(super) const AFTER_HELP: &str = "\
Each setting is taken from its flag, else from the profile that --profile names, else from its \
variable CXONE_AUTH_…, else from the profile that CXONE_AUTH_PROFILE names, or default-profile of \
config.toml if nothing names a server. No flag takes a secret: \
give a file, `-` for standard input, or a variable.

Exit codes: 0 done, 1 other, 2 usage, 3 configuration, 4 credentials rejected, 5 rate limit or \
temporarily unavailable, 6 network or TLS.";

/// Below its long help, and in the manual: in lines that fit a terminal.
pub(super) const AFTER_LONG_HELP: &str = "\
Examples:
  export CXONE_AUTH_CLIENT_ID=… CXONE_AUTH_CLIENT_SECRET=…
  cxone-auth token --region eu-central-1                 # Genesys Cloud
  cxone-auth token --issuer na1 --access-key-id ID \\
    --access-key-secret-file PATH                        # CXone; without a
                                                         # client: UserHub
  cxone-auth token --token-url https://login.example.com/token
  cxone-auth token --discover https://id.example.com   # any other server
  cxone-auth token --token-url URL --client-id ID --key key.pem
  curl -H \"$(cxone-auth header --profile prod)\" https://api.example.com/
  cxone-auth doctor --profile prod              # why there is no token

Each setting is taken from its flag, else from the profile that --profile
names, else from its variable, else from the profile that CXONE_AUTH_PROFILE
names. If neither names a profile, and no flag or variable names a server,
default-profile = \"NAME\" in the first line of config.toml names it. A
variable cannot send the secret of a profile to another address: that is an
error. An ignored secret is a warning. No flag takes a secret.
A key or an assertion counts in place of a secret: from the strongest layer.

Variables:
  CXONE_AUTH_…                   the name of a flag in capitals:
                                 CXONE_AUTH_REGION for --region
  CXONE_AUTH_CLIENT_SECRET       the secret itself; or its file, in
                                 CXONE_AUTH_CLIENT_SECRET_FILE
  CXONE_AUTH_ACCESS_KEY_SECRET   likewise
  CXONE_AUTH_STORE_PASSWORD      likewise
  CXONE_AUTH_PROFILE             the default profile; it counts last
  CXONE_AUTH_CACHE_DIR           the folder of the store: an absolute path
  GENESYSCLOUD_REGION, GENESYSCLOUD_OAUTHCLIENT_ID,
  GENESYSCLOUD_OAUTHCLIENT_SECRET
                                 for Genesys Cloud; ours count before them
  HTTPS_PROXY, NO_PROXY          the proxy, if --proxy names none, and the
                                 hosts that are reached without it
  NO_COLOR                       no colours

Files, unless XDG_CONFIG_HOME and XDG_CACHE_HOME say otherwise:
  ~/.config/cxone-auth/config.toml
                                 default-profile = \"NAME\" and the
                                 profiles: [profile.NAME], and below it
                                 names of flags: region = \"us-east-1\";
                                 a command that prints the secret:
                                 client-secret-command = [\"PROGRAM\", \"ARG\"]
  ~/.cache/cxone-auth            the store, readable only for you
  On macOS the store is in ~/Library/Caches. On Windows config.toml is in
  %APPDATA%, and the store in %LOCALAPPDATA%, each in a folder cxone-auth.

Exit codes:
  0 done, 1 other, 2 usage, 3 configuration, 4 credentials rejected,
  5 rate limit or temporarily unavailable, 6 network or TLS";

/// What stands below the flags of a command that asks for a token.
pub(super) const SEE_ALSO: &str = "\
Each flag under \"Which token\" except --param, --header and --insecure-host has a variable, and each except --profile has a key in a \
profile. See cxone-auth --help, also for the exit codes.";

/// What stands below the flags of `exec`.
#[cfg(unix)]
pub(super) const AFTER_EXEC: &str = "\
Each flag under \"Which token\" except --param, --header and --insecure-host has a variable, and each except --profile has a key in a \
profile. The exit code is that of the program, 127 if there is no such program, 126 if it cannot be run. \
See cxone-auth --help for the others.";

/// What stands below the flags of `agent`.
#[cfg(unix)]
pub(super) const AFTER_AGENT: &str = "\
For each profile there is a token endpoint, /PROFILE/oauth/token, and a gateway: its login is \
/PROFILE/login/oauth/token, and its calls are those of the API below /PROFILE/. SIGHUP reads the \
profiles again, SIGTERM ends the agent when its requests have ended. Sockets that systemd has opened \
are taken in place of --socket and --listen. /metrics is for Prometheus.";

/// What stands below the flags of `keygen`.
pub(super) const AFTER_KEYGEN: &str = "\
The file gets the private key in PEM (PKCS#8), readable only for you. Standard output gets the public \
key as a JWK set: register it for the client at the server. Then give --key PATH --key-id KID. \
--public KEY prints the set of a key that exists, such as one that openssl made.";

/// What stands below the flags of `store-key new`.
pub(super) const AFTER_NEW_KEYS: &str = "\
Copy the file to each machine: keys that are made twice share nothing. Without PATH it is the file that \
CXONE_AUTH_STORE_KEY_FILE or the profile of CXONE_AUTH_PROFILE names, as for a token.";

/// What stands below the flags of `store-key rotate`.
pub(super) const AFTER_ROTATE: &str = "\
The first step adds a key that opens only. Give the file to everybody, and type the command again: the \
new key seals from then on. At no time does a process then meet an entry that it cannot open. Without \
PATH it is the file that CXONE_AUTH_STORE_KEY_FILE or the profile of CXONE_AUTH_PROFILE names, as for \
a token.";

/// Returns the command line without a `--help` after the command `help`. Clap does not accept it
/// there, and `help` prints the same anyway.
pub(super) fn without_help_of_help(typed: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut typed: Vec<OsString> = typed.collect();
    if is_help(typed.iter().skip(1)) {
        typed.retain(|word| word != "--help" && word != "-h");
    }
    typed
}

/// Reports whether the command is `help`, of the program or of one of its groups of commands.
fn is_help<'a>(words: impl Iterator<Item = &'a OsString>) -> bool {
    const FLAGS: [&str; 4] = ["--quiet", "-q", "--verbose", "-v"];
    const GROUPS: [&str; 2] = ["config", "store-key"];
    let is_flag = |word: &&OsString| FLAGS.iter().any(|flag| *word == flag);
    let mut names = words.filter(|word| !is_flag(word));
    let first = names.next();
    let name = if first.is_some_and(|first| GROUPS.iter().any(|group| first == *group)) {
        names.next()
    } else {
        first
    };
    name.is_some_and(|name| name == "help")
}
