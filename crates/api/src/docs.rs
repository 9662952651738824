//! The documents of the API: the OpenAPI document, an explorer for it, and the catalogue of errors.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderValue, LOCATION},
    web,
};
use quarterdeck_domain::Error;
use utoipa_swagger_ui::Config;

use crate::{
    codes::{self, Syntax},
    problem::{Fault, Result},
    respond,
    routes::get,
    state::{self, Document},
    tags,
};

/// Adds the routes, within `/api`.
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .service(get("/openapi.json", document))
        .service(get("/docs", to_explorer))
        .service(get("/docs/errors", errors))
        .service(get("/docs/errors.css", style))
        .service(get("/docs/{file:.*}", explorer));
}

/// The same until the server is another: clients ask whether what they have is still it.
async fn document(request: HttpRequest) -> Result<HttpResponse> {
    let Document { json, tag } = &state::of(&request)?.document;
    let mut response = match tags::is_known(request.headers(), tag) {
        true => HttpResponse::NotModified().finish(),
        false => respond::json(&request, json.to_vec()),
    };
    response.headers_mut().insert(ETAG, HeaderValue::from_str(tag).map_err(Error::internal)?);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

async fn to_explorer() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/api/docs/")).finish()
}

async fn explorer(file: web::Path<String>) -> Result<HttpResponse> {
    let config = Arc::new(Config::from("/api/openapi.json").try_it_out_enabled(true).persist_authorization(false));
    let found = utoipa_swagger_ui::serve(&file, config).map_err(|error| Error::internal(error.to_string()))?;
    let found = found.ok_or_else(|| Fault::syntax(Syntax::Route, "there is nothing at this path"))?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, found.content_type)).insert_header((CACHE_CONTROL, "no-cache"));
    if found.gzpipped {
        response.insert_header((CONTENT_ENCODING, "gzip"));
    }
    Ok(response.body(found.bytes.into_owned()))
}

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}\
    table{border-collapse:collapse}td,th{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8884}\
    tr:target{background:#fc06}";

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/css; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(STYLE)
}

async fn errors() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(page_of_errors())
}

/// The catalogue; each row is the target of the `type` of its problems.
fn page_of_errors() -> String {
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Errors</title><link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/api/docs/errors.css\"></head>\
         <body><h1>Errors</h1><p>Every error of the API is a problem document (RFC 9457) with one of these codes.</p>\
         <table><thead><tr><th>Status</th><th>Code</th><th>Meaning</th></tr></thead><tbody>",
    );
    for entry in codes::catalogue() {
        let (code, status, meaning) = (entry.code, entry.status, escape(&entry.meaning));
        page.push_str(&format!(
            "<tr id=\"{code}\"><td>{status}</td><td><code>{code}</code></td><td>{meaning}</td></tr>"
        ));
    }
    page.push_str("</tbody></table></body></html>");
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_problem_has_its_row() {
        let page = page_of_errors();
        for entry in codes::catalogue() {
            assert!(page.contains(&format!("<tr id=\"{}\">", entry.code)), "{}", entry.code);
        }
    }
}
