//! The table of keys: all that are administered, those of one organization, or the own ones.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::{
    OrganizationId,
    audit::TargetType,
    model_services::ModelProvider,
    provider_keys::{KeyOwner, NewOwner, ProviderKey},
};

use super::{
    acts::{Acts, KeyDialogs},
    model::{Whose, may_write, narrow, owner_words},
};
use crate::{
    features::users::{organization_filter, user_filter},
    i18n::{bytes, number, text},
    session::use_session,
    transport::api,
    ui::{
        button::{Button, ButtonLink, Look},
        icon::Icon,
        pill::{Pill, Tone},
        popover::MenuItem,
        state::EmptyState,
        table::{Column, DataTable, Filter, Slot, Table, TableSpec},
        time::When,
    },
};

/// The keys of an organization, and the verb that stores one.
#[component]
pub fn OrganizationKeys(
    /// Whose.
    id: OrganizationId,
) -> impl IntoView {
    let owner = NewOwner::Organization(id);
    let (session, acts) = (use_session(), Acts::new(Whose::One(owner)));
    let table = bound(acts);
    acts.then(move || table.reload());
    let begin = Callback::new(move |()| acts.begin(None));
    view! {
        <div class="tab-head">
            <p class="muted">{text::provider_keys::organization_words()}</p>
            <ButtonLink label=text::provider_keys::of_people() href=format!("/provider-keys?organization_id={id}&owner=user") icon=Icon::Users/>
            {move || may_write(session, owner).then(|| view! {
                <Button label=text::provider_keys::store_dots() look=Look::Primary icon=Icon::Plus press=begin/>
            })}
        </div>
        <div class="tab-table"><DataTable table/></div>
        <KeyDialogs acts/>
    }
}

/// The table of the keys that `acts` are about.
pub(super) fn bound(acts: Acts) -> Table {
    let whose = acts.whose;
    let (name, empty_words) = match whose {
        Whose::All => ("provider-keys", text::provider_keys::empty_words()),
        Whose::One(NewOwner::User(_)) => ("own-provider-keys", text::provider_keys::own_empty_words()),
        Whose::One(_) => ("organization-provider-keys", text::provider_keys::organization_empty_words()),
    };
    let table = Table::new(TableSpec {
        columns: columns(whose),
        filters: if whose == Whose::All { filters() } else { Vec::new() },
        search: if whose == Whose::All { text::provider_keys::search() } else { "" },
        verbs: Some(Arc::new(move |row: &ProviderKey| verbs(row, acts))),
        export: Some("/provider-keys"),
        detail: Some(Arc::new(|row: &ProviderKey| detail(row).into_any())),
        empty: ViewFn::from(move || {
            view! { <EmptyState icon=Icon::Plug title=text::provider_keys::empty() words=empty_words/> }
        }),
        ..TableSpec::new(
            name,
            text::frame::provider_keys(),
            "-created_at",
            |row| row.id.to_string(),
            |row| row.name.clone(),
            move |page| async move {
                let mut request = page.request()?;
                if let Whose::One(owner) = whose {
                    narrow(&mut request.filter, owner);
                }
                api().list_provider_keys(&request).await
            },
        )
    });
    table.follow(&[
        TargetType::ProviderKey,
        TargetType::User,
        TargetType::Organization,
        TargetType::Plan,
        TargetType::Job,
    ]);
    table
}

/// The page of the owner; the platform has none.
fn owner_href(row: &ProviderKey) -> Option<String> {
    let of_user = row.user_id.map(|id| format!("/users/{id}"));
    of_user.or(row.organization_id.map(|id| format!("/organizations/{id}/provider-keys")))
}

/// The list of all keys of the owner.
fn all_href(row: &ProviderKey) -> String {
    match (row.user_id, row.organization_id) {
        (Some(id), _) => format!("/provider-keys?user_id={id}"),
        (None, Some(id)) => format!("/provider-keys?organization_id={id}&owner=organization"),
        (None, None) => "/provider-keys?owner=system".to_owned(),
    }
}

fn verbs(row: &ProviderKey, acts: Acts) -> Vec<MenuItem> {
    let mut items = Vec::new();
    if acts.whose == Whose::All {
        items.extend(
            owner_href(row).map(|href| MenuItem::link(icon(row.owner), text::provider_keys::open_owner(), href)),
        );
        items.push(MenuItem::link(Icon::Plug, text::provider_keys::all_of_owner(), all_href(row)));
    }
    items.extend(acts.items(row));
    items
}

const fn icon(owner: KeyOwner) -> Icon {
    match owner {
        KeyOwner::User => Icon::User,
        KeyOwner::Organization => Icon::Organization,
        KeyOwner::System => Icon::Settings,
    }
}

/// Name of the owner; the platform's is known to the console.
fn owner_name(row: &ProviderKey) -> String {
    match row.owner {
        KeyOwner::System => text::provider_keys::platform().to_owned(),
        KeyOwner::User | KeyOwner::Organization => row.owner_name.clone(),
    }
}

