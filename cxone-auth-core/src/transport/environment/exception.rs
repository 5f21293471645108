//! The hosts that `NO_PROXY` excepts, read as curl reads it.

use std::net::IpAddr;

/// Reports whether `list` names `host`. An entry can be its name, a parent domain, its address, its
/// network, or a single `*`.
pub(super) fn covers(list: &str, host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if list.trim() == "*" {
        return true;
    }
    let mut entries = entries(list);
    match host.parse::<IpAddr>() {
        Ok(address) => entries.any(|entry| holds(entry, address)),
        Err(_) => entries.any(|entry| is_under(host, entry)),
    }
}

/// Returns the entries. Commas and blanks separate them.
pub(super) fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.split(|letter: char| letter == ',' || letter.is_whitespace())
        .filter(|entry| !entry.is_empty())
}

fn is_under(host: &str, entry: &str) -> bool {
    let (host, entry) = (host.to_ascii_lowercase(), entry.to_ascii_lowercase());
    let domain = entry.trim_start_matches('.').trim_end_matches('.');
    host.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Reports whether `entry`, an address or a network such as `10.0.0.0/8`, contains `address`.
fn holds(entry: &str, address: IpAddr) -> bool {
    let (network, prefix) = match entry.split_once('/') {
        None => (entry, None),
        Some((network, prefix)) => (network, Some(prefix.parse::<u32>())),
    };
    let network = network.trim_start_matches('[').trim_end_matches(']');
    let Ok(network) = network.parse::<IpAddr>() else {
        return false;
    };
    let (own, other, width) = match (address, network) {
        (IpAddr::V4(own), IpAddr::V4(other)) => (own.to_bits().into(), other.to_bits().into(), 32),
        (IpAddr::V6(own), IpAddr::V6(other)) => (own.to_bits(), other.to_bits(), 128),
        _ => return false,
    };
    match prefix {
        None => own == other,
        Some(Ok(0)) => true,
        Some(Ok(prefix)) if prefix <= width => {
            let host_bits = width - prefix;
            (own ^ other) >> host_bits == 0
        }
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_excepted_by_name_address_and_network() {
        for (list, host, expected) in [
            ("example.com", "login.example.com", true),
            (".example.com", "example.com", true),
            ("other.net, Example.COM", "example.com", true),
            ("other.net\texample.com", "example.com", true),
            ("other.net,*", "example.com", false),
            ("example.com", "notexample.com", false),
            ("*", "anything.net", true),
            ("*.example.com", "login.example.com", false),
            ("10.1.2.3", "10.1.2.3", true),
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.0.0.0/8", "11.1.2.3", false),
            ("0.0.0.0/0", "11.1.2.3", true),
            ("10.0.0.0/x", "10.1.2.3", false),
            ("fd00::/8", "[fd12::1]", true),
            ("", "example.com", false),
        ] {
            assert_eq!(covers(list, host), expected, "{list} and {host}");
        }
    }
}
