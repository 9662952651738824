//! All routes: the API with its own answers for what is not there, the documents, and the console for the rest.

use actix_web::{
    FromRequest, Handler, HttpRequest, HttpResponse, Responder, Route,
    dev::HttpServiceFactory,
    http::{Method, header::ALLOW},
    web,
};
use utoipa_actix_web::{OpenApiFactory, service_config::ServiceConfig};

use crate::{
    access, api_keys, audit, auth, bin,
    codes::Syntax,
    console, credentials, departures, docs, events, groups, impersonation, jobs, me, meta, model_services, operation,
    organizations, plans,
    problem::{Fault, Result},
    provider_keys, role_grants, roles, saved_views, service_accounts, sessions, settings, setup, state, user_exports,
    user_imports, users,
};

/// Base of the API.
pub const BASE: &str = "/api/v1";

/// Where operations are added. What the document says of them is only put together for the document: each thread of the
/// server would keep room for it, some 6 MB.
pub enum Routes<'a, 'b> {
    /// To the routes of a server.
    Served(&'a mut web::ServiceConfig),
    /// To the OpenAPI document.
    Described(&'a mut ServiceConfig<'b>),
}

impl Routes<'_, '_> {
    /// Adds an operation.
    pub fn service<F: HttpServiceFactory + OpenApiFactory + 'static>(&mut self, operation: F) -> &mut Self {
        match self {
            Self::Served(config) => drop(config.service(operation)),
            Self::Described(config) => drop(config.service(operation)),
        }
        self
    }

    /// Adds a route that is no operation.
    pub fn route(&mut self, path: &str, route: Route) -> &mut Self {
        if let Self::Served(config) = self {
            config.route(path, route);
        }
        self
    }

    /// Adds the operations of a feature.
    pub fn configure(&mut self, routes: impl FnOnce(&mut Self)) -> &mut Self {
        routes(self);
        self
    }
}

/// Adds everything to an actix application whose data has a [`State`](crate::state::State).
pub fn configure(config: &mut web::ServiceConfig) {
    operation::routes(config);
    config.service(
        web::scope("/api")
            .service(
                web::scope("/v1")
                    .configure(|config| operations(&mut Routes::Served(config)))
                    .default_service(web::to(missing)),
            )
            .configure(docs::routes)
            .default_service(web::to(missing)),
    );
    config.route("/api", web::to(missing)).default_service(web::to(console::serve));
}

/// A path outside the OpenAPI document that only GET answers.
pub fn get<F, A>(path: &str, handler: F) -> actix_web::Resource
where
    F: Handler<A>,
    A: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path).route(web::get().to(handler)).default_service(web::to(missing))
}

/// The operations of the API, relative to [`BASE`]; the OpenAPI document is collected from them.
pub fn operations(config: &mut Routes<'_, '_>) {
    config
        .configure(meta::routes)
        .configure(setup::routes)
        .configure(auth::routes)
        .configure(me::routes)
        .configure(users::routes)
        .configure(user_imports::routes)
        .configure(user_exports::routes)
        .configure(service_accounts::routes)
        .configure(impersonation::routes)
        .configure(sessions::routes)
        .configure(api_keys::routes)
        .configure(credentials::routes)
        .configure(provider_keys::routes)
        .configure(model_services::routes)
        .configure(access::routes)
        .configure(roles::routes)
        .configure(role_grants::routes)
        .configure(saved_views::routes)
        .configure(bin::routes)
        .configure(departures::routes)
        .configure(organizations::routes)
        .configure(groups::routes)
        .configure(plans::routes)
        .configure(jobs::routes)
        .configure(audit::routes)
        .configure(settings::routes)
        .configure(events::routes);
}

/// What no operation answers: another method, or nothing at all.
///
/// # Errors
/// 405 when the path has other methods, 404 otherwise.
pub async fn missing(request: HttpRequest) -> Result<HttpResponse> {
    let allow = state::of(&request)?.methods.allow(request.path());
    match (allow, request.method()) {
        (Some(allow), &Method::OPTIONS) => Ok(HttpResponse::NoContent().insert_header((ALLOW, allow)).finish()),
        (Some(allow), _) => Err(Fault::Method(allow.to_owned())),
        (None, _) => Err(Fault::syntax(Syntax::Route, "there is nothing at this path")),
    }
}
