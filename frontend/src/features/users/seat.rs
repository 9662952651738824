//! Whether a user takes a seat of their organization.

use leptos::prelude::*;
use quarterdeck_domain::{
    Permission,
    users::{Seat, UpdateUser, User},
};

use crate::{
    i18n::text,
    session::use_session,
    transport::api,
    ui::{button::Button, icon::Icon, toast::use_toasts},
};

/// Whether they take one, and the change of it.
#[component]
pub fn SeatSection(
    /// The user.
    user: RwSignal<Option<User>>,
    /// Reads the user again.
    reload: Callback<()>,
) -> impl IntoView {
    let (session, toasts, busy) = (use_session(), use_toasts(), RwSignal::new(false));
    let refused = Memo::new(move |_| {
        user.with(|user| user.as_ref().and_then(|user| session.refusal_on_user(Permission::SeatManage, &user.summary)))
    });
    let seat = Memo::new(move |_| user.with(|user| user.as_ref().map(|user| user.seat).unwrap_or_default()));
    let toggle = move |()| {
        let Some(user) = user.get_untracked() else { return };
        let seat = if user.seat.is_licensed() { Seat::Complimentary } else { Seat::Licensed };
        busy.set(true);
        crate::browser::spawn(async move {
            let body = UpdateUser { seat: Some(seat), ..UpdateUser::default() };
            match api().update_user(user.id(), &body, None).await {
                Ok(_) => {
                    toasts.say(fact(seat));
                    reload.try_run(());
                }
                Err(error) => toasts.fail(&error),
            }
            busy.try_set(false);
        });
    };
    let verb = move || {
        let verb = if seat.get().is_licensed() { text::users::seat_drop() } else { text::users::seat_take() };
        verb.to_owned()
    };
    view! {
        <section class="form-section">
            <header>
                <h2>{text::users::seat()}</h2>
                <p>{move || fact(seat.get())}</p>
                {move || refused.get().map(|words| view! { <p>{words}</p> })}
            </header>
            <div class="row-wrap">
                <Button label=Signal::derive(verb) icon=Icon::Organization disabled=Signal::derive(move || refused.with(Option::is_some)) busy press=Callback::new(toggle)/>
            </div>
        </section>
    }
}

fn fact(seat: Seat) -> &'static str {
    match seat {
        Seat::Licensed => text::users::seat_licensed(),
        Seat::Complimentary => text::users::seat_complimentary(),
    }
}
