//! Asking a running server whether it lives: for containers, which have no other program to ask with.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpStream, ToSocketAddrs as _},
    process::ExitCode,
    time::Duration,
};

use crate::{failure::Failure, speech};

/// Time that each step may take.
const LIMIT: Duration = Duration::from_secs(3);

/// Most bytes of the first line of an answer.
const LINE: u64 = 1_024;

/// Asks the server at `url` for `/healthz`.
///
/// # Errors
/// When it does not answer, or not with 200.
pub fn probe(url: &str) -> Result<ExitCode, Failure> {
    let (host, path) = parts(url)?;
    let status = ask(&host, &path).map_err(|error| Failure::new(format!("{host} does not answer: {error}")))?;
    if status != "200" {
        return Err(Failure::new(format!("{host}{path} answers with the status {status:?}")));
    }
    speech::say(format_args!("{host} lives"));
    Ok(ExitCode::SUCCESS)
}

/// Host with port, and path; `/healthz` when the URL has none.
fn parts(url: &str) -> Result<(String, String), Failure> {
    let Some(rest) = url.strip_prefix("http://") else {
        return Err(Failure::new(format!("{url}: must begin with http://")));
    };
    let (host, path) = rest.split_once('/').map_or((rest, String::new()), |(host, path)| (host, format!("/{path}")));
    let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let host = if has_port { host.to_owned() } else { format!("{host}:80") };
    Ok((host, if path.len() > 1 { path } else { "/healthz".to_owned() }))
}

fn ask(host: &str, path: &str) -> std::io::Result<String> {
    let address = host.to_socket_addrs()?.next().ok_or(std::io::ErrorKind::NotFound)?;
    let mut stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nUser-Agent: quarterdeck-doctor\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut head = String::new();
    BufReader::new(stream.take(LINE)).read_line(&mut head)?;
    let status = head.lines().next().unwrap_or_default().split(' ').nth(1).unwrap_or_default();
    Ok(status.to_owned())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn urls() {
        let parts = |url| parts(url).map(|(host, path)| format!("{host} {path}"));
        assert_eq!(parts("http://127.0.0.1:8080").unwrap(), "127.0.0.1:8080 /healthz");
        assert_eq!(parts("http://server/").unwrap(), "server:80 /healthz");
        assert_eq!(parts("http://[::1]:8080/readyz").unwrap(), "[::1]:8080 /readyz");
        assert!(parts("https://server").is_err() && parts("server").is_err());
    }

    #[test]
    fn the_status_decides() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answers = std::thread::spawn(move || {
            for status in ["200 OK", "503 Service Unavailable", "nonsense"] {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 1_024]).unwrap();
                write!(stream, "HTTP/1.1 {status}\r\n\r\n").unwrap();
            }
        });
        assert!(probe(&url).is_ok());
        assert!(probe(&url).unwrap_err().to_string().contains("503"));
        assert!(probe(&url).is_err());
        answers.join().unwrap();
        assert!(probe(&url).unwrap_err().to_string().contains("does not answer"));
    }
}
