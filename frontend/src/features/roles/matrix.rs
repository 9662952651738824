//! The whole matrix: each permission, and which role carries it how far.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    Permission, Role,
    audit::TargetType,
    page::{ListRequest, PageRequest},
};

use super::{
    model::{AnyRole, Difference, Reach},
    page::RolesTabs,
};
use crate::{
    frame::PageHead,
    i18n::text,
    live::on_change,
    transport::api,
    ui::{
        permissions::{groups, heading},
        state::{ErrorState, Skeleton, renew},
    },
};

/// Custom roles that have a column.
const SHOWN: u32 = 50;

/// The roles with a column, and how many custom ones have none.
type Columns = (Vec<AnyRole>, u64);

/// The matrix of all roles.
#[component]
pub fn RolesMatrix() -> impl IntoView {
    let loaded: RwSignal<Option<Result<Columns, ClientError>>> = RwSignal::new(None);
    let load = move || crate::browser::spawn(async move { renew(loaded, read().await) });
    load();
    on_change(|change| change.target.kind == TargetType::Role, load);
    view! {
        <PageHead title=text::frame::roles()/>
        <RolesTabs/>
        {move || match loaded.get() {
            None => view! { <div class="page-body"><Skeleton width="l"/></div> }.into_any(),
            Some(Err(error)) => view! { <ErrorState error retry=Callback::new(move |()| load())/> }.into_any(),
            Some(Ok((roles, left_out))) => view! { <Matrix roles left_out/> }.into_any(),
        }}
    }
}

async fn read() -> Result<Columns, ClientError> {
    let page = PageRequest { limit: Some(SHOWN), cursor: None };
    let custom = api().list_roles(&ListRequest { page, ..ListRequest::default() }).await?;
    let left_out = custom.total.saturating_sub(custom.items.len() as u64);
    let built_in = Role::ALL.iter().copied().map(AnyRole::BuiltIn);
    Ok((built_in.chain(custom.items.into_iter().map(AnyRole::Custom)).collect(), left_out))
}

#[component]
fn Matrix(roles: Vec<AnyRole>, left_out: u64) -> impl IntoView {
    let heads = roles.iter().map(|role| {
        let custom = role.custom().is_some().then_some("");
        view! { <th scope="col" data-custom=custom><a href=role.key().href() title=role.name()><span>{role.name()}</span></a></th> }
    });
    let heads = heads.collect_view();
    let span = roles.len().to_string();
    let bodies = groups(Permission::ALL.iter().copied()).into_iter().map(|(subject, members)| {
        let rows = members.into_iter().map(|permission| {
            let cells = roles.iter().map(|role| view! { <td><Mark reach=role.reach(permission) difference=role.difference(permission)/></td> });
            view! { <tr><th scope="row"><code title=permission.description()>{permission.name()}</code></th>{cells.collect_view()}</tr> }
        });
        view! {
            <tbody>
                <tr class="matrix-group"><th scope="rowgroup"><span>{heading(subject)}</span></th><td colspan=span.clone()></td></tr>
                {rows.collect_view()}
            </tbody>
        }
    });
    let bodies = bodies.collect_view();
    view! {
        <Legend/>
        {(left_out > 0).then(|| view! { <p class="matrix-note muted">{text::roles::left_out(left_out)}</p> })}
        <div class="matrix-scroll" tabindex="0" role="region" aria-label=text::roles::tab_matrix()>
            <table class="matrix">
                <thead><tr><td></td>{heads}</tr></thead>
                {bodies}
            </table>
        </div>
    }
}

/// How far a role carries a permission, and whether that differs from its origin.
#[component]
pub(super) fn Mark(reach: Option<Reach>, difference: Option<Difference>) -> impl IntoView {
    let words: Vec<&str> = reach.map(Reach::words).into_iter().chain(difference.map(Difference::words)).collect();
    (!words.is_empty()).then(|| {
        let words = words.join(", ");
        view! {
            <span class="reach" data-reach=reach.map(Reach::name) data-differs=difference.map(Difference::name) title=words.clone()>
                <span class="visually-hidden">{words.clone()}</span>
            </span>
        }
    })
}

/// What the marks mean.
#[component]
fn Legend() -> impl IntoView {
    let reaches = [Reach::Granted, Reach::Organization, Reach::Group, Reach::Own];
    let reaches = reaches.into_iter().map(|reach| {
        let words = if reach == Reach::Granted { text::roles::reach_all() } else { reach.words() };
        view! { <li><span class="reach" data-reach=reach.name()></span> {words}</li> }
    });
    let differences = [(Difference::Added, Some("all")), (Difference::Taken, None)];
    let differences = differences.into_iter().map(|(difference, reach)| {
        let words = match difference {
            Difference::Added => text::roles::added_words(),
            Difference::Taken => text::roles::taken_words(),
        };
        view! { <li><span class="reach" data-reach=reach data-differs=difference.name()></span> {words}</li> }
    });
    view! { <ul class="legend" aria-label=text::roles::legend()>{reaches.collect_view()} {differences.collect_view()}</ul> }
}
