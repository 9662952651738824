//! The table of keys: all that are administered, those of one user or service account, or the own ones.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::{
    Permission, PermissionSet, UserId,
    api_keys::{ApiKey, ApiKeyFilter, ApiKeyState, USED_DAYS},
    audit::TargetType,
    users::UserKind,
};

use super::acts::{Acts, KeyDialogs, Subject};
use crate::{
    features::users::{KindTag, organization_filter, user_filter},
    i18n::{number, text},
    session::{Session, use_session},
    transport::api,
    ui::{
        button::{Button, Look},
        icon::Icon,
        pill::{Pill, Tone},
        popover::MenuItem,
        state::EmptyState,
        table::{Column, DataTable, Filter, FilterKind, Slot, Table, TableSpec},
        time::When,
    },
};

/// Whose keys are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Of all who are administered.
    All,
    /// Of one user.
    User(UserId),
    /// Of one service account.
    Service(UserId),
    /// The own ones.
    Own(UserId),
}

impl Whose {
    const fn user_id(self) -> Option<UserId> {
        match self {
            Self::All => None,
            Self::User(id) | Self::Service(id) | Self::Own(id) => Some(id),
        }
    }
}

/// The keys of one user.
#[component]
pub fn UserKeys(
    /// Whose.
    user_id: UserId,
    /// Whether they are a person or a service account, whose keys others make.
    kind: UserKind,
) -> impl IntoView {
    let (session, acts) = (use_session(), Acts::new());
    let is_service = kind == UserKind::Service;
    let table = bound(if is_service { Whose::Service(user_id) } else { Whose::User(user_id) }, acts);
    let begin = Callback::new(move |()| acts.editing.set(Some(Subject::NewOf(user_id))));
    view! {
        {is_service.then(|| view! {
            <div class="tab-head">
                <p class="muted">{text::api_keys::service_words()}</p>
                {move || session.may(Permission::ServiceAccountManage).then(|| view! {
                    <Button label=text::api_keys::create_dots() look=Look::Primary icon=Icon::Plus press=begin/>
                })}
            </div>
        })}
        <div class="tab-table"><DataTable table/></div>
        <KeyDialogs acts done=Callback::new(move |()| table.reload())/>
    }
}

/// The table of the keys of `whose`.
pub(super) fn bound(whose: Whose, acts: Acts) -> Table {
    let session = use_session();
    let is_own = matches!(whose, Whose::Own(_));
    let name = match whose {
        Whose::All => "api-keys",
        Whose::User(_) | Whose::Service(_) => "user-api-keys",
        Whose::Own(_) => "own-api-keys",
    };
    let table = Table::new(TableSpec {
        columns: columns(whose),
        filters: filters(whose),
        search: if whose == Whose::All { text::api_keys::search() } else { text::api_keys::search_own() },
        verbs: Some(Arc::new(move |row: &ApiKey| verbs(row, whose, session, acts))),
        export: Some("/api-keys"),
        detail: Some(Arc::new(|row: &ApiKey| detail(row).into_any())),
        empty: ViewFn::from(move || {
            let words = if is_own { text::api_keys::empty_own() } else { text::api_keys::empty_words() };
            let begin = Callback::new(move |()| acts.editing.set(Some(Subject::New)));
            let verb = (is_own && untrack(|| session.may(Permission::ApiKeyWrite)))
                .then(|| view! { <Button label=text::api_keys::create_dots() icon=Icon::Plus press=begin/> });
            view! { <EmptyState icon=Icon::Key title=text::api_keys::empty() words>{verb}</EmptyState> }
        }),
        ..TableSpec::new(
            name,
            text::frame::api_keys(),
            "-created_at",
            |row| row.id.to_string(),
            |row| row.title.clone(),
            move |page| async move {
                let mut request = page.request()?;
                let filter: &mut ApiKeyFilter = &mut request.filter;
                filter.user_id = whose.user_id().or(filter.user_id);
                api().list_api_keys(&request).await
            },
        )
    });
    table.follow(&[TargetType::ApiKey, TargetType::User, TargetType::Setting, TargetType::Plan, TargetType::Job]);
    table
}

