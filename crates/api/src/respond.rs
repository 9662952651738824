//! Answers of success: JSON with its `ETag`, not modified, created, accepted, nothing.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, Responder,
    http::{
        Method, StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE, ETAG, LOCATION, VARY},
    },
};
use quarterdeck_domain::{Error, jobs::Job};
use serde::Serialize;

use crate::{
    accept, body, compress,
    problem::Fault,
    tags::{self, Resource},
};

/// A resource, 200.
pub struct Found<T>(pub T);

/// A new resource, 201, with its path.
pub struct Created<T>(pub String, pub T);

/// Any other value, 200.
pub struct Json<T>(pub T);

/// Done, 204.
pub struct NoContent;

/// A job: 200 when it has ended, else 202 with its path.
pub struct JobAnswer(pub Job);

impl<T: Resource> Responder for Found<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        resource(request, HttpResponse::Ok(), &self.0)
    }
}

impl<T: Resource> Responder for Created<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Created();
        response.insert_header((LOCATION, self.0));
        resource(request, response, &self.1)
    }
}

impl<T: Serialize> Responder for Json<T> {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        match serde_json::to_vec(&self.0) {
            Ok(bytes) => json(request, bytes),
            Err(error) => HttpResponse::from_error(Fault::from(Error::internal(error))),
        }
    }
}

impl Responder for NoContent {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::new(StatusCode::NO_CONTENT)
    }
}

impl Responder for JobAnswer {
    type Body = actix_web::body::BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        if !self.0.state.is_final() {
            response.status(StatusCode::ACCEPTED).insert_header((LOCATION, format!("/api/v1/jobs/{}", self.0.id)));
        }
        resource(request, response, &self.0)
    }
}

/// A resource with its tag, or 304 when a GET knows the tag already.
fn resource<T: Resource>(request: &HttpRequest, mut response: HttpResponseBuilder, value: &T) -> HttpResponse {
    let bytes = match serde_json::to_vec(value) {
        Ok(bytes) => bytes,
        Err(error) => return HttpResponse::from_error(Fault::from(Error::internal(error))),
    };
    let tag = tags::strong(value.version(), &bytes);
    response.insert_header((ETAG, tag.as_str()));
    if request.method() == Method::GET && tags::is_known(request.headers(), &tag) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    response.insert_header((CONTENT_TYPE, body::JSON)).body(bytes)
}

/// JSON, compressed when it is large and the client takes it. Not for answers with secrets beside what a client chose.
pub fn json(request: &HttpRequest, bytes: Vec<u8>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, body::JSON));
    if bytes.len() > compress::WORTH_BYTES {
        response.insert_header((VARY, "accept, accept-encoding"));
        if accept::takes_encoding(request.headers(), "gzip")
            && let Ok(compressed) = compress::gzip(&bytes)
        {
            return response.insert_header((CONTENT_ENCODING, "gzip")).body(compressed);
        }
    }
    response.body(bytes)
}
