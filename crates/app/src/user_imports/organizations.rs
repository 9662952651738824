//! The organizations that a file names, and the seats that its lines take.

use std::collections::{BTreeSet, HashMap};

use quarterdeck_domain::{
    Error, OrganizationId, Permission, Result, Visibility, error::Rule, policy, text::fold, user_imports::ImportColumn,
};

use super::file::Line;
use crate::Ctx;

/// Organizations that lines bring users into.
pub(super) struct Organizations {
    by_name: HashMap<String, OrganizationId>,
    /// What is left of the seats of those that have a number of them.
    free: HashMap<OrganizationId, u64>,
}

impl Organizations {
    /// Those that `lines` name, as far as the actor sees them, and those that are meant when none is named.
    pub async fn load(ctx: &Ctx, lines: &[Line], default: Option<OrganizationId>) -> Result<Self> {
        let cells = lines.iter().filter_map(|line| line.cells.as_ref().ok());
        let names: BTreeSet<String> =
            cells.filter_map(|cells| cells.get(&ImportColumn::Organization)).map(|name| fold(name)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let organizations = ctx.app.db.organizations();
        let mut found = organizations.named(&names).await?;
        let seen = policy::visibility(&ctx.actor, Permission::OrganizationRead);
        found.retain(|one| seen.as_ref().is_some_and(|seen| seen.covers(Some(one.id), None)));
        let by_name = found.iter().map(|one| (fold(&one.name), one.id)).collect();
        let own = policy::visibility(&ctx.actor, Permission::UserCreate);
        let unnamed = default.or_else(|| own.as_ref().and_then(Visibility::only_organization));
        if let Some(id) = unnamed {
            found.push(organizations.get(id).await.map_err(|error| match error {
                Error::NotFound(_) => Error::field("/organization_id", "unknown", "there is no such organization"),
                other => other,
            })?);
        }
        let free = found.iter().filter_map(|one| one.seats_free().map(|free| (one.id, free))).collect();
        Ok(Self { by_name, free })
    }

    /// The organization of this name. One that the actor does not see is none.
    pub fn find(&self, name: &str) -> Result<OrganizationId> {
        let found = self.by_name.get(&fold(name)).copied();
        found.ok_or_else(|| Error::field("/organization", "unknown", "there is no such organization"))
    }

    /// Takes a seat, as far as it is known how many there are.
    pub fn take_seat(&mut self, before: Option<OrganizationId>, after: Option<OrganizationId>) -> Result<()> {
        let Some(free) = after.filter(|_| after != before).and_then(|id| self.free.get_mut(&id)) else { return Ok(()) };
        *free = free.checked_sub(1).ok_or(Rule::SeatsTaken)?;
        Ok(())
    }
}
