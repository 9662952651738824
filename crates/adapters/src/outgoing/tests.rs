//! TLS and addresses; what goes over a connection is proven through the API (tests/api/model_services.rs).

use std::{path::Path, process::Command};

use futures::StreamExt as _;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use super::*;

fn openssl(folder: &Path, args: &[&str]) {
    let output = Command::new("openssl").args(args).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A server for `localhost` with a certificate of its own, and that certificate.
async fn tls_server() -> (u16, CertificateDer<'static>) {
    let folder = tempfile::tempdir().unwrap();
    let name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"];
    let leaf = ["-addext", "basicConstraints=critical,CA:FALSE"];
    let key = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "certificate.der"];
    openssl(folder.path(), &[&key[..], &["-outform", "DER"], &name, &leaf].concat());
    openssl(folder.path(), &["pkcs8", "-topk8", "-nocrypt", "-in", "key.pem", "-outform", "DER", "-out", "key.der"]);
    let read = |file: &str| std::fs::read(folder.path().join(file)).unwrap();
    let certificate = CertificateDer::from(read("certificate.der"));
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(read("key.der")));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    let (acceptor, listener) = (TlsAcceptor::from(Arc::new(config)), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let Ok(mut tls) = acceptor.accept(tcp).await else { continue };
            let mut head = [0; 1_000];
            let read = tls.read(&mut head).await.unwrap_or_default();
            assert!(head[..read].starts_with(b"GET /v1/models?a=b HTTP/1.1\r\n"));
            let _ = tls.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello").await;
        }
    });
    (port, certificate)
}

async fn get(outgoing: &HttpOutgoing, url: String, allow_local: bool) -> Result<String, OutgoingFault> {
    let request = OutgoingRequest {
        method: "GET".to_owned(),
        url,
        headers: Vec::new(),
        body: None,
        allow_local,
        silence: Duration::from_secs(5),
    };
    let mut answer = outgoing.send(request).await?;
    let mut text = Vec::new();
    while let Some(piece) = answer.bytes.next().await {
        text.extend_from_slice(&piece.unwrap());
    }
    Ok(String::from_utf8(text).unwrap())
}

/// Only a service that proves who it is gets a request, and with it a key.
#[tokio::test]
async fn a_service_proves_who_it_is() {
    let (port, certificate) = tls_server().await;
    let url = format!("https://localhost:{port}/v1/models?a=b");
    let trusting = HttpOutgoing::new(&[certificate]).unwrap();
    assert_eq!(get(&trusting, url.clone(), true).await.unwrap(), "hello");
    let by_address = format!("https://127.0.0.1:{port}/v1/models?a=b");
    assert!(matches!(get(&trusting, by_address, true).await, Err(OutgoingFault::Unreachable(_))));
    let strict = HttpOutgoing::new(&[]).unwrap();
    assert!(matches!(get(&strict, url.clone(), true).await, Err(OutgoingFault::Unreachable(_))));
    assert!(matches!(get(&trusting, url, false).await, Err(OutgoingFault::Address)));
}

/// Names and ways of writing addresses lead to no place that is closed.
#[tokio::test]
async fn closed_places() {
    let outgoing = HttpOutgoing::new(&[]).unwrap();
    for url in [
        "http://127.0.0.1:9/",
        "https://127.0.0.1:9/",
        "https://127.1:9/",
        "https://0x7f000001:9/",
        "https://[::1]:9/",
        "https://[::ffff:10.0.0.1]:9/",
        "https://localhost:9/",
        "https://169.254.169.254/latest/meta-data",
        "ftp://127.0.0.1/",
        "https:///path",
        "/path",
    ] {
        let outcome = get(&outgoing, url.to_owned(), false).await;
        assert!(matches!(outcome, Err(OutgoingFault::Address)), "{url}: {outcome:?}");
    }
    for url in ["http://169.254.169.254/", "https://169.254.169.254/", "http://10.255.255.1/"] {
        let outcome = get(&outgoing, url.to_owned(), true).await;
        assert!(matches!(outcome, Err(OutgoingFault::Address)), "{url}: {outcome:?}");
    }
}
