//! Connections to services outside.

use std::{io, net::SocketAddr, sync::Arc};

use hyper::Uri;
use quarterdeck_app::outgoing::OutgoingFault;
use quarterdeck_domain::outgoing::is_allowed;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
};
use tokio_rustls::TlsConnector;

use super::unreachable;

/// Addresses of one name that are tried.
const ADDRESSES: usize = 4;

/// What bytes travel on.
pub trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// TLS that trusts the authorities that browsers trust, and `further` ones.
///
/// # Errors
/// When one of the further ones is none.
pub fn connector(further: &[CertificateDer<'static>]) -> io::Result<TlsConnector> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for root in further {
        roots.add(root.clone()).map_err(io::Error::other)?;
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Opens a connection to the service at `uri`.
///
/// # Errors
/// `Address` when requests do not go there, `Unreachable` when nobody answers there or proves to be the service.
pub async fn open(tls: &TlsConnector, uri: &Uri, allow_local: bool) -> Result<Box<dyn Wire>, OutgoingFault> {
    let host = uri.host().ok_or(OutgoingFault::Address)?.trim_matches(['[', ']']);
    let is_plain = match uri.scheme_str() {
        Some("https") => false,
        Some("http") => true,
        _ => return Err(OutgoingFault::Address),
    };
    let port = uri.port_u16().unwrap_or(if is_plain { 80 } else { 443 });
    let found = lookup_host((host, port)).await.map_err(unreachable)?;
    // What is not encrypted does not leave this machine.
    let is_reached = |address: &SocketAddr| {
        let ip = address.ip().to_canonical();
        is_allowed(ip, allow_local) && (!is_plain || ip.is_loopback())
    };
    let tcp = dial(found.filter(is_reached).take(ADDRESSES)).await?;
    if is_plain {
        return Ok(Box::new(tcp));
    }
    let name = ServerName::try_from(host.to_owned()).map_err(unreachable)?;
    Ok(Box::new(tls.connect(name, tcp).await.map_err(unreachable)?))
}

/// Connects to the first address that answers. They were judged: no name is looked up again.
async fn dial(addresses: impl Iterator<Item = SocketAddr>) -> Result<TcpStream, OutgoingFault> {
    let mut failure = OutgoingFault::Address;
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(tcp) => {
                // A small piece of a body is not held back for the next one.
                tcp.set_nodelay(true).map_err(unreachable)?;
                return Ok(tcp);
            }
            Err(error) => failure = unreachable(error),
        }
    }
    Err(failure)
}
