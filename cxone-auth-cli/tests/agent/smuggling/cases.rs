//! Each way to send something ambiguous, by its usual name.

use super::Case;

/// What the API receives of the last request of a connection.
const LAST: &str = "GET /last HTTP/1.1\r\nauthorization: PLATFORM\r\nhost: API\r\n\r\n";

pub(super) const CASES: &[Case] = &[
    Case {
        name: "CL.TE: a second request behind the last chunk",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nContent-Length: 37\r\nTransfer-Encoding: chunked\r\n\r\n\
               0\r\n\r\nGET /prod/b HTTP/1.1\r\nHEAD\r\n\r\n",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "TE.CL: a second request within a chunk",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n\
               18\r\nGET /prod/b HTTP/1.1\r\n\r\n\r\n0\r\n\r\n",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "the same length twice",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcd",
        statuses: &["200", "200"],
        received: &[
            "POST /a HTTP/1.1\r\ncontent-length: 4\r\nauthorization: PLATFORM\r\nhost: API\r\n\r\nabcd",
            LAST,
        ],
    },
    Case {
        name: "two lengths",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nContent-Length: 4\r\nContent-Length: 40\r\n\r\n\
               abcdGET /prod/b HTTP/1.1\r\nHEAD\r\n\r\n",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "a list of lengths",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nContent-Length: 4, 4\r\n\r\nabcd",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "a length in another base, and one with a sign",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nContent-Length: 0x4\r\n\r\nabcd",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "a folded field",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nX: y\r\n Content-Length: 40\r\nContent-Length: 4\r\n\r\nabcd",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "a folded length",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nContent-Length:\r\n 4\r\n\r\nabcd",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "line feeds alone",
        sent: "POST /prod/a HTTP/1.1\nHEAD\r\nContent-Length: 4\n\nabcd",
        statuses: &["200", "200"],
        received: &[
            "POST /a HTTP/1.1\r\ncontent-length: 4\r\nauthorization: PLATFORM\r\nhost: API\r\n\r\nabcd",
            LAST,
        ],
    },
    Case {
        name: "a carriage return alone",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nX: y\rContent-Length: 40\r\nContent-Length: 4\r\n\r\nabcd",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "chunks with extensions",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nTransfer-Encoding: chunked\r\n\r\n\
               3;a=b;c=\"d\"\r\nabc\r\n0;x\r\n\r\n",
        statuses: &["200", "200"],
        received: &[
            "POST /a HTTP/1.1\r\nauthorization: PLATFORM\r\nhost: API\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            LAST,
        ],
    },
    Case {
        name: "a chunk whose size ends with a line feed alone",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "a line feed in an extension of a chunk",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nTransfer-Encoding: chunked\r\n\r\n\
               3;\nabc\r\n0\r\n\r\nGET /prod/b HTTP/1.1\r\nHEAD\r\n\r\n",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "a chunk longer than its data",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "a chunk size that wraps around",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nTransfer-Encoding: chunked\r\n\r\n\
               10000000000000003\r\nabc\r\n0\r\n\r\n",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "trailers that would name another token, host or length",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nTransfer-Encoding: chunked\r\n\
               Trailer: authorization, host, content-length, x-sum\r\n\r\n3\r\nabc\r\n0\r\n\
               Authorization: Bearer AGENT\r\nHost: evil.example\r\nContent-Length: 9\r\n\
               X-Sum: 6\r\n\r\n",
        statuses: &["200", "200"],
        received: &[
            "POST /a HTTP/1.1\r\ntrailer: authorization, host, content-length, x-sum\r\nauthorization: PLATFORM\r\nhost: API\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-sum: 6\r\n\r\n",
            LAST,
        ],
    },
    Case {
        name: "trailers that nobody has announced",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\
               Authorization: Bearer AGENT\r\nX-Sum: 6\r\n\r\n",
        statuses: &["200", "200"],
        received: &[
            "POST /a HTTP/1.1\r\nauthorization: PLATFORM\r\nhost: API\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            LAST,
        ],
    },
    Case {
        name: "chunked twice",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "chunked, and then something else",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "chunked in two fields",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nTransfer-Encoding: chunked\r\n\
               Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "compressed, and then chunked",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "a control character before chunked",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nTransfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "a field whose name ends with a space",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\nContent-Length : 4\r\n\r\nabcd",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "a request behind one that is refused for its path",
        sent: "GET /prod/../x HTTP/1.1\r\nHEAD\r\n\r\nGET /prod/b HTTP/1.1\r\nHEAD\r\n\r\n",
        statuses: &["400"],
        received: &[],
    },
    Case {
        name: "a request behind one of a wrong token",
        sent: "GET /prod/a HTTP/1.1\r\nHEAD\r\n\r\n\
               GET /prod/b HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer wrong\r\n\r\n\
               GET /prod/c HTTP/1.1\r\nHEAD\r\n\r\n",
        statuses: &["200", "401", "200", "200"],
        received: &[
            "GET /a HTTP/1.1\r\nauthorization: PLATFORM\r\nhost: API\r\n\r\n",
            "GET /c HTTP/1.1\r\nauthorization: PLATFORM\r\nhost: API\r\n\r\n",
            LAST,
        ],
    },
    Case {
        name: "a request in the body that is left of a refused one",
        sent: "GET /prod/a HTTP/1.1\r\nHEAD\r\n\r\n\
               POST /prod/b HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer wrong\r\nContent-Length: 28\r\n\r\n\
               GET /prod/c HTTP/1.1\r\nX: \r\n\r\nGET /prod/d HTTP/1.1\r\nHEAD\r\n\r\n",
        statuses: &["200", "401", "200", "200"],
        received: &[
            "GET /a HTTP/1.1\r\nauthorization: PLATFORM\r\nhost: API\r\n\r\n",
            "GET /d HTTP/1.1\r\nauthorization: PLATFORM\r\nhost: API\r\n\r\n",
            LAST,
        ],
    },
    Case {
        name: "a body without a length is the next request",
        sent: "POST /prod/a HTTP/1.1\r\nHEAD\r\n\r\nGET /prod/b HTTP/1.1\r\nHEAD\r\n\r\n",
        statuses: &["200", "200", "200"],
        received: &[
            "POST /a HTTP/1.1\r\nauthorization: PLATFORM\r\nhost: API\r\n\r\n",
            "GET /b HTTP/1.1\r\nauthorization: PLATFORM\r\nhost: API\r\n\r\n",
            LAST,
        ],
    },
    Case {
        name: "a body of a GET",
        sent: "GET /prod/a HTTP/1.1\r\nHEAD\r\nContent-Length: 4\r\n\r\nabcdGET /prod/b HTTP/1.1\r\nHEAD\r\n\r\n",
        statuses: &["200", "200", "200"],
        received: &[
            "GET /a HTTP/1.1\r\ncontent-length: 4\r\nauthorization: PLATFORM\r\nhost: API\r\n\r\nabcd",
            "GET /b HTTP/1.1\r\nauthorization: PLATFORM\r\nhost: API\r\n\r\n",
            LAST,
        ],
    },
];
