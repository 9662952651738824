//! The deletion of an organization: what it has, and what becomes of it.

use quarterdeck_domain::{
    Error, GroupId, OrganizationId, Patch, Permission, Resource, Result, Role, UserId, Visibility,
    audit::{Action, Change, Event},
    error::Rule,
    organizations::Organization,
    plans::{CountKind, KindCount, MembersFate, Selection},
    users::{UpdateUser, UserFilter},
};
use quarterdeck_store::{Condition, GroupsOf, Target, Tx, UserSelection};
use uuid::Uuid;

use super::{
    matching::{Matched, Tables, contents, count, lost_with_users},
    rows::{RowChange, delete_user, update_user},
};
use crate::{Ctx, bin, groups, organizations::organization_target, role_grants};

/// An order to delete an organization.
#[derive(Debug, Clone, Copy)]
pub struct Deletion {
    /// Which.
    pub id: OrganizationId,
    /// What becomes of its members.
    pub members: MembersFate,
    /// Where they move to.
    pub move_to: Option<OrganizationId>,
}

/// What an organization has. Whatever a later feature gives to organizations has its place here: it says what of it is a
/// row of its own, how the rest is counted, and what happens to it in the end. A test of the schema (`what_organizations_have`)
/// finds tables that name an organization and were forgotten.
#[derive(Debug, Clone, Copy)]
enum Holding {
    /// Its groups, with members, ledgers and reservations.
    Groups,
    /// Who belongs to it.
    Members,
    /// Roles that were granted on it.
    RoleGrants,
    /// Its keys of model services.
    ProviderKeys,
    /// Views that are shared in it.
    SavedViews,
    /// Its groups in the bin. Its people there come back without it.
    Bin,
    /// Its avatar image.
    Avatar,
}

impl Holding {
    /// All of them, in the order in which they go.
    const ALL: [Self; 7] =
        [Self::Groups, Self::Members, Self::RoleGrants, Self::ProviderKeys, Self::SavedViews, Self::Bin, Self::Avatar];

    /// Adds what there is of it: the rows that are done one by one, and the counts.
    async fn find(
        self,
        ctx: &Ctx,
        tables: &Tables<'_>,
        deletion: Deletion,
        organization: &Organization,
        found: &mut Matched,
    ) -> Result<()> {
        let are_deleted = deletion.members == MembersFate::Delete;
        match self {
            Self::Groups => {
                found.targets.extend(tables.groups.of_organization(organization.id).await?);
                let of = GroupsOf::Organization { id: organization.id, with_members: are_deleted };
                let all = contents(tables.groups.contents(of, &Visibility::All, ctx.now()).await?);
                // All memberships of users who are deleted are counted with them.
                let all = all.filter(|one| one.kind != CountKind::Membership || !are_deleted);
                found.counts.extend(all.filter(|one| one.count > 0));
            }
            Self::Members => deletion.find_members(ctx, tables, organization, found).await?,
            Self::RoleGrants => {
                let granted = tables.role_grants.count_on(organization.id, are_deleted, ctx.now()).await?;
                KindCount::add(&mut found.counts, CountKind::Role, granted);
            }
            Self::ProviderKeys => {
                let lost = tables.organizations.count_provider_keys(organization.id).await?;
                KindCount::add(&mut found.counts, CountKind::ProviderKey, lost);
            }
            Self::SavedViews => {
                let lost = tables.saved_views.count_in(organization.id).await?;
                KindCount::add(&mut found.counts, CountKind::SavedView, lost);
            }
            Self::Bin => {
                let lost = tables.bin.groups_of(organization.id).await?.len();
                KindCount::add(&mut found.counts, CountKind::BinItem, lost as u64);
            }
            Self::Avatar => {
                KindCount::add(&mut found.counts, CountKind::Avatar, organization.avatar_digest.is_some().into());
            }
        }
        Ok(())
    }

    /// What happens to it with the organization itself, after all rows; what came since the plan is refused.
    async fn end(self, ctx: &Ctx, tx: &Tx, organization: &Organization) -> Result<Vec<Event>> {
        match self {
            Self::Groups if !tx.groups().of_organization(organization.id).await?.is_empty() => {
                Err(Rule::OrganizationNotEmpty.into())
            }
            Self::Members if organization.member_count > 0 => Err(Rule::OrganizationNotEmpty.into()),
            Self::RoleGrants => role_grants::end_on_deletion(ctx, tx, organization.id).await,
            Self::Bin => bin::purge_groups_of(tx, organization.id).await,
            // Keys, views and image go with the row of the organization.
            Self::Groups | Self::Members | Self::ProviderKeys | Self::SavedViews | Self::Avatar => Ok(Vec::new()),
        }
    }
}

impl Deletion {
    /// What would go or move now.
    pub(super) async fn matched(self, ctx: &Ctx, tables: &Tables<'_>) -> Result<Matched> {
        ctx.allow(Permission::OrganizationDelete, &Resource::Organization(self.id))?;
        let organization = tables.organizations.get_for_update(self.id).await?;
        let mut found = Matched {
            targets: Vec::new(),
            counts: vec![count(CountKind::Organization, 1)],
            excluded: Vec::new(),
            confirmation: organization.name.clone(),
        };
        for holding in Holding::ALL {
            holding.find(ctx, tables, self, &organization, &mut found).await?;
        }
        found.targets.push(Target { id: self.id.0, label: organization.name });
        Ok(found)
    }

