//! The words of acts: the button's verb with numbers, and what follows from each act.

use quarterdeck_domain::{
    departures::{AccountFate, Offboarding, OwnedFate, OwnedKind},
    groups::Standing,
    plans::{CountKind, KindCount, MembersFate, PlanAction, RoleChange},
    users::UserStatus,
};

use crate::i18n::{text, words};

/// Verb and numbers: "Delete 1 user, 3 sessions". Members of an organization stay, and privileged accounts are among the
/// users, so the verb does not count them.
#[must_use]
pub fn verb_with_counts(action: &PlanAction, counts: &[KindCount], rows: u64) -> String {
    let users = || words::counted(CountKind::User, rows);
    let (verb, what) = match action {
        PlanAction::DeleteOwnAccount => return text::profile::delete_account().to_owned(),
        PlanAction::BinUsers { .. } => return text::plans::act_bin_users(rows),
        PlanAction::BinGroups { .. } => return text::plans::act_bin_groups(rows),
        PlanAction::OffboardUsers { .. } => return text::plans::act_offboard_users(rows),
        PlanAction::PurgeBin { .. } => return text::plans::act_purge_bin(rows),
        PlanAction::DeleteUsers { .. }
        | PlanAction::DeleteOrganization { .. }
        | PlanAction::DeleteGroup { .. }
        | PlanAction::DeleteGroups { .. } => {
            let shown: Vec<String> = counts
                .iter()
                .filter(|count| count.count > 0)
                .filter(|count| !matches!(count.kind, CountKind::Member | CountKind::PrivilegedAccount))
                .map(|count| words::counted(count.kind, count.count))
                .collect();
            (text::plans::delete(), shown.join(", "))
        }
        PlanAction::RevokeUserSessions { .. } | PlanAction::RevokeSessions { .. } => {
            let sessions =
                counts.iter().find(|count| count.kind == CountKind::Session).map_or(rows, |count| count.count);
            (text::plans::revoke(), words::counted(CountKind::Session, sessions))
        }
        PlanAction::SetUserStatus { status: UserStatus::Suspended, .. } => (text::plans::suspend(), users()),
        PlanAction::SetUserStatus { status: UserStatus::Active, .. } => (text::plans::activate(), users()),
        PlanAction::ChangeUserRole { change: RoleChange::Add, .. } => (text::plans::give_role(), users()),
        PlanAction::ChangeUserRole { change: RoleChange::Remove, .. } => (text::plans::take_role(), users()),
        PlanAction::MoveUsers { .. } => (text::plans::move_users(), users()),
        PlanAction::AddToGroup { .. } => return text::plans::act_add_to_group(rows),
        PlanAction::RemoveFromGroups { .. } => return text::plans::act_remove_from_groups(rows),
        PlanAction::SetAllocations { .. } => return text::plans::act_set_allocations(rows),
    };
    text::plans::verb(verb, what)
}

/// What the act counts: lost, unless it begins, waits in the bin, stays or goes to somebody else.
#[must_use]
pub fn kind_of(action: &PlanAction, kind: CountKind, count: u64) -> String {
    let is_lost = match action {
        PlanAction::BinUsers { .. } | PlanAction::BinGroups { .. } => false,
        PlanAction::OffboardUsers { offboarding, .. } => is_lost(offboarding, kind),
        PlanAction::AddToGroup { .. } if kind == CountKind::Membership => return text::plans::new_memberships(count),
        _ => true,
    };
    if is_lost { words::count_kind(kind, count) } else { words::whole_kind(kind, count) }
}

/// Whether what somebody has who leaves ends with it.
fn is_lost(offboarding: &Offboarding, kind: CountKind) -> bool {
    let is_gone = offboarding.account == AccountFate::Delete;
    let is_deleted = |kind| offboarding.fate(kind) == OwnedFate::Delete;
    match kind {
        CountKind::Role => is_gone,
        CountKind::ApiKey => is_gone || is_deleted(OwnedKind::ApiKey),
        CountKind::ProviderKey => is_gone || is_deleted(OwnedKind::ProviderKey),
        CountKind::Membership => offboarding.account == AccountFate::Suspend && is_deleted(OwnedKind::Membership),
        CountKind::SavedView => false,
        _ => true,
    }
}

