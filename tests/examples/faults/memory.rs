//! How much memory this process has needed, by what Linux tells of it.

use std::fs;

/// The peak of the resident memory in KiB since the last [`forget`], or nothing where the system
/// does not tell.
pub(crate) fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// Has the peak begin again at what is resident now. Where that is not possible the peak goes on.
pub(crate) fn forget() {
    // "5" is the peak alone (proc_pid_clear_refs(5)).
    let _ = fs::write("/proc/self/clear_refs", "5");
}
