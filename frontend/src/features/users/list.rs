//! The table of users.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::{
    Permission, Role,
    audit::TargetType,
    users::{UserKind, UserStatus, UserSummary},
};

use super::{
    bulk::{BulkDialogs, bulk_verbs},
    organization::organization_filter,
    password_acts::PasswordDialogs,
    verbs::{EndDialogs, SuspendDialog, UserVerbs},
};
use crate::{
    frame::{Crumb, Guarded, Page, PageHead},
    i18n::{number, text, words},
    session::use_session,
    transport::api,
    ui::{
        button::{ButtonLink, Look},
        icon::Icon,
        pill::{Pill, Tone},
        state::EmptyState,
        table::{Column, DataTable, ExportButton, Filter, FilterKind, Slot, Table, TableSpec, or_dash},
        time::When,
    },
};

/// The page of all users.
#[component]
pub fn UsersPage() -> impl IntoView {
    let trail = vec![Crumb::group(text::frame::people()), Crumb::page(text::frame::users(), "/users")];
    view! {
        <Page list=true trail=Signal::stored(trail)>
            <Guarded permission=Permission::UserRead><Users/></Guarded>
        </Page>
    }
}

#[component]
fn Users() -> impl IntoView {
    let session = use_session();
    let verbs = UserVerbs::new();
    let dialogs = BulkDialogs::new(verbs);
    let table = Table::new(spec(verbs, dialogs));
    verbs.then(move || table.reload());
    dialogs.then(move || {
        table.clear_selection();
        table.reload();
    });
    table.follow(&[TargetType::User, TargetType::Session, TargetType::Plan, TargetType::Job]);
    view! {
        <PageHead title=text::frame::users() extent=table.extent()>
            <ExportButton table/>
            {move || session.may(Permission::UserCreate).then(|| view! {
                <ButtonLink label=text::users::import() href="/users/import" icon=Icon::Upload/>
            })}
            {move || session.may(Permission::ServiceAccountManage).then(|| view! {
                <ButtonLink label=text::users::create_service() href="/users/new-service" icon=Icon::Plus/>
            })}
            {move || session.may(Permission::UserCreate).then(|| view! {
                <ButtonLink label=text::frame::create_user() href="/users/new" look=Look::Primary icon=Icon::UserPlus/>
            })}
        </PageHead>
        <DataTable table/>
        <SuspendDialog verbs/>
        <EndDialogs verbs/>
        <PasswordDialogs acts=verbs.passwords() done=Callback::new(move |()| verbs.changed())/>
        {dialogs.views()}
    }
}

fn spec(verbs: UserVerbs, dialogs: BulkDialogs) -> TableSpec<UserSummary> {
    TableSpec {
        columns: columns(),
        filters: filters(),
        search: text::users::search(),
        href: Some(|user| format!("/users/{}", user.id)),
        export: Some("/users"),
        verbs: Some(Arc::new(move |user: &UserSummary| verbs.items(user))),
        bulk: bulk_verbs(dialogs),
        empty: ViewFn::from(|| {
            view! {
                <EmptyState icon=Icon::Users title=text::users::empty() words=text::users::empty_words() command="quarterdeck admin create --username ada --password-stdin">
                    <ButtonLink label=text::frame::create_user() href="/users/new" look=Look::Primary icon=Icon::UserPlus/>
                </EmptyState>
            }
        }),
        ..TableSpec::new(
            "users",
            text::frame::users(),
            "-created_at",
            |user| user.id.to_string(),
            |user| user.display_name.clone(),
            |page| async move { api().list_users(&page.request()?).await },
        )
    }
}

fn columns() -> Vec<Column<UserSummary>> {
    vec![
        Column::new("name", text::users::name(), |user: &UserSummary| {
            let (href, name, username) =
                (format!("/users/{}", user.id), user.display_name.clone(), user.username.clone());
            view! { <span class="cell-main"><a href=href>{name}</a><span class="cell-sub">{username}</span> <KindTag kind=user.kind/></span> }
        })
        .sorted_by("display_name")
        .slot(Slot::Main),
        Column::new("email", text::users::email(), |user: &UserSummary| email(user.email.clone()))
            .ample()
            .low(1)
            .sorted_by("email"),
        Column::new("organization", text::users::organization(), |user: &UserSummary| {
            or_dash(user.organization_name.clone())
        })
        .low(2),
        Column::new("roles", text::users::roles(), |user: &UserSummary| words::roles(user.roles)).narrow().low(3),
        Column::new(
            "status",
            text::users::status(),
            |user: &UserSummary| view! { <StatusPill status=user.status bare=true/> },
        )
        .fit()
        .slot(Slot::State),
        Column::new("sessions", text::frame::sessions(), |user: &UserSummary| number(u64::from(user.active_sessions)))
            .at_end()
            .low(4),
        Column::new(
            "last_login_at",
            text::users::last_login(),
            |user: &UserSummary| view! { <When at=user.last_login_at/> },
        )
        .fit()
        .sorted_by("last_login_at"),
        Column::new("created_at", text::users::created(), |user: &UserSummary| view! { <When at=user.created_at/> })
            .fit()
            .low(4)
            .sorted_by("created_at"),
        Column::new("username", text::users::username(), |user: &UserSummary| user.username.clone())
            .sorted_by("username")
            .hidden(),
        Column::new("id", text::users::id(), |user: &UserSummary| view! { <code>{user.id.to_string()}</code> })
            .fit()
            .hidden(),
        Column::new("card", text::users::username(), |user: &UserSummary| {
            let login = user.last_login_at;
            view! { <span>{user.username.clone()}</span> <span>"·"</span> <When at=login/> }
        })
        .slot(Slot::Meta),
    ]
}

fn filters() -> Vec<Filter> {
    vec![
        Filter::choice(
            "status",
            text::users::status(),
            UserStatus::ALL.iter().map(|status| (status.name(), words::user_status(*status))),
        ),
        Filter::choice("role", text::users::role(), Role::ALL.iter().map(|role| (role.name(), words::role(*role)))),
        organization_filter(),
        Filter::choice(
            "kind",
            text::users::kind(),
            UserKind::ALL.iter().map(|kind| (kind.name(), words::user_kind(*kind))),
        ),
        Filter::new("last_login_before", text::users::not_since(), FilterKind::Before),
        Filter::new("last_login_after", text::users::seen_since(), FilterKind::After),
        Filter::new("created_after", text::users::created_since(), FilterKind::After),
        Filter::new("created_before", text::users::created_before(), FilterKind::Before),
    ]
}

/// An e-mail address, which may go on in a second line at its sign.
fn email(address: Option<String>) -> AnyView {
    let parts = address.as_deref().and_then(|address| address.rsplit_once('@'));
    let Some((local, domain)) = parts.map(|(local, domain)| (local.to_owned(), format!("@{domain}"))) else {
        return or_dash(address);
    };
    view! { <span class="cell-lines" title=address>{local}<span>{domain}</span></span> }.into_any()
}

/// The status of a user.
#[component]
pub fn StatusPill(
    /// The status.
    status: UserStatus,
    /// Whether it stands in a table.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    let (tone, icon) = match status {
        UserStatus::Active => (Tone::Good, Icon::Done),
        UserStatus::Suspended => (Tone::Warn, Icon::Pause),
    };
    view! { <Pill tone icon label=words::user_status(status) bare/> }
}

/// Says of an account that no person acts by it.
#[component]
pub fn KindTag(
    /// Who acts by it.
    kind: UserKind,
) -> impl IntoView {
    (kind == UserKind::Service).then(|| view! { <Pill tone=Tone::Quiet label=words::user_kind(kind)/> })
}
