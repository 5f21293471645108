use std::cell::RefCell;
use std::io::Cursor;
use std::marker::PhantomPinned;

use bytes::buf::Chain;
use bytes::{Buf as _, Bytes};
use http::HeaderMap;

use super::*;

/// Bytes in two pieces, as in a frame of some bodies.
type Rope = Chain<Cursor<Bytes>, Cursor<Bytes>>;
type Given = Result<Frame<Rope>, &'static str>;

/// A body that yields what it was told to. After its end it must not be polled. It is not `Unpin`.
struct Scripted {
    given: RefCell<VecDeque<Option<Given>>>,
    _pinned: PhantomPinned,
}

impl Scripted {
    fn new(frames: impl IntoIterator<Item = Frame<Rope>>) -> Self {
        Self::giving(frames.into_iter().map(Ok))
    }

    fn giving(given: impl IntoIterator<Item = Given>) -> Self {
        let given = given.into_iter().map(Some).chain([None]);
        Self {
            given: RefCell::new(given.collect()),
            _pinned: PhantomPinned,
        }
    }
}

impl Body for Scripted {
    type Data = Rope;
    type Error = &'static str;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Given>> {
        let next = self.given.borrow_mut().pop_front();
        Poll::Ready(next.expect("a body that has ended is not polled"))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.given.borrow().front(), None | Some(None))
    }

    fn size_hint(&self) -> SizeHint {
        let given = self.given.borrow();
        let frames = given.iter().flatten().flatten();
        SizeHint::with_exact(frames.map(length).sum::<usize>() as u64)
    }
}

fn data(first: &'static str, second: &'static str) -> Frame<Rope> {
    let piece = |text: &'static str| Cursor::new(Bytes::from(text));
    Frame::data(piece(first).chain(piece(second)))
}

fn trailers() -> Frame<Rope> {
    let mut fields = HeaderMap::new();
    fields.insert("digest", "abc".parse().unwrap());
    Frame::trailers(fields)
}

/// Returns the frame as text, or the error.
fn shown(given: Given) -> String {
    match given.map(Frame::into_data) {
        Ok(Ok(mut data)) => {
            let bytes = data.copy_to_bytes(data.remaining());
            String::from_utf8(bytes.to_vec()).unwrap()
        }
        Ok(Err(frame)) => format!("{:?}", frame.into_trailers().unwrap()),
        Err(error) => error.to_owned(),
    }
}

async fn read(script: Scripted, limit: usize) -> (Pin<Box<BearerBody<Scripted>>>, String) {
    let (body, bytes) = BearerBody::begun(script, limit).await;
    (Box::pin(body), String::from_utf8(bytes).unwrap())
}

/// Returns the rest of a body, with the size that it states before each frame.
async fn rest(mut body: Pin<Box<BearerBody<Scripted>>>) -> Vec<(u64, String)> {
    let mut frames = Vec::new();
    loop {
        let size = body.size_hint().exact().unwrap();
        match poll_fn(|context| body.as_mut().poll_frame(context)).await {
            Some(given) => frames.push((size, shown(given))),
            None => break,
        }
    }
    assert!(body.is_end_stream());
    assert_eq!(body.size_hint().exact(), Some(0));
    frames
}

fn frames(expected: &[(u64, &str)]) -> Vec<(u64, String)> {
    let own = |&(size, text): &(u64, &str)| (size, text.to_owned());
    expected.iter().map(own).collect()
}

const TRAILERS: &str = r#"{"digest": "abc"}"#;

#[tokio::test]
async fn a_body_that_was_read_to_its_end_is_handed_on_frame_by_frame() {
    let script = Scripted::new([data("ab", "cd"), data("", "e"), trailers()]);
    let (body, seen) = read(script, 100).await;
    assert_eq!(seen, "abcde");
    assert!(!body.is_end_stream());
    let expected = frames(&[(5, "abcd"), (1, "e"), (0, TRAILERS)]);
    assert_eq!(rest(body).await, expected);
}

#[tokio::test]
async fn no_more_is_looked_at_than_the_limit_and_nothing_beyond_is_read() {
    let script = Scripted::new([data("ab", "c"), data("d", "ef"), data("gh", ""), trailers()]);
    let (body, seen) = read(script, 5).await;
    assert_eq!(seen, "abcde");
    assert_eq!(body.read.len(), 2);
    let expected = frames(&[(8, "abc"), (5, "def"), (2, "gh"), (0, TRAILERS)]);
    assert_eq!(rest(body).await, expected);
}

#[tokio::test]
async fn an_error_comes_after_what_was_read_before_it() {
    let script = Scripted::giving([Ok(data("ab", "")), Err("cut"), Ok(data("c", ""))]);
    let (body, seen) = read(script, 100).await;
    assert_eq!(seen, "ab");
    let expected = frames(&[(3, "ab"), (1, "cut"), (1, "c")]);
    assert_eq!(rest(body).await, expected);
}

#[tokio::test]
async fn an_error_alone_is_no_end() {
    let (body, seen) = read(Scripted::giving([Err("cut")]), 100).await;
    assert_eq!(seen, "");
    assert!(!body.is_end_stream());
    assert_eq!(rest(body).await, frames(&[(0, "cut")]));
}

#[tokio::test]
async fn frames_without_data_are_not_collected_for_ever() {
    let script = Scripted::new((0..9).map(|_| data("", "")));
    let (body, seen) = read(script, 4).await;
    assert_eq!(seen, "");
    assert_eq!(body.read.len(), 4);
    assert_eq!(rest(body).await.len(), 9);
}

#[tokio::test]
async fn a_body_that_nobody_reads_is_handed_on_untouched() {
    let script = Scripted::new([data("ab", "c"), trailers()]);
    let body = Box::pin(BearerBody::untouched(script));
    assert!(!body.is_end_stream());
    assert_eq!(rest(body).await, frames(&[(3, "abc"), (0, TRAILERS)]));
}

#[test]
fn its_debug_shows_no_content() {
    let body = BearerBody::untouched(Scripted::new([data("a secret", "")]));
    assert!(!format!("{body:?}").contains("secret"));
}
