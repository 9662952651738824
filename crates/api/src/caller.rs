//! Who sends a request. [`Caller`] is the only way to a [`Ctx`]; rights are read afresh each time.
//!
//! They are known at once, by the [admission](crate::admission): a handler that takes its caller first answers 401 before
//! it looks at anything else of the request.

use std::{marker::PhantomData, net::IpAddr, ops::Deref, sync::Once};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header::AUTHORIZATION, http::header::USER_AGENT,
};
use quarterdeck_app::{Ctx, RequestInfo, idempotency::Claim};
use quarterdeck_domain::{Permission, error::Unauthenticated, policy};

use crate::{
    address, admission,
    problem::{Fault, Result},
    request_id,
    state::{self, State},
    undocumented::{self, Checked},
};

/// A permission in the type of a [`Caller`].
pub trait Need {
    /// The permission, if there is one.
    const PERMISSION: Option<Permission>;
}

/// What a caller may be asked for.
pub mod needs {
    use super::{Need, Permission};

    /// Nothing but to be signed in.
    pub struct Nothing;

    impl Need for Nothing {
        const PERMISSION: Option<Permission> = None;
    }

    macro_rules! needs {
        ($($permission:ident)+) => {$(
            /// The permission of this name.
            pub struct $permission;

            impl Need for $permission {
                const PERMISSION: Option<Permission> = Some(Permission::$permission);
            }
        )+};
    }

    needs! { AccessExplain ApiKeyRead ApiKeyRevoke ApiKeyWrite AuditRead BinRead BinRestore CredentialRead GroupCreate GroupRead ModelServiceUse OrganizationCreate OrganizationRead OverviewRead ProfileRead ProfileUpdate ProviderKeyRead ProviderKeyWrite RoleGrant RoleRead RoleWrite ServiceAccountManage SessionRead SessionRevoke SettingRead SettingUpdate UserCreate UserExport UserImpersonate UserRead }
}

/// Characters of a user agent that are kept.
const USER_AGENT_MAX: usize = 300;

/// Somebody signed in, whose password is not due. With a [need](needs) they hold its permission for something at least:
/// where that does not depend on the rest of the request, 403 comes before the faults of the rest. Whether they may do this
/// very thing is for the use-case to ask.
pub struct Caller<N = needs::Nothing>(Ctx, PhantomData<N>);

/// Somebody signed in, even if a new password is due.
pub struct PasswordChanger(Ctx);

/// Anybody.
pub struct Visitor(quarterdeck_app::Visitor);

impl<N> Deref for Caller<N> {
    type Target = Ctx;

    fn deref(&self) -> &Ctx {
        &self.0
    }
}

impl<N> Caller<N> {
    /// The context itself, for answers that outlive the handler.
    #[must_use]
    pub fn into_inner(self) -> Ctx {
        self.0
    }
}

impl Deref for PasswordChanger {
    type Target = Ctx;

    fn deref(&self) -> &Ctx {
        &self.0
    }
}

impl Deref for Visitor {
    type Target = quarterdeck_app::Visitor;

    fn deref(&self) -> &quarterdeck_app::Visitor {
        &self.0
    }
}

impl<N: Need + 'static> FromRequest for Caller<N> {
    type Error = Fault;
    type Future = Checked<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = || {
            let ctx = admission::take(request)?.ready()?;
            let lacks = |permission: &Permission| policy::visibility(&ctx.actor, *permission).is_none();
            match N::PERMISSION.filter(lacks) {
                Some(missing) => Err(policy::missing(&ctx.actor, missing).into()),
                None => Ok(Self(ctx, PhantomData)),
            }
        };
        undocumented::check(caller(), request, payload)
    }
}

impl FromRequest for PasswordChanger {
    type Error = Fault;
    type Future = Checked<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = admission::take(request).map(|identified| Self(identified.ctx));
        undocumented::check(caller, request, payload)
    }
}

impl FromRequest for Visitor {
    type Error = Fault;
    type Future = Checked<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let visitor = || {
            let app = state::of(request)?.app.clone();
            Ok(Self(quarterdeck_app::Visitor { app, request: info(request)? }))
        };
        undocumented::check(visitor(), request, payload)
    }
}

/// The access token of the `Authorization` header (RFC 6750, section 2.1).
///
/// # Errors
/// `Unauthenticated` when there is none: another scheme is none.
pub fn bearer(request: &HttpRequest) -> Result<&str> {
    let header = request.headers().get(AUTHORIZATION).and_then(|header| header.to_str().ok());
    let (scheme, token) = header.and_then(|text| text.split_once(' ')).ok_or(Unauthenticated::Missing)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(Unauthenticated::Missing.into()) }
}

/// The client's address.
#[must_use]
pub fn address(request: &HttpRequest, state: &State) -> IpAddr {
    static UNNAMED_PROXY: Once = Once::new();
    let peer = request.peer_addr().map(|peer| peer.ip());
    if !UNNAMED_PROXY.is_completed()
        && let Some(peer) = peer
        && address::is_unnamed_proxy(peer, request.headers(), &state.trusted_proxies)
    {
        UNNAMED_PROXY.call_once(|| {
            tracing::warn!(%peer, "--trusted-proxy does not name this proxy: all who come through it have its address");
        });
    }
    address::client(peer, request.headers(), &state.trusted_proxies)
}

/// Where the request came from.
///
/// # Errors
/// `Internal` when the server was put together without a state.
pub fn info(request: &HttpRequest) -> Result<RequestInfo> {
    let state = state::of(request)?;
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Ok(RequestInfo {
        request_id: request_id::of(request),
        address: address(request, state).to_string(),
        user_agent: user_agent.chars().take(USER_AGENT_MAX).collect(),
        idempotency: request.extensions().get::<Claim>().cloned(),
    })
}
