//! Who is in a group.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::{
    GroupId, Permission,
    audit::TargetType,
    groups::{Group, GroupMember, Standing},
};

use super::{
    acts::{MemberActs, StandingPill, standing_words},
    add::AddMemberDialog,
};
use crate::{
    features::users::StatusPill,
    i18n::text,
    session::{Session, use_session},
    transport::api,
    ui::{
        button::{Button, Look},
        icon::Icon,
        popover::MenuItem,
        state::EmptyState,
        table::{Column, DataTable, ExportButton, Filter, Slot, Table, TableSpec},
        time::When,
    },
};

/// The members, and the verb that adds one.
#[component]
pub fn MembersTab(
    /// Whose.
    id: GroupId,
    /// The group.
    group: RwSignal<Option<Group>>,
) -> impl IntoView {
    let session = use_session();
    let (acts, adding) = (MemberActs::new(), RwSignal::new(None));
    let table = bound(id, group, session, acts);
    acts.then(move || table.reload());
    let manages = Memo::new(move |_| refusal(session, group, Permission::GroupManageMembers).is_none());
    let begin = Callback::new(move |()| adding.set(group.get_untracked()));
    view! {
        <div class="tab-head">
            <p class="muted">{text::groups::no_members_words()}</p>
            <ExportButton table path=format!("/groups/{id}/members")/>
            {move || manages.get().then(|| view! {
                <Button label=text::groups::add_member_dots() look=Look::Primary icon=Icon::UserPlus press=begin/>
            })}
        </div>
        <div class="tab-table"><DataTable table/></div>
        <AddMemberDialog asked=adding acts/>
    }
}

fn refusal(session: Session, group: RwSignal<Option<Group>>, permission: Permission) -> Option<String> {
    let resource = group.with(|group| group.as_ref().map(Group::resource))?;
    session.refusal(permission, &resource)
}

fn bound(id: GroupId, group: RwSignal<Option<Group>>, session: Session, acts: MemberActs) -> Table {
    let opens = untrack(|| session.reaches_others(Permission::UserRead));
    let items = move |row: &GroupMember| {
        let open = MenuItem::link(Icon::User, text::groups::open_person(), person(row));
        let acts = acts.items(row, |permission| untrack(|| refusal(session, group, permission)));
        opens.then_some(open).into_iter().chain(acts).collect()
    };
    let table = Table::new(TableSpec {
        columns: columns(opens),
        filters: vec![standings()],
        search: text::groups::search_members(),
        href: opens.then_some(person),
        verbs: Some(Arc::new(items)),
        empty: ViewFn::from(|| {
            view! { <EmptyState icon=Icon::Users title=text::groups::no_members()/> }
        }),
        ..TableSpec::new(
            "group-members",
            text::groups::members(),
            "username",
            |row| row.user_id.to_string(),
            |row| row.display_name.clone(),
            move |page| async move { api().list_group_members(id, &page.request()?).await },
        )
    });
    table.follow(&[TargetType::User, TargetType::Plan, TargetType::Job]);
    table
}

/// A filter by what somebody is in a group.
pub(super) fn standings() -> Filter {
    let options = Standing::ALL.iter().map(|standing| (standing.name(), standing_words(*standing)));
    Filter::choice("standing", text::groups::standing(), options)
}

/// What somebody is in a group.
pub(super) fn standing() -> Column<GroupMember> {
    let pill = |row: &GroupMember| view! { <StandingPill standing=row.standing/> };
    Column::new("standing", text::groups::standing(), pill).fit().slot(Slot::State)
}

/// Since when somebody is in a group.
pub(super) fn since() -> Column<GroupMember> {
    let when = |row: &GroupMember| view! { <When at=row.created_at/> };
    Column::new("created_at", text::groups::since(), when).fit().sorted_by("created_at")
}

fn person(row: &GroupMember) -> String {
    format!("/users/{}", row.user_id)
}

fn columns(opens: bool) -> Vec<Column<GroupMember>> {
    vec![
        Column::new("name", text::groups::name(), move |row: &GroupMember| {
            let name = row.display_name.clone();
            let name = match opens {
                true => view! { <a href=person(row)>{name}</a> }.into_any(),
                false => view! { <strong>{name}</strong> }.into_any(),
            };
            view! { <span class="cell-main">{name}<span class="cell-sub">{row.username.clone()}</span></span> }
        })
        .slot(Slot::Main),
        Column::new("username", text::users::username(), |row: &GroupMember| row.username.clone())
            .sorted_by("username")
            .hidden(),
        standing(),
        Column::new("status", text::users::status(), |row: &GroupMember| {
            view! { <StatusPill status=row.status bare=true/> }
        })
        .fit(),
        since(),
        Column::new("card", text::users::username(), |row: &GroupMember| {
            view! { <span>{row.username.clone()}</span> <span>"·"</span> <When at=row.created_at/> }
        })
        .slot(Slot::Meta),
    ]
}
