//! Typed ids in paths.

use std::str::FromStr;

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use quarterdeck_domain::{GroupId, UserId};

use crate::{
    codes::Syntax,
    problem::{Fault, Result},
};

/// The id in the path, `{id}`.
pub struct Id<I>(pub I);

impl<I: FromStr> FromRequest for Id<I> {
    type Error = Fault;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(named(request, "id").map(Self))
    }
}

/// The group and the user in the path, `{id}` and `{user_id}`.
pub struct Member {
    /// The group.
    pub group: GroupId,
    /// The user.
    pub user: UserId,
}

impl FromRequest for Member {
    type Error = Fault;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(named(request, "id").and_then(|group| Ok(Self { group, user: named(request, "user_id")? })))
    }
}

fn named<I: FromStr>(request: &HttpRequest, name: &str) -> Result<I> {
    parse(request.match_info().get(name).unwrap_or_default(), name)
}

/// The form with hyphens only, as the API writes ids: one resource has one address.
fn parse<I: FromStr>(text: &str, name: &str) -> Result<I> {
    let is_canonical = text.len() == 36;
    let parsed = text.parse().ok().filter(|_| is_canonical);
    parsed.ok_or_else(|| Fault::at(Syntax::Id, format!("/{name}"), "must be a UUID, in the form with hyphens"))
}

/// The key of a setting in the path, `{key}`.
pub struct Key(pub String);

impl FromRequest for Key {
    type Error = Fault;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Ok(Self(request.match_info().get("key").unwrap_or_default().to_owned())))
    }
}

/// The number of a version in the path, `{version}`.
pub struct Version(pub u32);

impl FromRequest for Version {
    type Error = Fault;
    type Future = std::future::Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.match_info().get("version").unwrap_or_default();
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        let version = text.parse().ok().filter(|version| is_number && (1..=VERSION_MAX).contains(version));
        let fault = || Fault::at(Syntax::Id, "/version", "must be a whole number from 1 on");
        std::future::ready(version.map(Self).ok_or_else(fault))
    }
}

/// Largest number of a version: what both databases store.
pub const VERSION_MAX: u32 = 2_147_483_647;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_one_form() {
        assert!(parse::<UserId>("0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e", "id").is_ok());
        for bad in ["", "1", "0199f1c08f2a7c3d9b4e5a6f7b8c9d0e", "{0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e}", "%00"] {
            assert!(parse::<UserId>(bad, "id").is_err(), "{bad}");
        }
    }
}
