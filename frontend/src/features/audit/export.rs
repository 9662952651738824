//! Export of the events that the filters match.

use leptos::prelude::*;

use crate::{
    i18n::text,
    ui::table::{ExportButton, Table},
};

/// CSV and JSON lines.
#[component]
pub fn AuditExport(
    /// The list.
    table: Table,
) -> impl IntoView {
    view! {
        <ExportButton table/>
        <ExportButton table media_type="application/x-ndjson" ending="jsonl" label=text::ui::export_json()/>
    }
}
