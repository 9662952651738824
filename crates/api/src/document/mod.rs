//! The OpenAPI document: collected from the handlers, completed by what follows from their form.
//!
//! A handler says what it takes and gives. What every operation of such a form can answer besides (errors, headers,
//! other media types) is added here, so that no handler can forget it.

mod base;
mod complete;
pub mod errors;
mod examples;
pub mod parameters;
mod schemas;

#[cfg(test)]
mod tests;

use actix_web::App;
use serde_json::Value;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::{AppExt as _, scope};

use crate::routes::{self, Routes};

/// What the handlers say, without the completion.
#[must_use]
pub fn openapi() -> OpenApi {
    let api = scope::scope::<_, _>(routes::BASE).configure(|config| routes::operations(&mut Routes::Described(config)));
    App::new().into_utoipa_app().openapi(base::document()).service(api).split_for_parts().1
}

/// The whole document as JSON: indented, keys in order, a line break at its end.
#[must_use]
pub fn openapi_json() -> String {
    to_json(&openapi())
}

/// The completed document as JSON.
#[must_use]
pub fn to_json(openapi: &OpenApi) -> String {
    let mut document = serde_json::to_value(openapi).unwrap_or_default();
    schemas::complete(&mut document);
    complete::complete(&mut document);
    examples::complete(&mut document);
    let mut text = serde_json::to_string_pretty(&sorted(document)).unwrap_or_default();
    text.push('\n');
    text
}

/// The same value with the keys of all objects in order, whatever kind of map the build has.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
