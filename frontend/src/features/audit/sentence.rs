//! An event as one sentence, with the target as a link.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::audit::{AuditEvent, Outcome};

use super::model;
use crate::{
    i18n::{text, words},
    session::use_session,
    ui::{
        icon::Glyph,
        pill::{Pill, Tone},
    },
};

/// A character that no name has, to find the target's place in the sentence.
const MARK: &str = "\u{1}";

/// "Ada suspended Bob · left": icon, sentence, reason, and the outcome when it is not success.
#[component]
pub fn EventSentence(
    /// The event.
    event: Arc<AuditEvent>,
) -> impl IntoView {
    let session = use_session();
    let sentence = model::sentence(&event, &model::actor_name(&event), MARK);
    let target = model::target_name(&event);
    let (before, after) = sentence
        .split_once(MARK)
        .map_or((sentence.clone(), None), |(before, after)| (before.to_owned(), Some(after.to_owned())));
    let named = after.map(|after| {
        let may = |permission| untrack(|| session.may(permission));
        let href = model::target_href(event.target.kind, &event.target.id, may);
        let name = match href.filter(|_| !event.target.id.is_empty()) {
            Some(href) => view! { <a href=href>{target}</a> }.into_any(),
            None => view! { <strong>{target}</strong> }.into_any(),
        };
        view! { {name} {after} }
    });
    let outcome = match event.outcome {
        Outcome::Success => None,
        Outcome::Failure => Some(Tone::Bad),
        Outcome::Denied => Some(Tone::Warn),
    };
    let (icon, reason) = (model::icon(event.action, event.outcome), model::reason(&event));
    view! {
        <span class="event">
            <Glyph icon/>
            <span class="truncate">{before}{named}{(!reason.is_empty()).then(|| view! { <span class="muted">" · " {text::ui::reason()} ": " {reason}</span> })}</span>
            {outcome.map(|tone| view! { <Pill tone icon label=words::outcome(event.outcome)/> })}
        </span>
    }
}
