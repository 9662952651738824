//! Names and description of a group, and its deletion.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_domain::{
    Permission,
    groups::{Group, UpdateGroup},
};

use super::list::delete;
use crate::{
    features::bin::{Disposal, DisposalDialog},
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        danger::DeleteZone,
        edit::{Edit, EditPage, TextOf},
        field::{Kind, TextField},
    },
};

/// The form of a group, and its danger zone.
#[component]
pub fn ProfileTab(
    /// The group.
    found: RwSignal<Option<Group>>,
    /// Reads it again.
    reload: Callback<()>,
) -> impl IntoView {
    let (session, disposal, navigate) = (use_session(), Disposal::new(), use_navigate());
    let field = || RwSignal::new(String::new());
    let (full, short, description) = (field(), field(), field());
    let texts = vec![
        TextOf::new(text::groups::name(), full, |row: &Group| row.display_name.clone()),
        TextOf::new(text::groups::short_name(), short, |row: &Group| row.name.clone()),
        TextOf::new(text::groups::description(), description, |row: &Group| row.description.clone()),
    ];
    let edit = Edit::new(found, texts, reload);
    let Edit { texts, submission, base, .. } = edit;
    let faults = submission.faults;
    let save = Callback::new(move |()| {
        let Some(former) = base.get_untracked() else { return };
        let body = UpdateGroup {
            name: Some(short.get_untracked()).filter(|name| *name != former.name),
            display_name: Some(full.get_untracked()).filter(|name| *name != former.display_name),
            description: Some(description.get_untracked()).filter(|words| *words != former.description),
        };
        let found = body.faults();
        let saving = async move { api().update_group(former.id, &body, Some(former.version)).await };
        edit.save(found, saving, text::groups::saved());
    });
    let load_current = edit.load_current(|row| async move { api().get_group(row.id).await });
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
            delete(&row, disposal, move || gone("/groups", NavigateOptions::default()));
        }
    });
    let below = move || {
        delete_refused.with(Option::is_none).then(|| {
            view! { <DeleteZone title=text::groups::delete_title() words=text::groups::delete_words() press=erase/> }
        })
    };
    view! {
        <DisposalDialog disposal/>
        <EditPage texts submission refusals=Signal::derive(move || refused.get().into_iter().collect()) save discard=edit.discard() load_current below=move || below>
            <TextField label=text::groups::name() value=full pointer="/display_name" faults disabled name="display_name" rival=texts.rival(full)/>
            <TextField label=text::groups::short_name() value=short pointer="/name" faults mono=true disabled help=Signal::stored(text::groups::short_name_help().to_owned()) name="name" rival=texts.rival(short)/>
            <TextField label=text::groups::description() value=description pointer="/description" faults disabled kind=Kind::Lines wide=true optional=true name="description" rival=texts.rival(description)/>
        </EditPage>
    }
}
