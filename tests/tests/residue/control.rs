//! A leak is seen: these lives leave something behind on purpose.

use std::thread;

use cxone_auth_watch::Life;
use secrecy::{ExposeSecret as _, SecretString};

use super::fixture::{SECRET, TOKEN, leaves_nothing, left_by};

#[test]
fn a_text_that_is_dropped_is_seen() {
    assert_eq!(left_by(|| drop(String::from(SECRET))), 1);
    assert_eq!(left_by(|| drop(format!("Bearer {TOKEN}"))), 1);
}

#[test]
fn a_buffer_that_grows_is_seen() {
    let grown = left_by(|| {
        let mut text = String::with_capacity(SECRET.len());
        text.push_str(SECRET);
        text.push('.');
        std::mem::forget(text);
    });
    assert_eq!(grown, 1);
}

#[test]
fn a_buffer_that_shrinks_is_seen() {
    let shrunk = left_by(|| {
        let mut text = String::with_capacity(2 * SECRET.len());
        text.push_str(SECRET);
        std::mem::forget(text.into_boxed_str());
    });
    assert_eq!(shrunk, 1);
}

#[test]
fn what_another_thread_of_the_life_frees_is_seen() {
    let text = String::from(SECRET);
    let elsewhere = left_by(|| {
        let life = Life::of_this_thread();
        let helper = thread::spawn(move || {
            life.take_part();
            drop(text);
        });
        helper.join().unwrap();
    });
    assert_eq!(elsewhere, 1);
}

/// Such as that of another test.
#[test]
fn what_a_thread_beside_the_life_frees_is_not() {
    let text = String::from(SECRET);
    leaves_nothing(|| thread::spawn(move || drop(text)).join().unwrap());
}

#[test]
fn another_spelling_is_seen() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    for prefix in ["id:", "id2:", "id23:"] {
        let pair = zeroize::Zeroizing::new([prefix, SECRET].concat());
        let encoded = left_by(|| drop(STANDARD.encode(&*pair)));
        assert!(encoded > 0, "{prefix}");
    }
}

#[test]
fn a_text_that_is_overwritten_is_not() {
    leaves_nothing(|| {
        let secret = SecretString::from(SECRET);
        assert_eq!(secret.expose_secret(), SECRET);
    });
}
