//! The grants of one user, or of one group, with the verbs that make and end them.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::{
    GroupId, Permission, Role, UserId,
    audit::TargetType,
    groups::Group,
    role_grants::{RoleGrant, RoleGrantFilter, RoleGrantState, ScopeKind},
    users::UserSummary,
};

use super::{
    grant::{Asked, GrantDialog},
    model::RoleKey,
    withdraw::{self, WithdrawDialog},
};
use crate::{
    i18n::{text, words},
    session::{Session, use_session},
    transport::api,
    ui::{
        button::{Button, Look},
        icon::Icon,
        pill::{Pill, Tone},
        popover::MenuItem,
        state::EmptyState,
        table::{Column, DataTable, Filter, Slot, Table, TableSpec},
        time::When,
    },
};

/// The name of the granted role.
pub fn role_name(grant: &RoleGrant) -> String {
    grant.role.map_or_else(|| grant.role_name.clone(), |role| words::role(role).to_owned())
}

/// Where it is granted, in words.
pub fn place(grant: &RoleGrant) -> String {
    let (name, kind) = match grant.scope {
        ScopeKind::Platform => return text::roles::the_platform().to_owned(),
        ScopeKind::Organization => (&grant.organization_name, text::roles::on_organization()),
        ScopeKind::Group => (&grant.scope_group_name, text::roles::on_group()),
    };
    name.clone().unwrap_or_else(|| kind.to_owned())
}

/// The page of the granted role.
fn role_href(grant: &RoleGrant) -> Option<String> {
    let key = grant.role.map(RoleKey::BuiltIn).or_else(|| grant.role_id.map(RoleKey::Custom));
    key.map(RoleKey::href)
}

/// The roles that a user holds: those of the account in a line, and the grants.
#[component]
pub fn UserGrants(
    /// Whose.
    user_id: UserId,
    /// The user, once known.
    user: Signal<Option<UserSummary>>,
) -> impl IntoView {
    let session = use_session();
    let asked = Signal::derive(move || user.with(|user| user.as_ref().map(Asked::of_user)));
    let refused = Signal::derive(move || {
        user.with(|user| user.as_ref().and_then(|user| session.refusal_on_user(Permission::RoleGrant, user)))
    });
    let filter = RoleGrantFilter { user_id: Some(user_id), ..RoleGrantFilter::default() };
    let roles = move || {
        user.with(|user| {
            user.as_ref().map(|user| {
                let held: Vec<Role> = user.roles.or_user().iter().collect();
                let links = held.into_iter().map(|role| {
                    view! { <li><a href=RoleKey::BuiltIn(role).href()>{words::role(role)}</a></li> }
                });
                links.collect_view()
            })
        })
    };
    let explained = move || session.may(Permission::AccessExplain).then(|| format!("/access?subject={user_id}"));
    view! {
        <Grants filter asked refused>
            <div class="held-roles">
                <span class="muted">{text::roles::of_account()}</span>
                <ul>{roles}</ul>
                {move || explained().map(|href| view! { <a href=href>{text::access::explain_of()}</a> })}
            </div>
        </Grants>
    }
}

/// The roles that the members of a group hold by it.
#[component]
pub fn GroupRoles(
    /// Which.
    id: GroupId,
    /// The group, once known.
    group: RwSignal<Option<Group>>,
) -> impl IntoView {
    let session = use_session();
    let asked = Signal::derive(move || group.with(|group| group.as_ref().map(Asked::of_group)));
    let refused = Signal::derive(move || {
        group.with(|group| {
            group.as_ref().and_then(|group| match group.standing {
                Some(_) => Some(text::roles::own_group().to_owned()),
                None => session.refusal(Permission::RoleGrant, &group.resource()),
            })
        })
    });
    let filter = RoleGrantFilter { group_id: Some(id), ..RoleGrantFilter::default() };
    view! {
        <Grants filter asked refused>
            <p class="muted">{text::roles::of_group_words()}</p>
        </Grants>
    }
}

