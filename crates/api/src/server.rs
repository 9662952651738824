//! The HTTP server: listens, serves, and stops without losing an accepted request.

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{App as WebApp, HttpServer, dev::Server, web};
use quarterdeck_app::App;

use crate::{
    address::Network, closing::Closing, document, envelope::Envelope, limits::Limits, methods::MethodTable,
    metrics::Metrics, routes, state::State,
};

/// How the server listens.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Whether people reach the server over TLS; then browsers are told to stay with it.
    pub behind_tls: bool,
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
        let service = move || {
            let state = state.clone();
            WebApp::new().app_data(state.clone()).configure(routes::configure).wrap(Envelope(state))
        };
        let mut server = HttpServer::new(service)
            .disable_signals()
            .keep_alive(config.keep_alive)
            .client_request_timeout(config.client_request_timeout)
            .client_disconnect_timeout(Duration::from_secs(2))
            .shutdown_timeout(config.shutdown_timeout.as_secs());
        if let Some(workers) = config.workers {
            server = server.workers(workers);
        }
        Ok(Self { server: server.listen(listener)?.run(), closing })
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
        closing,
        document: web::Bytes::from(document::to_json(&document)),
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
