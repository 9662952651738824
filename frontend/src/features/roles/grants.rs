//! The grants of one user, with the verbs that make and end them.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::{
    Permission, Role, UserId,
    audit::TargetType,
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
    match (grant.scope, &grant.organization_name) {
        (ScopeKind::Organization, Some(name)) => name.clone(),
        (ScopeKind::Organization, None) => text::roles::on_organization().to_owned(),
        (ScopeKind::Platform, _) => text::roles::the_platform().to_owned(),
    }
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
    let (granting, withdrawing) = (RwSignal::new(None), RwSignal::new(None));
    let table = bound(user_id, session, withdrawing);
    let begin = Callback::new(move |()| granting.set(user.with_untracked(|user| user.as_ref().map(Asked::of_user))));
    let refused =
        move || user.with(|user| user.as_ref().and_then(|user| session.refusal_on_user(Permission::RoleGrant, user)));
    let done = Callback::new(move |()| table.reload());
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
        <div class="tab-head">
            <div class="held-roles">
                <span class="muted">{text::roles::of_account()}</span>
                <ul>{roles}</ul>
                {move || explained().map(|href| view! { <a href=href>{text::access::explain_of()}</a> })}
            </div>
            {move || session.may(Permission::RoleGrant).then(|| {
                let refused = refused();
                let why = refused.clone();
                view! { <span title=why><Button label=text::roles::grant_dots() look=Look::Primary icon=Icon::Plus disabled=refused.is_some() press=begin/></span> }
            })}
        </div>
        <div class="tab-table"><DataTable table/></div>
        <GrantDialog asked=granting done/>
        <WithdrawDialog withdrawing done/>
    }
}

fn bound(user_id: UserId, session: Session, withdrawing: RwSignal<Option<RoleGrant>>) -> Table {
    let states = RoleGrantState::ALL.iter().map(|state| (state.name(), state_words(*state)));
    let table = Table::new(TableSpec {
        columns: columns(),
        filters: vec![Filter::choice("state", text::users::status(), states)],
        verbs: Some(Arc::new(move |row: &RoleGrant| items(row, session, withdrawing))),
        export: Some("/role-grants"),
        empty: ViewFn::from(|| {
            view! { <EmptyState icon=Icon::Role title=text::roles::no_grants() words=text::roles::no_grants_words()/> }
        }),
        ..TableSpec::new(
            "user-role-grants",
            text::roles::grants(),
            "-granted_at",
            |row| row.id.to_string(),
            role_name,
            move |page| async move {
                let mut request = page.request()?;
                let filter: &mut RoleGrantFilter = &mut request.filter;
                filter.user_id = Some(user_id);
                api().list_role_grants(&request).await
            },
        )
    });
    table.follow(&[TargetType::User, TargetType::Role]);
    table
}

fn columns() -> Vec<Column<RoleGrant>> {
    vec![
        Column::new("role", text::roles::role(), |row: &RoleGrant| {
            let name = match role_href(row) {
                Some(href) => view! { <a href=href>{role_name(row)}</a> }.into_any(),
                None => view! { <strong>{role_name(row)}</strong> }.into_any(),
            };
            view! { <span class="cell-main">{name}</span> }
        })
        .slot(Slot::Main),
        Column::new("place", text::roles::on_what(), place_cell),
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
        Column::new("card", text::roles::on_what(), |row: &RoleGrant| card(row)).slot(Slot::Meta),
    ]
}

/// Where it is granted, until when and why, in the line of a card.
pub fn card(row: &RoleGrant) -> impl IntoView + use<> {
    view! { <span>{place(row)}</span> <span>{text::ui::ends()} " " <When at=row.expires_at/></span> <span>{row.reason.clone()}</span> }
}

/// Where it is granted, with a way there.
pub fn place_cell(row: &RoleGrant) -> AnyView {
    match row.organization_id {
        Some(id) => view! { <a href=format!("/organizations/{id}")>{place(row)}</a> }.into_any(),
        None => view! { <span>{place(row)}</span> }.into_any(),
    }
}

fn items(row: &RoleGrant, session: Session, withdrawing: RwSignal<Option<RoleGrant>>) -> Vec<MenuItem> {
    let open = role_href(row).map(|href| MenuItem::link(Icon::Role, text::roles::open(), href));
    open.into_iter().chain(withdraw::item(row, session, withdrawing)).collect()
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