/// The roles that are granted on a group, to whoever may do more with it.
#[component]
pub fn GroupAccess(
    /// Which.
    id: GroupId,
    /// The group, once known.
    group: RwSignal<Option<Group>>,
) -> impl IntoView {
    let session = use_session();
    let asked = Signal::derive(move || group.with(|group| group.as_ref().map(Asked::on_group)));
    let refused = Signal::derive(move || {
        group.with(|group| group.as_ref().and_then(|group| session.refusal(Permission::RoleGrant, &group.resource())))
    });
    let filter = RoleGrantFilter { scope_group_id: Some(id), ..RoleGrantFilter::default() };
    view! {
        <Grants filter asked refused>
            <p class="muted">{text::roles::on_this_group_words()}</p>
        </Grants>
    }
}

/// The table of the grants of one holder, and the verb that makes one.
#[component]
fn Grants(
    /// Whose.
    filter: RoleGrantFilter,
    /// What a new one begins with.
    asked: Signal<Option<Asked>>,
    /// Why the person may make none here.
    refused: Signal<Option<String>>,
    /// What stands above.
    children: Children,
) -> impl IntoView {
    let session = use_session();
    let (granting, withdrawing) = (RwSignal::new(None), RwSignal::new(None));
    let table = bound(filter, session, withdrawing);
    let begin = Callback::new(move |()| granting.set(asked.get_untracked()));
    let done = Callback::new(move |()| table.reload());
    view! {
        <div class="tab-head">
            {children()}
            {move || session.may(Permission::RoleGrant).then(|| {
                let refused = refused.get();
                let why = refused.clone();
                view! { <span title=why><Button label=text::roles::grant_dots() look=Look::Primary icon=Icon::Plus disabled=refused.is_some() press=begin/></span> }
            })}
        </div>
        <div class="tab-table"><DataTable table/></div>
        <GrantDialog asked=granting done/>
        <WithdrawDialog withdrawing done/>
    }
}

fn bound(filter: RoleGrantFilter, session: Session, withdrawing: RwSignal<Option<RoleGrant>>) -> Table {
    let nothing = match (filter.user_id, filter.group_id) {
        (Some(_), _) => text::roles::no_grants_words(),
        (None, Some(_)) => text::roles::none_carried_words(),
        (None, None) => text::roles::none_on_group_words(),
    };
    let states = RoleGrantState::ALL.iter().map(|state| (state.name(), state_words(*state)));
    let table = Table::new(TableSpec {
        columns: columns(&filter),
        filters: vec![Filter::choice("state", text::users::status(), states)],
        verbs: Some(Arc::new(move |row: &RoleGrant| items(row, session, withdrawing))),
        export: Some("/role-grants"),
        empty: ViewFn::from(move || {
            view! { <EmptyState icon=Icon::Role title=text::roles::no_grants() words=nothing/> }
        }),
        ..TableSpec::new(
            match (filter.user_id, filter.group_id) {
                (Some(_), _) => "user-role-grants",
                (None, Some(_)) => "group-role-grants",
                (None, None) => "role-grants-on-group",
            },
            text::roles::grants(),
            "-granted_at",
            |row| row.id.to_string(),
            role_name,
            move |page| async move {
                let mut request = page.request()?;
                let found: &mut RoleGrantFilter = &mut request.filter;
                found.user_id = filter.user_id;
                found.group_id = filter.group_id;
                found.scope_group_id = filter.scope_group_id;
                api().list_role_grants(&request).await
            },
        )
    });
    table.follow(&[TargetType::User, TargetType::Group, TargetType::Role]);
    table
}

