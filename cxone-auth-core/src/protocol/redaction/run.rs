//! Runs of characters that may be a token, if the token is not known.

use zeroize::Zeroizing;

use super::REDACTED;
use super::reading::Counting;
use crate::characters::is_unprintable;
use crate::secret_look::is_uuid;

/// What a UUID may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Uuid {
    /// An id. APIs name users, divisions and requests by UUIDs.
    Id,
    /// A token: some token endpoints issue UUIDs.
    Token,
}

/// Returns the text without anything that may be a token. It removes each run of a token's
/// characters (RFC 6750 §2.1) that is long and does not consist of words.
pub(crate) fn without_tokens(text: &str, uuid: Uuid) -> Zeroizing<String> {
    let is_of_token =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '+' | '/' | '=');
    let is_unseen = |c: char| is_unprintable(c) && !c.is_whitespace();
    let mut kept = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some(start) = rest.find(is_of_token) {
        let (before, behind) = rest.split_at(start);
        let is_of_run = |c: char| is_of_token(c) || is_unseen(c);
        let end = behind.find(|c| !is_of_run(c)).unwrap_or(behind.len());
        let (run, behind) = behind.split_at(end);
        kept.push_str(before);
        kept.push_str(if may_be_token(run, uuid) {
            REDACTED
        } else {
            run
        });
        rest = behind;
    }
    kept.push_str(rest);
    kept
}

fn may_be_token(run: &str, uuid: Uuid) -> bool {
    const SHORTEST_TOKEN: usize = 16;
    let run = Counting::Visible.read(run).text;
    let run = run.trim_matches(['.', '-', '_']);
    run.len() >= SHORTEST_TOKEN && !is_of_words(run, uuid)
}

/// Reports whether a run is a name, a path or an address: words, and at most a few short ones of
/// them with digits, such as `v2`, `oauth2` or a region. Of letters alone, a token changes the case
/// more often than names do.
fn is_of_words(run: &str, uuid: Uuid) -> bool {
    const MOST_NUMBERS: usize = 3;
    const MOST_DIGITS: usize = 4;
    const LETTERS_PER_CHANGE: usize = 5;
    let is_id = |part: &&str| uuid == Uuid::Id && is_uuid(part);
    let parts = run.split(['.', '/', '_']).filter(|part| !is_id(part));
    let words = || parts.clone().flat_map(|part| part.split('-'));
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    let changes = |word: &str| {
        let pairs = word.as_bytes().windows(2);
        let is_change = |pair: &&[u8]| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase();
        pairs.filter(is_change).count()
    };
    let letters = |word: &str| word.len() - digits(word);
    words().all(is_word)
        && words().filter(|word| digits(word) > 0).count() <= MOST_NUMBERS
        && words().map(digits).sum::<usize>() <= MOST_DIGITS
        && words().map(changes).sum::<usize>() * LETTERS_PER_CHANGE
            <= words().map(letters).sum::<usize>()
}

