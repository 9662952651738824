//! The table of credentials.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::{
    Permission,
    api_keys::USED_DAYS,
    audit::TargetType,
    credentials::{Credential, CredentialKind},
    users::{UserKind, UserStatus},
};

use super::{
    model::{Revocable, row_id},
    revoke::{Asked, RevokeDialog},
};
use crate::{
    features::{
        api_keys::UsedScopes,
        users::{KindTag, organization_filter, user_filter},
    },
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::{text, words},
    live::on_change,
    session::{Session, use_session},
    transport::api,
    ui::{
        icon::Icon,
        pill::{Pill, Tone},
        popover::MenuItem,
        state::EmptyState,
        table::{BulkVerb, Column, DataTable, ExportButton, Filter, FilterKind, Selected, Slot, Table, TableSpec},
        time::When,
    },
};

/// The page of all credentials.
#[component]
pub fn CredentialsPage() -> impl IntoView {
    let trail = vec![Crumb::group(text::frame::people()), Crumb::page(text::frame::credentials(), "/credentials")];
    view! {
        <Page list=true trail=Signal::stored(trail)>
            <Guarded permission=Permission::CredentialRead><Inventory/></Guarded>
        </Page>
    }
}

#[component]
fn Inventory() -> impl IntoView {
    let asked = RwSignal::new(None::<Asked>);
    let table = bound(asked);
    let done = move |()| {
        table.clear_selection();
        table.reload();
    };
    view! {
        <PageHead title=text::frame::credentials() extent=table.extent()><ExportButton table/></PageHead>
        <DataTable table/>
        <RevokeDialog asked done=Callback::new(done)/>
    }
}

fn bound(asked: RwSignal<Option<Asked>>) -> Table {
    let session = use_session();
    let may_revoke =
        || [Permission::ApiKeyRevoke, Permission::SessionRevoke].into_iter().any(|permission| session.may(permission));
    let revoke = untrack(may_revoke).then(|| {
        BulkVerb::new(text::credentials::revoke_dots(), Icon::Trash, move |selected| {
            if let Selected::Ids(rows) = selected {
                asked.set(Some(Asked { rows, name: None }));
            }
        })
        .dangerous()
    });
    let table = Table::new(TableSpec {
        columns: columns(),
        filters: filters(),
        search: text::api_keys::search(),
        verbs: Some(Arc::new(move |row: &Credential| verbs(row, session, asked))),
        export: Some("/credentials"),
        detail: Some(Arc::new(|row: &Credential| detail(row).into_any())),
        bulk: revoke.into_iter().collect(),
        bulk_reaches_all: false,
        empty: ViewFn::from(|| {
            view! { <EmptyState icon=Icon::Lock title=text::credentials::empty() words=text::credentials::empty_words()/> }
        }),
        ..TableSpec::new("credentials", text::frame::credentials(), "-created_at", row_id, name, |page| async move {
            api().list_credentials(&page.request()?).await
        })
    });
    on_change(
        |change| {
            use TargetType as T;
            matches!(change.target.kind, T::ApiKey | T::Session | T::User | T::Setting | T::Plan | T::Job | T::Platform)
        },
        move || table.refresh(),
    );
    table
}

/// What it is called: its title, or what it is.
fn name(row: &Credential) -> String {
    if row.title.is_empty() { words::credential_kind(row.kind).to_owned() } else { row.title.clone() }
}

fn verbs(row: &Credential, session: Session, asked: RwSignal<Option<Asked>>) -> Vec<MenuItem> {
    let tab = match row.kind {
        CredentialKind::ApiKey => "/keys",
        CredentialKind::Session => "/sessions",
        CredentialKind::ResetLink => "/access",
    };
    let mut items = vec![
        MenuItem::link(Icon::User, text::api_keys::open_owner(), format!("/users/{}{tab}", row.user_id)),
        MenuItem::link(Icon::Lock, text::credentials::all_of_owner(), format!("/credentials?user_id={}", row.user_id)),
    ];
    let Some(revocable) = Revocable::of(row) else { return items };
    if untrack(|| session.may(revocable.permission())) {
        let about = Asked { rows: vec![row_id(row)], name: Some(text::credentials::of(name(row), &row.display_name)) };
        let own = untrack(|| session.me()).and_then(|me| me.session_id).map(Revocable::Session) == Some(revocable);
        let revoke = MenuItem::run(Icon::Trash, text::credentials::revoke_dots(), move || {
            asked.set(Some(about.clone()));
        });
        let refused = own.then(|| text::sessions::own_by_signing_out().to_owned());
        items.push(revoke.dangerous().separated().unless(refused));
    }
    items
}

const fn icon(kind: CredentialKind) -> Icon {
    match kind {
        CredentialKind::ApiKey => Icon::Key,
        CredentialKind::Session => Icon::Session,
        CredentialKind::ResetLink => Icon::Link,
    }
}

