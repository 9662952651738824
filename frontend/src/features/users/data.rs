//! The data of a user as a file.

use leptos::prelude::*;
use quarterdeck_domain::{Permission, users::UserSummary};

use crate::{
    i18n::text,
    session::{resource_of, use_session},
    ui::download::DownloadButton,
};

/// A button that saves all data of the user, for who may export it.
#[component]
pub fn ExportDataButton(
    /// Whose.
    user: UserSummary,
) -> impl IntoView {
    let session = use_session();
    let resource = resource_of(&user);
    move || {
        session.refusal(Permission::UserExport, &resource).is_none().then(|| {
            let (path, name) = (format!("/users/{}/export", user.id), format!("{}.zip", user.username));
            view! { <DownloadButton label=text::users::export_data() path media_type="application/zip" name/> }
        })
    }
}
