//! A new service account.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_domain::{
    Permission, Resource,
    users::{CreateServiceAccount, CreateUser},
};

use super::organization::OrganizationField;
use crate::{
    features::auth::suggest_short_name,
    frame::{CreatePage, Crumb},
    i18n::text,
    session::use_session,
    transport::api,
    ui::{dirty::Guard, field::TextField, icon::Icon, submission::Submission, toast::use_toasts},
};

/// The page that creates a service account.
#[component]
pub fn CreateServiceAccountPage() -> impl IntoView {
    let (session, toasts, navigate) = (use_session(), use_toasts(), use_navigate());
    let field = || RwSignal::new(String::new());
    let (name, username, organization, organization_name) = (field(), field(), field(), field());
    expect_context::<Guard>().watch_fields([name, username, organization]);
    let submission @ Submission { faults, .. } = Submission::new();
    suggest_short_name(name, username);
    // Whoever administers one organization makes accounts of that one.
    let chooses = Memo::new(move |_| {
        session.refusal(Permission::ServiceAccountManage, &Resource::NewUser { organization_id: None }).is_none()
    });
    let submit = Callback::new(move |()| {
        let body = CreateServiceAccount {
            username: username.get_untracked(),
            display_name: name.get_untracked(),
            organization_id: organization.get_untracked().parse().ok(),
            ..CreateServiceAccount::default()
        };
        let navigate = navigate.clone();
        submission.send(CreateUser::from(body.clone()).faults(), async move {
            let made = api().create_service_account(&body).await?;
            toasts.say(text::users::was_created(&made.summary.display_name));
            // What it needs next is a key.
            navigate(&format!("/users/{}/keys", made.id()), NavigateOptions::default());
            Ok(())
        });
    });
    let list = Crumb::page(text::frame::users(), "/users");
    view! {
        <CreatePage permission=Permission::ServiceAccountManage list title=text::users::create_service() icon=Icon::Plus submission submit>
            <p class="muted">{text::users::service_words()}</p>
            <div class="form-grid">
                <TextField label=text::users::service_name() value=name pointer="/display_name" faults autofocus=true help=Signal::stored(text::users::service_name_help().to_owned()) name="display_name"/>
                <TextField label=text::users::username() value=username pointer="/username" faults mono=true help=Signal::stored(text::users::new_username_help().to_owned()) name="username"/>
                {move || chooses.get().then(|| view! {
                    <OrganizationField value=organization words=organization_name faults=Some(faults) optional=true/>
                })}
            </div>
        </CreatePage>
    }
}
