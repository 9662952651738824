//! What every request can reach.

use std::sync::Arc;

use actix_web::{HttpRequest, web};
use quarterdeck_app::App;
use quarterdeck_domain::{Error, networks::Network};
use sha2::{Digest as _, Sha256};

use crate::{
    closing::Closing,
    console::ConsoleFiles,
    limits::Limits,
    methods::MethodTable,
    metrics::Metrics,
    problem::{Fault, Result},
    tags,
};

/// What every request can reach; one for the whole process.
pub struct State {
    /// The application.
    pub app: Arc<App>,
    /// Counters and histograms.
    pub metrics: Metrics,
    /// How many requests a client may send.
    pub limits: Limits,
    /// Which methods each path has.
    pub methods: MethodTable,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Whether people reach the server over TLS.
    pub behind_tls: bool,
    /// The files of the console.
    pub console: ConsoleFiles,
    /// Tells streams to end.
    pub closing: Closing,
    /// The OpenAPI document.
    pub document: Document,
}

/// The OpenAPI document.
pub struct Document {
    /// The document.
    pub json: web::Bytes,
    /// What it is known by; weak, for it is answered compressed as well.
    pub tag: String,
}

impl Document {
    /// The document `json`.
    #[must_use]
    pub fn new(json: String) -> Self {
        Self { tag: tags::weak(&Sha256::digest(&json).into()), json: json.into() }
    }
}

/// The state of the server that `request` came to.
///
/// # Errors
/// `Internal` when the server was put together without one.
pub fn of(request: &HttpRequest) -> Result<&web::Data<State>> {
    request.app_data::<web::Data<State>>().ok_or_else(|| Fault::from(Error::internal("the server has no state")))
}
