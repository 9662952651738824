//! The page of a password reset link.

use leptos::{ev, prelude::*};
use quarterdeck_client::ClientError;
use quarterdeck_domain::auth::{ResetInspection, ResetPassword, ResetToken};

use super::model::token_of;
use crate::{
    frame::Gate,
    i18n::text,
    transport::api,
    ui::{
        button::{Button, ButtonLink, Look},
        choice::{AccountName, NewPassword, password_faults},
        state::{Banner, FormError, Skeleton},
        submission::Submission,
        time::When,
    },
};

/// How far the link is.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Looking,
    Refused(Option<ClientError>),
    Choosing(String, ResetInspection),
    Done,
}

/// The page of the link.
#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let step = RwSignal::new(Step::Looking);
    match token_of(&window().location().hash().unwrap_or_default()) {
        None => step.set(Step::Refused(None)),
        Some(token) => crate::browser::spawn(async move {
            let next = match api().inspect_password_reset(&ResetToken { token: token.clone() }).await {
                Ok(inspection) => Step::Choosing(token, inspection),
                Err(error) => Step::Refused(Some(error)),
            };
            step.try_set(next);
        }),
    }
    view! {
        <Gate title=text::auth::choose_password()>
            {move || match step.get() {
                Step::Looking => view! { <Skeleton width="l"/> }.into_any(),
                Step::Refused(error) => {
                    let words = error.map_or_else(
                        || text::auth::reset_no_token().to_owned(),
                        |error| crate::ui::state::ErrorWords::of(&error).detail,
                    );
                    view! {
                        <Banner tone="bad" boxed=true><p>{words}</p></Banner>
                        <ButtonLink label=text::auth::go_to_sign_in() href="/sign-in"/>
                    }.into_any()
                }
                Step::Choosing(token, inspection) => view! { <Choose token inspection step/> }.into_any(),
                Step::Done => view! {
                    <Banner tone="good" boxed=true><p>{text::auth::reset_done()}</p></Banner>
                    <ButtonLink label=text::auth::go_to_sign_in() href="/sign-in" look=Look::Primary/>
                }.into_any(),
            }}
        </Gate>
    }
}

#[component]
fn Choose(token: String, inspection: ResetInspection, step: RwSignal<Step>) -> impl IntoView {
    let (password, repeated) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submission @ Submission { busy, error, faults } = Submission::new();
    let ResetInspection { username, display_name, expires_at, password_rules } = inspection;
    let rules = StoredValue::new(password_rules);
    let name = StoredValue::new(username.clone());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let body = ResetPassword { token: token.clone(), password: password.get_untracked() };
        let found = rules.with_value(|rules| {
            name.with_value(|name| password_faults(rules, "/password", &body.password, &repeated.get_untracked(), name))
        });
        submission.send(found, async move {
            api().reset_password(&body).await?;
            step.try_set(Step::Done);
            Ok(())
        });
    };
    view! {
        <p>{text::auth::reset_for(display_name, username.clone())} " " <span class="muted">{text::auth::reset_expires()} " " <When exact=true at=expires_at/></span></p>
        <form novalidate on:submit=submit>
            <FormError error/>
            <AccountName username=username.clone()/>
            <NewPassword value=password repeated rules=Signal::derive(move || rules.get_value()) username=username faults label=text::auth::new_password() repeat_label=text::auth::new_password_again()/>
            <Button label=text::auth::set_password() look=Look::Primary size="large" wide=true submit=true busy/>
        </form>
    }
}
