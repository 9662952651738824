//! Model services: by whose key requests go out, and the way there.

mod headers;
mod proxy;
mod target;

use actix_web::{FromRequest, HttpRequest, HttpResponse, delete, dev::Payload, get, post, web};
use quarterdeck_app::model_services;
use quarterdeck_domain::{
    Error,
    model_services::{ModelProvider, ModelService, ModelServices},
};
use utoipa::ToSchema;

use crate::{
    caller::{Caller, needs},
    document::errors::{BadGateway, Conflict, GatewayTimeout},
    problem::{Fault, Result},
    respond::Json,
    routes::Routes,
};

/// What a model service answers, of whatever media type.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "it names the answer in the document alone")]
struct ModelAnswer(web::Bytes);

/// Adds the operations.
pub fn routes(config: &mut Routes<'_, '_>) {
    config
        .service(list_model_services)
        .service(get_model_service)
        .service(read_from_model_service)
        .service(send_to_model_service)
        .service(delete_from_model_service);
}

/// The provider in the path, `{provider}`.
struct Provider(ModelProvider);

impl FromRequest for Provider {
    type Error = Fault;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let name = request.match_info().get("provider").unwrap_or_default();
        std::future::ready(name.parse().map(Self).map_err(|_| Error::NotFound("model service").into()))
    }
}

/// List model services
///
/// Each with the key that a request of the caller would go out with: the own one, else that of the organization, else that
/// of the platform, else an environment variable of the server; and why the others are not used.
#[utoipa::path(tag = "model_services", operation_id = "list_model_services", security(("session" = [])),
    responses((status = 200, description = "All model services", body = ModelServices)))]
#[get("/model-services")]
async fn list_model_services(caller: Caller<needs::ModelServiceUse>) -> Result<Json<ModelServices>> {
    Ok(Json(model_services::list_model_services(&caller).await?))
}

/// Get a model service
///
/// With the key that a request of the caller would go out with.
#[utoipa::path(tag = "model_services", operation_id = "get_model_service", security(("session" = [])),
    params(("provider" = ModelProvider, Path, description = "Who runs the service")),
    responses((status = 200, description = "The model service", body = ModelService)))]
#[get("/model-services/{provider}")]
async fn get_model_service(caller: Caller<needs::ModelServiceUse>, provider: Provider) -> Result<Json<ModelService>> {
    Ok(Json(model_services::get_model_service(&caller, provider.0).await?))
}

/// Read from a model service
///
/// Passed on as it is, path of any length and query included, with the key of the service in the place of the caller's
/// credential; so is the answer, piece by piece, events of a stream too. Nothing is passed on but the headers that model services
/// know. `X-Model-Key` tells whose key it went out with.
#[utoipa::path(tag = "model_services", operation_id = "read_from_model_service", security(("session" = [])),
    params(("provider" = ModelProvider, Path, description = "Who runs the service"),
        ("path" = String, Path, description = "Path at the service", pattern = "^[A-Za-z0-9_:-]+$", example = "v1")),
    responses((status = 200, description = "The answer of the service, whatever its status and media type", body = ModelAnswer, content_type = "application/octet-stream"),
        Conflict, BadGateway, GatewayTimeout))]
#[get("/model-services/{provider}/{path:.*}")]
async fn read_from_model_service(
    caller: Caller<needs::ModelServiceUse>,
    provider: Provider,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    proxy::pass(caller, provider.0, &request, payload).await
}

/// Send to a model service
///
/// As reading, with a body of at most 32 MiB, which is passed on piece by piece too. An `Idempotency-Key` is for the service.
#[utoipa::path(tag = "model_services", operation_id = "send_to_model_service", security(("session" = [])),
    params(("provider" = ModelProvider, Path, description = "Who runs the service"),
        ("path" = String, Path, description = "Path at the service", pattern = "^[A-Za-z0-9_:-]+$", example = "v1")),
    request_body(content = Object, content_type = "application/json", description = "What the service takes, of any media type",
        example = json!({"model": "any", "messages": [{"role": "user", "content": "Hello"}]})),
    responses((status = 200, description = "The answer of the service, whatever its status and media type", body = ModelAnswer, content_type = "application/octet-stream"),
        Conflict, BadGateway, GatewayTimeout))]
#[post("/model-services/{provider}/{path:.*}")]
async fn send_to_model_service(
    caller: Caller<needs::ModelServiceUse>,
    provider: Provider,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    proxy::pass(caller, provider.0, &request, payload).await
}

/// Delete from a model service
///
/// As reading: for files and the like that are kept there.
#[utoipa::path(tag = "model_services", operation_id = "delete_from_model_service", security(("session" = [])),
    params(("provider" = ModelProvider, Path, description = "Who runs the service"),
        ("path" = String, Path, description = "Path at the service", pattern = "^[A-Za-z0-9_:-]+$", example = "v1")),
    responses((status = 200, description = "The answer of the service, whatever its status and media type", body = ModelAnswer, content_type = "application/octet-stream"),
        Conflict, BadGateway, GatewayTimeout))]
#[delete("/model-services/{provider}/{path:.*}")]
async fn delete_from_model_service(
    caller: Caller<needs::ModelServiceUse>,
    provider: Provider,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    proxy::pass(caller, provider.0, &request, payload).await
}
