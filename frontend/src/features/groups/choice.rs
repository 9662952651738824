//! A group to choose, found by typing, and what somebody becomes in it, as fields of a form.

use std::sync::Arc;

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use quarterdeck_domain::{
    groups::{Group, GroupFilter, GroupSort, Standing},
    page::{ListRequest, PageRequest, Sort},
};

use super::acts::standing_words;
use crate::{
    i18n::text,
    transport::api,
    ui::{choice::SelectField, field::Faults, lookup::LookupField, table::Options},
};

/// Groups whose name fits `query`, by name, each with its organization.
pub fn find_groups(query: String) -> LocalBoxFuture<'static, Options> {
    Box::pin(async move {
        let request = ListRequest {
            filter: GroupFilter { q: Some(query).filter(|query| !query.is_empty()), ..GroupFilter::default() },
            sort: Some(Sort::ascending(GroupSort::DisplayName)),
            page: PageRequest { limit: Some(20), cursor: None },
        };
        let words = |row: Group| match row.organization_name {
            Some(organization) => text::ui::near_and_exact(row.display_name, organization),
            None => row.display_name,
        };
        let found = api().list_groups(&request).await;
        found
            .map(|page| page.items.into_iter().map(|row| (row.id.to_string(), words(row))).collect())
            .unwrap_or_default()
    })
}

/// A group.
#[component]
pub fn GroupField(
    /// Its id.
    value: RwSignal<String>,
    /// Its name.
    words: RwSignal<String>,
    /// Pointer of its faults.
    pointer: &'static str,
    /// The form's faults.
    faults: Faults,
) -> impl IntoView {
    view! {
        <LookupField label=text::groups::group() value words search=Arc::new(find_groups) none=None pointer faults/>
    }
}

/// What somebody becomes in a group.
#[component]
pub fn StandingField(
    /// The name of the standing.
    value: RwSignal<String>,
    /// The form's faults.
    faults: Faults,
) -> impl IntoView {
    let options: Options = Standing::ALL
        .iter()
        .map(|standing| (standing.name().to_owned(), standing_words(*standing).to_owned()))
        .collect();
    view! {
        <SelectField label=text::groups::standing() value options pointer="/standing" faults help=text::groups::standing_help() name="standing"/>
    }
}
