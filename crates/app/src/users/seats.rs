//! Seats of organizations: whoever comes in, or becomes active, takes one.

use quarterdeck_domain::{OrganizationId, Result, error::Rule};
use quarterdeck_store::Tx;

/// An organization has no more members who need a seat than it has seats; those who are there stay when seats are taken
/// away. `before` and `after` are the organizations of which a user took a seat and takes one; the caller has written the
/// change.
pub(crate) async fn guard(tx: &Tx, before: Option<OrganizationId>, after: Option<OrganizationId>) -> Result<()> {
    match after {
        Some(organization) if after != before && tx.organizations().is_overfull(organization).await? => {
            Err(Rule::SeatsTaken.into())
        }
        _ => Ok(()),
    }
}