fn columns() -> Vec<Column<Credential>> {
    vec![
        Column::new("title", text::credentials::credential(), |row: &Credential| {
            let hint = (!row.hint.is_empty()).then(|| view! { <code class="cell-sub">{row.hint.clone()}</code> });
            view! { <span class="cell-main"><strong>{name(row)}</strong> {hint}</span> }
        })
        .slot(Slot::Main),
        Column::new("kind", text::users::kind(), |row: &Credential| {
            view! { <Pill icon=icon(row.kind) label=words::credential_kind(row.kind) bare=true/> }
        })
        .fit()
        .slot(Slot::State),
        Column::new("owner", text::api_keys::owner(), |row: &Credential| {
            let href = format!("/users/{}", row.user_id);
            let suspended = row
                .is_suspended
                .then(|| view! { <Pill tone=Tone::Warn label=words::user_status(UserStatus::Suspended)/> });
            view! { <span class="cell-main"><a href=href>{row.display_name.clone()}</a><span class="cell-sub">{row.username.clone()}</span> <KindTag kind=row.user_kind/> {suspended}</span> }
        }),
        Column::new("scopes", text::api_keys::scopes(), |row: &Credential| match (row.scopes, row.used_scopes) {
            (Some(granted), Some(used)) => {
                let words = text::credentials::granted_used(granted.len(), used.len());
                view! { <span title=text::api_keys::used_of_help(USED_DAYS)>{words}</span> }.into_any()
            }
            _ => view! { <span class="faint">{text::credentials::all_of_user()}</span> }.into_any(),
        })
        .fit()
        .low(2),
        Column::new("expires_at", text::ui::ends(), |row: &Credential| {
            let capped = row.is_capped.then(|| {
                view! { <span title=text::api_keys::capped_help()><Pill tone=Tone::Warn label=text::api_keys::capped()/></span> }
            });
            view! { <When at=row.expires_at/> " " {capped} }
        })
        .fit()
        .sorted_by("expires_at"),
        Column::new("last_used_at", text::api_keys::last_used(), |row: &Credential| {
            view! { <When at=row.last_used_at/> }
        })
        .fit()
        .sorted_by("last_used_at"),
        Column::new("created_at", text::api_keys::made(), |row: &Credential| view! { <When at=row.created_at/> })
            .fit()
            .low(3)
            .sorted_by("created_at"),
        Column::new("card", text::api_keys::owner(), |row: &Credential| {
            let at = row.last_used_at;
            view! { <span>{row.display_name.clone()}</span> <span>{text::api_keys::last_used()} " " <When at/></span> }
        })
        .slot(Slot::Meta),
    ]
}

fn filters() -> Vec<Filter> {
    let yes_no = || [("true", text::ui::yes()), ("false", text::ui::no())];
    vec![
        Filter::choice(
            "kind",
            text::users::kind(),
            CredentialKind::ALL.iter().map(|kind| (kind.name(), words::credential_kind(*kind))),
        ),
        Filter::choice(
            "user_kind",
            text::api_keys::owner(),
            UserKind::ALL.iter().map(|kind| (kind.name(), words::user_kind(*kind))),
        ),
        Filter::choice(
            "unused_days",
            text::credentials::unused(),
            [
                ("30", text::credentials::unused_30()),
                ("90", text::credentials::unused_90()),
                ("365", text::credentials::unused_365()),
            ],
        ),
        Filter::choice("is_over_scoped", text::credentials::over_scoped(), yes_no()),
        Filter::choice("is_capped", text::api_keys::is_capped(), yes_no()),
        Filter::new("expires_before", text::api_keys::expires_before(), FilterKind::Within),
        user_filter("user_id", text::credentials::of_user()),
        organization_filter(),
    ]
}

/// What the columns have no room for: which scopes, which of them were used, and from where.
fn detail(row: &Credential) -> impl IntoView + use<> {
    let used = row.used_scopes.unwrap_or_default();
    let scopes = row.scopes.map(|scopes| {
        view! { <dt>{text::api_keys::scopes()}</dt><dd><UsedScopes scopes used/></dd> }
    });
    let address = (!row.last_used_address.is_empty()).then(|| {
        view! { <dt>{text::api_keys::last_address()}</dt><dd><code>{row.last_used_address.clone()}</code></dd> }
    });
    view! {
        <dl class="facts">
            {scopes}
            <dt>{text::api_keys::made()}</dt><dd><When exact=true at=row.created_at/></dd>
            <dt>{text::ui::ends()}</dt><dd><When exact=true at=row.expires_at/></dd>
            <dt>{text::api_keys::last_used()}</dt><dd><When exact=true at=row.last_used_at/></dd>
            {address}
        </dl>
    }
}
