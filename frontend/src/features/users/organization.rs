//! Organizations to choose from: found by typing, as a field and as a filter.

use std::sync::Arc;

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use quarterdeck_domain::{
    organizations::{OrganizationFilter, OrganizationSort},
    page::{ListRequest, PageRequest, Sort},
};

use crate::{
    i18n::text,
    transport::api,
    ui::{
        field::Faults,
        lookup::LookupField,
        table::{Filter, Options},
    },
};

/// Organizations that are offered at once; typing finds the others.
const OFFERED: u32 = 20;

/// Organizations whose name or id fits `query`, by name.
pub fn find_organizations(query: String) -> LocalBoxFuture<'static, Options> {
    Box::pin(async move {
        let request = ListRequest {
            filter: OrganizationFilter { q: Some(query).filter(|query| !query.is_empty()), kind: None },
            sort: Some(Sort::ascending(OrganizationSort::DisplayName)),
            page: PageRequest { limit: Some(OFFERED), cursor: None },
        };
        let found = api().list_organizations(&request).await;
        found
            .map(|page| page.items.into_iter().map(|row| (row.id.to_string(), row.display_name)).collect())
            .unwrap_or_default()
    })
}

/// An organization, or none where there may be none.
#[component]
pub fn OrganizationField(
    /// Its id; empty for none.
    value: RwSignal<String>,
    /// Its name.
    words: RwSignal<String>,
    /// Whether there may be none.
    #[prop(optional)]
    optional: bool,
    /// The form's faults.
    #[prop(optional_no_strip)]
    faults: Option<Faults>,
    /// Whether it cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether the label is only read out.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    let faults = faults.unwrap_or_default();
    view! {
        <LookupField
            label=text::users::organization()
            value
            words
            search=Arc::new(find_organizations)
            none=optional.then(text::users::no_organization)
            pointer="/organization_id"
            faults
            disabled
            bare
        />
    }
}

/// A filter by organization.
#[must_use]
pub fn organization_filter() -> Filter {
    let name = |id: String| -> LocalBoxFuture<'static, Option<String>> {
        Box::pin(async move { api().get_organization(id.parse().ok()?).await.ok().map(|found| found.display_name) })
    };
    Filter::lookup("organization_id", text::users::organization(), find_organizations, name)
}
