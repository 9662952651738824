//! Who acted as oneself, why, when and how far; what runs can be ended.

use leptos::prelude::*;
use quarterdeck_domain::impersonation::Impersonation;

use crate::{
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        button::Button,
        icon::{Glyph, Icon},
        pill::{Pill, Tone},
        time::When,
        toast::use_toasts,
    },
};

/// The last impersonations of the own account, the newest first.
#[component]
pub fn ActedAs() -> impl IntoView {
    let session = use_session();
    let rows = Memo::new(move |_| session.me().map(|me| me.impersonations).unwrap_or_default());
    view! {
        <section class="form-section" id="acted-as">
            <header><h2>{text::profile::acted_as()}</h2><p>{text::profile::acted_as_words()}</p></header>
            {move || match rows.get() {
                rows if rows.is_empty() => view! { <p class="muted">{text::profile::acted_as_nobody()}</p> }.into_any(),
                rows => view! { <ul class="rows">{rows.into_iter().map(|row| view! { <Acted row/> }).collect_view()}</ul> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Acted(row: Impersonation) -> impl IntoView {
    let (session, toasts) = (use_session(), use_toasts());
    let busy = RwSignal::new(false);
    let (id, name) = (row.id, row.impersonator_name.clone());
    // Whoever acts as somebody else returns instead.
    let can_end = row.is_running && session.acting().with_untracked(Option::is_none);
    let end = move |()| {
        let name = name.clone();
        busy.set(true);
        crate::browser::spawn(async move {
            match api().revoke_own_session(id).await {
                Ok(()) => toasts.say(text::profile::acting_ended(name)),
                Err(error) => toasts.fail(&error),
            }
            // What is told of the own account follows the events too.
            let _kept = session.reload_me().await;
            busy.try_set(false);
        });
    };
    let (icon, extent) = match row.may_write {
        true => (Icon::Edit, text::profile::acted_may_write()),
        false => (Icon::Eye, text::profile::acted_to_see()),
    };
    let (tone, outcome) = outcome(&row);
    let until = match (row.is_running, row.ended_at) {
        (true, _) => Some((text::profile::acted_until(), row.expires_at)),
        (false, Some(at)) => Some((text::jobs::ended(), at)),
        (false, None) => None,
    };
    view! {
        <li>
            <Glyph icon/>
            <span class="grow">
                <strong>{row.impersonator_name}</strong> <span class="muted">" · " {extent} " · " {text::ui::reason()} ": "</span> {row.reason}
                <br/><small class="muted">
                    {text::jobs::started()} " " <When exact=true at=row.started_at/>
                    {until.map(|(words, at)| view! { " · " {words} " " <When exact=true at=at/> })}
                </small>
            </span>
            <Pill tone label=outcome/>
            {can_end.then(|| view! { <Button label=text::profile::end_acting() size="small" busy press=Callback::new(end)/> })}
        </li>
    }
}

/// How it stands, or how it ended.
fn outcome(row: &Impersonation) -> (Tone, &'static str) {
    match row.ended_by {
        _ if row.is_running => (Tone::Special, text::profile::acted_running()),
        Some(by) if by == row.impersonator_id => (Tone::Quiet, text::profile::acted_returned()),
        Some(by) if by == row.user_id => (Tone::Quiet, text::profile::acted_ended_by_you()),
        Some(_) => (Tone::Quiet, text::profile::acted_cut_off()),
        None => (Tone::Quiet, text::profile::acted_over()),
    }
}
