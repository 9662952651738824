//! Content negotiation (RFC 9110, section 12): what form of an answer the client wants most.

use actix_web::{
    HttpRequest,
    http::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap},
};

use crate::{
    codes::Syntax,
    problem::{Fault, Result},
};

/// Form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A page as JSON.
    Json,
    /// All rows as CSV (RFC 4180).
    Csv,
    /// All rows as JSON, one a line.
    JsonLines,
}

impl Format {
    /// All forms, the preferred one first.
    const ALL: [Self; 3] = [Self::Json, Self::Csv, Self::JsonLines];

    /// Media type without parameters.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv",
            Self::JsonLines => "application/x-ndjson",
        }
    }
}

/// The form that `request` wants; JSON when it says nothing.
///
/// # Errors
/// 406 when it wants none of them.
pub fn format(request: &HttpRequest) -> Result<Format> {
    negotiate(request.headers()).ok_or_else(|| {
        let names = Format::ALL.map(Format::media_type).join(", ");
        Fault::syntax(Syntax::Accept, format!("this list answers as {names}"))
    })
}

fn negotiate(headers: &HeaderMap) -> Option<Format> {
    let Some(accept) = headers.get(ACCEPT) else { return Some(Format::Json) };
    let accept = accept.to_str().unwrap_or("*/*");
    if accept.trim().is_empty() {
        return Some(Format::Json);
    }
    let mut best: Option<(u16, Format)> = None;
    for format in Format::ALL {
        let quality = quality(accept, format.media_type());
        if quality > best.map_or(0, |(quality, _)| quality) {
            best = Some((quality, format));
        }
    }
    best.map(|(_, format)| format)
}

/// Quality, in thousandths, that `accept` gives to a media type: by the most specific range that matches.
fn quality(accept: &str, media_type: &str) -> u16 {
    let group = media_type.split('/').next().unwrap_or_default();
    let specificity = |range: &str| match range.split_once('/') {
        _ if range.eq_ignore_ascii_case(media_type) => 3,
        Some((kind, "*")) if kind.eq_ignore_ascii_case(group) => 2,
        Some(("*", "*")) => 1,
        _ => 0,
    };
    let ranges = accept.split(',').map(|item| {
        let mut parts = item.split(';').map(str::trim);
        (specificity(parts.next().unwrap_or_default()), weight(parts))
    });
    ranges.filter(|(specificity, _)| *specificity > 0).max_by_key(|(specificity, _)| *specificity).map_or(0, |(_, q)| q)
}

/// The `q` of a range in thousandths; 1 when there is none, 0 when it is no number.
fn weight<'a>(mut parameters: impl Iterator<Item = &'a str>) -> u16 {
    let given = parameters.find_map(|parameter| parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q=")));
    let Some(text) = given else { return 1_000 };
    match text.parse::<f32>() {
        // At most 1,000 after the clamp.
        Ok(number) if number.is_finite() => (number.clamp(0.0, 1.0) * 1_000.0) as u16,
        _ => 0,
    }
}

/// Whether the client takes the content coding `coding`: `br`, `gzip`.
#[must_use]
pub fn takes_encoding(headers: &HeaderMap, coding: &str) -> bool {
    let Some(accept) = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()) else { return false };
    accept.split(',').any(|item| {
        let mut parts = item.split(';').map(str::trim);
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding)) && weight(parts) > 0
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn format_of(accept: &str) -> Option<Format> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_str(accept).unwrap());
        negotiate(&headers)
    }

    #[test]
    fn the_most_wanted_form_wins() {
        assert_eq!(negotiate(&HeaderMap::new()), Some(Format::Json));
        for json in
            ["*/*", "application/json", "text/html, */*;q=0.8", "text/csv;q=0.5, application/json", "", "application/*"]
        {
            assert_eq!(format_of(json), Some(Format::Json), "{json}");
        }
        for csv in ["text/csv", "text/*", "application/json;q=0.1, text/csv;q=0.2", "TEXT/CSV; charset=utf-8"] {
            assert_eq!(format_of(csv), Some(Format::Csv), "{csv}");
        }
        assert_eq!(format_of("application/x-ndjson"), Some(Format::JsonLines));
        for none in ["text/html", "application/json;q=0", "image/*, application/json;q=none"] {
            assert_eq!(format_of(none), None, "{none}");
        }
    }

    #[test]
    fn encodings() {
        let mut headers = HeaderMap::new();
        assert!(!takes_encoding(&headers, "br"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, deflate, br;q=0"));
        assert!(takes_encoding(&headers, "gzip") && !takes_encoding(&headers, "br"));
    }
}
