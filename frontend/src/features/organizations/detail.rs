//! The page of one organization.

use leptos::prelude::*;
use quarterdeck_domain::{OrganizationId, Permission, Resource, audit::TargetType, organizations::Organization};

use super::{
    avatar::OrganizationAvatar,
    profile::ProfileTab,
    provision::{ProvisionTab, SeatsUsed},
};
use crate::{
    features::{audit::ActivityTab, provider_keys::OrganizationKeys},
    frame::{Crumb, Guarded, PageHead, Reading, Record, RecordPage},
    i18n::{number, text, words},
    session::use_session,
    transport::api,
    ui::{
        button::ButtonLink,
        copyable::CopyId,
        icon::Icon,
        pill::Pill,
        tabs::{Tab, Tabs},
        time::When,
    },
};

/// The page of one organization.
#[component]
pub fn OrganizationPage() -> impl IntoView {
    let organization = Record::of_address(
        "organization",
        |id: OrganizationId| async move { api().get_organization(id).await },
        |change, id| change.target.id == *id || change.target.kind == TargetType::User,
    );
    let (found, reading) = (organization.row, organization.reading);
    let list = vec![Crumb::group(text::frame::people()), Crumb::page(text::frame::organizations(), "/organizations")];
    view! {
        <RecordPage reading permission=Permission::OrganizationRead list name=organization.text(|row| row.display_name.clone())>
            <Detail found reading/>
        </RecordPage>
    }
}

#[component]
fn Detail(found: RwSignal<Option<Organization>>, reading: Reading) -> impl IntoView {
    let session = use_session();
    let Reading { id, tab, reload, .. } = reading;
    let tabs = move || {
        let mut tabs =
            vec![Tab(text::users::tab_profile(), ""), Tab(text::organizations::tab_provision(), "/provision")];
        let reads_keys = |id| session.refusal(Permission::ProviderKeyRead, &Resource::Organization(id)).is_none();
        if id.with(|id| id.parse().is_ok_and(reads_keys)) {
            tabs.push(Tab(text::frame::provider_keys(), "/provider-keys"));
        }
        if session.may(Permission::AuditRead) {
            tabs.push(Tab(text::users::tab_activity(), "/activity"));
        }
        tabs
    };
    let head = move || {
        found.get().map(|row| {
            let (kind, members) = (row.kind, row.member_count);
            let seats = row.clone();
            let facts = move || view! {
                <div class="page-facts">
                    <span>{row.name.clone()}</span>
                    <span>{text::organizations::members_of(row.member_count, number(row.active_member_count))}</span>
                    <SeatsUsed row=seats.clone()/>
                    <span>{text::users::created()} " " <When exact=true at=row.created_at/></span>
                    <CopyId value=row.id.to_string() what=text::organizations::id()/>
                </div>
            };
            let state = move || view! { <Pill label=words::organization_kind(kind)/> };
            view! {
                <div class="page-head-with-avatar">
                <OrganizationAvatar id=row.id name=row.display_name.clone() digest=row.avatar_digest.clone() large=true/>
                <PageHead title=row.display_name.clone() state=state facts=facts>
                    {(members > 0).then(|| view! { <ButtonLink label=text::organizations::show_members() href=format!("/users?organization_id={}", row.id) icon=Icon::Users/> })}
                </PageHead>
                </div>
            }
        })
    };
    view! {
        {head}
        <Tabs label=text::organizations::tabs() base=Signal::derive(move || format!("/organizations/{}", id.get())) tabs=Signal::derive(tabs)/>
        {move || match (tab.get().as_str(), found.with_untracked(|found| found.as_ref().map(|found| found.id))) {
            ("", Some(_)) => view! { <ProfileTab found reload/> }.into_any(),
            ("provision", Some(_)) => view! { <ProvisionTab found reload/> }.into_any(),
            ("provider-keys", Some(id)) => view! {
                <Guarded permission=Permission::ProviderKeyRead others=true><OrganizationKeys id/></Guarded>
            }
            .into_any(),
            ("activity", Some(id)) => view! { <ActivityTab kind=TargetType::Organization id=id.to_string()/> }.into_any(),
            _ => view! { <crate::frame::NotFound/> }.into_any(),
        }}
    }
}
