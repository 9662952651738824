//! The page of one group: head and tabs.

use leptos::prelude::*;
use quarterdeck_domain::{GroupId, Permission, audit::TargetType, groups::Group};

use super::{allocation::AllocationTab, level::LevelMark, members::MembersTab, profile::ProfileTab};
use crate::{
    features::{
        audit::ActivityTab,
        roles::{GroupAccess, GroupRoles},
    },
    frame::{Crumb, NotFound, PageHead, Reading, Record, RecordPage},
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        copyable::CopyId,
        tabs::{Tab, Tabs},
        time::When,
    },
};

/// The page of one group.
#[component]
pub fn GroupPage() -> impl IntoView {
    use TargetType as T;
    let group = Record::of_address(
        "group",
        |id: GroupId| async move { api().get_group(id).await },
        |change, id| change.target.id == *id || matches!(change.target.kind, T::User | T::Setting | T::Plan | T::Job),
    );
    let (found, reading) = (group.row, group.reading);
    let list = vec![Crumb::group(text::frame::people()), Crumb::page(text::frame::groups(), "/groups")];
    view! {
        <RecordPage reading permission=Permission::GroupRead list name=group.text(|group| group.display_name.clone())>
            <Detail found reading/>
        </RecordPage>
    }
}

#[component]
fn Detail(found: RwSignal<Option<Group>>, reading: Reading) -> impl IntoView {
    let session = use_session();
    let Reading { id, tab, reload, .. } = reading;
    let may = move |permission| {
        found.with(|group| group.as_ref().is_some_and(|group| session.refusal(permission, &group.resource()).is_none()))
    };
    let (sees_members, sees_allocation) =
        (Memo::new(move |_| may(Permission::GroupReadMembers)), Memo::new(move |_| may(Permission::AllocationRead)));
    let sees_roles = Memo::new(move |_| may(Permission::RoleRead));
    let tabs = move || {
        let mut tabs = vec![Tab(text::users::tab_profile(), "")];
        if sees_members.get() {
            tabs.push(Tab(text::groups::members(), "/members"));
        }
        if sees_allocation.get() {
            tabs.push(Tab(text::groups::allocation(), "/allocation"));
        }
        if sees_roles.get() {
            tabs.push(Tab(text::frame::roles(), "/roles"));
            tabs.push(Tab(text::roles::access(), "/access"));
        }
        if session.may(Permission::AuditRead) {
            tabs.push(Tab(text::users::tab_activity(), "/activity"));
        }
        tabs
    };
    view! {
        {move || found.get().map(|group| view! { <Head group/> })}
        <Tabs label=text::groups::tabs() base=Signal::derive(move || format!("/groups/{}", id.get())) tabs=Signal::derive(tabs)/>
        {move || match (tab.get().as_str(), found.with_untracked(|found| found.as_ref().map(|found| found.id))) {
            ("", Some(_)) => view! { <ProfileTab found reload/> }.into_any(),
            ("members", Some(id)) if sees_members.get() => view! { <MembersTab id group=found/> }.into_any(),
            ("allocation", Some(id)) if sees_allocation.get() => view! { <AllocationTab id group=found reload/> }.into_any(),
            ("roles", Some(id)) if sees_roles.get() => view! { <GroupRoles id group=found/> }.into_any(),
            ("access", Some(id)) if sees_roles.get() => view! { <GroupAccess id group=found/> }.into_any(),
            ("activity", Some(id)) => view! { <ActivityTab kind=TargetType::Group id=id.to_string()/> }.into_any(),
            _ => view! { <NotFound/> }.into_any(),
        }}
    }
}

#[component]
fn Head(group: Group) -> impl IntoView {
    let session = use_session();
    let allocation = group.allocation.clone();
    let state = move || {
        let allocation = allocation.clone();
        allocation.map(|it| view! { <LevelMark state=it.state colour=it.colour label=it.label/> })
    };
    let title = group.display_name.clone();
    let facts = move || {
        let organization = match (group.organization_id, group.organization_name.clone()) {
            (Some(id), Some(name)) if session.may(Permission::OrganizationRead) => {
                view! { <a href=format!("/organizations/{id}")>{name}</a> }.into_any()
            }
            (_, name) => {
                view! { <span>{name.unwrap_or_else(|| text::groups::of_platform().to_owned())}</span> }.into_any()
            }
        };
        view! {
            <div class="page-facts">
                <span>{group.name.clone()}</span>
                {organization}
                <span>{text::groups::members_of(group.member_count)}</span>
                <span>{text::users::created()} " " <When exact=true at=group.created_at/></span>
                <CopyId value=group.id.to_string() what=text::groups::id()/>
            </div>
        }
    };
    view! { <PageHead title state=state facts=facts/> }
}
