//! The page of the own account.

use leptos::prelude::*;

use super::security::SecurityTab;
use crate::{
    features::{
        api_keys::OwnKeys,
        audit::OwnActivityTab,
        groups::UserGroups,
        provider_keys::OwnProviderKeys,
        users::{Field, FieldsTab, StatusPill},
    },
    frame::{Crumb, NotFound, Page, PageHead},
    i18n::{text, words},
    route::use_part,
    session::use_session,
    ui::{
        pill::Avatar,
        tabs::{Tab, Tabs},
        time::When,
    },
};

/// The own account.
#[component]
pub fn ProfilePage() -> impl IntoView {
    let session = use_session();
    let tab = use_part(|address| &address.tab);
    let user = RwSignal::new(untrack(|| session.me()).map(|me| me.user));
    crate::browser::effect(move || {
        let now = session.me().map(|me| me.user);
        if user.with_untracked(|shown| *shown != now) {
            user.set(now);
        }
    });
    // A failure leaves what is known; the change is told too.
    let reload = Callback::new(move |()| {
        crate::browser::spawn(async move {
            let _kept = session.reload_me().await;
        });
    });
    let trail = move || {
        let name = match tab.get().as_str() {
            "security" => text::frame::security(),
            "keys" => text::frame::api_keys(),
            "provider-keys" => text::frame::provider_keys(),
            "groups" => text::groups::tab(),
            "rights" => text::profile::rights(),
            "activity" => text::users::tab_activity(),
            _ => text::frame::profile(),
        };
        vec![Crumb::page(text::frame::account(), "/profile"), Crumb::group(name)]
    };
    let tabs = vec![
        Tab(text::frame::profile(), ""),
        Tab(text::frame::security(), "/security"),
        Tab(text::frame::api_keys(), "/keys"),
        Tab(text::frame::provider_keys(), "/provider-keys"),
        Tab(text::groups::tab(), "/groups"),
        Tab(text::profile::rights(), "/rights"),
        Tab(text::users::tab_activity(), "/activity"),
    ];
    let head = move || {
        user.get().map(|user| {
            let summary = user.summary;
            let (status, name) = (summary.status, summary.display_name.clone());
            let facts = move || {
                view! {
                    <div class="page-facts">
                        <span>{summary.username.clone()}</span>
                        {summary.email.clone().map(|email| view! { <span>{email}</span> })}
                        {summary.organization_name.clone().map(|name| view! { <span>{name}</span> })}
                        <span>{words::roles(summary.roles)}</span>
                        <span>{text::users::last_login()} " " <When exact=true at=summary.last_login_at/></span>
                    </div>
                }
            };
            view! {
                <div class="page-head-with-avatar">
                    <Avatar name=name.clone() large=true/>
                    <PageHead title=name state=move || view! { <StatusPill status/> } facts=facts/>
                </div>
            }
        })
    };
    view! {
        <Page trail=Signal::derive(trail) list=true>
            {head}
            <Tabs label=text::frame::account() base="/profile" tabs=Signal::stored(tabs)/>
            {move || match tab.get().as_str() {
                "" => view! { <FieldsTab user fields=&Field::OWN reload own=true/> }.into_any(),
                "security" => view! { <SecurityTab/> }.into_any(),
                "keys" => user.get_untracked().map(|user| view! { <OwnKeys user_id=user.id()/> }).into_any(),
                "provider-keys" => user.get_untracked().map(|user| view! { <OwnProviderKeys user_id=user.id()/> }).into_any(),
                "groups" => user.get_untracked().map(|found| view! { <UserGroups user user_id=found.id()/> }).into_any(),
                "rights" => view! { <RightsTab/> }.into_any(),
                "activity" => view! { <OwnActivityTab/> }.into_any(),
                _ => view! { <NotFound/> }.into_any(),
            }}
        </Page>
    }
}

/// The own roles and the permissions that they carry.
#[component]
fn RightsTab() -> impl IntoView {
    let session = use_session();
    let permissions = Memo::new(move |_| session.me().map(|me| me.permissions).unwrap_or_default());
    view! {
        <div class="page-scroll">
            <div class="page-body">
                <p class="muted">{text::profile::rights_words()}</p>
                <ul class="permission-list">
                    {move || permissions.get().into_iter().map(|permission| view! { <li><code>{permission.name()}</code></li> }).collect_view()}
                </ul>
            </div>
        </div>
    }
}
