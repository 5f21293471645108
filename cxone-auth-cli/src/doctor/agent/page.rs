//! What the doctor reads of the agent's metrics.

/// The version of the agent, how it has read its profiles, and the names of its profiles.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) version: Option<String>,
    pub(super) profiles: Vec<String>,
    /// Whether the agent has last failed to read its profiles again.
    pub(super) has_failed_reload: bool,
}

const VERSION: &str = "cxone_auth_agent_info{version=\"";

/// Each profile has one sample of it.
const PROFILE: &str = "cxone_auth_token_remaining_seconds{profile=\"";

const FAILED_RELOAD: &str = "cxone_auth_last_reload_successful 0";

impl Page {
    pub(super) fn read(body: &[u8]) -> Self {
        let mut page = Self::default();
        for line in String::from_utf8_lossy(body).lines() {
            if let Some(version) = label(line, VERSION) {
                page.version = Some(version);
            } else if let Some(profile) = label(line, PROFILE) {
                page.profiles.push(profile);
            }
            page.has_failed_reload |= line == FAILED_RELOAD;
        }
        page
    }
}

/// Returns the value of the first label behind this text. A name that a path can hold needs no
/// escape, and what others write is not repeated.
fn label(line: &str, before: &str) -> Option<String> {
    let (value, _) = line.strip_prefix(before)?.split_once('"')?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+".contains(&byte);
    value.bytes().all(is_plain).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_a_version_and_profiles() {
        let page = "# TYPE cxone_auth_agent_info gauge\ncxone_auth_agent_info{version=\"1.2.3\"} 1\n\
                    cxone_auth_token_remaining_seconds{profile=\"a-b\"} 0\n\
                    cxone_auth_token_remaining_seconds{profile=\"c\"} 2.5\n\
                    cxone_auth_token_remaining_seconds{profile=\"x y\u{1b}\"} 2.5\n";
        let page = Page::read(page.as_bytes());
        assert_eq!(page.version.as_deref(), Some("1.2.3"));
        assert_eq!(page.profiles, ["a-b", "c"]);
        assert!(!page.has_failed_reload);
        let failed = Page::read(b"cxone_auth_last_reload_successful 0\n");
        assert!(failed.has_failed_reload);
        assert!(!Page::read(b"cxone_auth_last_reload_successful 1\n").has_failed_reload);
        assert_eq!(Page::read(b"<html>\xff"), Page::default());
    }
}
