//! Lists: a page as JSON, or all rows as CSV or JSON lines, read page by page through the same use-case.

use std::{marker::PhantomData, str::FromStr};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, VARY},
    web::Bytes,
};
use futures::{Stream, stream};
use quarterdeck_app::Ctx;
use quarterdeck_domain::{
    Error, Page,
    page::{ListRequest, MAX_LIMIT},
};
use serde::de::DeserializeOwned;

use crate::{
    accept::{self, Format},
    admission,
    caller::Caller,
    compress::Gzip,
    csv::{self, Row},
    limits::{Gate, Permit},
    problem::{Fault, Result},
    query, respond,
};

/// The request of a list and the form of its answer.
pub struct List<F, K> {
    request: ListRequest<F, K>,
    answer: Answer,
}

/// The form of the answer of a list that takes no parameters.
pub struct Answer {
    format: Format,
    request: HttpRequest,
}

/// Documents the parameters of a list; see [`crate::document::parameters`].
pub struct ListParameters<F, K>(PhantomData<(F, K)>);

impl<F: DeserializeOwned, K: FromStr> FromRequest for List<F, K> {
    type Error = Fault;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let list = || Ok(Self { request: query::list_request(request.query_string())?, answer: answer(request)? });
        std::future::ready(list())
    }
}

impl FromRequest for Answer {
    type Error = Fault;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(answer(request))
    }
}

fn answer(request: &HttpRequest) -> Result<Answer> {
    Ok(Answer { format: accept::format(request)?, request: request.clone() })
}

impl<F: Clone + 'static, K: Copy + 'static> List<F, K> {
    /// Answers with the rows that `fetch` gives: a page as JSON, or all of them as an export.
    ///
    /// # Errors
    /// Those of `fetch` for the first page; a later failure cuts the export off.
    pub async fn answer<T: Row + 'static, N>(
        self,
        caller: Caller<N>,
        name: &'static str,
        fetch: impl AsyncFn(&Ctx, &ListRequest<F, K>) -> quarterdeck_domain::Result<Page<T>> + 'static,
    ) -> Result<HttpResponse> {
        let Self { mut request, answer } = self;
        if answer.format == Format::Json {
            return page(&answer.request, &fetch(&caller, &request).await?);
        }
        // A limit out of range is refused in every form.
        request.page.limit()?;
        request.page.limit = Some(MAX_LIMIT);
        let first = fetch(&caller, &request).await?;
        let ctx = caller.into_inner();
        let permit = admission::enter(&answer.request, Gate::Exports, &ctx)?;
        let gzip = accept::takes_encoding(answer.request.headers(), "gzip").then(Gzip::default);
        let mut response = export_head(answer.format, name);
        if gzip.is_some() {
            response.insert_header((CONTENT_ENCODING, "gzip"));
        }
        let export = Export { ctx, request, fetch, next: Some(first), is_first: true, gzip, _permit: permit };
        Ok(response.streaming(export.stream(answer.format)))
    }
}

impl Answer {
    /// Answers with rows that are all there.
    ///
    /// # Errors
    /// `Internal` when they cannot be written.
    pub fn with<T: Row + 'static>(self, name: &'static str, rows: &Page<T>) -> Result<HttpResponse> {
        match self.format {
            Format::Json => page(&self.request, rows),
            format => Ok(export_head(format, name).body(write(format, &rows.items, true)?)),
        }
    }
}

fn page<T: Row>(request: &HttpRequest, page: &Page<T>) -> Result<HttpResponse> {
    let bytes = serde_json::to_vec(page).map_err(Error::internal)?;
    Ok(respond::json(request, bytes))
}

fn export_head(format: Format, name: &str) -> actix_web::HttpResponseBuilder {
    let (content_type, extension) = match format {
        Format::Csv => ("text/csv; charset=utf-8; header=present", "csv"),
        _ => (format.media_type(), "jsonl"),
    };
    let mut response = HttpResponse::Ok();
    response
        .insert_header((CONTENT_TYPE, content_type))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{extension}\"")))
        .insert_header((VARY, "accept, accept-encoding"));
    response
}

fn write<T: Row>(format: Format, rows: &[T], with_head: bool) -> quarterdeck_domain::Result<Vec<u8>> {
    if format == Format::Csv {
        return csv::write(rows, with_head);
    }
    let mut lines = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut lines, row).map_err(Error::internal)?;
        lines.push(b'\n');
    }
    Ok(lines)
}

/// An export under way: memory for one page, however many rows there are.
struct Export<F, K, T, G> {
    ctx: Ctx,
    request: ListRequest<F, K>,
    fetch: G,
    next: Option<Page<T>>,
    is_first: bool,
    gzip: Option<Gzip>,
    _permit: Option<Permit>,
}

impl<F, K, T, G> Export<F, K, T, G>
where
    T: Row,
    G: AsyncFn(&Ctx, &ListRequest<F, K>) -> quarterdeck_domain::Result<Page<T>>,
{
    fn stream(self, format: Format) -> impl Stream<Item = Result<Bytes>> {
        stream::try_unfold(self, move |mut export| async move {
            let Some(page) = export.next.take() else { return Ok(None) };
            let bytes = export.step(format, page).await.map_err(Fault::from).inspect_err(Fault::log)?;
            Ok(Some((Bytes::from(bytes), export)))
        })
    }

    async fn step(&mut self, format: Format, page: Page<T>) -> quarterdeck_domain::Result<Vec<u8>> {
        let mut bytes = write(format, &page.items, self.is_first)?;
        if let Some(gzip) = &mut self.gzip {
            bytes = gzip.piece(&bytes).map_err(Error::internal)?;
        }
        self.is_first = false;
        if let Some(cursor) = page.next_cursor {
            self.request.page.cursor = Some(cursor);
            // A long export ends with the right to it.
            self.ctx.renew().await?;
            self.next = Some((self.fetch)(&self.ctx, &self.request).await?);
        } else if let Some(gzip) = self.gzip.take() {
            bytes.extend(gzip.end().map_err(Error::internal)?);
        }
        Ok(bytes)
    }
}
