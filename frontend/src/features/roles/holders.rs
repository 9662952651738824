//! Who holds a role, and by which way: as a role of the account, by a grant, or by a group.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    GroupId, Page, Permission, UserId,
    audit::TargetType,
    page::{ListRequest, PageRequest, Sort},
    role_grants::{RoleGrant, RoleGrantFilter, RoleGrantState},
    users::{UserFilter, UserSort, UserSummary},
};

use super::{
    grants::{card, group_href, place_cell},
    model::RoleKey,
    withdraw::{self, WithdrawDialog},
};
use crate::{
    i18n::text,
    session::{Session, use_session},
    transport::api,
    ui::{
        icon::Icon,
        popover::MenuItem,
        state::EmptyState,
        table::{Column, DataTable, PageQuery, Slot, Table, TableSpec},
        time::When,
    },
};

/// Begins the cursor of a page of grants.
const GRANTS: &str = "grants:";

/// Somebody who holds the role by one way, or a group whose members do.
#[derive(Debug, Clone, PartialEq)]
struct Holder {
    /// The user; nothing for a group.
    user_id: Option<UserId>,
    name: String,
    username: String,
    /// The grant; nothing for a role of the account.
    grant: Option<RoleGrant>,
}

impl From<UserSummary> for Holder {
    fn from(user: UserSummary) -> Self {
        Self { user_id: Some(user.id), name: user.display_name, username: user.username, grant: None }
    }
}

impl From<RoleGrant> for Holder {
    fn from(grant: RoleGrant) -> Self {
        let username = grant.username.clone().or_else(|| grant.group_name.clone()).unwrap_or_default();
        let name = grant.display_name.clone();
        Self { user_id: grant.user_id, name, username, grant: Some(grant) }
    }
}

impl Holder {
    fn id(&self) -> String {
        let user = || self.user_id.map(|id| id.to_string()).unwrap_or_default();
        self.grant.as_ref().map_or_else(user, |grant| grant.id.to_string())
    }

    fn href(&self) -> String {
        match (self.user_id, self.group_id()) {
            (Some(user), _) if self.grant.is_some() => format!("/users/{user}/grants"),
            (Some(user), _) => format!("/users/{user}/access"),
            (None, Some(group)) => group_href(group),
            (None, None) => String::new(),
        }
    }

    fn group_id(&self) -> Option<GroupId> {
        self.grant.as_ref().and_then(|grant| grant.group_id)
    }
}

/// The holders of a role.
#[component]
pub(super) fn Holders(
    /// Which.
    role: RoleKey,
    /// Hears of what changed elsewhere.
    again: RwSignal<u32>,
) -> impl IntoView {
    let session = use_session();
    let withdrawing = RwSignal::new(None);
    let table = bound(role, session, withdrawing);
    let done = Callback::new(move |()| table.reload());
    crate::browser::effect(move || {
        if again.get() > 0 {
            table.reload();
        }
    });
    view! {
        <div class="tab-table"><DataTable table/></div>
        <WithdrawDialog withdrawing done/>
    }
}

fn bound(role: RoleKey, session: Session, withdrawing: RwSignal<Option<RoleGrant>>) -> Table {
    let table = Table::new(TableSpec {
        columns: columns(),
        href: Some(Holder::href),
        verbs: Some(Arc::new(move |row: &Holder| items(row, session, withdrawing))),
        empty: ViewFn::from(|| {
            view! { <EmptyState icon=Icon::Users title=text::roles::nobody() words=text::roles::nobody_words()/> }
        }),
        ..TableSpec::new(
            "role-holders",
            text::roles::holders(),
            "display_name",
            Holder::id,
            |row| row.name.clone(),
            move |page| read(role, untrack(|| session.may(Permission::UserRead)), page),
        )
    });
    table.follow(&[TargetType::User, TargetType::Group, TargetType::Role]);
    table
}

/// A page of the holders: first those with the role in their account, by name, then those who were granted it.
async fn read(role: RoleKey, may_see_users: bool, page: PageQuery) -> Result<Page<Holder>, ClientError> {
    let cursor = page.cursor.as_deref();
    let in_grants = cursor.and_then(|cursor| cursor.strip_prefix(GRANTS)).map(str::to_owned);
    let accounts = ListRequest {
        filter: UserFilter { role: role.built_in(), ..UserFilter::default() },
        sort: Some(Sort::ascending(UserSort::DisplayName)),
        // Their number is told on each page.
        page: match in_grants {
            Some(_) => PageRequest { limit: Some(1), cursor: None },
            None => PageRequest { limit: Some(page.limit), cursor: page.cursor.clone() },
        },
    };
    let grants = ListRequest {
        filter: RoleGrantFilter {
            role: role.built_in(),
            role_id: role.custom(),
            state: Some(RoleGrantState::Active),
            ..RoleGrantFilter::default()
        },
        sort: None,
        page: PageRequest { limit: Some(page.limit), cursor: in_grants.clone() },
    };
    let client = api();
    let accounts = async {
        match role.built_in().filter(|_| may_see_users) {
            Some(_) => client.list_users(&accounts).await.map(Some),
            None => Ok(None),
        }
    };
    let (accounts, grants) = futures::join!(accounts, client.list_role_grants(&grants));
    Ok(joined(accounts?, grants?, in_grants.is_some()))
}

