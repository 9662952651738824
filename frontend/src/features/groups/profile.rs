//! Names and description of a group, and its deletion.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Permission,
    groups::{Group, UpdateGroup},
};

use super::list::delete;
use crate::{
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        danger::{DangerAct, DangerZone},
        dirty::{DirtyBar, FieldChange},
        field::{Faults, Kind, TextField},
        icon::Icon,
        merge::{Saved, follow},
        plan::use_planner,
        state::{Banner, FormError},
        toast::use_toasts,
    },
};

/// The form of a group, and its danger zone.
#[component]
pub fn ProfileTab(
    /// The group.
    found: Memo<Option<Group>>,
    /// Reads it again.
    reload: Callback<()>,
) -> impl IntoView {
    let (session, toasts, planner, navigate) = (use_session(), use_toasts(), use_planner(), use_navigate());
    let field = || RwSignal::new(String::new());
    let (full, short, description) = (field(), field(), field());
    let (busy, error, faults) = (RwSignal::new(false), RwSignal::new(None::<ClientError>), Faults::new());
    let saved: Saved<Group> = Saved::new(None);
    let base = saved.now();
    let settle = move || {
        faults.reset();
        error.set(None);
    };
    let take = move |row: Group| {
        full.set(row.display_name.clone());
        short.set(row.name.clone());
        description.set(row.description.clone());
        saved.take(row);
        settle();
    };
    let renew = move |row: Group| {
        saved.renew(row, |former, now| {
            follow(full, &former.display_name, now.display_name.clone());
            follow(short, &former.name, now.name.clone());
            follow(description, &former.description, now.description.clone());
        });
        settle();
        reload.try_run(());
    };
    if let Some(row) = found.get_untracked() {
        take(row);
    }
    let changes = Memo::new(move |_| {
        let Some(saved) = base.get() else { return Vec::new() };
        [
            FieldChange::of(text::groups::name(), saved.display_name, full.get()),
            FieldChange::of(text::groups::short_name(), saved.name, short.get()),
            FieldChange::of(text::groups::description(), saved.description, description.get()),
        ]
        .into_iter()
        .flatten()
        .collect()
    });
    crate::browser::effect(move || {
        if let Some(newer) = found.get()
            && changes.with_untracked(Vec::is_empty)
            && base.with_untracked(|base| base.as_ref() != Some(&newer))
        {
            take(newer);
        }
    });
    let save = move |()| {
        let Some(former) = base.get_untracked() else { return };
        let body = UpdateGroup {
            name: Some(short.get_untracked()).filter(|name| *name != former.name),
            display_name: Some(full.get_untracked()).filter(|name| *name != former.display_name),
            description: Some(description.get_untracked()).filter(|words| *words != former.description),
        };
        if busy.get_untracked() || !faults.show(body.faults()) {
            return;
        }
        busy.set(true);
        crate::browser::spawn(async move {
            match api().update_group(former.id, &body, Some(former.version)).await {
                Ok(row) => {
                    take(row);
                    toasts.say(text::groups::saved());
                    reload.try_run(());
                }
                Err(refused) if faults.take(&refused) => {}
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
            busy.try_set(false);
        });
    };
    let load_current = Callback::new(move |()| {
        crate::browser::spawn(async move {
            let Some(id) = base.with_untracked(|row| row.as_ref().map(|row| row.id)) else { return };
            if let Ok(row) = api().get_group(id).await {
                renew(row);
            }
        });
    });
    let rival = move |value: RwSignal<String>, of: fn(&Group) -> String| saved.rival(move || value.get(), of);
    let refusal = move |permission| {
        Memo::new(move |_| base.with(|row| row.as_ref().and_then(|row| session.refusal(permission, &row.resource()))))
    };
    let (refused, delete_refused) = (refusal(Permission::GroupUpdate), refusal(Permission::GroupDelete));
    let disabled = Signal::derive(move || refused.with(Option::is_some));
    // Taken out before the plan begins: the page may hear of the deletion first, and be gone.
    let gone = StoredValue::new(navigate);
    let erase = Callback::new(move |()| {
        if let Some(row) = base.get_untracked() {
            let gone = gone.get_value();
            delete(&row, planner, toasts, move || gone("/groups", NavigateOptions::default()));
        }
    });
    view! {
        <div class="page-scroll">
            <div class="page-body">
                {move || refused.get().map(|words| view! { <Banner tone="info" boxed=true><p>{words}</p></Banner> })}
                <FormError error load_current/>
                <form class="form" novalidate on:submit=move |event| { event.prevent_default(); save(()); }>
                    <div class="form-grid">
                        <TextField label=text::groups::name() value=full pointer="/display_name" faults disabled name="display_name" rival=rival(full, |row| row.display_name.clone())/>
                        <TextField label=text::groups::short_name() value=short pointer="/name" faults mono=true disabled help=Signal::stored(text::groups::short_name_help().to_owned()) name="name" rival=rival(short, |row| row.name.clone())/>
                        <TextField label=text::groups::description() value=description pointer="/description" faults disabled kind=Kind::Lines wide=true optional=true name="description" rival=rival(description, |row| row.description.clone())/>
                    </div>
                    <button type="submit" class="visually-hidden" tabindex="-1">{text::ui::save_changes()}</button>
                </form>
                {move || delete_refused.with(Option::is_none).then(|| view! {
                    <DangerZone>
                        <DangerAct title=text::groups::delete_title() words=text::groups::delete_words() verb=text::users::delete_dots() icon=Icon::Trash press=erase/>
                    </DangerZone>
                })}
            </div>
            <DirtyBar changes busy discard=Callback::new(move |()| { if let Some(row) = found.get_untracked() { take(row); } }) save=Callback::new(save)/>
        </div>
    }
}
