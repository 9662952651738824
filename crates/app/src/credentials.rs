//! The inventory of credentials.

use quarterdeck_domain::{
    Page, Permission, Resource, Result,
    credentials::{Credential, ListCredentials},
};

use crate::Ctx;

/// A page of the credentials of all whom the actor may see them of.
///
/// # Errors
/// `Forbidden` without `credential.read`; `Invalid` or `Malformed` for a request that is none.
pub async fn list_credentials(ctx: &Ctx, request: &ListCredentials) -> Result<Page<Credential>> {
    let grant = ctx.allow(Permission::CredentialRead, &Resource::List)?;
    request.filter.check()?;
    ctx.app.db.credentials().list(&grant, request, ctx.now()).await
}