fn verbs(row: &ApiKey, whose: Whose, session: Session, acts: Acts) -> Vec<MenuItem> {
    let on = |key: RwSignal<Option<ApiKey>>| {
        let row = row.clone();
        move || key.set(Some(row.clone()))
    };
    let mut items = Vec::new();
    if whose == Whose::All {
        items.push(MenuItem::link(Icon::User, text::api_keys::open_owner(), format!("/users/{}/keys", row.user_id)));
        items.push(MenuItem::link(
            Icon::Key,
            text::api_keys::all_of_owner(),
            format!("/api-keys?user_id={}", row.user_id),
        ));
    }
    // Only its owner changes a key, or whoever manages the service account; others revoke it.
    let changes = || match row.user_kind {
        UserKind::Person => session.is_own(row.user_id) && session.may(Permission::ApiKeyWrite),
        UserKind::Service => session.may(Permission::ServiceAccountManage),
    };
    if untrack(changes) {
        let subject = Subject::Saved(Box::new(row.clone()));
        items.push(MenuItem::run(Icon::Edit, text::api_keys::edit_dots(), move || {
            acts.editing.set(Some(subject.clone()));
        }));
        items.push(MenuItem::run(Icon::Refresh, text::api_keys::rotate_dots(), on(acts.rotating)));
    }
    items.push(MenuItem::link(Icon::Shield, text::api_keys::explain(), format!("/access?subject={}", row.id)));
    if untrack(|| session.may(Permission::ApiKeyRevoke)) {
        let revoke = MenuItem::run(Icon::Trash, text::api_keys::revoke_dots(), on(acts.revoking));
        items.push(revoke.dangerous().separated());
    }
    items
}

fn columns(whose: Whose) -> Vec<Column<ApiKey>> {
    let mut columns = vec![
        Column::new("title", text::api_keys::title(), |row: &ApiKey| {
            view! { <span class="cell-main"><strong>{row.title.clone()}</strong></span> }
        })
        .slot(Slot::Main)
        .sorted_by("title"),
        Column::new("hint", text::api_keys::hint(), |row: &ApiKey| view! { <code>{row.hint.clone()}</code> }).fit(),
        Column::new("scopes", text::api_keys::scopes(), |row: &ApiKey| {
            let words = text::api_keys::used_of(row.used_scopes.len(), row.scopes.len());
            view! { <span title=text::api_keys::used_of_help(USED_DAYS)>{words}</span> }
        })
        .fit(),
        Column::new("state", text::api_keys::state(), |row: &ApiKey| view! { <StatePill state=row.state/> })
            .fit()
            .slot(Slot::State),
        Column::new("expires_at", text::ui::ends(), |row: &ApiKey| {
            let capped = row.is_capped.then(|| {
                view! { <span title=text::api_keys::capped_help()><Pill tone=Tone::Warn label=text::api_keys::capped()/></span> }
            });
            view! { <When at=row.expires_at/> " " {capped} }
        })
        .fit()
        .sorted_by("expires_at"),
        Column::new("last_used_at", text::api_keys::last_used(), |row: &ApiKey| view! { <When at=row.last_used_at/> })
            .fit()
            .sorted_by("last_used_at"),
        Column::new("uses", text::api_keys::uses(), |row: &ApiKey| number(row.use_count)).at_end(),
        Column::new("created_at", text::api_keys::made(), |row: &ApiKey| view! { <When at=row.created_at/> })
            .fit()
            .sorted_by("created_at")
            .hidden(),
        Column::new("card", text::api_keys::hint(), move |row: &ApiKey| {
            let first = match whose {
                Whose::All => view! { <span>{row.display_name.clone()}</span> }.into_any(),
                Whose::User(_) | Whose::Service(_) | Whose::Own(_) => view! { <code>{row.hint.clone()}</code> }.into_any(),
            };
            view! { {first} <span>{text::api_keys::last_used()} " " <When at=row.last_used_at/></span> }
        })
        .slot(Slot::Meta),
    ];
    if whose == Whose::All {
        columns.insert(
            1,
            Column::new("owner", text::api_keys::owner(), |row: &ApiKey| {
                let href = format!("/users/{}/keys", row.user_id);
                view! { <span class="cell-main"><a href=href>{row.display_name.clone()}</a><span class="cell-sub">{row.username.clone()}</span> <KindTag kind=row.user_kind/></span> }
            }),
        );
    }
    columns
}

