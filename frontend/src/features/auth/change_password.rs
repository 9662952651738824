//! The forced change of password: nothing else is possible before it.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_domain::me::ChangePassword;

use crate::{
    frame::Gate,
    i18n::text,
    session::{State, use_session},
    transport::api,
    ui::{
        button::{Button, Look},
        choice::{AccountName, NewPassword, password_faults},
        field::{Kind, TextField},
        state::FormError,
        submission::Submission,
    },
};

/// The page that asks for a new password.
#[component]
pub fn ChangePasswordPage() -> impl IntoView {
    let session = use_session();
    let state = session.state();
    let rules = Signal::derive(move || {
        session.meta().with(|meta| meta.as_ref().map(|meta| meta.password_rules.clone()).unwrap_or_default())
    });
    let username = Signal::derive(move || {
        state.with(|state| match state {
            State::MustChangePassword(user) => user.summary.username.clone(),
            _ => String::new(),
        })
    });
    let (current, password, repeated) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submission @ Submission { busy, error, faults } = Submission::new();
    let navigate = use_navigate();
    crate::browser::effect(move || {
        let target = state.with(|state| match state {
            State::Anonymous => Some("/sign-in"),
            State::SignedIn(_) => Some("/"),
            _ => None,
        });
        if let Some(target) = target {
            navigate(target, NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let body = ChangePassword {
            current_password: current.get_untracked(),
            new_password: password.get_untracked(),
            keep_other_sessions: false,
        };
        let found = rules.with_untracked(|rules| {
            password_faults(
                rules,
                "/new_password",
                &body.new_password,
                &repeated.get_untracked(),
                &username.get_untracked(),
            )
        });
        submission.send(found, async move {
            api().change_own_password(&body).await?;
            session.reload_me().await
        });
    };
    let sign_out = Callback::new(move |()| crate::browser::spawn(session.sign_out()));
    view! {
        <Gate title=text::auth::choose_password() lead=Some(text::auth::choose_password_lead().to_owned())>
            <form novalidate on:submit=submit>
                <FormError error/>
                <AccountName username/>
                <TextField label=text::auth::current_password() value=current pointer="/current_password" faults kind=Kind::Password autocomplete="current-password" autofocus=true name="current_password"/>
                <NewPassword value=password repeated rules username pointer="/new_password" faults label=text::auth::new_password() repeat_label=text::auth::new_password_again()/>
                <Button label=text::auth::set_password() look=Look::Primary size="large" wide=true submit=true busy/>
            </form>
            <Button label=text::frame::sign_out() look=Look::Ghost wide=true press=sign_out/>
        </Gate>
    }
}