/// One page of both: the grants follow the last of the accounts.
fn joined(accounts: Option<Page<UserSummary>>, grants: Page<RoleGrant>, in_grants: bool) -> Page<Holder> {
    let beyond = |cursor: String| format!("{GRANTS}{cursor}");
    let (total, is_exact) = accounts.as_ref().map_or((0, true), |page| (page.total, page.total_is_exact));
    let (total, total_is_exact) = (total + grants.total, is_exact && grants.total_is_exact);
    let accounts = accounts.filter(|_| !in_grants);
    let (items, next) = accounts.map(|page| (page.items, page.next_cursor)).unwrap_or_default();
    let items = items.into_iter().map(Holder::from);
    if next.is_some() {
        return Page { items: items.collect(), next_cursor: next, total, total_is_exact };
    }
    let items = items.chain(grants.items.into_iter().map(Holder::from)).collect();
    Page { items, next_cursor: grants.next_cursor.map(beyond), total, total_is_exact }
}

fn columns() -> Vec<Column<Holder>> {
    let of_grant = |draw: fn(&RoleGrant) -> AnyView| move |row: &Holder| row.grant.as_ref().map(draw);
    vec![
        Column::new("user", text::roles::holder(), |row: &Holder| {
            view! { <span class="cell-main"><a href=row.href()>{row.name.clone()}</a><span class="cell-sub">{row.username.clone()}</span></span> }
        })
        .slot(Slot::Main),
        Column::new("way", text::roles::way(), |row: &Holder| way(row)).fit().slot(Slot::State),
        Column::new("place", text::roles::on_what(), |row: &Holder| match &row.grant {
            Some(grant) => place_cell(grant),
            None => view! { <span>{text::roles::the_platform()}</span> }.into_any(),
        }),
        Column::new("expires_at", text::ui::ends(), |row: &Holder| {
            view! { <When at=row.grant.as_ref().and_then(|grant| grant.expires_at)/> }
        })
        .fit(),
        Column::new("reason", text::ui::reason(), of_grant(|grant| {
            view! { <span title=grant.reason.clone()>{grant.reason.clone()}</span> }.into_any()
        }))
        .ample(),
        Column::new("granted_by", text::roles::granted_by(), of_grant(|grant| grant.granted_by_name.clone().into_any())).low(3),
        Column::new("granted_at", text::roles::granted_at(), of_grant(|grant| view! { <When at=grant.granted_at/> }.into_any()))
            .fit()
            .low(2),
        Column::new("card", text::roles::way(), |row: &Holder| {
            row.grant.as_ref().map(card)
        })
        .slot(Slot::Meta),
    ]
}

fn way(row: &Holder) -> &'static str {
    match (&row.grant, row.user_id) {
        (Some(_), None) => text::roles::by_members(),
        (Some(_), Some(_)) => text::roles::by_grant(),
        (None, _) => text::roles::by_account(),
    }
}

fn items(row: &Holder, session: Session, withdrawing: RwSignal<Option<RoleGrant>>) -> Vec<MenuItem> {
    let explain = row.user_id.filter(|_| untrack(|| session.may(Permission::AccessExplain)));
    let explain =
        explain.map(|id| MenuItem::link(Icon::Shield, text::access::explain_of(), format!("/access?subject={id}")));
    let withdraw = row.grant.as_ref().and_then(|grant| withdraw::item(grant, session, withdrawing));
    let open = match row.user_id {
        Some(_) => MenuItem::link(Icon::User, text::sessions::open_user(), row.href()),
        None => MenuItem::link(Icon::Users, text::groups::open(), row.href()),
    };
    [open].into_iter().chain(explain).chain(withdraw).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page<T>(total: u64, next: Option<&str>) -> Page<T> {
        Page { items: Vec::new(), next_cursor: next.map(str::to_owned), total, total_is_exact: true }
    }

    #[test]
    fn grants_follow_the_last_of_the_accounts() {
        let next = |accounts, grants, in_grants| {
            let both = joined(accounts, grants, in_grants);
            (both.total, both.next_cursor)
        };
        assert_eq!(next(Some(page(9, Some("b"))), page(3, Some("y")), false), (12, Some("b".to_owned())));
        assert_eq!(next(Some(page(9, None)), page(3, Some("y")), false), (12, Some("grants:y".to_owned())));
        assert_eq!(next(Some(page(9, Some("b"))), page(3, None), true), (12, None));
        assert_eq!(next(None, page(3, Some("y")), false), (3, Some("grants:y".to_owned())));
    }
}
