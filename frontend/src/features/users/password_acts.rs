//! The acts on the password of a user, from a row or from the page of the user, and their dialogs.

use leptos::prelude::*;
use quarterdeck_domain::{
    UserId,
    passwords::PasswordRules,
    users::{PasswordResetLink, SetPassword, UserSummary},
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
        dirty::Guard,
        submission::Submission,
        time::When,
        toast::{Toasts, use_toasts},
    },
};

/// What is asked and shown.
#[derive(Clone, Copy)]
pub struct PasswordActs {
    toasts: Toasts,
    setting: RwSignal<Option<UserSummary>>,
    link: RwSignal<Option<PasswordResetLink>>,
    making: RwSignal<bool>,
}

impl PasswordActs {
    /// The acts, for a component.
    #[must_use]
    pub fn new() -> Self {
        Self {
            toasts: use_toasts(),
            setting: RwSignal::new(None),
            link: RwSignal::new(None),
            making: RwSignal::new(false),
        }
    }

    /// Whether a link is being made.
    #[must_use]
    pub const fn making(self) -> RwSignal<bool> {
        self.making
    }

    /// Asks for a new password.
    pub fn set(self, user: &UserSummary) {
        self.setting.set(Some(user.clone()));
    }

    /// Makes a reset link and shows it this once.
    pub fn make_link(self, id: UserId) {
        self.making.set(true);
        crate::browser::spawn(async move {
            match api().create_password_reset_link(id).await {
                Ok(made) => {
                    self.link.try_set(Some(made));
                }
                Err(error) => self.toasts.fail(&error),
            }
            self.making.try_set(false);
        });
    }
}

/// The dialogs of the acts.
#[component]
pub fn PasswordDialogs(
    /// The acts that open them.
    acts: PasswordActs,
    /// What follows a change.
    done: Callback<()>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    crate::browser::effect(move || shown.set(acts.link.with(Option::is_some)));
    let close = Callback::new(move |()| {
        shown.set(false);
        acts.link.set(None);
    });
    view! {
        <SetPasswordDialog acts done/>
        <Dialog open=shown title=text::users::link_title()>
            <div class="dialog-body">
                {move || acts.link.get().map(|link| view! {
                    <SecretOnce value=link.url help=text::users::link_help()/>
                    <p class="muted">{text::auth::reset_expires()} " " <When exact=true at=link.expires_at/></p>
                })}
            </div>
            <div class="dialog-foot"><Button label=text::ui::close() look=Look::Primary press=close/></div>
        </Dialog>
    }
}

#[component]
fn SetPasswordDialog(acts: PasswordActs, done: Callback<()>) -> impl IntoView {
    let session = use_session();
    let open = RwSignal::new(false);
    let (password, repeated) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    expect_context::<Guard>().watch_fields([password, repeated]);
    let (must_change, revoke) = (RwSignal::new(true), RwSignal::new(true));
    let submission @ Submission { busy, error, faults } = Submission::new();
    let rules: Signal<PasswordRules> = Signal::derive(move || {
        session.meta().with(|meta| meta.as_ref().map(|meta| meta.password_rules.clone()).unwrap_or_default())
    });
    let user = move |part: fn(&UserSummary) -> &String| {
        acts.setting.with(|user| user.as_ref().map(|user| part(user).clone()).unwrap_or_default())
    };
    let username = Signal::derive(move || user(|user| &user.username));
    crate::browser::effect(move || open.set(acts.setting.with(Option::is_some)));
    crate::browser::effect(move || {
        if !open.get() && acts.setting.with_untracked(Option::is_some) {
            acts.setting.set(None);
        }
        for field in [password, repeated] {
            field.set(String::new());
        }
        submission.reset();
    });
    let submit = move |()| {
        let Some(user) = acts.setting.get_untracked() else { return };
        let body = SetPassword {
            password: password.get_untracked(),
            must_change: must_change.get_untracked(),
            revoke_sessions: revoke.get_untracked(),
            revoke_api_keys: None,
        };
        let found = rules.with_untracked(|rules| {
            password_faults(rules, "/password", &body.password, &repeated.get_untracked(), &user.username)
        });
        submission.send(found, async move {
            api().set_user_password(user.id, &body).await?;
            open.set(false);
            acts.toasts.say(text::users::password_was_set(&user.display_name));
            done.try_run(());
            Ok(())
        });
    };
    let title = Signal::derive(move || text::users::set_password_of(user(|user| &user.display_name)));
    view! {
        <FormDialog open title verb=text::auth::set_password() busy error submit=Callback::new(submit)>
            <AccountName username/>
            <NewPassword value=password repeated rules username faults label=text::auth::new_password() repeat_label=text::auth::new_password_again()/>
            <CheckField label=text::users::must_change() value=must_change help=text::users::must_change_help() name="must_change"/>
            <CheckField label=text::users::revoke_too() value=revoke help=text::users::revoke_too_help() name="revoke_sessions"/>
        </FormDialog>
    }
}
