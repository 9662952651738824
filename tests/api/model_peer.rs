//! A server as model services are: it records what it is sent, and answers well, slowly, endlessly or not at all.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    /// Bytes of the body so far.
    pub body: usize,
    /// Whether its connection has ended.
    pub is_over: bool,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}

/// The server.
#[derive(Clone)]
pub struct Peer {
    /// Address, without a slash at its end.
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// How many events of streams may be sent.
    pub events: Arc<Semaphore>,
}

impl Peer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let peer = Self { url, seen: Arc::default(), events: Arc::new(Semaphore::new(0)) };
        let serving = peer.clone();
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let peer = serving.clone();
                tokio::spawn(async move { peer.serve(tcp).await });
            }
        });
        peer
    }

    pub fn all(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The newest request.
    pub fn last(&self) -> Seen {
        self.all().pop().expect("a request")
    }

    /// Waits until the newest request is as `wanted`.
    pub async fn until(&self, what: &str, wanted: impl Fn(&Seen) -> bool) {
        let found = timeout(Duration::from_secs(10), async {
            while !self.all().last().is_some_and(&wanted) {
                sleep(Duration::from_millis(10)).await;
            }
        });
        assert!(found.await.is_ok(), "{what}: {:?}", self.all().last());
    }

    fn note(&self, at: usize, change: impl FnOnce(&mut Seen)) {
        change(&mut self.seen.lock().unwrap()[at]);
    }

    /// One request: connections are not kept.
    async fn serve(&self, mut tcp: TcpStream) {
        let Some((head, begun)) = head(&mut tcp).await else { return };
        let mut lines = head.split("\r\n");
        let mut first = lines.next().unwrap().split(' ').map(str::to_owned);
        let headers = lines.filter_map(|line| line.split_once(": "));
        let request = Seen {
            method: first.next().unwrap(),
            target: first.next().unwrap(),
            headers: headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(),
            body: begun,
            is_over: false,
        };
        let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
        let target = request.target.clone();
        let at = {
            let mut seen = self.seen.lock().unwrap();
            seen.push(request);
            seen.len() - 1
        };
        let mut piece = [0; 65_536];
        let mut read = begun;
        while read < length {
            match tcp.read(&mut piece).await {
                Ok(0) | Err(_) => return self.note(at, |seen| seen.is_over = true),
                Ok(more) => read += more,
            }
            self.note(at, |seen| seen.body = read);
        }
        self.answer(&mut tcp, &target, read).await;
        // The other side ends it, or has done so.
        while tcp.read(&mut piece).await.is_ok_and(|read| read > 0) {}
        self.note(at, |seen| seen.is_over = true);
    }

    async fn answer(&self, tcp: &mut TcpStream, target: &str, read: usize) {
        let path = target.split('?').next().unwrap();
        let json = |status: &str, body: &str| {
            format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
        };
        let text = match path {
            "/v1/stream" => return self.stream(tcp).await,
            "/v1/silent" => return,
            "/v1/dead" => return drop(tcp.shutdown().await),
            "/v1/nonsense" => "220 mail.example.org ESMTP\r\n".to_owned(),
            "/v1/fail" => json("500 Internal Server Error", r#"{"error":"overloaded"}"#),
            "/v1/elsewhere" => format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: {}/v1/echo\r\ncontent-length: 0\r\n\r\n", self.url),
            "/v1/huge" => "HTTP/1.1 200 OK\r\ncontent-length: 300000000\r\n\r\n".to_owned(),
            "/v1/cut" => "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this".to_owned(),
            "/v1/cookies" => "HTTP/1.1 200 OK\r\nset-cookie: a=b\r\nlocation: /x\r\naccess-control-allow-origin: *\r\nconnection: x-hop\r\n\
                x-hop: 1\r\nx-ratelimit-remaining: 7\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok".to_owned(),
            _ => json("200 OK", &format!(r#"{{"bytes":{read}}}"#)),
        };
        let _ = tcp.write_all(text.as_bytes()).await;
    }

    /// Events, one for each permit.
    async fn stream(&self, tcp: &mut TcpStream) {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
        let mut outcome = tcp.write_all(head.as_bytes()).await;
        let mut at = 0;
        while outcome.is_ok() {
            let mut end = [0; 1];
            tokio::select! {
                permit = self.events.acquire() => permit.unwrap().forget(),
                _ = tcp.read(&mut end) => return,
            }
            at += 1;
            let event = format!("data: {at}\n\n");
            outcome = tcp.write_all(format!("{:x}\r\n{event}\r\n", event.len()).as_bytes()).await;
        }
    }
}

/// The head of a request, and how much of its body came with it.
async fn head(tcp: &mut TcpStream) -> Option<(String, usize)> {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4_096];
        let read = tcp.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            return Some((String::from_utf8(bytes[..end].to_vec()).unwrap(), bytes.len() - end - 4));
        }
    }
}
