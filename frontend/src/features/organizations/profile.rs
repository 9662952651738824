//! Names, kind and image of an organization, and its deletion.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_domain::{
    Permission, Resource,
    organizations::{Organization, OrganizationKind, UpdateOrganization},
};

use super::{avatar::AvatarField, create::kinds, deletion::Deletion};
use crate::{
    i18n::{text, words},
    session::use_session,
    transport::api,
    ui::{
        choice::SelectField,
        danger::DeleteZone,
        edit::{Edit, EditPage, TextOf},
        field::TextField,
    },
};

/// The form of an organization, and its danger zone.
#[component]
pub fn ProfileTab(
    /// The organization.
    found: RwSignal<Option<Organization>>,
    /// Reads it again.
    reload: Callback<()>,
) -> impl IntoView {
    let (session, navigate) = (use_session(), use_navigate());
    let field = || RwSignal::new(String::new());
    let (full, short, kind) = (field(), field(), field());
    let kind_words =
        |name: String| name.parse::<OrganizationKind>().map(words::organization_kind).unwrap_or_default().to_owned();
    let texts = vec![
        TextOf::new(text::organizations::name(), full, |row: &Organization| row.display_name.clone()),
        TextOf::new(text::organizations::short_name(), short, |row: &Organization| row.name.clone()),
        TextOf::new(text::organizations::kind(), kind, |row: &Organization| row.kind.name().to_owned())
            .told(kind_words),
    ];
    let edit = Edit::new(found, texts, reload);
    let Edit { texts, submission, base, .. } = edit;
    let faults = submission.faults;
    let save = Callback::new(move |()| {
        let Some(former) = base.get_untracked() else { return };
        let body = UpdateOrganization {
            name: Some(short.get_untracked()).filter(|name| *name != former.name),
            display_name: Some(full.get_untracked()).filter(|name| *name != former.display_name),
            kind: kind.get_untracked().parse().ok().filter(|kind| *kind != former.kind),
            ..UpdateOrganization::default()
        };
        let found = body.faults();
        let saving = async move { api().update_organization(former.id, &body, Some(former.version)).await };
        edit.save(found, saving, text::users::saved());
    });
    let load_current = edit.load_current(|row| async move { api().get_organization(row.id).await });
    let refusal = move |permission| {
        Memo::new(move |_| {
            base.with(|row| row.as_ref().and_then(|row| session.refusal(permission, &Resource::Organization(row.id))))
        })
    };
    let (refused, delete_refused) = (refusal(Permission::OrganizationUpdate), refusal(Permission::OrganizationDelete));
    let disabled = Signal::derive(move || refused.with(Option::is_some));
    // The short name is unique for the platform, so whoever makes organizations chooses it.
    let short_disabled = Signal::derive(move || disabled.get() || !session.may(Permission::OrganizationCreate));
    let deletion = Deletion::new();
    deletion.then(move || navigate("/organizations", NavigateOptions::default()));
    let erase = Callback::new(move |()| {
        if let Some(row) = base.get_untracked() {
            deletion.begin(&row);
        }
    });
    let below = move || {
        session.may(Permission::OrganizationDelete).then(|| {
            view! { <DeleteZone title=text::organizations::delete_title() words=text::organizations::delete_words() refused=delete_refused press=erase/> }
        })
    };
    view! {
        <EditPage texts submission refusals=Signal::derive(move || refused.get().into_iter().collect()) save discard=edit.discard() load_current below=move || below>
            <TextField label=text::organizations::name() value=full pointer="/display_name" faults disabled name="display_name" rival=texts.rival(full)/>
            <TextField label=text::organizations::short_name() value=short pointer="/name" faults mono=true disabled=short_disabled help=Signal::stored(text::organizations::short_name_help().to_owned()) name="name" rival=texts.rival(short)/>
            <SelectField label=text::organizations::kind() value=kind options=kinds() pointer="/kind" faults disabled help=text::organizations::kind_help() name="kind" rival=texts.rival(kind)/>
            <AvatarField found disabled changed=load_current/>
        </EditPage>
        {deletion.view()}
    }
}
