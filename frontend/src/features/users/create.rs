//! A new user.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_domain::{Permission, Resource, Role, passwords::PasswordRules, roles::Roles, users::CreateUser};

use super::organization::OrganizationField;
use crate::{
    frame::{CreatePage, Crumb},
    i18n::{text, words},
    session::use_session,
    transport::api,
    ui::{
        choice::{CheckField, NewPassword, SelectField, password_faults},
        dirty::Guard,
        field::{Kind, TextField},
        icon::Icon,
        submission::Submission,
        table::Options,
        toast::use_toasts,
    },
};

/// The page that creates a user.
#[component]
pub fn CreateUserPage() -> impl IntoView {
    let (session, toasts, navigate) = (use_session(), use_toasts(), use_navigate());
    let text_signal = || RwSignal::new(String::new());
    let (username, name, email, password, repeated) =
        (text_signal(), text_signal(), text_signal(), text_signal(), text_signal());
    let own = session.me().map(|me| me.user.summary);
    let (own_id, own_name) = own.map(|own| (own.organization_id, own.organization_name)).unwrap_or_default();
    let organization = RwSignal::new(own_id.map(|id| id.to_string()).unwrap_or_default());
    let organization_name = RwSignal::new(own_name.unwrap_or_default());
    let role = RwSignal::new(String::new());
    let must_change = RwSignal::new(true);
    expect_context::<Guard>().watch_fields([username, name, email, password, repeated, organization, role]);
    let submission @ Submission { faults, .. } = Submission::new();
    let rules: Signal<PasswordRules> = Signal::derive(move || {
        session.meta().with(|meta| meta.as_ref().map(|meta| meta.password_rules.clone()).unwrap_or_default())
    });
    let named = Role::ALL.iter().rev().map(|role| (role.name().to_owned(), words::role(*role).to_owned()));
    let roles: Options = [(String::new(), text::users::role_default().to_owned())].into_iter().chain(named).collect();
    let role_help =
        move || role.get().parse::<Role>().map_or_else(|_| text::users::role_default_help(), words::role_help);
    // Who reaches one organization only creates its members.
    let is_bound = session.refusal(Permission::UserCreate, &Resource::NewUser { organization_id: None }).is_some();
    let may_assign = session.may(Permission::UserAssignRoles);
    let submit = Callback::new(move |()| {
        let given = |value: RwSignal<String>| Some(value.get_untracked()).filter(|value| !value.is_empty());
        let body = CreateUser {
            username: username.get_untracked(),
            display_name: name.get_untracked(),
            email: given(email),
            password: given(password),
            roles: role.get_untracked().parse::<Role>().map(|role| Roles::NONE.with(role)).unwrap_or_default(),
            organization_id: organization.get_untracked().parse().ok(),
            must_change_password: (must_change.get_untracked() && given(password).is_some()).then_some(true),
            ..CreateUser::default()
        };
        let mut found = body.faults();
        if let Some(password) = &body.password {
            found.extend(rules.with_untracked(|rules| {
                password_faults(rules, "/password", password, &repeated.get_untracked(), &body.username)
            }));
        }
        let navigate = navigate.clone();
        submission.send(found, async move {
            let user = api().create_user(&body).await?;
            toasts.say(text::users::was_created(&user.summary.display_name));
            let tab = if body.password.is_some() { "" } else { "/access" };
            navigate(&format!("/users/{}{tab}", user.id()), NavigateOptions::default());
            Ok(())
        });
    });
    let list = Crumb::page(text::frame::users(), "/users");
    view! {
        <CreatePage permission=Permission::UserCreate list title=text::frame::create_user() icon=Icon::UserPlus submission submit>
            <section class="form-section">
                <div class="form-grid">
                    <TextField label=text::users::display_name() value=name pointer="/display_name" faults autofocus=true name="display_name"/>
                    <TextField label=text::users::username() value=username pointer="/username" faults mono=true help=Signal::stored(text::users::new_username_help().to_owned()) name="username"/>
                    <TextField label=text::users::email() value=email pointer="/email" faults kind=Kind::Email optional=true help=Signal::stored(text::users::email_help().to_owned()) name="email"/>
                    <OrganizationField value=organization words=organization_name optional=true faults=Some(faults) disabled=Signal::stored(is_bound)/>
                </div>
            </section>
            {may_assign.then(|| view! {
                <section class="form-section">
                    <header><h2>{text::users::role()}</h2><p>{role_help}</p></header>
                    <div class="form-grid"><SelectField label=text::users::role() bare=true value=role options=roles.clone() pointer="/roles" faults name="role"/></div>
                </section>
            })}
            <section class="form-section">
                <header><h2>{text::auth::password()}</h2><p>{text::users::new_password_help()}</p></header>
                <div class="form-grid">
                    <NewPassword value=password repeated rules username faults optional=true label=text::auth::password() repeat_label=text::auth::password_again()/>
                </div>
                <CheckField label=text::users::must_change() value=must_change help=text::users::must_change_help() name="must_change_password"/>
            </section>
        </CreatePage>
    }
}
