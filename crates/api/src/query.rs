//! Query strings: decoded strictly, each parameter once, none that the operation does not know.

use std::str::FromStr;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use quarterdeck_domain::page::{ListRequest, PageRequest, Sort};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{
    codes::Syntax,
    json,
    problem::{Fault, Result},
};

/// The parameters of a query, as the type `T` knows them.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Fault;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(parameters(request.query_string()).and_then(typed).map(Self))
    }
}

/// Reads the request of a list: `limit`, `cursor`, `sort`, and the rest is the filter.
///
/// # Errors
/// 400 with a pointer to the faulty parameter.
pub fn list_request<F: DeserializeOwned, K: FromStr>(query: &str) -> Result<ListRequest<F, K>> {
    let mut parameters = parameters(query)?;
    let limit = parameters.remove("limit").map(|value| number(&value)).transpose()?;
    let cursor = parameters.remove("cursor").and_then(text);
    let sort = parameters.remove("sort").map(|value| sort(&value)).transpose()?;
    Ok(ListRequest { filter: typed(parameters)?, sort, page: PageRequest { limit, cursor } })
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn number(value: &Value) -> Result<u32> {
    let digits = value.as_str().filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
    let fault = || Fault::at(Syntax::Query, "/limit", "must be a whole number");
    digits.and_then(|digits| digits.parse().ok()).ok_or_else(fault)
}

fn sort<K: FromStr>(value: &Value) -> Result<Sort<K>> {
    let fault = |_| Fault::at(Syntax::Query, "/sort", "is not a sort key of this list");
    value.as_str().unwrap_or_default().parse().map_err(fault)
}

fn typed<T: DeserializeOwned>(parameters: Map<String, Value>) -> Result<T> {
    json::typed(&Value::Object(parameters), Syntax::Query)
}

/// The parameters, each once.
///
/// # Errors
/// 400 for a parameter that is there twice or badly encoded.
pub fn parameters(query: &str) -> Result<Map<String, Value>> {
    let mut parameters = Map::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let name = decode(name).ok_or_else(|| Fault::syntax(Syntax::Query, "the query is badly encoded"))?;
        let badly_encoded = || Fault::at(Syntax::Query, format!("/{name}"), "is badly encoded");
        let value = decode(value).ok_or_else(badly_encoded)?;
        if parameters.contains_key(&name) {
            return Err(Fault::at(Syntax::Query, format!("/{name}"), "is there more than once"));
        }
        parameters.insert(name, Value::String(value));
    }
    Ok(parameters)
}

/// Decodes `application/x-www-form-urlencoded`; nothing when a `%` begins no byte or the bytes are no UTF-8.
fn decode(text: &str) -> Option<String> {
    if !text.contains(['%', '+']) {
        return Some(text.to_owned());
    }
    let text = text.replace('+', " ");
    let is_hex = |escape: &str| escape.get(..2).is_some_and(|pair| pair.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if !text.split('%').skip(1).all(is_hex) {
        return None;
    }
    percent_encoding::percent_decode_str(&text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use quarterdeck_domain::{
        page::Direction,
        users::{UserFilter, UserSort, UserStatus},
    };

    use super::*;

    fn parse(query: &str) -> Result<ListRequest<UserFilter, UserSort>> {
        list_request(query)
    }

    fn pointer(query: &str) -> String {
        let problem = parse(query).err().unwrap_or_else(|| panic!("{query} was accepted")).problem("/", "r1");
        assert_eq!((problem.status, problem.code.as_str()), (400, "malformed-query"));
        problem.errors.first().map(|error| error.pointer.clone()).unwrap_or_default()
    }

    #[test]
    fn the_parts_of_a_list_are_told_apart() {
        let request = parse("q=ada+b%C3%A9&status=suspended&sort=-email&limit=7&cursor=abc").unwrap();
        assert_eq!(request.filter.q.as_deref(), Some("ada bé"));
        assert_eq!(request.filter.status, Some(UserStatus::Suspended));
        assert_eq!((request.page.limit, request.page.cursor.as_deref()), (Some(7), Some("abc")));
        let sort = request.sort.unwrap();
        assert_eq!((sort.key, sort.direction), (UserSort::Email, Direction::Descending));
        assert_eq!(parse("").unwrap().filter, UserFilter::default());
    }

    #[test]
    fn times_and_ids_are_typed() {
        let request = parse("created_after=2026-01-31T09:30:00Z&organization_id=0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e");
        let filter = request.unwrap().filter;
        assert!(filter.created_after.is_some() && filter.organization_id.is_some());
    }

    #[test]
    fn faults_name_their_parameter() {
        assert_eq!(pointer("status=asleep"), "/status");
        assert_eq!(pointer("organization_id=7"), "/organization_id");
        assert_eq!(pointer("created_after=yesterday"), "/created_after");
        assert_eq!(pointer("colour=red"), "/colour");
        assert_eq!(pointer("q=a&q=b"), "/q");
        assert_eq!(pointer("limit=-1"), "/limit");
        assert_eq!(pointer("limit=99999999999"), "/limit");
        assert_eq!(pointer("sort=shoe_size"), "/sort");
        assert_eq!(pointer("q=%zz"), "/q");
        assert_eq!(pointer("q=%"), "/q");
        assert_eq!(pointer("q=%ff"), "/q");
        assert_eq!(pointer("%ff=1"), "");
    }
}