    /// Adds the members, and what goes with them. Whoever may not do with each of them what is planned plans nothing: an
    /// organization is not deleted by halves.
    async fn find_members(
        self,
        ctx: &Ctx,
        tables: &Tables<'_>,
        organization: &Organization,
        found: &mut Matched,
    ) -> Result<()> {
        let members = Resource::NewUser { organization_id: Some(self.id) };
        let permission = match self.members {
            MembersFate::Move => Permission::UserMove,
            MembersFate::Delete => Permission::UserDelete,
        };
        ctx.allow(Permission::UserRead, &members)?;
        let grant = ctx.allow(permission, &members)?;
        let everybody = Selection::matching(UserFilter { organization_id: Some(self.id), ..UserFilter::default() });
        let selected = UserSelection { selection: &everybody, grant: &grant };
        let (users, now) = (&tables.users, ctx.now());
        if let Some(guarded) = Condition::guarded(&grant, now)
            && !users.targets(&selected, &[guarded]).await?.is_empty()
        {
            return Err(Error::PrivilegedAccount(permission));
        }
        let rows = users.targets(&selected, &[]).await?;
        let counted = rows.len() as u64;
        found.targets.extend(rows);
        match self.members {
            MembersFate::Move => {
                self.check_destination(ctx, tables, organization).await?;
                found.counts.insert(1, count(CountKind::Member, counted));
                let administrators = users.targets(&selected, &[Condition::HasRole(Role::OrganizationAdmin)]).await?;
                KindCount::add(&mut found.counts, CountKind::Role, administrators.len() as u64);
                KindCount::add(
                    &mut found.counts,
                    CountKind::ResetLink,
                    users.count_reset_links(&selected, &[], now).await?,
                );
            }
            MembersFate::Delete => {
                if ctx.actor.organization_id == Some(self.id) {
                    return Err(Error::OwnAccount(permission));
                }
                found.counts.insert(1, count(CountKind::User, counted));
                KindCount::add(&mut found.counts, CountKind::Session, users.count_sessions(&selected, &[], now).await?);
                for lost in lost_with_users(tables, &selected, &[], now).await? {
                    KindCount::add(&mut found.counts, lost.kind, lost.count);
                }
            }
        }
        Ok(())
    }

    /// The members may be moved to where they are to go, and there are seats for them.
    async fn check_destination(self, ctx: &Ctx, tables: &Tables<'_>, organization: &Organization) -> Result<()> {
        ctx.allow(Permission::UserMove, &Resource::NewUser { organization_id: self.move_to })?;
        let Some(destination) = self.move_to else { return Ok(()) };
        let free = tables.organizations.get(destination).await?.seats_free();
        match free {
            Some(free) if free < organization.seats_used => Err(Rule::SeatsTaken.into()),
            _ => Ok(()),
        }
    }

    /// Does one row within `tx`: a group, a member, or in the end the organization.
    pub(super) async fn row(self, ctx: &Ctx, tx: &Tx, target: Uuid) -> Result<RowChange> {
        ctx.allow(Permission::OrganizationDelete, &Resource::Organization(self.id))?;
        if target == self.id.0 {
            return self.end(ctx, tx).await;
        }
        if let Some(user) = tx.users().find(UserId(target), ctx.now()).await? {
            return match (user.summary.organization_id == Some(self.id), self.members) {
                // They have left meanwhile.
                (false, _) => Ok(RowChange::NothingToDo),
                (true, MembersFate::Delete) => delete_user(ctx, tx, user.id()).await,
                (true, MembersFate::Move) => {
                    let organization_id = Patch::from_option(self.move_to);
                    let update = UpdateUser { organization_id, ..UpdateUser::default() };
                    update_user(ctx, tx, user.id(), &update).await
                }
            };
        }
        let levels = ctx.app.settings().allocation_levels();
        match tx.groups().get_for_update(GroupId(target), groups::view(ctx, &levels)).await {
            Ok(group) if group.organization_id == Some(self.id) => Ok(groups::delete(ctx, tx, &group).await?.into()),
            Ok(_) | Err(Error::NotFound(_)) => Ok(RowChange::NothingToDo),
            Err(fault) => Err(fault),
        }
    }

    async fn end(self, ctx: &Ctx, tx: &Tx) -> Result<RowChange> {
        let organization = tx.organizations().get_for_update(self.id).await?;
        let mut events = Vec::new();
        for holding in Holding::ALL {
            events.extend(holding.end(ctx, tx, &organization).await?);
        }
        tx.organizations().delete(self.id).await?;
        let deleted = Event::new(Action::OrganizationDeleted, organization_target(self.id, &organization.name))
            .within(Some(self.id))
            .with(Change::of("name", &Some(&organization.name), &None))
            .with(Change::of("display_name", &Some(&organization.display_name), &None));
        events.push(deleted);
        Ok(events.into())
    }
}
