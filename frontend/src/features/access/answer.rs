//! The answer: verdict, the rules in order, the one that decided, and the smallest change.

use leptos::prelude::*;
use quarterdeck_domain::access::{AccessExplanation, AccessRule, AccessStep};

use super::words;
use crate::{
    i18n::text,
    ui::{
        icon::Glyph,
        pill::{Pill, Tone},
    },
};

/// An explanation.
#[component]
pub(super) fn Answer(explanation: AccessExplanation) -> impl IntoView {
    let (tone, icon) = words::verdict_look(explanation.verdict);
    let who = match explanation.api_key_id {
        Some(_) => text::access::key_of(&explanation.subject_name),
        None => explanation.subject_name.clone(),
    };
    let verdict = words::verdict(explanation.verdict, &who, explanation.permission.name());
    let reach = explanation.reach.map(|reach| view! { <p class="muted">{words::reach(reach)}</p> });
    let decided_by = explanation.decided_by;
    let change = match explanation.change {
        Some(change) => words::change(change),
        None => text::access::no_change().to_owned(),
    };
    view! {
        <div class="answer">
            <section class="verdict" data-tone=tone.name() role="status" aria-label=text::access::answer()>
                <Glyph icon/>
                <div>
                    <h2>{verdict}</h2>
                    {reach}
                    <p>{text::access::change()} ": " {change}</p>
                </div>
            </section>
            <header><h2>{text::access::steps()}</h2><p>{text::access::steps_words()}</p></header>
            <ol class="steps">{explanation.steps.into_iter().map(|step| view! { <Step step decided_by/> }).collect_view()}</ol>
        </div>
    }
}

#[component]
fn Step(step: AccessStep, decided_by: AccessRule) -> impl IntoView {
    let (tone, icon, outcome) = words::outcome(step.outcome);
    let decides = (step.rule == decided_by).then(|| view! { <Pill tone=Tone::Accent label=text::access::decides()/> });
    view! {
        <li data-tone=tone.name()>
            <Glyph icon/>
            <div>
                <strong>{words::rule(step.rule)}</strong> " " <span class="visually-hidden">{outcome}</span> {decides}
                <p class="muted">{step.detail}</p>
            </div>
        </li>
    }
}