fn filters(whose: Whose) -> Vec<Filter> {
    let states = ApiKeyState::ALL.iter().map(|state| (state.name(), state_words(*state)));
    let mut filters = vec![
        Filter::choice("state", text::api_keys::state(), states),
        Filter::new("unused_since", text::api_keys::unused_since(), FilterKind::Before),
        Filter::new("expires_before", text::api_keys::expires_before(), FilterKind::Within),
        Filter::choice(
            "is_capped",
            text::api_keys::is_capped(),
            [("true", text::ui::yes()), ("false", text::ui::no())],
        ),
    ];
    if whose == Whose::All {
        filters.extend([user_filter("user_id", text::api_keys::owner()), organization_filter()]);
    }
    filters
}

/// What the columns have no room for: which scopes, which of them were used, and from where.
fn detail(row: &ApiKey) -> impl IntoView + use<> {
    let networks =
        if row.networks.is_empty() { text::api_keys::anywhere().to_owned() } else { row.networks.join(", ") };
    let limit = row.requests_per_minute.map(|count| text::api_keys::requests_a_minute(number(count.into())));
    let address = (!row.last_used_address.is_empty()).then(|| {
        view! { <dt>{text::api_keys::last_address()}</dt><dd><code>{row.last_used_address.clone()}</code></dd> }
    });
    let former = row.former_secret_until.map(|until| {
        view! { <dt>{text::api_keys::former_until()}</dt><dd><When exact=true at=until/></dd> }
    });
    view! {
        <dl class="facts">
            <dt>{text::api_keys::scopes()}</dt><dd><UsedScopes scopes=row.scopes used=row.used_scopes/></dd>
            <dt>{text::api_keys::networks()}</dt><dd>{networks}</dd>
            <dt>{text::api_keys::requests()}</dt><dd>{limit.unwrap_or_else(|| text::api_keys::no_limit().to_owned())}</dd>
            <dt>{text::api_keys::made()}</dt><dd><When exact=true at=row.created_at/></dd>
            <dt>{text::ui::ends()}</dt><dd><When exact=true at=row.expires_at/></dd>
            <dt>{text::api_keys::last_used()}</dt><dd><When exact=true at=row.last_used_at/></dd>
            {address}
            {former}
        </dl>
    }
}

/// What a key was given, and which of it was used of late.
#[component]
pub fn UsedScopes(
    /// What it was given.
    scopes: PermissionSet,
    /// What of it was used.
    used: PermissionSet,
) -> impl IntoView {
    let scopes = scopes.iter().map(|scope| {
        let words = match used.contains(scope) {
            true => text::api_keys::is_used().to_owned(),
            false => text::api_keys::never_used(USED_DAYS),
        };
        view! { <li><code>{scope.name()}</code> " " <small class="muted">{words}</small></li> }
    });
    view! { <ul class="permission-list">{scopes.collect_view()}</ul> }
}

const fn tone(state: ApiKeyState) -> (Tone, Icon) {
    match state {
        ApiKeyState::Active => (Tone::Good, Icon::Done),
        ApiKeyState::Suspended => (Tone::Warn, Icon::Pause),
        ApiKeyState::Expired => (Tone::Quiet, Icon::Clock),
    }
}

fn state_words(state: ApiKeyState) -> &'static str {
    match state {
        ApiKeyState::Active => text::api_keys::active(),
        ApiKeyState::Suspended => text::api_keys::suspended(),
        ApiKeyState::Expired => text::api_keys::expired(),
    }
}

/// Whether a key works.
#[component]
fn StatePill(state: ApiKeyState) -> impl IntoView {
    let (tone, icon) = tone(state);
    view! { <Pill tone icon label=state_words(state) bare=true/> }
}
