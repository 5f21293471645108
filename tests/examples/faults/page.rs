//! The page `docs/faults.md`: first what came of each fault, which every run has to repeat, and
//! below a line that divides them the figures of one run.

use cxone_auth_tests::contract::Scheme;
use cxone_auth_tests::fault::{Fault, faults};

use crate::report::{BOUND, BOUND_OF_ALL, Report, spelled};

const INTRODUCTION: &str = "\
# Faults

What a hostile server or a broken network does to a call for a token, and how the call ends with each
transport. Every fault is played by a scripted server on loopback, to a source that makes one request
a call. Each call has to

- end within the transport's timeout, with the outcome that is listed for it;
- have sent its request once, and to nobody else;
- need no more than a bounded amount of memory beyond a good request;
- leave the source usable: the next call, when the server is fixed, has the fixed server's token.

<!-- Written by `cargo xtask faults --write` from a run over tests/src/fault: edit that. -->

An outcome is `token`, or the `ErrorKind` that the caller sees; behind it, when no complete response came
back, the `TransportErrorKind`. `Unavailable` may pass and is tried again within a call, the others are
not. Where a stroke divides two outcomes, the first is over http and the second over https.
";

const NOTES: &str = "\
## What the differences mean

- **A head or a chunk that is malformed** is `InvalidResponse` or `Interrupted`, as the client tells. curl
  (isahc) does not tell a bad chunk from a connection that breaks.
- **A TLS handshake that breaks** is `Tls`, `Connect` or `Interrupted`: it fails because the connection
  does. curl (isahc) does not tell it from one that is refused, so it is not tried again there, and
  the cool-down after it is that of a configuration to be fixed.
- **curl is lenient** about a folded header field, which is obsolete, and about a length beyond u64,
  which it takes for none; it is strict about two places to go. The others are lenient about lines that
  end in LF alone (RFC 9112 §2.2 allows that) and ignore a transfer coding they do not know. A body cut
  short by any of these is no JSON object, so no wrong token can come of it.
- **A response that is complete by its length or its chunks** counts, however TLS ends. A body that only
  the end of the connection ends is complete only if that end is orderly (RFC 9112 §9.8): otherwise the
  outcome is `UncleanClose`. It is not tried again within a call, since the server may have issued a token.
- **curl with rustls (isahc) loses a response that it has read** when TLS ends without close_notify. Its
  error does not say whether there was one, so every failure to receive over TLS is `UncleanClose` there.
  Use ureq, or isahc with native-tls.
- **A byte order mark** before good JSON is ignored, as RFC 8259 §8.1 permits; a wrong content type is
  ignored too. A member given twice makes the response unusable when it is one that matters.
- **A flood over plain http**, which is allowed to a loopback host only, can hold up reqwest's timeout:
  tokio looks at its clock between two turns of a task, and a turn in which hyper reads as fast as a
  local server writes is long: 3 s were seen where 300 ms were set, on a machine with much to do. The
  hyper adapter reads less at a time; reqwest has no setting for it.
- **TLS 1.0 and 1.1, SSL 3.0, old ciphers** are played as greetings written byte by byte, since the TLS
  library of the server speaks none of them. A client that would accept one goes on and waits for the
  rest until the timeout, which is another outcome than `Tls`.
";

/// What divides the outcomes from the figures; `cargo xtask faults` compares what is above.
const DIVIDER: &str =
    "<!-- Figures of one run. They differ from run to run and are not checked. -->";

/// The whole page.
pub(crate) fn write(reports: &[Report]) -> String {
    let list = faults();
    let groups = list.chunk_by(|one, next| one.group() == next.group());
    let sections: String = groups.map(|group| section(group, reports)).collect();
    format!(
        "{INTRODUCTION}\n{sections}{NOTES}\n{DIVIDER}\n\n{}",
        memory(reports)
    )
}

fn section(group: &[Fault], reports: &[Report]) -> String {
    let names: Vec<&str> = reports.iter().map(|report| report.transport).collect();
    let title = group.first().map_or("", Fault::group);
    let rows: String = group.iter().map(|fault| row(fault, reports)).collect();
    format!(
        "## {}\n\n| fault | the server | over | {} |\n|---|---|---|{}\n{rows}\n",
        heading(title),
        names.join(" | "),
        "---|".repeat(names.len()),
    )
}

fn heading(group: &str) -> &str {
    match group {
        "connection" => "Connections that fail",
        "silence" => "Servers that fall silent",
        "tls" => "TLS that is none",
        "protocol" => "Other protocols",
        "head" => "Hostile heads",
        "status" => "Odd statuses",
        "redirect" => "Redirects",
        "close" => "TLS without close_notify",
        "length" => "Bodies of any length",
        "body" => "Bodies that mean nothing",
        other => other,
    }
}

fn row(fault: &Fault, reports: &[Report]) -> String {
    let schemes: Vec<&str> = fault.schemes().iter().map(|it| spelled(*it)).collect();
    let cells: Vec<String> = reports.iter().map(|report| cell(fault, report)).collect();
    format!(
        "| {} | {} | {} | {} |\n",
        fault.name(),
        fault.deed(),
        schemes.join(", "),
        cells.join(" | ")
    )
}

/// The outcome over each scheme, once when they agree; all that there may be where the next run may
/// come to another.
fn cell(fault: &Fault, report: &Report) -> String {
    let outcome = |scheme: &Scheme| {
        if fault.is_left_to_chance(&report.stack, *scheme) {
            let expected = fault.expected(&report.stack, *scheme);
            let expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
            Some(expected.join(" or "))
        } else {
            let outcome = report.outcome(fault.name(), spelled(*scheme))?;
            Some(outcome.to_owned())
        }
    };
    let mut outcomes: Vec<String> = fault.schemes().iter().filter_map(outcome).collect();
    outcomes.dedup();
    outcomes.join(" / ")
}

/// The memory and time that each transport needed.
pub(crate) fn memory(reports: &[Report]) -> String {
    let rows: String = reports.iter().map(figures).collect();
    format!(
        "## Memory\n\n\
         `cargo xtask faults` plays all faults of a transport in a process of its own, in a release\n\
         build. The figures are the peak of that process's resident memory (`VmHWM`): client, server and\n\
         runtime together. What is large the server sends from a small block, over and over; only a head\n\
         of 1 MB it holds as a whole, which is most of what that fault adds. A token with 60,000 scopes\n\
         has a text for each. What one fault adds is counted from what was resident before it: allocators\n\
         keep what earlier ones have freed. A fault fails when it adds more than {} MiB, or when the peak\n\
         is more than {} MiB above that of a good request.\n\n\
         | transport | a good request | the highest peak | added most by one fault | all faults took |\n\
         |---|---|---|---|---|\n{rows}",
        BOUND / 1024,
        BOUND_OF_ALL / 1024
    )
}

fn figures(report: &Report) -> String {
    let Some(row) = report.hungriest() else {
        return String::new();
    };
    format!(
        "| {} | {} KiB | {} KiB | {} KiB: {}, {} | {} s |\n",
        report.transport,
        report.baseline,
        report.peak(),
        row.growth,
        row.name,
        row.scheme,
        report.time.as_secs(),
    )
}
