//! What one role carries, in groups.

use leptos::prelude::*;
use quarterdeck_domain::Permission;

use super::{
    matrix::Mark,
    model::{AnyRole, Difference, Reach},
};
use crate::{
    i18n::text,
    ui::{
        icon::Icon,
        permissions::{groups, heading},
        pill::{Pill, Tone},
        state::EmptyState,
    },
};

/// The permissions of `role`, and those that it lost from its origin.
#[component]
pub(super) fn CarriedPermissions(role: AnyRole) -> impl IntoView {
    let is_told = |permission: &Permission| role.reach(*permission).is_some() || role.difference(*permission).is_some();
    let told: Vec<_> = Permission::ALL.iter().copied().filter(is_told).collect();
    if told.is_empty() {
        return view! { <EmptyState icon=Icon::Role title=text::roles::carries_nothing() words=text::roles::carries_nothing_words()/> }.into_any();
    }
    let sections = groups(told).into_iter().map(|(subject, members)| {
        let rows = members.into_iter().map(|permission| {
            view! { <Row permission reach=role.reach(permission) difference=role.difference(permission)/> }
        });
        let rows = rows.collect_view();
        view! { <section class="panel"><h2>{heading(subject)}</h2><ul class="rows">{rows}</ul></section> }
    });
    view! { <div class="columns">{sections.collect_view()}</div> }.into_any()
}

#[component]
fn Row(permission: Permission, reach: Option<Reach>, difference: Option<Difference>) -> impl IntoView {
    // The usual reach goes without saying.
    let reach_words = reach.filter(|reach| *reach != Reach::Granted).map(|reach| {
        view! { " " <small class="muted">{reach.words()}</small> }
    });
    let difference_pill = difference.map(|difference| {
        let (tone, icon) = match difference {
            Difference::Added => (Tone::Good, Icon::Plus),
            Difference::Taken => (Tone::Bad, Icon::Minus),
        };
        view! { <Pill tone icon label=difference.words()/> }
    });
    view! {
        <li data-taken=reach.is_none().then_some("")>
            <Mark reach difference=None/>
            <div class="grow"><code>{permission.name()}</code> {reach_words}<p class="muted">{permission.description()}</p></div>
            {difference_pill}
        </li>
    }
}
