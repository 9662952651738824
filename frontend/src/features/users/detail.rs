//! The page of one user: head, tabs, danger zone.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Permission, UserId,
    audit::TargetType,
    users::{User, UserStatus},
};

use super::{
    access::AccessTab,
    activity::ActivityTable,
    form::FieldsTab,
    list::StatusPill,
    model::Field,
    verbs::{SuspendDialog, UserVerbs},
};
use crate::{
    features::{api_keys::UserKeys, groups::UserGroups, roles::UserGrants, sessions::SessionsTable},
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::{text, words},
    live::on_change,
    route::use_part,
    session::use_session,
    transport::api,
    ui::{
        copyable::CopyId,
        icon::Icon,
        pill::{Avatar, Pill},
        state::{ErrorState, PageSkeleton, Shape, renew},
        tabs::{Tab, Tabs},
        time::When,
    },
};

/// A user that is being read, or was, or cannot be.
pub type Loaded = RwSignal<Option<Result<User, ClientError>>>;

/// The page of one user.
#[component]
pub fn UserPage() -> impl IntoView {
    let (id, tab) = (use_part(|address| &address.id), use_part(|address| &address.tab));
    let user: Loaded = RwSignal::new(None);
    let load = move || {
        let Ok(id) = id.get_untracked().parse::<UserId>() else { return };
        crate::browser::spawn(async move {
            renew(user, api().get_user(id).await);
        });
    };
    crate::browser::effect(move || {
        user.set(None);
        match id.get().parse::<UserId>() {
            Ok(_) => load(),
            Err(_) => user.set(Some(Err(not_found()))),
        }
    });
    on_change(
        move |change| match change.target.kind {
            TargetType::User => id.with_untracked(|id| change.target.id == *id),
            kind => matches!(kind, TargetType::Plan | TargetType::Job),
        },
        load,
    );
    let name = Memo::new(move |_| {
        user.with(|user| match user {
            Some(Ok(user)) => user.summary.display_name.clone(),
            _ => String::new(),
        })
    });
    let trail = move || {
        vec![
            Crumb::group(text::frame::people()),
            Crumb::page(text::frame::users(), "/users"),
            Crumb::page(name.get(), format!("/users/{}", id.get())),
        ]
    };
    let phase = Memo::new(move |_| {
        user.with(|user| match user {
            None => 0,
            Some(Ok(_)) => 1,
            Some(Err(_)) => 2,
        })
    });
    view! {
        <Page trail=Signal::derive(trail) list=true>
            <Guarded permission=Permission::UserRead>
                {move || match phase.get() {
                    0 => view! { <PageSkeleton shape=Shape::Detail/> }.into_any(),
                    1 => view! { <UserView user id=id tab=tab reload=Callback::new(move |()| load())/> }.into_any(),
                    _ => user.get_untracked().and_then(Result::err).map(|error| view! { <ErrorState page=true error retry=Callback::new(move |()| load())/> }).into_any(),
                }}
            </Guarded>
        </Page>
    }
}

fn not_found() -> ClientError {
    let error = quarterdeck_domain::Error::NotFound("user");
    ClientError::Problem(Box::new(quarterdeck_domain::Problem::new(&error, "", "")))
}

#[component]
fn UserView(user: Loaded, id: Memo<String>, tab: Memo<String>, reload: Callback<()>) -> impl IntoView {
    let session = use_session();
    let verbs = UserVerbs::new();
    verbs.then(move || {
        reload.try_run(());
    });
    let known = Memo::new(move |former: Option<&Option<User>>| {
        user.with(|user| match user {
            Some(Ok(user)) => Some(user.clone()),
            _ => former.cloned().flatten(),
        })
    });
    let summary = Signal::derive(move || known.with(|user| user.as_ref().map(|user| user.summary.clone())));
    let tabs = move || {
        let base = format!("/users/{}", id.get());
        let mut tabs = vec![
            Tab { label: text::users::tab_profile().to_owned(), href: base.clone() },
            Tab { label: text::users::tab_access().to_owned(), href: format!("{base}/access") },
            Tab { label: text::users::tab_contact().to_owned(), href: format!("{base}/contact") },
        ];
        if session.may(Permission::RoleRead) {
            tabs.push(Tab { label: text::roles::tab_grants().to_owned(), href: format!("{base}/grants") });
        }
        if session.may(Permission::SessionRead) {
            tabs.push(Tab { label: text::frame::sessions().to_owned(), href: format!("{base}/sessions") });
        }
        if session.may(Permission::ApiKeyRead) {
            tabs.push(Tab { label: text::frame::api_keys().to_owned(), href: format!("{base}/keys") });
        }
        if session.reaches_others(Permission::GroupRead) {
            tabs.push(Tab { label: text::groups::tab().to_owned(), href: format!("{base}/groups") });
        }
        if session.may(Permission::AuditRead) {
            tabs.push(Tab { label: text::users::tab_activity().to_owned(), href: format!("{base}/activity") });
        }
        tabs
    };
    let content = move || {
        match (tab.get().as_str(), known.get_untracked()) {
        (_, None) => ().into_any(),
        ("", Some(_)) => view! { <FieldsTab user=known fields=&Field::PROFILE reload verbs/> }.into_any(),
        ("access", Some(_)) => view! { <AccessTab user=known reload/> }.into_any(),
        ("grants", Some(user)) => view! {
            <Guarded permission=Permission::RoleRead><UserGrants user_id=user.id() user=summary/></Guarded>
        }
        .into_any(),
        ("contact", Some(_)) => view! { <FieldsTab user=known fields=&Field::CONTACT reload/> }.into_any(),
        ("sessions", Some(user)) => view! {
            <Guarded permission=Permission::SessionRead><SessionsTable user_id=user.id()/></Guarded>
        }
        .into_any(),
        ("keys", Some(user)) => view! {
            <Guarded permission=Permission::ApiKeyRead><UserKeys user_id=user.id()/></Guarded>
        }
        .into_any(),
        ("groups", Some(user)) => view! {
            <Guarded permission=Permission::GroupRead><UserGroups user=known user_id=user.id()/></Guarded>
        }
        .into_any(),
        ("activity", Some(user)) => view! {
            <Guarded permission=Permission::AuditRead><ActivityTable kind=TargetType::User id=user.id().to_string()/></Guarded>
        }
        .into_any(),
        _ => view! { <crate::frame::NotFound/> }.into_any(),
    }
    };
    view! {
        {move || known.get().map(|user| view! { <Head user/> })}
        <Tabs label=text::users::tabs() tabs=Signal::derive(tabs)/>
        {content}
        <SuspendDialog verbs/>
    }
}

#[component]
fn Head(user: User) -> impl IntoView {
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
                <span>{text::users::last_login()} " " <When exact=true at=summary.last_login_at/></span>
                {reason.map(|reason| view! { <span>{text::ui::reason()} ": " {reason}</span> })}
                <CopyId value=summary.id.to_string() what=text::users::user_id()/>
            </div>
        }
    };
    let summary = user.summary;
    let state = move || {
        view! {
            <StatusPill status=summary.status/>
            {summary.roles.contains(quarterdeck_domain::Role::Admin).then(|| view! { <Pill tone=crate::ui::pill::Tone::Special icon=Icon::Shield label=text::users::admin_badge()/> })}
        }
    };
    view! {
        <div class="page-head-with-avatar">
            <Avatar name=avatar large=true/>
            <PageHead title=summary.display_name.clone() state=state facts=facts/>
        </div>
    }
}
