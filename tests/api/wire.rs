//! Requests byte by byte: what breaks the protocol ends in an answer and a closed connection, never in a hang.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpStream},
    time::{Duration, Instant},
};

use quarterdeck_domain::Problem;
use quarterdeck_testkit::{Backend, Server};

/// What came back until the server closed the connection.
struct Answer {
    text: String,
    took: Duration,
}

impl Answer {
    /// Statuses of all answers, but for `100 Continue`.
    fn statuses(&self) -> Vec<u16> {
        let heads = self.text.split("HTTP/1.").skip(1);
        heads.map(|head| head[2..5].parse().unwrap()).filter(|status| *status != 100).collect()
    }

    /// Body of the last answer.
    fn body(&self) -> &str {
        self.text.rsplit_once("\r\n\r\n").map_or("", |(_, body)| body)
    }

    fn problem(&self) -> Problem {
        assert!(self.text.contains("content-type: application/problem+json"), "{}", self.text);
        serde_json::from_str(self.body()).unwrap()
    }
}

/// Sends `request` and reads until the connection is closed. `ends` tells the server that nothing more will come.
fn send(server: &Server, request: &[u8], ends: bool) -> Answer {
    let began = Instant::now();
    let mut stream = TcpStream::connect(server.base.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // The server may have closed already.
    let _ = stream.write_all(request);
    if ends {
        let _ = stream.shutdown(Shutdown::Write);
    }
    let mut bytes = Vec::new();
    let outcome = stream.read_to_end(&mut bytes);
    let timed_out = outcome.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock);
    assert!(!timed_out, "the connection stays open: {}", String::from_utf8_lossy(&bytes));
    Answer { text: String::from_utf8_lossy(&bytes).into_owned(), took: began.elapsed() }
}

