//! The table of roles: the built-in ones first, then those of the platform's own making.

use std::sync::Arc;

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Page, Permission,
    audit::TargetType,
    page::ListRequest,
    roles::{RoleFilter, RoleSort},
};

use super::{
    delete::{DeleteDialog, held},
    editor::{EditorDialog, Subject},
    find::built_in,
    grant::{Asked, GrantDialog},
    model::AnyRole,
    page::RolesTabs,
};
use crate::{
    features::access::find_permissions,
    frame::PageHead,
    i18n::{number, text, words},
    session::{Session, use_session},
    transport::api,
    ui::{
        button::{Button, Look},
        icon::Icon,
        pill::Pill,
        popover::MenuItem,
        table::{Column, DataTable, Filter, PageQuery, Slot, Table, TableSpec},
        time::When,
    },
};

/// What is done from a row.
#[derive(Clone, Copy)]
struct Acts {
    editing: RwSignal<Option<Subject>>,
    granting: RwSignal<Option<Asked>>,
    deleting: RwSignal<Option<AnyRole>>,
}

/// The table, and the verb that makes a role.
#[component]
pub fn RolesList() -> impl IntoView {
    let (session, navigate) = (use_session(), use_navigate());
    let acts = Acts { editing: RwSignal::new(None), granting: RwSignal::new(None), deleting: RwSignal::new(None) };
    let table = bound(session, acts);
    // The palette opens the dialog by the address, which then is that of the list again.
    crate::browser::effect(move || {
        if table.query().with(|query| query.get("act") == Some("create")) {
            acts.editing.set(Some(Subject::New(None)));
            table.drop_act();
        }
    });
    let begin = Callback::new(move |()| acts.editing.set(Some(Subject::New(None))));
    let reload = Callback::new(move |()| table.reload());
    let made = Callback::new(move |role: AnyRole| navigate(&role.key().href(), NavigateOptions::default()));
    view! {
        <PageHead title=text::frame::roles() extent=table.extent()>
            {move || session.may(Permission::RoleWrite).then(|| view! {
                <Button label=text::roles::create_dots() look=Look::Primary icon=Icon::Plus press=begin/>
            })}
        </PageHead>
        <RolesTabs/>
        <div class="tab-table"><DataTable table/></div>
        <EditorDialog editing=acts.editing done=made/>
        <GrantDialog asked=acts.granting done=reload/>
        <DeleteDialog deleting=acts.deleting done=reload/>
    }
}

fn bound(session: Session, acts: Acts) -> Table {
    let permission_name =
        |name: String| -> LocalBoxFuture<'static, Option<String>> { Box::pin(async move { Some(name) }) };
    let table = Table::new(TableSpec {
        columns: columns(),
        filters: vec![Filter::lookup("permission", text::roles::carries(), find_permissions, permission_name)],
        search: text::roles::search(),
        href: Some(|row| row.key().href()),
        verbs: Some(Arc::new(move |row: &AnyRole| items(row, session, acts))),
        ..TableSpec::new("roles", text::frame::roles(), "name", |row| row.key().to_string(), AnyRole::name, read)
    });
    table.follow(&[TargetType::Role, TargetType::User]);
    table
}

/// A page of the custom roles, below the built-in ones on the first.
async fn read(page: PageQuery) -> Result<Page<AnyRole>, ClientError> {
    let request: ListRequest<RoleFilter, RoleSort> = page.request()?;
    let RoleFilter { q, permission } = &request.filter;
    let carries = |role: &AnyRole| permission.is_none_or(|permission| role.permissions().contains(permission));
    let fits = built_in(q.as_deref().unwrap_or_default()).map(AnyRole::BuiltIn).filter(carries);
    let mut items: Vec<AnyRole> = fits.collect();
    let count = items.len() as u64;
    if page.cursor.is_some() {
        items.clear();
    }
    let Page { items: custom, next_cursor, total, total_is_exact } = api().list_roles(&request).await?;
    items.extend(custom.into_iter().map(AnyRole::Custom));
    Ok(Page { items, next_cursor, total: total + count, total_is_exact })
}

