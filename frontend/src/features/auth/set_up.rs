//! First-run set-up: the first organization and administrator, by the one-time link that the server printed.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    auth::Login,
    organizations::{CreateOrganization, OrganizationKind},
    passwords::PasswordRules,
    sessions::ClientKind,
    setup::{SetUp, SetUpAdministrator, SetupState},
};

use super::model::{suggest_short_name, token_of};
use crate::{
    frame::Gate,
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        button::{Button, ButtonLink, Look},
        choice::{NewPassword, password_faults},
        field::{Kind, TextField},
        state::{Banner, ErrorState, FormError, Skeleton},
        submission::Submission,
    },
};

/// The page of the set-up link.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let state: RwSignal<Option<Result<SetupState, ClientError>>> = RwSignal::new(None);
    let load = move || {
        crate::browser::spawn(async move {
            let outcome = api().get_setup().await;
            state.try_set(Some(outcome));
        });
    };
    load();
    view! {
        <Gate title=text::auth::set_up() lead=Some(text::auth::set_up_lead().to_owned()) wide=true>
            {move || match state.get() {
                None => view! { <Skeleton width="l"/> }.into_any(),
                Some(Err(error)) => view! { <ErrorState error inline=true retry=Callback::new(move |()| load())/> }.into_any(),
                Some(Ok(setup)) if !setup.needed => view! {
                    <Banner tone="info" boxed=true><p>{text::auth::set_up_done()}</p></Banner>
                    <ButtonLink label=text::auth::go_to_sign_in() href="/sign-in" look=Look::Primary/>
                }.into_any(),
                Some(Ok(setup)) => match token_of(&window().location().hash().unwrap_or_default()) {
                    None => view! { <Banner tone="warn" boxed=true><p>{text::auth::set_up_no_token()}</p></Banner> }.into_any(),
                    Some(token) => view! { <SetUpForm token rules=setup.password_rules/> }.into_any(),
                },
            }}
        </Gate>
    }
}

#[component]
fn SetUpForm(token: String, rules: PasswordRules) -> impl IntoView {
    let session = use_session();
    let text_signal = || RwSignal::new(String::new());
    let (organization, short, username, name, email) =
        (text_signal(), text_signal(), text_signal(), text_signal(), text_signal());
    let (password, repeated) = (text_signal(), text_signal());
    let submission @ Submission { busy, error, faults } = Submission::new();
    suggest_short_name(organization, short);
    let navigate = use_navigate();
    let rules = StoredValue::new(rules);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let body = SetUp {
            token: token.clone(),
            organization: CreateOrganization {
                name: short.get_untracked(),
                display_name: organization.get_untracked(),
                kind: OrganizationKind::Company,
            },
            administrator: SetUpAdministrator {
                username: username.get_untracked(),
                display_name: name.get_untracked(),
                email: Some(email.get_untracked()).filter(|email| !email.is_empty()),
                password: password.get_untracked(),
            },
        };
        let mut found = body.faults();
        found.extend(rules.with_value(|rules| {
            password_faults(
                rules,
                "/administrator/password",
                &body.administrator.password,
                &repeated.get_untracked(),
                &body.administrator.username,
            )
        }));
        let navigate = navigate.clone();
        submission.send(found, async move {
            let login = Login {
                login: body.administrator.username.clone(),
                password: body.administrator.password.clone(),
                remember_me: false,
                client: ClientKind::Browser,
            };
            api().complete_setup(&body).await?;
            // When signing in fails now, the sign-in page says why at the next attempt.
            let _at_the_sign_in_page = session.sign_in(&login).await;
            navigate("/", NavigateOptions { replace: true, ..NavigateOptions::default() });
            Ok(())
        });
    };
    view! {
        <form novalidate class="form" on:submit=submit>
            <FormError error/>
            <fieldset class="form-section">
                <h2>{text::auth::set_up_organization()}</h2>
                <div class="form-grid">
                    <TextField label=text::auth::organization_name() value=organization pointer="/organization/display_name" faults autofocus=true autocomplete="organization" name="organization"/>
                    <TextField label=text::auth::organization_short() value=short pointer="/organization/name" faults mono=true name="organization-name"/>
                </div>
            </fieldset>
            <fieldset class="form-section">
                <h2>{text::auth::set_up_administrator()}</h2>
                <div class="form-grid">
                    <TextField label=text::auth::display_name() value=name pointer="/administrator/display_name" faults autocomplete="name" name="display_name"/>
                    <TextField label=text::auth::username() value=username pointer="/administrator/username" faults autocomplete="username" mono=true name="username"/>
                </div>
                <TextField label=text::auth::email() value=email pointer="/administrator/email" faults kind=Kind::Email optional=true autocomplete="email" name="email"/>
                <div class="form-grid">
                    <NewPassword value=password repeated rules=Signal::derive(move || rules.get_value()) username pointer="/administrator/password" faults label=text::auth::password() repeat_label=text::auth::password_again()/>
                </div>
            </fieldset>
            <Button label=text::auth::set_up_verb() look=Look::Primary size="large" wide=true submit=true busy/>
        </form>
    }
}
