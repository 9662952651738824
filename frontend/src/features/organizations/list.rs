//! The table of organizations.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::{
    Permission,
    audit::TargetType,
    organizations::{Organization, OrganizationKind},
};

use super::{avatar::OrganizationAvatar, deletion::Deletion, provision::SeatsUsed};
use crate::{
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::{number, text, words},
    session::{Session, use_session},
    transport::api,
    ui::{
        button::{ButtonLink, Look},
        icon::Icon,
        popover::MenuItem,
        state::EmptyState,
        table::{Column, DataTable, ExportButton, Filter, Slot, Table, TableSpec},
        time::When,
    },
};

/// The page of all organizations.
#[component]
pub fn OrganizationsPage() -> impl IntoView {
    let trail = vec![Crumb::group(text::frame::people()), Crumb::page(text::frame::organizations(), "/organizations")];
    view! {
        <Page list=true trail=Signal::stored(trail)>
            <Guarded permission=Permission::OrganizationRead><Organizations/></Guarded>
        </Page>
    }
}

#[component]
fn Organizations() -> impl IntoView {
    let session = use_session();
    let deletion = Deletion::new();
    let table = Table::new(TableSpec {
        columns: columns(),
        filters: vec![Filter::choice(
            "kind",
            text::organizations::kind(),
            OrganizationKind::ALL.iter().map(|kind| (kind.name(), words::organization_kind(*kind))),
        )],
        search: text::organizations::search(),
        href: Some(|row| format!("/organizations/{}", row.id)),
        export: Some("/organizations"),
        verbs: Some(Arc::new(move |row: &Organization| items(row, session, deletion))),
        empty: ViewFn::from(|| {
            view! {
                <EmptyState icon=Icon::Organization title=text::organizations::empty() words=text::organizations::empty_words()>
                    <ButtonLink label=text::frame::create_organization() href="/organizations/new" look=Look::Primary/>
                </EmptyState>
            }
        }),
        ..TableSpec::new(
            "organizations",
            text::frame::organizations(),
            "name",
            |row| row.id.to_string(),
            |row| row.display_name.clone(),
            |page| async move { api().list_organizations(&page.request()?).await },
        )
    });
    table.follow(&[TargetType::Organization, TargetType::User, TargetType::Plan, TargetType::Job]);
    view! {
        <PageHead title=text::frame::organizations() extent=table.extent()>
            <ExportButton table/>
            {move || session.may(Permission::OrganizationCreate).then(|| view! {
                <ButtonLink label=text::frame::create_organization() href="/organizations/new" look=Look::Primary icon=Icon::Plus/>
            })}
        </PageHead>
        <DataTable table/>
        {deletion.view()}
    }
}

fn columns() -> Vec<Column<Organization>> {
    vec![
        Column::new("name", text::organizations::name(), |row: &Organization| {
            let href = format!("/organizations/{}", row.id);
            view! { <span class="cell-main"><OrganizationAvatar id=row.id name=row.display_name.clone() digest=row.avatar_digest.clone()/><a href=href>{row.display_name.clone()}</a><span class="cell-sub">{row.name.clone()}</span></span> }
        })
        .sorted_by("display_name")
        .slot(Slot::Main),
        Column::new("short", text::organizations::short_name(), |row: &Organization| row.name.clone()).sorted_by("name").hidden(),
        Column::new("kind", text::organizations::kind(), |row: &Organization| words::organization_kind(row.kind)).fit().slot(Slot::State),
        Column::new("members", text::organizations::members(), |row: &Organization| number(row.member_count)).at_end(),
        Column::new("active", text::organizations::active_members(), |row: &Organization| number(row.active_member_count)).at_end(),
        Column::new("seats", text::organizations::seats(), |row: &Organization| view! { <SeatsUsed row=row.clone()/> }).fit(),
        Column::new("created_at", text::users::created(), |row: &Organization| view! { <When at=row.created_at/> }).fit().sorted_by("created_at"),
        Column::new("id", text::users::id(), |row: &Organization| view! { <code>{row.id.to_string()}</code> }).fit().hidden(),
        Column::new("card", text::organizations::members(), |row: &Organization| text::plans::members(row.member_count)).slot(Slot::Meta),
    ]
}

fn items(row: &Organization, session: Session, deletion: Deletion) -> Vec<MenuItem> {
    let mut items = vec![
        MenuItem::link(Icon::Edit, text::users::open(), format!("/organizations/{}", row.id)),
        MenuItem::link(Icon::Users, text::organizations::show_members(), format!("/users?organization_id={}", row.id)),
    ];
    if untrack(|| session.may(Permission::OrganizationDelete)) {
        let row = row.clone();
        let delete = move || deletion.begin(&row);
        items.push(MenuItem::run(Icon::Trash, text::users::delete_dots(), delete).dangerous().separated());
    }
    items
}
