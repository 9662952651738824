//! The groups of a user.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::{
    Permission, UserId,
    audit::TargetType,
    groups::GroupMember,
    plans::{PlanAction, Selection},
    users::User,
};

use super::{
    acts::MemberActs,
    add::AddToGroupDialog,
    members::{since, standing, standings},
};
use crate::{
    i18n::text,
    session::{Session, use_session},
    transport::api,
    ui::{
        button::{Button, Look},
        icon::Icon,
        plan::use_planner,
        popover::MenuItem,
        state::EmptyState,
        table::{Column, DataTable, Slot, Table, TableSpec},
        time::When,
        toast::use_toasts,
    },
};

/// The groups of a user, and the verbs that change them.
#[component]
pub fn UserGroups(
    /// Whose.
    user: RwSignal<Option<User>>,
    /// Whose, too.
    user_id: UserId,
) -> impl IntoView {
    let (session, planner, toasts) = (use_session(), use_planner(), use_toasts());
    let (acts, adding) = (MemberActs::new(), RwSignal::new(None));
    let table = bound(user_id, session, acts);
    acts.then(move || table.reload());
    let name = move || user.with_untracked(|user| user.as_ref().map(|user| user.summary.display_name.clone()));
    let begin = Callback::new(move |()| adding.set(name().map(|name| (user_id, name))));
    // S1-UED-12
    let remove_all = Callback::new(move |()| {
        let Some(name) = name() else { return };
        let action = PlanAction::RemoveFromGroups { selection: Selection::ids([user_id]) };
        planner.begin(text::groups::remove_all_of(&name), action, move |job| {
            if job.succeeded > 0 {
                toasts.say(text::groups::removed_from_all(&name));
                table.reload();
            }
        });
    });
    let may = move |permission| {
        user.with(|user| user.as_ref().is_some_and(|user| session.refusal(permission, &user.resource()).is_none()))
    };
    let (may_add, may_remove) = (
        Memo::new(move |_| session.reaches_others(Permission::GroupManageMembers)),
        Memo::new(move |_| may(Permission::GroupUpdate)),
    );
    let none = Memo::new(move |_| table.extent().with(|extent| extent.as_ref().is_none_or(|extent| extent.total == 0)));
    view! {
        {move || may_add.get().then(|| view! {
            <div class="tab-head">
                <p class="muted">{text::groups::no_members_words()}</p>
                {may_remove.get().then(|| view! {
                    <Button label=text::groups::remove_all_dots() look=Look::DangerQuiet icon=Icon::Close disabled=none press=remove_all/>
                })}
                <Button label=text::groups::add_to_dots() look=Look::Primary icon=Icon::Plus press=begin/>
            </div>
        })}
        <div class="tab-table"><DataTable table/></div>
        <AddToGroupDialog asked=adding acts/>
    }
}

fn href(row: &GroupMember) -> String {
    format!("/groups/{}", row.group_id)
}

fn bound(id: UserId, session: Session, acts: MemberActs) -> Table {
    // The rows do not tell whose groups they are: the server decides.
    let refused = move |permission| untrack(|| (!session.reaches_others(permission)).then(String::new));
    let is_own = untrack(|| session.is_own(id));
    let items = move |row: &GroupMember| {
        let open = MenuItem::link(Icon::Group, text::users::open(), href(row));
        std::iter::once(open).chain(acts.items(row, refused)).collect()
    };
    let table = Table::new(TableSpec {
        columns: columns(),
        filters: vec![standings()],
        href: Some(href),
        verbs: Some(Arc::new(items)),
        empty: ViewFn::from(move || {
            let words = if is_own { text::groups::own_empty_words() } else { text::groups::in_no_group_words() };
            view! { <EmptyState icon=Icon::Group title=text::groups::in_no_group() words/> }
        }),
        ..TableSpec::new(
            "user-groups",
            text::groups::tab(),
            "group_name",
            |row| row.group_id.to_string(),
            |row| row.group_display_name.clone(),
            move |page| async move { api().list_user_groups(id, &page.request()?).await },
        )
    });
    table.follow(&[TargetType::Group, TargetType::User, TargetType::Plan, TargetType::Job]);
    table
}

fn columns() -> Vec<Column<GroupMember>> {
    vec![
        Column::new("group_name", text::groups::group(), |row: &GroupMember| {
            view! { <span class="cell-main"><a href=href(row)>{row.group_display_name.clone()}</a><span class="cell-sub">{row.group_name.clone()}</span></span> }
        })
        .sorted_by("group_name")
        .slot(Slot::Main),
        standing(),
        since(),
        Column::new("card", text::groups::since(), |row: &GroupMember| {
            view! { <span>{row.group_name.clone()}</span> <span>"·"</span> <When at=row.created_at/> }
        })
        .slot(Slot::Meta),
    ]
}
