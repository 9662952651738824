//! The password of another user: set it, make a reset link, ask for a new one.

use leptos::prelude::*;
use quarterdeck_domain::{
    Permission,
    users::{UpdateUser, User},
};

use super::password_acts::{PasswordActs, PasswordDialogs};
use crate::{
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        button::{Button, Look},
        icon::Icon,
        time::When,
        toast::use_toasts,
    },
};

/// Facts on the password and what can be done with it.
#[component]
pub fn PasswordSection(
    /// The user.
    user: RwSignal<Option<User>>,
    /// Reads the user again.
    reload: Callback<()>,
) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let acts = PasswordActs::new();
    let refused = Memo::new(move |_| {
        user.with(|user| {
            let user = user.as_ref()?;
            session.refusal_on_user(Permission::UserSetPassword, &user.summary).map(|words| {
                // The own password is changed by who knows it.
                if session.is_own(user.id()) { text::users::own_password().to_owned() } else { words }
            })
        })
    });
    let disabled = Signal::derive(move || refused.with(Option::is_some));
    let make_link = move |()| {
        if let Some(user) = user.get_untracked() {
            acts.make_link(user.id());
        }
    };
    let set = move |()| {
        if let Some(user) = user.get_untracked() {
            acts.set(&user.summary);
        }
    };
    let toggle = move |()| {
        let Some(user) = user.get_untracked() else { return };
        let must = !user.must_change_password;
        crate::browser::spawn(async move {
            let body = UpdateUser { must_change_password: Some(must), ..UpdateUser::default() };
            match api().update_user(user.id(), &body, None).await {
                Ok(_) => {
                    toasts.say(if must { text::users::must_change_on() } else { text::users::must_change_off() });
                    reload.try_run(());
                }
                Err(error) => toasts.fail(&error),
            }
        });
    };
    let must = Memo::new(move |_| user.with(|user| user.as_ref().is_some_and(|user| user.must_change_password)));
    let facts = move || {
        user.get().map(|user| view! {
        <p>
            {if user.has_password { text::users::has_password() } else { text::users::no_password() }}
            {user.password_changed_at.map(|at| view! { " " {text::users::password_set()} " " <When exact=true at=at/> "." })}
            {user.must_change_password.then(|| view! { " " {text::users::must_change_fact()} })}
        </p>
    })
    };
    view! {
        <section class="form-section">
            <header><h2>{text::auth::password()}</h2>{facts}{move || refused.get().map(|words| view! { <p>{words}</p> })}</header>
            <div class="row-wrap">
                <Button label=text::users::set_password_dots() icon=Icon::Key disabled press=Callback::new(set)/>
                <Button label=text::users::make_link() icon=Icon::Link disabled busy=acts.making() press=Callback::new(make_link)/>
                <Button label=Signal::derive(move || if must.get() { text::users::must_change_drop() } else { text::users::must_change_ask() }.to_owned()) look=Look::Ghost disabled press=Callback::new(toggle)/>
            </div>
        </section>
        <PasswordDialogs acts done=reload/>
    }
}
