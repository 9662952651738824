//! Images as bodies and as answers.

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG},
    },
    web::Bytes,
};
use futures::future::LocalBoxFuture;
use quarterdeck_app::images::Form;
use utoipa::ToSchema;

use crate::{
    body,
    problem::{Fault, Result},
    tags,
};

/// An image, byte by byte.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Image(pub Bytes);

/// The image that a request has as its body.
pub struct ImageBody {
    /// What it is said to be.
    pub form: Form,
    /// The image.
    pub image: Image,
}

impl FromRequest for ImageBody {
    type Error = Fault;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        body::extract(request, payload, |request, payload| async move {
            let names = Form::ALL.map(Form::media_type);
            let given = body::media_type(&request, &names.join(", "))?;
            let form = Form::ALL.into_iter().find(|form| given.eq_ignore_ascii_case(form.media_type()));
            let form = form.ok_or_else(|| body::other_media_type(&names.join(", ")))?;
            Ok(Self { form, image: Image(body::read(&request, payload).await?) })
        })
    }
}

/// A PNG that may be kept as long as it is asked for again each time, for the right to it may end; 304 when it is known.
pub fn png(request: &HttpRequest, digest: &str, png: Vec<u8>) -> HttpResponse {
    let tag = format!("\"{digest}\"");
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "private, no-cache")).insert_header((ETAG, tag.as_str()));
    if tags::is_known(request.headers(), &tag) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    response.insert_header((CONTENT_TYPE, Form::Png.media_type())).body(png)
}
