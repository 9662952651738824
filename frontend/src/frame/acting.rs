//! What shows that somebody acts as somebody else, and the way back.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_domain::UserId;

use crate::{
    browser,
    i18n::text,
    session::{self, Return, use_session},
    ui::{
        button::Button,
        dirty::Guard,
        icon::Icon,
        pill::{Pill, Tone},
        state::Banner,
        toast::use_toasts,
    },
};

/// Where one was before acting as the user.
pub(super) fn page_of(user: UserId) -> String {
    format!("/users/{user}")
}

/// Acts as oneself again, after a question where changes would be lost.
pub(super) fn act_as_self() -> Callback<()> {
    let (session, toasts, guard) = (use_session(), use_toasts(), expect_context::<Guard>());
    Callback::new(move |()| {
        guard.ask(move || {
            browser::spawn(async move {
                if let Err(error) = session.act_as_self().await {
                    toasts.fail(&error);
                }
            });
        });
    })
}

/// Who acts as whom, how far and for how long, on every page for as long as it lasts.
#[component]
pub(super) fn ActingBanner() -> impl IntoView {
    let session = use_session();
    let press = act_as_self();
    let impersonation = Memo::new(move |_| session.me().and_then(|me| me.impersonation));
    move || {
        let name = session.acting().get()?.name;
        let impersonation = impersonation.get()?;
        let (tone, icon, label) = match impersonation.may_write {
            true => (Tone::Warn, Icon::Edit, text::frame::acting_may_write()),
            false => (Tone::Special, Icon::Eye, text::frame::acting_to_see()),
        };
        let words = text::frame::acting_as(impersonation.impersonator_name, name, impersonation.username);
        Some(view! {
            <div class="acting" data-tone=tone.name()>
                <Banner tone="special">
                    <p><strong>{words}</strong></p>
                    <Pill tone icon label/>
                    <TimeLeft/>
                    <Button label=text::frame::act_as_self_short() size="small" icon=Icon::Undo press/>
                </Banner>
            </div>
        })
    }
}

/// The time that is left, to the second. At its end the server is asked whether it is over.
#[component]
fn TimeLeft() -> impl IntoView {
    let acting = use_session().acting();
    let left = move || {
        let until = acting.with_untracked(|acting| acting.as_ref().map(|acting| acting.until));
        until.map_or(0, |until| until.seconds_since(browser::now()).max(0)).unsigned_abs()
    };
    let seconds = RwSignal::new(left());
    let tick = move || {
        seconds.set(left());
        if seconds.get_untracked() == 0 {
            browser::spawn(async {
                // Either answer is taken in where it arrives.
                let _taken = session::refresh().await;
            });
        }
    };
    if let Ok(timer) = set_interval_with_handle(tick, Duration::from_secs(1)) {
        on_cleanup(move || timer.clear());
    }
    let words = move || text::frame::time_left(seconds.get() / 60, format!("{:02}", seconds.get() % 60));
    view! { <span class="number" role="timer" aria-live="off">{words}</span> }
}

/// Tells why one acts as oneself again, on the page of whom one acted as.
pub(super) fn tell_of_return() {
    let (session, toasts, navigate) = (use_session(), use_toasts(), use_navigate());
    browser::effect(move || {
        let Some(returned) = session.returned().get().filter(|_| untrack(|| session.me()).is_some()) else { return };
        session.returned().set(None);
        match returned.why {
            Return::Asked => toasts.say(text::frame::returned(returned.name)),
            Return::ByItself => toasts.warn(text::frame::returned_by_itself(returned.name)),
            Return::Reloaded => {
                toasts.warn(text::frame::returned_by_reload(returned.name));
                navigate(&page_of(returned.user_id), NavigateOptions::default());
            }
        }
    });
}