fn columns() -> Vec<Column<AnyRole>> {
    vec![
        Column::new("name", text::roles::role(), |row: &AnyRole| {
            view! { <span class="cell-main"><a href=row.key().href()>{row.name()}</a></span> }
        })
        .sorted_by("name")
        .slot(Slot::Main),
        Column::new("kind", text::roles::kind(), |row: &AnyRole| view! { <Kind custom=row.custom().is_some()/> })
            .fit()
            .slot(Slot::State),
        Column::new("description", text::roles::description(), |row: &AnyRole| {
            view! { <span title=row.description()>{row.description()}</span> }
        })
        .wide(),
        Column::new("permissions", text::roles::permissions(), |row: &AnyRole| number(row.permissions().len().into()))
            .at_end(),
        Column::new("differs", text::roles::made_from(), |row: &AnyRole| origin(row)).low(2),
        Column::new("holders", text::roles::holders(), |row: &AnyRole| {
            let words = row.custom().map_or_else(|| text::ui::show().to_owned(), |role| number(role.grant_count));
            view! { <a href=format!("{}/holders", row.key().href())>{words}</a> }
        })
        .at_end(),
        Column::new("created_at", text::users::created(), |row: &AnyRole| {
            row.custom().map(|role| view! { <When at=role.created_at/> })
        })
        .fit()
        .sorted_by("created_at")
        .hidden(),
        Column::new("card", text::roles::permissions(), |row: &AnyRole| {
            let permissions = text::roles::count(row.permissions().len().into());
            view! { <span>{text::roles::card(permissions, row.description())}</span> }
        })
        .slot(Slot::Meta),
    ]
}

/// Which built-in role it was made from, and in how many permissions it differs.
fn origin(row: &AnyRole) -> Option<impl IntoView + use<>> {
    let (added, taken) = row.differences()?;
    let origin = row.origin().map(words::role);
    Some(view! { {origin} " " <span class="muted">{text::roles::differs(added, taken)}</span> })
}

/// Whether the platform brings the role.
#[component]
pub(super) fn Kind(custom: bool) -> impl IntoView {
    match custom {
        true => view! { <Pill tone=crate::ui::pill::Tone::Accent label=text::roles::custom()/> },
        false => view! { <Pill label=text::roles::built_in()/> },
    }
}

fn items(row: &AnyRole, session: Session, acts: Acts) -> Vec<MenuItem> {
    let shown = |permission| untrack(|| session.may(permission));
    let mut items = vec![
        MenuItem::link(Icon::Role, text::roles::open(), row.key().href()),
        MenuItem::link(Icon::Users, text::roles::show_holders(), format!("{}/holders", row.key().href())),
    ];
    if let Some(asked) = Asked::of_role(row).filter(|_| shown(Permission::RoleGrant)) {
        items.push(MenuItem::run(Icon::UserPlus, text::roles::grant_dots(), move || {
            acts.granting.set(Some(asked.clone()));
        }));
    }
    if shown(Permission::RoleWrite) {
        let key = row.key();
        items.push(MenuItem::run(Icon::Copy, text::roles::copy_dots(), move || {
            acts.editing.set(Some(Subject::New(Some(key))));
        }));
    }
    if let Some(role) = row.custom().filter(|_| shown(Permission::RoleWrite)) {
        let (subject, deleted) = (Subject::Saved(Box::new(role.clone())), row.clone());
        items
            .push(MenuItem::run(Icon::Edit, text::roles::edit_dots(), move || acts.editing.set(Some(subject.clone()))));
        let delete =
            MenuItem::run(Icon::Trash, text::users::delete_dots(), move || acts.deleting.set(Some(deleted.clone())));
        items.push(delete.dangerous().separated().unless(held(role)));
    }
    items
}
