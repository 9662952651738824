//! The tab "Activity": the audit events of one thing.

use leptos::prelude::*;
use quarterdeck_domain::audit::TargetType;

use crate::features::audit::AuditTable;

/// The audit events about one thing.
#[component]
pub fn ActivityTable(
    /// Kind of the thing.
    kind: TargetType,
    /// Its id.
    id: String,
) -> impl IntoView {
    view! { <AuditTable target=Some((kind, id))/> }
}
