//! The page of one group: head and tabs.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{GroupId, Permission, audit::TargetType, groups::Group};

use super::{allocation::AllocationTab, level::LevelMark, members::MembersTab, profile::ProfileTab};
use crate::{
    features::audit::AuditTable,
    frame::{Crumb, Guarded, NotFound, Page, PageHead},
    i18n::text,
    live::on_change,
    route::use_part,
    session::use_session,
    transport::api,
    ui::{
        copyable::CopyId,
        state::{ErrorState, PageSkeleton, Shape, renew},
        tabs::{Tab, Tabs},
        time::When,
    },
};

type Loaded = RwSignal<Option<Result<Group, ClientError>>>;

/// The page of one group.
#[component]
pub fn GroupPage() -> impl IntoView {
    let (id, tab) = (use_part(|address| &address.id), use_part(|address| &address.tab));
    let loaded: Loaded = RwSignal::new(None);
    let load = move || {
        let Ok(id) = id.get_untracked().parse::<GroupId>() else {
            let error = quarterdeck_domain::Error::NotFound("group");
            loaded.set(Some(Err(ClientError::Problem(Box::new(quarterdeck_domain::Problem::new(&error, "", ""))))));
            return;
        };
        crate::browser::spawn(async move {
            renew(loaded, api().get_group(id).await);
        });
    };
    crate::browser::effect(move || {
        id.track();
        loaded.set(None);
        load();
    });
    on_change(
        move |change| {
            use TargetType as T;
            id.with_untracked(|id| change.target.id == *id)
                || matches!(change.target.kind, T::User | T::Setting | T::Plan | T::Job)
        },
        load,
    );
    let found =
        Memo::new(move |_| loaded.with(|loaded| loaded.as_ref().and_then(|loaded| loaded.as_ref().ok().cloned())));
    let error =
        Memo::new(move |_| loaded.with(|loaded| loaded.as_ref().and_then(|loaded| loaded.as_ref().err().cloned())));
    let is_there = Memo::new(move |_| found.with(Option::is_some));
    let trail = move || {
        let name = found.with(|found| found.as_ref().map(|found| found.display_name.clone()).unwrap_or_default());
        vec![
            Crumb::group(text::frame::people()),
            Crumb::page(text::frame::groups(), "/groups"),
            Crumb::page(name, format!("/groups/{}", id.get())),
        ]
    };
    view! {
        <Page trail=Signal::derive(trail) list=true>
            <Guarded permission=Permission::GroupRead>
                {move || match (is_there.get(), error.get()) {
                    (true, _) => view! { <Detail found tab reload=Callback::new(move |()| load())/> }.into_any(),
                    (false, Some(error)) => view! { <ErrorState page=true error retry=Callback::new(move |()| load())/> }.into_any(),
                    (false, None) => view! { <PageSkeleton shape=Shape::Detail/> }.into_any(),
                }}
            </Guarded>
        </Page>
    }
}

#[component]
fn Detail(found: Memo<Option<Group>>, tab: Memo<String>, reload: Callback<()>) -> impl IntoView {
    let session = use_session();
    let may = move |permission| {
        found.with(|group| group.as_ref().is_some_and(|group| session.refusal(permission, &group.resource()).is_none()))
    };
    let (sees_members, sees_allocation) =
        (Memo::new(move |_| may(Permission::GroupReadMembers)), Memo::new(move |_| may(Permission::AllocationRead)));
    let tabs = move || {
        let base = found.with(|found| found.as_ref().map(href).unwrap_or_default());
        let tab = |label: &str, part: &str| Tab { label: label.to_owned(), href: format!("{base}{part}") };
        let mut tabs = vec![tab(text::users::tab_profile(), "")];
        if sees_members.get() {
            tabs.push(tab(text::groups::members(), "/members"));
        }
        if sees_allocation.get() {
            tabs.push(tab(text::groups::allocation(), "/allocation"));
        }
        if session.may(Permission::AuditRead) {
            tabs.push(tab(text::users::tab_activity(), "/activity"));
        }
        tabs
    };
    view! {
        {move || found.get().map(|group| view! { <Head group/> })}
        <Tabs label=text::groups::tabs() tabs=Signal::derive(tabs)/>
        {move || match (tab.get().as_str(), found.with_untracked(|found| found.as_ref().map(|found| found.id))) {
            ("", Some(_)) => view! { <ProfileTab found reload/> }.into_any(),
            ("members", Some(id)) if sees_members.get() => view! { <MembersTab id group=found/> }.into_any(),
            ("allocation", Some(id)) if sees_allocation.get() => view! { <AllocationTab id group=found reload/> }.into_any(),
            ("activity", Some(id)) => view! {
                <Guarded permission=Permission::AuditRead><AuditTable target=Some((TargetType::Group, id.to_string()))/></Guarded>
            }
            .into_any(),
            _ => view! { <NotFound/> }.into_any(),
        }}
    }
}

fn href(group: &Group) -> String {
    format!("/groups/{}", group.id)
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
