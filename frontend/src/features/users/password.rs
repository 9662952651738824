//! The password of another user: set it, make a reset link, ask for a new one.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Permission,
    passwords::PasswordRules,
    users::{PasswordResetLink, SetPassword, UpdateUser, User},
};

use crate::{
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        button::{Button, Look},
        choice::{AccountName, CheckField, NewPassword, password_faults},
        copyable::SecretOnce,
        dialog::{Dialog, FormDialog},
        field::Faults,
        icon::Icon,
        time::When,
        toast::use_toasts,
    },
};

/// Facts on the password and what can be done with it.
#[component]
pub fn PasswordSection(
    /// The user.
    user: Memo<Option<User>>,
    /// Reads the user again.
    reload: Callback<()>,
) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let setting = RwSignal::new(false);
    let link: RwSignal<Option<PasswordResetLink>> = RwSignal::new(None);
    let shown = RwSignal::new(false);
    let making = RwSignal::new(false);
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
        let Some(user) = user.get_untracked() else { return };
        making.set(true);
        crate::browser::spawn(async move {
            match api().create_password_reset_link(user.id()).await {
                Ok(made) => {
                    link.try_set(Some(made));
                    shown.try_set(true);
                }
                Err(error) => toasts.fail(&error),
            }
            making.try_set(false);
        });
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
            {user.password_changed_at.map(|at| view! { " " {text::users::password_set()} " " <When at=at/> "." })}
            {user.must_change_password.then(|| view! { " " {text::users::must_change_fact()} })}
        </p>
    })
    };
    view! {
        <section class="form-section">
            <header><h2>{text::auth::password()}</h2>{facts}{move || refused.get().map(|words| view! { <p>{words}</p> })}</header>
            <div class="row-wrap">
                <Button label=text::users::set_password_dots() icon=Icon::Key disabled press=Callback::new(move |()| setting.set(true))/>
                <Button label=text::users::make_link() icon=Icon::Link disabled busy=making press=Callback::new(make_link)/>
                <Button label=Signal::derive(move || if must.get() { text::users::must_change_drop() } else { text::users::must_change_ask() }.to_owned()) look=Look::Ghost disabled press=Callback::new(toggle)/>
            </div>
        </section>
        <SetPasswordDialog open=setting user reload/>
        <Dialog open=shown title=text::users::link_title()>
            <div class="dialog-body">
                {move || link.get().map(|link| view! {
                    <SecretOnce value=link.url help=text::users::link_help()/>
                    <p class="muted">{text::auth::reset_expires()} " " <When at=link.expires_at/></p>
                })}
            </div>
            <div class="dialog-foot"><Button label=text::ui::close() look=Look::Primary press=Callback::new(move |()| { shown.set(false); link.set(None); })/></div>
        </Dialog>
    }
}

#[component]
fn SetPasswordDialog(open: RwSignal<bool>, user: Memo<Option<User>>, reload: Callback<()>) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let (password, repeated) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (must_change, revoke) = (RwSignal::new(true), RwSignal::new(true));
    let (busy, error, faults) = (RwSignal::new(false), RwSignal::new(None::<ClientError>), Faults::new());
    let rules: Signal<PasswordRules> = Signal::derive(move || {
        session.meta().with(|meta| meta.as_ref().map(|meta| meta.password_rules.clone()).unwrap_or_default())
    });
    let username = Signal::derive(move || {
        user.with(|user| user.as_ref().map(|user| user.summary.username.clone()).unwrap_or_default())
    });
    crate::browser::effect(move || {
        if open.get() {
            password.set(String::new());
            repeated.set(String::new());
            faults.reset();
            error.set(None);
        }
    });
    let submit = move |()| {
        let Some(user) = user.get_untracked() else { return };
        let body = SetPassword {
            password: password.get_untracked(),
            must_change: must_change.get_untracked(),
            revoke_sessions: revoke.get_untracked(),
        };
        let found = rules.with_untracked(|rules| {
            password_faults(rules, "/password", &body.password, &repeated.get_untracked(), &user.summary.username)
        });
        if !faults.show(found) {
            return;
        }
        busy.set(true);
        crate::browser::spawn(async move {
            match api().set_user_password(user.id(), &body).await {
                Ok(()) => {
                    open.set(false);
                    toasts.say(text::users::password_was_set(&user.summary.display_name));
                    reload.try_run(());
                }
                Err(refused) if faults.take(&refused) => {}
                Err(refused) => error.set(Some(refused)),
            }
            busy.set(false);
        });
    };
    let title = Signal::derive(move || {
        text::users::set_password_of(
            user.with(|user| user.as_ref().map(|user| user.summary.display_name.clone()).unwrap_or_default()),
        )
    });
    view! {
        <FormDialog open title verb=text::auth::set_password() busy error submit=Callback::new(submit)>
            <AccountName username/>
            <NewPassword value=password repeated rules username faults label=text::auth::new_password() repeat_label=text::auth::new_password_again()/>
            <CheckField label=text::users::must_change() value=must_change help=text::users::must_change_help() name="must_change"/>
            <CheckField label=text::users::revoke_too() value=revoke help=text::users::revoke_too_help() name="revoke_sessions"/>
        </FormDialog>
    }
}