fn columns(whose: Whose) -> Vec<Column<ProviderKey>> {
    let mut columns = vec![
        Column::new("name", text::provider_keys::name(), |row: &ProviderKey| {
            view! { <span class="cell-main"><strong>{row.name.clone()}</strong></span> }
        })
        .slot(Slot::Main),
        Column::new("provider", text::provider_keys::provider(), |row: &ProviderKey| row.provider.title()).fit(),
        Column::new(
            "hint",
            text::provider_keys::secret(),
            |row: &ProviderKey| view! { <code>{row.hint.clone()}</code> },
        )
        .fit()
        .low(1),
        Column::new(
            "state",
            text::provider_keys::state(),
            |row: &ProviderKey| view! { <StatePill is_active=row.is_active/> },
        )
        .fit()
        .slot(Slot::State),
        Column::new("uses", text::provider_keys::uses(), |row: &ProviderKey| number(row.use_count)).at_end().low(2),
        Column::new("sent", text::provider_keys::sent(), |row: &ProviderKey| bytes(row.sent_bytes)).at_end().low(3),
        Column::new("received", text::provider_keys::received(), |row: &ProviderKey| bytes(row.received_bytes))
            .at_end()
            .low(3),
        Column::new("last_used_at", text::provider_keys::last_used(), |row: &ProviderKey| {
            view! { <When at=row.last_used_at/> }
        })
        .fit()
        .sorted_by("last_used_at"),
        Column::new("created_at", text::provider_keys::stored(), |row: &ProviderKey| {
            view! { <When at=row.created_at/> }
        })
        .fit()
        .low(4)
        .sorted_by("created_at"),
        Column::new("card", text::provider_keys::provider(), move |row: &ProviderKey| {
            let owner = (whose == Whose::All).then(|| view! { <span>{owner_name(row)}</span> <span>"·"</span> });
            view! { {owner} <span>{row.provider.title()}</span> <code>{row.hint.clone()}</code> }
        })
        .slot(Slot::Meta),
    ];
    if whose == Whose::All {
        columns.insert(
            1,
            Column::new("owner", text::provider_keys::owner(), |row: &ProviderKey| {
                let name = owner_name(row);
                let name = match owner_href(row) {
                    Some(href) => view! { <a href=href>{name}</a> }.into_any(),
                    None => view! { <span>{name}</span> }.into_any(),
                };
                view! { <span class="cell-main">{name}</span> }
            }),
        );
        columns.insert(
            2,
            Column::new("owner_kind", text::users::kind(), |row: &ProviderKey| {
                view! { <Pill icon=icon(row.owner) label=owner_words(row.owner) bare=true/> }
            })
            .fit()
            .low(2),
        );
    }
    columns
}

fn filters() -> Vec<Filter> {
    let owners = KeyOwner::ALL.iter().map(|owner| (owner.name(), owner_words(*owner)));
    let providers = ModelProvider::ALL.iter().map(|provider| (provider.name(), provider.title()));
    let states = [("true", text::provider_keys::active()), ("false", text::provider_keys::inactive())];
    vec![
        Filter::choice("owner", text::provider_keys::owner_kind(), owners),
        Filter::choice("provider", text::provider_keys::provider(), providers),
        Filter::choice("is_active", text::provider_keys::state(), states),
        user_filter("user_id", text::provider_keys::whose()),
        organization_filter(),
    ]
}

/// What the columns have no room for.
fn detail(row: &ProviderKey) -> impl IntoView + use<> {
    view! {
        <dl class="facts">
            <dt>{text::provider_keys::provider()}</dt><dd>{row.provider.title()}</dd>
            <dt>{text::provider_keys::secret()}</dt><dd><code>{row.hint.clone()}</code></dd>
            <dt>{text::provider_keys::uses()}</dt><dd>{number(row.use_count)}</dd>
            <dt>{text::provider_keys::sent()}</dt><dd>{bytes(row.sent_bytes)}</dd>
            <dt>{text::provider_keys::received()}</dt><dd>{bytes(row.received_bytes)}</dd>
            <dt>{text::provider_keys::last_used()}</dt><dd><When exact=true at=row.last_used_at/></dd>
            <dt>{text::provider_keys::stored()}</dt><dd><When exact=true at=row.created_at/></dd>
            <dt>{text::provider_keys::changed()}</dt><dd><When exact=true at=row.updated_at/></dd>
        </dl>
    }
}

/// Whether requests may go out with a key.
#[component]
fn StatePill(is_active: bool) -> impl IntoView {
    let (tone, icon, label) = match is_active {
        true => (Tone::Good, Icon::Done, text::provider_keys::active()),
        false => (Tone::Warn, Icon::Pause, text::provider_keys::inactive()),
    };
    view! { <Pill tone icon label bare=true/> }
}