/// A request of the administrator after which the connection is closed.
fn request(token: &str, line: &[u8], headers: &[u8], body: &[u8]) -> Vec<u8> {
    let common = format!(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n");
    [line, common.as_bytes(), headers, b"\r\n", body].concat()
}

const JSON: &[u8] = b"Content-Type: application/json\r\n";

/// What is HTTP gets a problem document, whatever else is wrong with it.
#[tokio::test]
async fn problems() {
    let server = Server::start(Backend::Sqlite).await;
    let token = server.admin().await.transport().token().unwrap();
    let post = |headers: &[u8], body: &[u8]| request(&token, b"POST /api/v1/users", &[JSON, headers].concat(), body);
    let chunk = [b"10000\r\n".as_slice(), &[b'x'; 65_536], b"\r\n"].concat();
    let chunks = [chunk.repeat(17), b"0\r\n\r\n".to_vec()].concat();
    let cases = [
        ("a byte that is no UTF-8, escaped", request(&token, b"GET /api/v1/users/%ff", b"", b""), 400, "malformed-id"),
        ("the same in the query", request(&token, b"GET /api/v1/users?q=%ff", b"", b""), 400, "malformed-query"),
        (
            "a long path",
            request(&token, &[b"GET /api/v1/".as_slice(), &[b'a'; 60_000]].concat(), b"", b""),
            404,
            "route-not-found",
        ),
        ("an unknown method", request(&token, b"BREW /api/v1/users", b"", b""), 405, "method-not-allowed"),
        ("no body", post(b"Content-Length: 0\r\n", b""), 400, "malformed-json"),
        ("no length", post(b"", b""), 400, "malformed-json"),
        ("less than announced", post(b"Content-Length: 50\r\n", b"{}"), 400, "malformed-request"),
        ("too much announced", post(b"Content-Length: 1073741824\r\n", b"{}"), 413, "body-too-large"),
        ("too much in chunks", post(b"Transfer-Encoding: chunked\r\n", &chunks), 413, "body-too-large"),
        ("a chunk without length", post(b"Transfer-Encoding: chunked\r\n", b"zz\r\n{}\r\n"), 400, "malformed-request"),
        ("compressed", post(b"Content-Encoding: gzip\r\nContent-Length: 2\r\n", b"{}"), 415, "unsupported-media-type"),
        ("after 100 Continue", post(b"Expect: 100-continue\r\nContent-Length: 2\r\n", b"{}"), 400, "malformed-body"),
        ("with another Expect", post(b"Expect: tea\r\nContent-Length: 2\r\n", b"{}"), 400, "malformed-body"),
        ("a number too large", post(b"Content-Length: 18\r\n", b"{\"username\":1e999}"), 400, "malformed-json"),
        (
            "a member twice",
            post(b"Content-Length: 31\r\n", b"{\"username\":\"a\",\"username\":\"b\"}"),
            400,
            "malformed-body",
        ),
    ];
    for (name, bytes, status, code) in cases {
        let answer = send(&server, &bytes, true);
        assert_eq!(answer.statuses(), [status], "{name}: {}", answer.text);
        assert_eq!(answer.problem().code, code, "{name}");
    }
}

/// What is no HTTP gets a problem document as well, and the connection is closed.
#[tokio::test]
async fn no_http() {
    let server = Server::start(Backend::Sqlite).await;
    let token = server.admin().await.transport().token().unwrap();
    let get = |headers: &[u8]| request(&token, b"GET /api/v1/me", headers, b"");
    let post = |headers: &[u8]| request(&token, b"POST /api/v1/users", &[JSON, headers].concat(), b"{}");
    let many: Vec<u8> = (0..97).flat_map(|index| format!("X-{index}: 1\r\n").into_bytes()).collect();
    let cases = [
        ("a raw byte in the path", request(&token, b"GET /api/v1/\xff", b"", b""), 400),
        ("NUL in the path", request(&token, b"GET /api/v1/\0", b"", b""), 400),
        ("NUL in a header", get(b"X-A: a\0b\r\n"), 400),
        ("a folded header", get(b"X-Request-Id: abcdefgh\r\n Set-Cookie: a=b\r\n"), 400),
        ("a bare CR in a header", get(b"X-Request-Id: abcdefgh\rSet-Cookie: a=b\r\n"), 400),
        ("a negative length", post(b"Content-Length: -2\r\n"), 400),
        ("two lengths", post(b"Content-Length: 2\r\nContent-Length: 3\r\n"), 400),
        ("a length and chunks", post(b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n"), 400),
        ("another coding", post(b"Transfer-Encoding: gzip\r\n"), 400),
        ("no host", b"GET /healthz HTTP/1.1\r\n\r\n".to_vec(), 400),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), 400),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00".to_vec(), 400),
        ("too many headers", get(&many), 431),
        ("a head of 200 kB", get(&[b"X-A: ".as_slice(), &[b'a'; 200_000], b"\r\n"].concat()), 431),
    ];
    for (name, bytes, status) in &cases {
        let answer = send(&server, bytes, false);
        assert_eq!(answer.statuses(), [*status], "{name}: {}", answer.text);
        let code = if *status == 431 { "head-too-large" } else { "malformed-request" };
        assert_eq!((answer.problem().code.as_str(), answer.problem().status), (code, *status), "{name}");
        for header in ["connection: close", "x-content-type-options: nosniff", "date: "] {
            assert!(answer.text.contains(header), "{name}: {}", answer.text);
        }
        let id = format!("x-request-id: {}", answer.problem().request_id);
        assert!(answer.text.contains(&id) && answer.took < Duration::from_secs(5), "{name}");
    }
    // The answers before it are left as they are.
    let right = b"GET /api/v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n".as_slice();
    let answer = send(&server, &[right, b"GET /\0 HTTP/1.1\r\n\r\n"].concat(), false);
    assert_eq!((answer.statuses(), answer.problem().code.as_str()), (vec![404, 400], "malformed-request"));
    assert!(answer.text.contains("route-not-found"), "{}", answer.text);
    // Each is counted.
    let metrics = server.anonymous().transport().raw("GET", "/metrics").send().await.unwrap().text().await.unwrap();
    let counted = format!("quarterdeck_http_requests_total{{class=\"other\",status=\"4xx\"}} {}\n", cases.len() + 1);
    assert!(metrics.contains(&counted), "{metrics}");
    // Strangers cannot fill the log with errors.
    assert!(!server.log().contains("ERROR"), "{}", server.log());
}

/// Old and unusual, but right: HTTP/1.0, several requests at once, bytes in headers that are no text.
#[tokio::test]
async fn unusual() {
    let server = Server::start(Backend::Sqlite).await;
    let token = server.admin().await.transport().token().unwrap();
    let old =
        send(&server, format!("GET /api/v1/me HTTP/1.0\r\nAuthorization: Bearer {token}\r\n\r\n").as_bytes(), false);
    assert_eq!(old.statuses(), [200]);
    let pipelined = b"GET /api/v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n".to_vec();
    let pipelined = send(&server, &[pipelined, request(&token, b"GET /api/v1/me", b"", b"")].concat(), false);
    assert_eq!(pipelined.statuses(), [404, 200]);
    let odd = send(
        &server,
        &request(&token, b"GET /api/v1/me", b"User-Agent: \xff\xfe\r\nX-Request-Id: \xff12345678\r\n", b""),
        false,
    );
    assert_eq!(odd.statuses(), [200]);
    let injected = request(&token, b"GET /api/v1/me", b"X-Request-Id: abcdefgh\nSet-Cookie: a=b\r\n", b"");
    let injected = send(&server, &injected, false).text;
    assert!(injected.contains("x-request-id: abcdefgh\r\n") && !injected.contains("et-cookie"), "{injected}");
    let marked = send(&server, &request(&token, b"GET /api/v1/me", b"X-Request-Id: \"><script>\r\n", b""), false).text;
    assert!(marked.contains("x-request-id: ") && !marked.contains("script"), "{marked}");
}

/// Who sends a head or a body a byte now and then is cut off after ten seconds; others are served meanwhile.
#[tokio::test]
async fn slow_clients() {
    const HEAD: &[u8] = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\n";
    let server = Server::start(Backend::Sqlite).await;
    let token = server.admin().await.transport().token().unwrap();
    let body = request(&token, b"POST /api/v1/users", &[JSON, b"Content-Length: 50\r\n"].concat(), b"{");
    let later = [b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".as_slice(), HEAD].concat();
    let cases: [(&str, Vec<u8>, bool, &[u16]); 5] = [
        ("no head", Vec::new(), false, &[]),
        ("half a head", HEAD.to_vec(), false, &[408]),
        ("a head that never ends", HEAD.to_vec(), true, &[408]),
        ("a later head", later, true, &[200, 408]),
        ("half a body", body, false, &[408]),
    ];
    std::thread::scope(|scope| {
        let slow = cases.map(|(name, bytes, trickles, statuses)| {
            let server = &server;
            (
                name,
                statuses,
                scope.spawn(move || if trickles { trickle(server, &bytes) } else { send(server, &bytes, false) }),
            )
        });
        let stream = scope.spawn(|| listen(&server, &token));
        assert_eq!(send(&server, b"GET /healthz HTTP/1.0\r\n\r\n", false).statuses(), [200]);
        for (name, statuses, answer) in slow {
            let answer = answer.join().unwrap();
            assert_eq!(answer.statuses(), statuses, "{name}: {}", answer.text);
            assert!(statuses.is_empty() || answer.problem().code == "request-timeout", "{name}: {}", answer.text);
            assert!(answer.took < Duration::from_secs(15), "{name}: {:?}", answer.took);
        }
        let stream = stream.join().unwrap();
        assert!(stream.contains("\n:") && !stream.contains("HTTP/1.1 4"), "{stream}");
    });
}

/// Sends `request` and then a header line each second, until the connection is closed.
fn trickle(server: &Server, request: &[u8]) -> Answer {
    let began = Instant::now();
    let mut stream = TcpStream::connect(server.base.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    stream.write_all(request).unwrap();
    let mut bytes = Vec::new();
    while began.elapsed() < Duration::from_secs(20) {
        match stream.read_to_end(&mut bytes) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => drop(stream.write_all(b"X-A: b\r\n")),
            _ => break,
        }
    }
    Answer { text: String::from_utf8_lossy(&bytes).into_owned(), took: began.elapsed() }
}

/// What a stream of events says, up to its sign of life, to a client that has begun another head meanwhile.
fn listen(server: &Server, token: &str) -> String {
    let began = Instant::now();
    let mut stream = TcpStream::connect(server.base.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    let open = request(token, b"GET /api/v1/events", b"", b"");
    stream.write_all(&[open.as_slice(), b"GET /healthz HTTP/1.1\r\n"].concat()).unwrap();
    let mut bytes = Vec::new();
    while began.elapsed() < Duration::from_secs(25) && !String::from_utf8_lossy(&bytes).contains("\n:") {
        let _ = stream.read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
