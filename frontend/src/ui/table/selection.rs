//! The bar that slides over the bottom while rows are selected.

use leptos::prelude::*;

use super::{Table, spec::Selected};
use crate::{
    i18n::text,
    ui::{
        button::{Button, IconButton, Look},
        icon::Icon,
        toast::use_toasts,
    },
};

/// What is selected and what can be done with it.
#[component]
pub(super) fn SelectionBar(table: Table) -> impl IntoView {
    let selected = table.selected;
    let shown = Memo::new(move |_| selected.with(|selected| *selected != Selected::None));
    let (toasts, were_all) = (use_toasts(), StoredValue::new(false));
    crate::browser::effect(move || {
        let (all, some) = selected.with(|selected| (matches!(selected, Selected::Matching { .. }), selected.count()));
        if were_all.try_update_value(|were| std::mem::replace(were, all)) == Some(true) && !all && some > 0 {
            toasts.say(text::ui::only_page_selected(some));
        }
    });
    let words = move || {
        selected.with(|selected| match selected {
            Selected::Matching { total, .. } => text::ui::all_matching_selected(*total),
            other => text::ui::selected(other.count()),
        })
    };
    let reaches_all = table.spec().bulk_reaches_all;
    let offer = move || {
        let extent = table.extent.get().filter(|extent| extent.is_exact)?;
        let ids = selected.with(|selected| match selected {
            Selected::Ids(ids) => Some(ids.len()),
            _ => None,
        })?;
        let whole_page = reaches_all && ids >= table.rows.with(Vec::len) && extent.total > ids as u64;
        whole_page.then(|| {
            let press = move |()| {
                let query = table.query.with_untracked(super::Query::filters);
                selected.set(Selected::Matching { query, total: extent.total });
            };
            view! { <Button label=text::ui::select_all_matching(extent.total) size="small" look=Look::Ghost press=Callback::new(press)/> }
        })
    };
    let verbs = table.spec().bulk.clone();
    move || {
        shown.get().then(|| {
            view! {
                <div class="selection-bar" role="region" aria-label=text::ui::verbs()>
                    <strong aria-live="polite">{words}</strong>
                    {offer}
                    <span class="divider" aria-hidden="true"></span>
                    <div class="selection-verbs">{verbs.iter().cloned().map(|verb| view! {
                        <Button
                            label=verb.label
                            size="small"
                            icon=verb.icon
                            look=if verb.danger { Look::DangerQuiet } else { Look::Ghost }
                            press=Callback::new(move |()| verb.run.run(selected.get_untracked()))
                        />
                    }).collect_view()}</div>
                    <IconButton label=text::ui::clear_selection() icon=Icon::Close press=Callback::new(move |()| table.clear_selection())/>
                </div>
            }
        })
    }
}
