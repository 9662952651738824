//! The console: files that were built and compressed beforehand, and are embedded in the program.

use std::borrow::Cow;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, VARY},
    },
};
use rust_embed::EmbeddedFile;

use quarterdeck_domain::error::Error;

use crate::{
    accept,
    codes::Syntax,
    compress::gunzip,
    problem::{Fault, Result},
    state, tags,
};

/// The files of the console: what is at a path, if there is something.
pub type ConsoleFiles = fn(&str) -> Option<EmbeddedFile>;

const INDEX: &str = "index.html";
/// Files whose name has their hash never change.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Other files are asked for again, and answered with 304 while they are the same.
const ASK_AGAIN: &str = "no-cache";
const NOT_BUILT: &str = "The console is not built into this server: run `make build`.\n\
    The API is at /api/v1, its explorer at /api/docs.\n";

/// Everything outside `/api`: a file, or the page for a deep link.
///
/// # Errors
/// 404 for a file that is not there, 405 for anything but GET.
pub async fn serve(request: HttpRequest) -> Result<HttpResponse> {
    if request.method() != Method::GET {
        return answer_other_method(&request);
    }
    let files = state::of(&request)?.console;
    let path = request.path().trim_start_matches('/');
    match Forms::of(files, path).filter(|_| is_public(path)) {
        Some(forms) if path != INDEX => respond(&request, path, forms),
        _ if wants_page(request.headers(), path) => page(files, &request),
        _ => Err(Fault::syntax(Syntax::Route, "there is nothing at this path")),
    }
}

fn answer_other_method(request: &HttpRequest) -> Result<HttpResponse> {
    let allow = "GET, HEAD, OPTIONS";
    if request.method() == Method::OPTIONS {
        return Ok(HttpResponse::NoContent().insert_header((ALLOW, allow)).finish());
    }
    Err(Fault::Method(allow.to_owned()))
}

/// The compressed forms are no files of their own.
fn is_public(path: &str) -> bool {
    !path.ends_with(".br") && !path.ends_with(".gz")
}

/// First segments of paths where machines ask; a page is no answer for them.
const OF_MACHINES: [&str; 4] = ["api", "healthz", "readyz", "metrics"];

/// Deep links have no extension, and come from somebody who reads pages.
fn wants_page(headers: &HeaderMap, path: &str) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
    let is_file = path != INDEX && path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let asks_a_machine = path.split('/').next().is_some_and(|first| OF_MACHINES.contains(&first));
    !is_file && !asks_a_machine && (accept.contains("text/html") || accept.contains("*/*") || path.is_empty())
}

fn page(files: ConsoleFiles, request: &HttpRequest) -> Result<HttpResponse> {
    match Forms::of(files, INDEX) {
        Some(forms) => respond(request, INDEX, forms),
        None => Ok(HttpResponse::ServiceUnavailable()
            .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(NOT_BUILT)),
    }
}

fn respond(request: &HttpRequest, path: &str, forms: Forms) -> Result<HttpResponse> {
    let tag = forms.tag();
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CACHE_CONTROL, if is_hashed(path) { FOREVER } else { ASK_AGAIN }))
        .insert_header((VARY, "accept-encoding"))
        .insert_header((ETAG, tag.as_str()));
    if tags::is_known(request.headers(), &tag) {
        return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
    }
    response.insert_header((CONTENT_TYPE, media_type(path)));
    let (data, coding) = forms.best(request.headers())?;
    if let Some(coding) = coding {
        response.insert_header((CONTENT_ENCODING, coding));
    }
    Ok(match data {
        Cow::Borrowed(data) => response.body(data),
        Cow::Owned(data) => response.body(data),
    })
}

/// A file as it was embedded. The console of a release is kept compressed alone: plain, it would be a twentieth of the
/// binary, for the few clients that take neither coding.
enum Forms {
    Plain(EmbeddedFile),
    Compressed { brotli: EmbeddedFile, gzip: EmbeddedFile },
}

impl Forms {
    fn of(files: ConsoleFiles, path: &str) -> Option<Self> {
        let compressed = |extension| files(&format!("{path}.{extension}"));
        files(path)
            .map(Self::Plain)
            .or_else(|| Some(Self::Compressed { brotli: compressed("br")?, gzip: compressed("gz")? }))
    }

    /// Weak: all forms share it (RFC 9110, section 8.8.1).
    fn tag(&self) -> String {
        let (Self::Plain(file) | Self::Compressed { gzip: file, .. }) = self;
        tags::weak(&file.metadata.sha256_hash())
    }

    /// The smallest form that the client takes, and its coding.
    fn best(self, headers: &HeaderMap) -> Result<(Cow<'static, [u8]>, Option<&'static str>)> {
        Ok(match self {
            Self::Plain(file) => (file.data, None),
            Self::Compressed { brotli, .. } if accept::takes_encoding(headers, "br") => (brotli.data, Some("br")),
            Self::Compressed { gzip, .. } if accept::takes_encoding(headers, "gzip") => (gzip.data, Some("gzip")),
            Self::Compressed { gzip, .. } => (gunzip(&gzip.data).map_err(Error::internal)?.into(), None),
        })
    }
}

/// Whether the name has a hash: `app-1a2b3c4d5e6f7a8b.js`, `app-1a2b3c4d5e6f7a8b_bg.wasm`.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_hash = |part: &str| part.len() >= 8 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    name.split(['-', '_', '.']).skip(1).any(is_hash)
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn hashed_names_are_kept_forever() {
        for hashed in
            ["quarterdeck-1a2b3c4d5e6f7a8b.js", "split_people-1a2b3c4d5e6f7a8b.wasm", "snippets/x-0123abcd.js"]
        {
            assert!(is_hashed(hashed), "{hashed}");
        }
        for plain in ["index.html", "favicon.svg", "some-feature.js", "deadbeefdeadbeef"] {
            assert!(!is_hashed(plain), "{plain}");
        }
    }

    #[test]
    fn deep_links_are_pages_and_missing_files_are_not() {
        let mut browser = HeaderMap::new();
        browser.insert(ACCEPT, HeaderValue::from_static("text/html,application/xhtml+xml"));
        assert!(wants_page(&browser, "users/0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e") && wants_page(&browser, ""));
        assert!(!wants_page(&browser, "missing.js") && !wants_page(&browser, "api/v1/users"));
        let mut script = HeaderMap::new();
        script.insert(ACCEPT, HeaderValue::from_static("application/json"));
        assert!(!wants_page(&script, "users"));
    }
}