fn columns(filter: &RoleGrantFilter) -> Vec<Column<RoleGrant>> {
    let by = filter.user_id.map(|_| Column::new("by", text::roles::way(), by_cell));
    let mut columns = vec![
        Column::new("role", text::roles::role(), |row: &RoleGrant| {
            let name = match role_href(row) {
                Some(href) => view! { <a href=href>{role_name(row)}</a> }.into_any(),
                None => view! { <strong>{role_name(row)}</strong> }.into_any(),
            };
            view! { <span class="cell-main">{name}</span> }
        })
        .slot(Slot::Main),
        match filter.scope_group_id {
            // All of them are on the group whose page this is.
            Some(_) => Column::new("holder", text::roles::holder(), holder_cell),
            None => Column::new("place", text::roles::on_what(), place_cell),
        },
        Column::new("state", text::users::status(), |row: &RoleGrant| view! { <StatePill state=row.state/> })
            .fit()
            .slot(Slot::State),
        Column::new("expires_at", text::ui::ends(), |row: &RoleGrant| view! { <When at=row.expires_at/> })
            .fit()
            .sorted_by("expires_at"),
        Column::new(
            "reason",
            text::ui::reason(),
            |row: &RoleGrant| view! { <span title=row.reason.clone()>{row.reason.clone()}</span> },
        )
        .ample(),
        Column::new("granted_by", text::roles::granted_by(), |row: &RoleGrant| row.granted_by_name.clone()).low(3),
        Column::new("granted_at", text::roles::granted_at(), |row: &RoleGrant| view! { <When at=row.granted_at/> })
            .fit()
            .sorted_by("granted_at")
            .low(2),
        match (filter.user_id, filter.scope_group_id) {
            (Some(_), _) => Column::new("card", text::roles::on_what(), |row: &RoleGrant| {
                let by = row.group_name.clone().map(text::roles::by_group);
                view! { {card(row)} {by.map(|by| view! { <span>"·"</span> <span>{by}</span> })} }
            }),
            (None, Some(_)) => Column::new("card", text::roles::holder(), |row: &RoleGrant| {
                view! { <span>{row.display_name.clone()}</span> <span>"·"</span> <span>{text::ui::ends()} " " <When at=row.expires_at/></span> }
            }),
            (None, None) => Column::new("card", text::roles::on_what(), |row: &RoleGrant| card(row)),
        }
        .slot(Slot::Meta),
    ];
    by.into_iter().for_each(|by| columns.insert(1, by));
    columns
}

/// Who holds it, with a way there.
fn holder_cell(row: &RoleGrant) -> AnyView {
    let href = match (row.user_id, row.group_id) {
        (Some(id), _) => format!("/users/{id}/grants"),
        (None, Some(id)) => group_href(id),
        (None, None) => return view! { <span>{row.display_name.clone()}</span> }.into_any(),
    };
    view! { <a href=href>{row.display_name.clone()}</a> }.into_any()
}

/// Whether a user holds it by themselves or by a group, with a way there.
fn by_cell(row: &RoleGrant) -> AnyView {
    match (row.group_id, &row.group_name) {
        (Some(id), Some(name)) => {
            let by = text::roles::by_group(name.clone());
            view! { <a href=group_href(id) title=by.clone()>{by.clone()}</a> }.into_any()
        }
        _ => view! { <span>{text::roles::by_grant()}</span> }.into_any(),
    }
}

/// The page of the roles of a group.
pub fn group_href(id: GroupId) -> String {
    format!("/groups/{id}/roles")
}

/// Where it is granted, until when and why, in the line of a card.
pub fn card(row: &RoleGrant) -> impl IntoView + use<> {
    let reason = Some(row.reason.clone()).filter(|reason| !reason.is_empty());
    let reason = reason.map(|reason| view! { <span>"·"</span> <span>{reason}</span> });
    view! { <span>{place(row)}</span> <span>"·"</span> <span>{text::ui::ends()} " " <When at=row.expires_at/></span> {reason} }
}

/// Where it is granted, with a way there.
pub fn place_cell(row: &RoleGrant) -> AnyView {
    match (row.organization_id, row.scope_group_id) {
        (_, Some(id)) => view! { <a href=format!("/groups/{id}")>{place(row)}</a> }.into_any(),
        (Some(id), None) => view! { <a href=format!("/organizations/{id}")>{place(row)}</a> }.into_any(),
        (None, None) => view! { <span>{place(row)}</span> }.into_any(),
    }
}

fn items(row: &RoleGrant, session: Session, withdrawing: RwSignal<Option<RoleGrant>>) -> Vec<MenuItem> {
    let open = role_href(row).map(|href| MenuItem::link(Icon::Role, text::roles::open(), href));
    let group = row.group_id.map(|id| MenuItem::link(Icon::Users, text::groups::open(), group_href(id)));
    open.into_iter().chain(group).chain(withdraw::item(row, session, withdrawing)).collect()
}

fn state_words(state: RoleGrantState) -> &'static str {
    match state {
        RoleGrantState::Active => text::roles::in_force(),
        RoleGrantState::Expired => text::roles::ended(),
    }
}

/// Whether a grant is in force.
#[component]
fn StatePill(state: RoleGrantState) -> impl IntoView {
    let (tone, icon) = match state {
        RoleGrantState::Active => (Tone::Good, Icon::Done),
        RoleGrantState::Expired => (Tone::Quiet, Icon::Clock),
    };
    view! { <Pill tone icon label=state_words(state) bare=true/> }
}
