//! The danger zone of a user.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_domain::{
    Permission,
    users::{User, UserKind, UserStatus},
};

use super::verbs::UserVerbs;
use crate::{
    i18n::text,
    session::use_session,
    ui::{
        danger::{DangerAct, DangerZone},
        icon::Icon,
    },
};

/// Suspend or activate, end sessions, off-board, delete: what the person may do of it.
#[component]
pub fn UserDanger(
    /// The user.
    user: RwSignal<Option<User>>,
    /// The verbs.
    verbs: UserVerbs,
) -> impl IntoView {
    let session = use_session();
    let navigate = use_navigate();
    let summary = Memo::new(move |_| user.with(|user| user.as_ref().map(|user| user.summary.clone())));
    let refused = move |permission| {
        Signal::derive(move || {
            summary.with(|summary| summary.as_ref().and_then(|summary| session.refusal_on_user(permission, summary)))
        })
    };
    let is_person = Memo::new(move |_| {
        summary.with(|summary| summary.as_ref().is_some_and(|summary| summary.kind == UserKind::Person))
    });
    let is_active = Memo::new(move |_| {
        summary.with(|summary| summary.as_ref().is_some_and(|summary| summary.status == UserStatus::Active))
    });
    let any = move || {
        [Permission::UserSuspend, Permission::SessionRevoke, Permission::UserDelete]
            .into_iter()
            .any(|permission| session.may(permission))
    };
    // Taken out before the plan begins: the page may hear of the deletion first, and be gone.
    let gone = StoredValue::new(navigate);
    let sessions_refused = Signal::derive(move || {
        summary.with(|summary| summary.as_ref().and_then(|summary| verbs.sessions_refusal(summary)))
    });
    move || {
        any().then(|| {
            view! {
                <DangerZone>
                    {session.may(Permission::UserSuspend).then(|| view! {
                        <DangerAct
                            title=Signal::derive(move || if is_active.get() { text::users::suspend_title() } else { text::users::activate_title() }.to_owned())
                            words=Signal::derive(move || if is_active.get() { text::users::suspend_words() } else { text::users::activate_words() }.to_owned())
                            verb=Signal::derive(move || if is_active.get() { text::users::suspend_dots() } else { text::users::activate() }.to_owned())
                            refused=refused(Permission::UserSuspend)
                            press=Callback::new(move |()| {
                                if let Some(user) = summary.get_untracked() {
                                    if is_active.get_untracked() { verbs.suspend(&user) } else { verbs.activate(&user) }
                                }
                            })
                        />
                    })}
                    {(is_person.get() && session.may(Permission::SessionRevoke)).then(|| view! {
                        <DangerAct
                            title=text::users::end_sessions_title()
                            words=text::users::end_sessions_words()
                            verb=text::users::end_sessions_dots()
                            refused=sessions_refused
                            press=Callback::new(move |()| {
                                if let Some(user) = summary.get_untracked() {
                                    verbs.end_sessions(&user);
                                }
                            })
                        />
                    })}
                    {session.may(Permission::UserDelete).then(|| view! {
                        <DangerAct
                            title=text::users::offboard_title()
                            words=text::users::offboard_words()
                            verb=text::users::offboard_dots()
                            refused=refused(Permission::UserDelete)
                            press=Callback::new(move |()| {
                                if let Some(user) = summary.get_untracked() {
                                    verbs.offboard(&user);
                                }
                            })
                        />
                        <DangerAct
                            title=text::users::delete_title()
                            words=text::users::delete_words()
                            verb=text::users::delete_dots()
                            icon=Icon::Trash
                            refused=refused(Permission::UserDelete)
                            press=Callback::new(move |()| {
                                if let Some(user) = summary.get_untracked() {
                                    let gone = gone.get_value();
                                    verbs.delete(&user, move || gone("/users", NavigateOptions::default()));
                                }
                            })
                        />
                    })}
                </DangerZone>
            }
        })
    }
}
