//! Sign-in.

use leptos::{ev, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use quarterdeck_client::ClientError;
use quarterdeck_domain::{FieldError, auth::Login, sessions::ClientKind};

use super::model::next_page;
use crate::{
    frame::Gate,
    i18n::text,
    session::{State, use_session},
    transport::api,
    ui::{
        button::{Button, Look},
        choice::CheckField,
        field::{Faults, Kind, TextField},
        state::{Banner, FormError},
    },
};

/// The page that signs in.
#[component]
pub fn SignInPage() -> impl IntoView {
    let session = use_session();
    let state = session.state();
    let (login, password, remember) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(false));
    let (busy, error, faults) = (RwSignal::new(false), RwSignal::new(None::<ClientError>), Faults::new());
    let setup_needed = RwSignal::new(false);
    crate::browser::spawn(async move {
        if let Ok(setup) = api().get_setup().await {
            setup_needed.try_set(setup.needed);
        }
    });
    let query = use_location().query;
    let navigate = use_navigate();
    crate::browser::effect(move || {
        let signed_in = state.with(|state| matches!(state, State::SignedIn(_) | State::MustChangePassword(_)));
        if signed_in {
            let next = next_page(query.with_untracked(|query| query.get("next")).as_deref());
            navigate(&next, NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let required = |pointer: &str, value: RwSignal<String>, message: &str| {
            value.with_untracked(String::is_empty).then(|| FieldError::new(pointer, "required", message))
        };
        let missing = [
            required("/login", login, text::auth::login_missing()),
            required("/password", password, text::auth::password_missing()),
        ];
        error.set(None);
        // What is said of the former session is out of date.
        session.ended().set(false);
        if busy.get_untracked() || !faults.show(missing.into_iter().flatten().collect()) {
            return;
        }
        let body = Login {
            login: login.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
            remember_me: remember.get_untracked(),
            client: ClientKind::Browser,
        };
        busy.set(true);
        crate::browser::spawn(async move {
            if let Err(refused) = session.sign_in(&body).await {
                password.try_set(String::new());
                error.try_set(Some(refused));
                crate::browser::focus_first("[name=password]");
            }
            busy.try_set(false);
        });
    };
    view! {
        <Gate title=text::auth::sign_in()>
            {move || session.ended().get().then(|| view! { <Banner tone="warn" boxed=true><p>{text::auth::session_ended()}</p></Banner> })}
            {move || setup_needed.get().then(|| view! { <Banner tone="info" boxed=true><p>{text::auth::setup_needed()}</p></Banner> })}
            <form novalidate on:submit=submit>
                <FormError error/>
                <TextField label=text::auth::login() value=login pointer="/login" faults autocomplete="username" autofocus=true name="login"/>
                <TextField label=text::auth::password() value=password pointer="/password" faults kind=Kind::Password autocomplete="current-password" name="password"/>
                <CheckField label=text::auth::remember() value=remember help=text::auth::remember_help() name="remember_me"/>
                <Button label=text::auth::sign_in() look=Look::Primary size="large" wide=true submit=true busy/>
            </form>
            <p class="muted"><small>{text::auth::forgotten()}</small></p>
        </Gate>
    }
}