/// Reports whether a text is letters, or a few of them with a number at the end.
fn is_word(text: &str) -> bool {
    const LONGEST: usize = 32;
    const LONGEST_WITH_DIGITS: usize = 6;
    let letters = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let longest = if letters == text {
        LONGEST
    } else {
        LONGEST_WITH_DIGITS
    };
    text.len() <= longest && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Zeroizing<String> {
        without_tokens(text, Uuid::Id)
    }

    /// The limits: a run of 16, a word of 32, a word with digits of 6, four digits, three such words.
    #[test]
    fn a_long_run_that_is_not_of_words_is_taken_out() {
        const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzabcdefg";
        for (run, stays) in [
            (&LETTERS[..32], true),
            (LETTERS, false),
            ("abcdefghijklmnopqrstuvwxyz-abcdefg", true),
            ("abcdefghijklmn1", true),
            ("abcdefghijklmn12", false),
            ("unauthorized_client", true),
            ("access-denied.by/policy", true),
            ("unauthorized~client", false),
            ("unauthorizedclient=", false),
            // A full stop or a dash at an end is not of the run.
            ("_abcdefghijklmn1.-", true),
            ("services/oauth2/token", true),
            ("services/oauths2/token", false),
            ("services/2oauth/token", false),
            ("services/2024/token", true),
            ("services/20245/token", false),
            ("services/v2/1.3/token", true),
            ("services/v2/1.3/4/token", false),
            ("services/v22/33/4/token", false),
            // Upper case after lower case: one letter in five.
            ("aaaaAaaaaAaaaaAaaaaA", true),
            ("aaaaAaaaaAaaaaAaaaA", false),
        ] {
            let expected = if stays { run } else { REDACTED };
            let expected = format!("got <{expected}>, here");
            assert_eq!(*shown(&format!("got <{run}>, here")), expected);
        }
    }

    #[test]
    fn names_addresses_and_ids_stay() {
        for text in [
            "permissions: analytics.conversationAggregate.view.division",
            "permissions: [routing:conversation:viewAllDivisions]",
            "https://help.mypurecloud.com/articles/about-permissions",
            "https://developer.genesys.cloud/authorization/platform-auth/use-client-credentials",
            "https://api.usw2.pure.cloud/api/v2/users/me?pageSize=5",
            "https://api-na1.niceincontact.com/incontactapi/services/v31.0/agents",
            "/api/v2/conversations/messaging/integrations",
            "/api/v2/users/4f2c1a9e-6d5b-4c3a-8e7f-0a1b2c3d4e5f/routingskills",
            "urn:nice:cxone-user_management_readonly_administration",
            "user 4F2C1A9E-6D5B-4C3A-8E7F-0A1B2C3D4E5F is not in division",
        ] {
            assert_eq!(*shown(text), text);
        }
    }

    #[test]
    fn what_looks_like_a_token_goes() {
        for run in [
            "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlLW9m",
            "q7ZrA0aBBcDeFgHiJkLm",
            "Qw-7rTy_uI9op-ASdf_gh4JK-lzX",
            "ABCD-1234-EFGH-5678",
            "abcd1-efgh2-ijkl3-mnop4",
            "ab12/cd34+ef56gh78==",
            "QxZaBcDeFgHi-JkLmNoPqRs_TuVwXyZ",
            "0123456789abcdef0123456789abcdef",
            "4f2c1a9e6d5b4c3a8e7f0a1b2c3d4e5f",
            "/api/v2/tokens/q7ZrA0aBBcDeFgHiJkLm",
            "4f2c1a9e-6d5b-4c3a-8e7f-0a1b2c3d4e5f-q7ZrA0aB",
            "1234567890123456",
        ] {
            let expected = format!("got <{REDACTED}> here");
            assert_eq!(*shown(&format!("got <{run}> here")), expected, "{run}");
        }
    }

    #[test]
    fn a_uuid_that_a_token_endpoint_gives_may_be_a_token() {
        let uuid = "4f2c1a9e-6d5b-4c3a-8e7f-0a1b2c3d4e5f";
        assert_eq!(*without_tokens(uuid, Uuid::Token), REDACTED);
    }

    /// RFC 6750 §2.1 lists the characters.
    #[test]
    fn a_run_is_of_all_characters_that_a_token_may_have() {
        for within in "-._~+/=".chars() {
            let run = format!("abcdefg1{within}abcdefg2");
            assert_eq!(*shown(&run), REDACTED, "{within}");
        }
        for between in " ,:;@\"%".chars() {
            let runs = format!("abcdefg1{between}abcdefg2");
            assert_eq!(*shown(&runs), runs, "{between}");
        }
    }

    #[test]
    fn characters_that_nobody_sees_do_not_end_a_run() {
        for unseen in [
            '\0',
            '\u{AD}',
            '\u{200B}',
            '\u{202E}',
            '\u{FEFF}',
            '\u{E0041}',
        ] {
            let text = format!("got <abcdefg1{unseen}abcdefg2> here");
            assert_eq!(*shown(&text), "got <[redacted]> here", "{unseen:?}");
        }
    }
}
