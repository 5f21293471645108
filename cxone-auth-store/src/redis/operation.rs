//! What a store asks its server: one script per operation, so that each is atomic.

use std::sync::LazyLock;
use std::time::Duration;

use bytes::Bytes;
use cxone_auth_core::store::{
    EntryName, Lease, LeaseId, StoreError, StoreErrorKind, StoreOutcome, StoredEntry,
};
use redis::{Cmd, Value};

/// Larger than any entry. Whoever can write to the server cannot fill the memory of all processes
/// with one key.
const LARGEST: usize = 1024 * 1024;
/// A time that each server accepts. No token lives that long.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 86_400);

/// Reads the lease. Nobody here has written one that is no text, does not expire, or is to last
/// longer than any lease: such a key would keep everybody waiting for ever, and counts as free.
macro_rules! current_lease {
    () => {
        "local lease = redis.pcall('GET', KEYS[2]) \
         local is_text = type(lease) ~= 'table' \
         if not is_text and not string.find(lease.err, 'WRONGTYPE', 1, true) then return lease end \
         local left = redis.call('PTTL', KEYS[2]) \
         local is_valid = lease and is_text and left >= 0 and left <= tonumber(ARGV[2]) "
    };
}

/// A script and the name that the server has for it once it has seen it.
pub(super) struct Script {
    code: &'static str,
    hash: String,
}

// `KEYS` is the entry, the lease, and a key that never exists. A replica may be behind and must not
// be read. It refuses to delete even a key that does not exist; a primary has nothing to do.
static LOAD: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "redis.call('DEL', KEYS[3]) \
         local entry = redis.call('GET', KEYS[1]) \
         if not entry then return false end \
         if #entry > tonumber(ARGV[1]) then return #entry end \
         return {entry, redis.call('PTTL', KEYS[1])}",
    )
});
static TRY_LEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(concat!(
        "if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[3]) then return 1 end ",
        current_lease!(),
        "if is_valid and lease ~= ARGV[1] then return 0 end \
         redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3]) \
         return 1",
    ))
});
static SAVE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(concat!(
        current_lease!(),
        "if lease ~= ARGV[1] and (is_valid or not lease) then return 0 end \
         redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4]) \
         return 1",
    ))
});
static RELEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(concat!(
        current_lease!(),
        "if lease ~= ARGV[1] then return 0 end \
         return redis.call('DEL', KEYS[2])",
    ))
});
static REMOVE_IF: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end \
         return redis.call('DEL', KEYS[1])",
    )
});

impl Script {
    fn new(code: &'static str) -> Self {
        Self {
            code,
            hash: redis::Script::new(code).get_hash().to_owned(),
        }
    }
}

/// How the keys of a store are written.
pub(super) struct Keys {
    pub(super) prefix: String,
    pub(super) namespace: String,
}

/// One request to the server.
pub(super) struct Operation {
    script: &'static Script,
    keys: [String; 3],
    arguments: Vec<Bytes>,
}

impl Keys {
    pub(super) fn load(&self, name: &EntryName) -> Operation {
        let limit = LARGEST.to_string();
        self.operation(&LOAD, name, vec![limit.into()])
    }

    pub(super) fn try_lease(&self, name: &EntryName, lease: &Lease) -> Operation {
        let longest = milliseconds(Lease::LONGEST.max(lease.span));
        let arguments = vec![text(lease.id), longest, milliseconds(lease.span)];
        self.operation(&TRY_LEASE, name, arguments)
    }

    pub(super) fn save(
        &self,
        name: &EntryName,
        lease: LeaseId,
        entry: Bytes,
        keep: Duration,
    ) -> Operation {
        let longest = milliseconds(Lease::LONGEST);
        let arguments = vec![text(lease), longest, entry, milliseconds(keep)];
        self.operation(&SAVE, name, arguments)
    }

    pub(super) fn release(&self, name: &EntryName, lease: LeaseId) -> Operation {
        let arguments = vec![text(lease), milliseconds(Lease::LONGEST)];
        self.operation(&RELEASE, name, arguments)
    }

    pub(super) fn remove_if(&self, name: &EntryName, entry: &[u8]) -> Operation {
        self.operation(&REMOVE_IF, name, vec![Bytes::copy_from_slice(entry)])
    }

    fn operation(
        &self,
        script: &'static Script,
        name: &EntryName,
        arguments: Vec<Bytes>,
    ) -> Operation {
        let Self { prefix, namespace } = self;
        let key = |purpose| format!("{prefix}{{{namespace}:{name}}}:{purpose}");
        Operation {
            script,
            keys: ["entry", "lease", "none"].map(key),
            arguments,
        }
    }
}

impl Operation {
    /// Returns the command that names the script. A server that has not seen it says so.
    pub(super) fn by_hash(&self) -> Cmd {
        self.command("EVALSHA", &self.script.hash)
    }

    /// Returns the command that contains the script.
    pub(super) fn by_code(&self) -> Cmd {
        self.command("EVAL", self.script.code)
    }

    fn command(&self, name: &str, script: &str) -> Cmd {
        let mut command = redis::cmd(name);
        command.arg(script).arg(self.keys.len());
        for key in &self.keys {
            command.arg(key);
        }
        for argument in &self.arguments {
            command.arg(&argument[..]);
        }
        command
    }
}

/// Returns what [`Keys::load`] has brought.
pub(super) fn entry(response: Value) -> Result<Option<StoredEntry>, StoreError> {
    match response {
        Value::Nil => Ok(None),
        Value::Int(length) => Err(damaged(format!(
            "the entry has {length} bytes, more than any that is saved here"
        ))),
        Value::Array(parts) => match <[Value; 2]>::try_from(parts) {
            Ok([Value::BulkString(bytes), Value::Int(left)]) => Ok(Some(StoredEntry {
                bytes: bytes.into(),
                // Negative for a key that does not expire.
                remaining: u64::try_from(left).ok().map(Duration::from_millis),
            })),
            _ => Err(unexpected()),
        },
        _ => Err(unexpected()),
    }
}

/// Returns what each other operation has brought.
pub(super) fn outcome(response: &Value) -> Result<StoreOutcome, StoreError> {
    match response {
        Value::Int(0) => Ok(StoreOutcome::HeldByAnother),
        Value::Int(1) => Ok(StoreOutcome::Done),
        _ => Err(unexpected()),
    }
}

fn unexpected() -> StoreError {
    damaged("the server's response is not that of the script".to_owned())
}

fn damaged(text: String) -> StoreError {
    StoreError::new(StoreErrorKind::Damaged, text)
}

fn text(lease: LeaseId) -> Bytes {
    lease.to_string().into()
}

/// Returns the time as the server wants it, which refuses zero.
fn milliseconds(time: Duration) -> Bytes {
    let time = time.clamp(Duration::from_millis(1), LONGEST);
    time.as_millis().to_string().into()
}
