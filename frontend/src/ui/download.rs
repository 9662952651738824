//! A button that saves what the server answers as a file.

use leptos::prelude::*;

use super::{button::Button, icon::Icon, toast::use_toasts};
use crate::{browser, transport};

/// Fetches `path` and saves it under `name`; says why when that fails.
#[component]
pub fn DownloadButton(
    /// Verb and object.
    label: &'static str,
    /// Path below `/api/v1`.
    path: String,
    /// Media type of the file.
    #[prop(default = "text/csv")]
    media_type: &'static str,
    /// Name of the file.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let press = move |()| {
        let (path, name) = (path.clone(), name.clone());
        busy.set(true);
        browser::spawn(async move {
            match transport::download(&path, media_type).await {
                Ok(bytes) => browser::download(&name, media_type, &bytes),
                Err(error) => toasts.fail(&error),
            }
            busy.try_set(false);
        });
    };
    view! { <Button label icon=Icon::Download busy press=Callback::new(press)/> }
}