/// What cannot be undone, and who else notices.
#[must_use]
pub fn consequences(action: &PlanAction) -> (Vec<&'static str>, Vec<&'static str>) {
    match action {
        PlanAction::DeleteUsers { .. } => (
            vec![text::plans::delete_users_final(), text::plans::delete_users_names()],
            vec![text::plans::delete_users_notice()],
        ),
        PlanAction::BinUsers { .. } => (vec![], vec![text::plans::bin_users_notice(), text::plans::bin_users_kept()]),
        PlanAction::BinGroups { .. } => (vec![], vec![text::plans::bin_groups_notice()]),
        PlanAction::PurgeBin { .. } => (vec![text::plans::purge_bin_final()], vec![]),
        PlanAction::OffboardUsers { offboarding, .. } => {
            let finals = match offboarding.account {
                AccountFate::Suspend => vec![text::plans::offboard_suspended()],
                AccountFate::Bin => vec![text::plans::offboard_binned()],
                AccountFate::Delete => vec![text::plans::delete_users_final(), text::plans::delete_users_names()],
            };
            let handed = offboarding.hand_over_to.map(|_| text::plans::offboard_handed());
            (finals, std::iter::once(text::plans::offboard_notice()).chain(handed).collect())
        }
        PlanAction::DeleteOwnAccount => (
            vec![
                text::plans::delete_own_final(),
                text::plans::delete_own_signed_out(),
                text::plans::delete_users_names(),
            ],
            vec![],
        ),
        PlanAction::SetUserStatus { status: UserStatus::Suspended, .. } => {
            (vec![], vec![text::plans::suspend_notice()])
        }
        PlanAction::SetUserStatus { .. } => (vec![], vec![text::plans::activate_notice()]),
        PlanAction::ChangeUserRole { .. } => (vec![], vec![text::plans::role_notice()]),
        PlanAction::MoveUsers { .. } => (vec![], vec![text::plans::move_notice()]),
        PlanAction::RevokeUserSessions { .. } | PlanAction::RevokeSessions { .. } => {
            (vec![text::plans::revoke_final()], vec![text::plans::revoke_notice()])
        }
        PlanAction::AddToGroup { standing: Standing::Member, .. } => (vec![], vec![text::plans::add_notice()]),
        PlanAction::AddToGroup { standing: Standing::Manager, .. } => {
            (vec![], vec![text::plans::add_notice(), text::plans::add_managers_notice()])
        }
        PlanAction::RemoveFromGroups { .. } => (vec![], vec![text::plans::take_out_notice()]),
        PlanAction::SetAllocations { .. } => (vec![], vec![text::plans::set_allocations_notice()]),
        PlanAction::DeleteGroups { .. } => {
            (vec![text::plans::delete_groups_final()], vec![text::plans::delete_groups_notice()])
        }
        PlanAction::DeleteGroup { .. } => {
            (vec![text::plans::delete_group_final()], vec![text::plans::delete_group_notice()])
        }
        PlanAction::DeleteOrganization { members: MembersFate::Delete, .. } => (
            vec![
                text::plans::delete_organization_final(),
                text::plans::delete_users_final(),
                text::plans::delete_users_names(),
            ],
            vec![text::plans::delete_users_notice()],
        ),
        PlanAction::DeleteOrganization { move_to, .. } => (
            vec![text::plans::delete_organization_final()],
            vec![match move_to {
                Some(_) => text::plans::delete_organization_moved(),
                None => text::plans::delete_organization_notice(),
            }],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quarterdeck_domain::{departures::KindFate, plans::Selection};

    #[test]
    fn what_somebody_leaves_is_lost_as_the_form_says() {
        let selection = Selection::default;
        let said = |offboarding: Offboarding, kind| {
            kind_of(&PlanAction::OffboardUsers { selection: selection(), offboarding }, kind, 2)
        };
        let account = |account| Offboarding { account, ..Offboarding::default() };
        assert_eq!(said(account(AccountFate::Suspend), CountKind::Role), "Roles");
        assert_eq!(said(account(AccountFate::Delete), CountKind::Role), "Roles that are lost");
        assert_eq!(said(account(AccountFate::Suspend), CountKind::Membership), "Memberships that end");
        assert_eq!(said(account(AccountFate::Bin), CountKind::Membership), "Memberships in groups");
        let fates = vec![KindFate { kind: OwnedKind::ApiKey, fate: OwnedFate::Keep }];
        assert_eq!(said(Offboarding { fates, ..Offboarding::default() }, CountKind::ApiKey), "API keys");
        let bin = PlanAction::BinGroups { group_ids: vec![], keep_days: 30, reason: String::new() };
        assert_eq!(kind_of(&bin, CountKind::LedgerEntry, 1), "Ledger entry");
        let group_id = "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e".parse().unwrap();
        let add = PlanAction::AddToGroup { selection: selection(), group_id, standing: Standing::Member };
        assert_eq!(kind_of(&add, CountKind::Membership, 2), "New memberships");
    }

    #[test]
    fn the_button_carries_verb_and_numbers() {
        let action = PlanAction::DeleteUsers { selection: Selection::default() };
        let counts =
            [(CountKind::User, 1), (CountKind::PrivilegedAccount, 1), (CountKind::Session, 3), (CountKind::Role, 0)]
                .map(|(kind, count)| KindCount { kind, count });
        assert_eq!(verb_with_counts(&action, &counts, 1), "Delete 1 user, 3 sessions");
        let action = PlanAction::delete_organization("0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e".parse().unwrap());
        let counts =
            [(CountKind::Organization, 1), (CountKind::Member, 9)].map(|(kind, count)| KindCount { kind, count });
        assert_eq!(verb_with_counts(&action, &counts, 1), "Delete 1 organization");
        let action = PlanAction::MoveUsers { selection: Selection::default(), organization_id: None };
        assert_eq!(verb_with_counts(&action, &counts, 2_014), "Move 2,014 users");
    }
}
