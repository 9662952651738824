//! The page of one user: head, tabs, danger zone.

use leptos::prelude::*;
use quarterdeck_domain::{
    Permission, UserId,
    audit::TargetType,
    users::{User, UserKind, UserStatus},
};

use super::{
    access::AccessTab,
    act_as::{ActAsButton, ActAsDialog},
    data::ExportDataButton,
    form::FieldsTab,
    list::{KindTag, StatusPill},
    model::Field,
    verbs::{EndDialogs, SuspendDialog, UserVerbs},
};
use crate::{
    features::{
        api_keys::UserKeys, audit::ActivityTab, groups::UserGroups, roles::UserGrants, sessions::SessionsTable,
    },
    frame::{Crumb, Guarded, PageHead, Reading, Record, RecordPage},
    i18n::{text, words},
    session::use_session,
    transport::api,
    ui::{
        copyable::CopyId,
        icon::Icon,
        pill::{Avatar, Pill},
        tabs::{Tab, Tabs},
        time::When,
    },
};

/// The page of one user.
#[component]
pub fn UserPage() -> impl IntoView {
    let user = Record::of_address(
        "user",
        |id: UserId| async move { api().get_user(id).await },
        |change, id| match change.target.kind {
            TargetType::User => change.target.id == *id,
            kind => matches!(kind, TargetType::Plan | TargetType::Job),
        },
    );
    let (row, reading) = (user.row, user.reading);
    let list = vec![Crumb::group(text::frame::people()), Crumb::page(text::frame::users(), "/users")];
    view! {
        <RecordPage reading permission=Permission::UserRead list name=user.text(|user| user.summary.display_name.clone())>
            <UserView user=row reading/>
        </RecordPage>
    }
}

#[component]
fn UserView(user: RwSignal<Option<User>>, reading: Reading) -> impl IntoView {
    let session = use_session();
    let Reading { id, tab, reload, .. } = reading;
    let verbs = UserVerbs::new();
    verbs.then(move || {
        reload.try_run(());
    });
    let summary = Signal::derive(move || user.with(|user| user.as_ref().map(|user| user.summary.clone())));
    let tabs = move || {
        let is_person = user.with(|user| user.as_ref().is_none_or(|user| user.summary.kind == UserKind::Person));
        let optional = [
            (session.may(Permission::RoleRead), Tab(text::roles::tab_grants(), "/grants")),
            (is_person && session.may(Permission::SessionRead), Tab(text::frame::sessions(), "/sessions")),
            (session.may(Permission::ApiKeyRead), Tab(text::frame::api_keys(), "/keys")),
            (session.reaches_others(Permission::GroupRead), Tab(text::groups::tab(), "/groups")),
            (session.may(Permission::AuditRead), Tab(text::users::tab_activity(), "/activity")),
        ];
        let mut tabs = vec![
            Tab(text::users::tab_profile(), ""),
            Tab(text::users::tab_access(), "/access"),
            Tab(text::users::tab_contact(), "/contact"),
        ];
        tabs.extend(optional.into_iter().filter(|(may, _)| *may).map(|(_, tab)| tab));
        tabs
    };
    let content = move || {
        let known = user.with_untracked(|user| user.as_ref().map(|user| (user.id(), user.summary.kind)));
        let Some((user_id, kind)) = known else { return ().into_any() };
        match tab.get().as_str() {
            "" => view! { <FieldsTab user fields=&Field::PROFILE reload verbs/> }.into_any(),
            "access" => view! { <AccessTab user reload/> }.into_any(),
            "grants" => view! {
                <Guarded permission=Permission::RoleRead><UserGrants user_id user=summary/></Guarded>
            }
            .into_any(),
            "contact" => view! { <FieldsTab user fields=&Field::CONTACT reload/> }.into_any(),
            "sessions" => view! {
                <Guarded permission=Permission::SessionRead><SessionsTable user_id/></Guarded>
            }
            .into_any(),
            "keys" => view! {
                <Guarded permission=Permission::ApiKeyRead><UserKeys user_id kind/></Guarded>
            }
            .into_any(),
            "groups" => view! {
                <Guarded permission=Permission::GroupRead><UserGroups user user_id/></Guarded>
            }
            .into_any(),
            "activity" => view! { <ActivityTab kind=TargetType::User id=user_id.to_string()/> }.into_any(),
            _ => view! { <crate::frame::NotFound/> }.into_any(),
        }
    };
    view! {
        {move || user.get().map(|user| view! { <Head user verbs/> })}
        <Tabs label=text::users::tabs() base=Signal::derive(move || format!("/users/{}", id.get())) tabs=Signal::derive(tabs)/>
        {content}
        <SuspendDialog verbs/>
        <EndDialogs verbs/>
        <ActAsDialog verbs user/>
    }
}

#[component]
fn Head(user: User, verbs: UserVerbs) -> impl IntoView {
    let summary = user.summary.clone();
    let avatar = summary.display_name.clone();
    let facts = move || {
        let summary = summary.clone();
        let reason = (summary.status == UserStatus::Suspended && !user.status_reason.is_empty())
            .then(|| user.status_reason.clone());
        view! {
            <div class="page-facts">
                <span>{summary.username.clone()}</span>
                {summary.organization_name.clone().map(|name| view! { <span>{name}</span> })}
                <span>{words::roles(summary.roles)}</span>
                {(summary.kind == UserKind::Person).then(|| view! { <span>{text::users::last_login()} " " <When exact=true at=summary.last_login_at/></span> })}
                {reason.map(|reason| view! { <span>{text::ui::reason()} ": " {reason}</span> })}
                <CopyId value=summary.id.to_string() what=text::users::user_id()/>
            </div>
        }
    };
    let summary = user.summary;
    let state = move || {
        view! {
            <StatusPill status=summary.status/>
            <KindTag kind=summary.kind/>
            {summary.roles.contains(quarterdeck_domain::Role::Admin).then(|| view! { <Pill tone=crate::ui::pill::Tone::Special icon=Icon::Shield label=text::users::admin_badge()/> })}
        }
    };
    view! {
        <div class="page-head-with-avatar">
            <Avatar name=avatar large=true/>
            <PageHead title=summary.display_name.clone() state=state facts=facts>
                <ExportDataButton user=summary.clone()/>
                <ActAsButton user=summary verbs/>
            </PageHead>
        </div>
    }
}
