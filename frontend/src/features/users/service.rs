//! A new service account.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Permission, Resource,
    users::{CreateServiceAccount, CreateUser},
};

use super::organization::OrganizationField;
use crate::{
    features::auth::short_name,
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        button::{Button, ButtonLink, Look},
        dirty::Guard,
        field::{Faults, TextField},
        icon::Icon,
        state::FormError,
        toast::use_toasts,
    },
};

/// The page that creates a service account.
#[component]
pub fn CreateServiceAccountPage() -> impl IntoView {
    let trail = vec![
        Crumb::group(text::frame::people()),
        Crumb::page(text::frame::users(), "/users"),
        Crumb::page(text::users::create_service(), "/users/new-service"),
    ];
    view! {
        <Page trail=Signal::stored(trail)>
            <Guarded permission=Permission::ServiceAccountManage><PageHead title=text::users::create_service()/><CreateForm/></Guarded>
        </Page>
    }
}

#[component]
fn CreateForm() -> impl IntoView {
    let (session, toasts, navigate) = (use_session(), use_toasts(), use_navigate());
    let field = || RwSignal::new(String::new());
    let (name, username, organization, organization_name) = (field(), field(), field(), field());
    expect_context::<Guard>().watch_fields([name, username, organization]);
    let (busy, error, faults) = (RwSignal::new(false), RwSignal::new(None::<ClientError>), Faults::new());
    // The username follows the name until somebody types it.
    Effect::new(move |former: Option<String>| {
        let suggested = short_name(&name.get());
        if username.with_untracked(|username| username.is_empty() || former.as_ref() == Some(username)) {
            username.set(suggested.clone());
        }
        suggested
    });
    // Whoever administers one organization makes accounts of that one.
    let chooses = Memo::new(move |_| {
        session.refusal(Permission::ServiceAccountManage, &Resource::NewUser { organization_id: None }).is_none()
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let body = CreateServiceAccount {
            username: username.get_untracked(),
            display_name: name.get_untracked(),
            organization_id: organization.get_untracked().parse().ok(),
            ..CreateServiceAccount::default()
        };
        error.set(None);
        if busy.get_untracked() || !faults.show(CreateUser::from(body.clone()).faults()) {
            return;
        }
        busy.set(true);
        let navigate = navigate.clone();
        crate::browser::spawn(async move {
            match api().create_service_account(&body).await {
                Ok(made) => {
                    toasts.say(text::users::was_created(&made.summary.display_name));
                    // What it needs next is a key.
                    navigate(&format!("/users/{}/keys", made.id()), NavigateOptions::default());
                }
                Err(refused) if faults.take(&refused) => {}
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <div class="page-body">
            <form class="form" novalidate on:submit=submit>
                <FormError error/>
                <p class="muted">{text::users::service_words()}</p>
                <div class="form-grid">
                    <TextField label=text::users::service_name() value=name pointer="/display_name" faults autofocus=true help=Signal::stored(text::users::service_name_help().to_owned()) name="display_name"/>
                    <TextField label=text::users::username() value=username pointer="/username" faults mono=true help=Signal::stored(text::users::new_username_help().to_owned()) name="username"/>
                    {move || chooses.get().then(|| view! {
                        <OrganizationField value=organization words=organization_name faults=Some(faults) optional=true/>
                    })}
                </div>
                <div class="form-verbs">
                    <Button label=text::users::create_service() look=Look::Primary icon=Icon::Plus submit=true busy/>
                    <ButtonLink label=text::ui::cancel() href="/users"/>
                </div>
            </form>
        </div>
    }
}
