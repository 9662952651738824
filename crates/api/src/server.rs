//! The HTTP server: listens, serves, and stops without losing an accepted request.

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_http::{HttpService, Protocol};
use actix_server::Server;
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::{App as WebApp, Error as WebError, dev::AppConfig, web};
use quarterdeck_app::App;
use quarterdeck_domain::networks::Network;
use tokio::net::TcpStream;

use crate::{
    closing::Closing,
    connection::{Connection, Patience},
    console::ConsoleFiles,
    document,
    envelope::Envelope,
    limits::Limits,
    methods::MethodTable,
    metrics::Metrics,
    routes,
    state::{Document, State},
};

/// How the server listens.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Whether people reach the server over TLS; then browsers are told to stay with it.
    pub behind_tls: bool,
    /// The files of the console.
    pub console: ConsoleFiles,
    /// How long an idle connection is kept.
    pub keep_alive: Duration,
    /// How long the head of a request may take; its body has as long again.
    pub client_request_timeout: Duration,
    /// How long requests under way may take after the stop began.
    pub shutdown_timeout: Duration,
    /// Threads; as many as the machine has cores when absent.
    pub workers: Option<usize>,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            trusted_proxies: Vec::new(),
            behind_tls: false,
            console: |_| None,
            keep_alive: Duration::from_secs(75),
            client_request_timeout: Duration::from_secs(10),
            shutdown_timeout: Duration::from_secs(9),
            workers: None,
        }
    }
}

/// The server.
pub struct Http {
    server: Server,
    closing: Closing,
}

impl Http {
    /// Puts the server together; it serves on `listener` at once.
    ///
    /// # Errors
    /// When the listener cannot be used.
    pub fn new(app: Arc<App>, config: &HttpConfig, listener: TcpListener) -> io::Result<Self> {
        let closing = Closing::default();
        let state = web::Data::new(state(app, config, closing.clone()));
        let patience = Patience { head: config.client_request_timeout, keep_alive: config.keep_alive };
        let mut builder = Server::build().disable_signals().shutdown_timeout(config.shutdown_timeout.as_secs());
        if let Some(workers) = config.workers {
            builder = builder.workers(workers);
        }
        let stop = builder.graceful_shutdown_signal();
        let server = builder.listen("quarterdeck", listener, move || {
            let (stop, state, of_connection) = (stop.clone(), state.clone(), state.clone());
            let service = WebApp::new().app_data(state.clone()).configure(routes::configure).wrap(Envelope(state));
            let service = service.into_factory().map_err(|error: WebError| error.error_response());
            // As `HttpServer` puts it together, but for the connection and for the parser's own time limit of heads.
            let http = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let stop = stop.clone();
                    async move { stop.notified().await }
                })
                .keep_alive(patience.keep_alive)
                .client_request_timeout(Duration::ZERO)
                .client_disconnect_timeout(Duration::from_secs(2))
                .on_connect_ext(|connection: &Connection, data| {
                    data.insert(connection.progress());
                })
                .finish(map_config(service, |()| AppConfig::default()));
            fn_service(move |tcp: TcpStream| {
                let peer = tcp.peer_addr().ok();
                let connection = Connection::new(tcp, patience, of_connection.clone());
                std::future::ready(Ok((connection, Protocol::Http1, peer)))
            })
            .and_then(http)
        })?;
        Ok(Self { server: server.run(), closing })
    }

    /// Serves until `stop`, then ends streams, lets requests under way end, and returns.
    ///
    /// # Errors
    /// When the server fails by itself.
    pub async fn run_until(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let handle = self.server.handle();
        let closing = self.closing;
        let stopping = async move {
            stop.await;
            closing.begin();
            handle.stop(true).await;
            std::future::pending::<()>().await;
        };
        futures::pin_mut!(stopping);
        match futures::future::select(self.server, stopping).await {
            futures::future::Either::Left((outcome, _)) => outcome,
            futures::future::Either::Right(_) => Ok(()),
        }
    }
}

fn state(app: Arc<App>, config: &HttpConfig, closing: Closing) -> State {
    let document = document::openapi();
    State {
        app,
        metrics: Metrics::default(),
        limits: Limits::default(),
        methods: methods(&document),
        trusted_proxies: config.trusted_proxies.clone(),
        behind_tls: config.behind_tls,
        console: config.console,
        closing,
        document: Document::new(document::to_json(&document)),
    }
}

fn methods(document: &utoipa::openapi::OpenApi) -> MethodTable {
    let mut table = MethodTable::of(document);
    for path in
        ["/api/openapi.json", "/api/docs", "/api/docs/errors", "/api/docs/{file}", "/healthz", "/readyz", "/metrics"]
    {
        table.add(path, &["GET", "HEAD", "OPTIONS"]);
    }
    table
}
