//! A server of gRPC with one method, whose messages are text.

use std::convert::Infallible;
use std::future::ready;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::{Buf as _, BufMut as _, Bytes};
use http::{HeaderMap, HeaderValue, Request, Response, header};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};
use tonic::Status;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};

/// What a call gets.
#[derive(Debug, Clone, Copy)]
pub(super) enum Given {
    Greeting,
    /// This status, in a response that has a head only.
    Status(&'static str),
    /// The same behind the head, in its trailers.
    Trailers(&'static str),
    /// The same, by a server that speaks no gRPC.
    OtherType(&'static str),
}

type Body = BoxBody<Bytes, Infallible>;
type Script = Arc<dyn Fn(&str) -> Given + Send + Sync>;

/// Its calls get the token that they have.
pub(super) struct Greeter {
    address: SocketAddr,
    log: Arc<Log>,
}

#[derive(Default)]
struct Log {
    connections: AtomicUsize,
    tokens: Mutex<Vec<String>>,
}

impl Greeter {
    pub(super) async fn start(script: impl Fn(&str) -> Given + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (script, log): (Script, Arc<Log>) = (Arc::new(script), Arc::default());
        let kept = Arc::clone(&log);
        // The runtime of the test ends it.
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                log.connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream, Arc::clone(&script), Arc::clone(&log)));
            }
        });
        Self { address, log: kept }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn connections(&self) -> usize {
        self.log.connections.load(Ordering::Relaxed)
    }

    /// The tokens of the calls, in order of arrival.
    pub(super) fn tokens(&self) -> Vec<String> {
        self.log.tokens.lock().unwrap().clone()
    }
}

async fn serve(stream: TcpStream, script: Script, log: Arc<Log>) {
    let service = service_fn(|request: Request<Incoming>| {
        let (script, log) = (Arc::clone(&script), Arc::clone(&log));
        async move {
            let token = bearer(&request);
            log.tokens.lock().unwrap().push(token.clone());
            let message = request.into_body().collect().await.unwrap().to_bytes();
            Ok::<_, Infallible>(script(&token).response(message))
        }
    });
    let connection = http2::Builder::new(TokioExecutor::new());
    let _ = connection
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

fn bearer(request: &Request<Incoming>) -> String {
    let field = request.headers().get(header::AUTHORIZATION);
    let text = field.map_or("", |field| field.to_str().unwrap());
    text.trim_start_matches("Bearer ").to_owned()
}

impl Given {
    fn response(self, message: Bytes) -> Response<Body> {
        let whole = |data: Bytes| Full::new(data);
        let (body, status) = match self {
            Self::Greeting => (ending(whole(message), "0"), None),
            Self::Trailers(status) => (ending(whole(Bytes::new()), status), None),
            Self::Status(status) | Self::OtherType(status) => {
                (whole(Bytes::new()).boxed(), Some(status))
            }
        };
        let mut response = Response::new(body);
        let kind = match self {
            Self::OtherType(_) => "application/json",
            _ => "application/grpc",
        };
        let head = response.headers_mut();
        head.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Some(status) = status {
            head.insert("grpc-status", HeaderValue::from_static(status));
        }
        response
    }
}

/// `body` with the status in the trailers behind it.
fn ending(body: Full<Bytes>, status: &'static str) -> Body {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static(status));
    body.with_trailers(ready(Some(Ok(trailers)))).boxed()
}

/// Messages that are text and nothing else.
pub(super) struct Text;

impl Codec for Text {
    type Encode = String;
    type Decode = String;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Text {
    type Item = String;
    type Error = Status;

    fn encode(&mut self, text: String, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(text.as_bytes());
        Ok(())
    }
}

impl Decoder for Text {
    type Item = String;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<String>, Status> {
        let bytes = buffer.copy_to_bytes(buffer.remaining());
        let text = String::from_utf8(bytes.to_vec());
        text.map(Some)
            .map_err(|_| Status::internal("a message is no text"))
    }
}
