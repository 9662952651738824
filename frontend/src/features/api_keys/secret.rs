//! The secret of a key, which is shown this once.

use leptos::prelude::*;
use quarterdeck_domain::{api_keys::ApiKeyWithSecret, users::UserKind};

use crate::{
    i18n::text,
    ui::{
        button::{Button, Look},
        copyable::SecretOnce,
        dialog::{Dialog, open_with},
        state::Banner,
    },
};

/// Shows the secret until it is closed. Esc does nothing: a secret that was not copied is gone.
#[component]
pub(super) fn SecretDialog(
    /// The key with its secret.
    shown: RwSignal<Option<ApiKeyWithSecret>>,
) -> impl IntoView {
    let open = open_with(shown, || ());
    let close = Callback::new(move |()| open.set(false));
    let title = Signal::derive(move || {
        shown.with(|shown| {
            shown.as_ref().map(|shown| text::api_keys::secret_of(&shown.api_key.title)).unwrap_or_default()
        })
    });
    let example =
        |secret: &str| format!("curl -H 'Authorization: Bearer {secret}' {}/api/v1/me", crate::browser::origin());
    let lost = move || match shown.with(|shown| shown.as_ref().map(|shown| shown.api_key.user_kind)) {
        Some(UserKind::Service) => text::api_keys::secret_of_service_lost(),
        _ => text::api_keys::secret_lost(),
    };
    view! {
        <Dialog open title wide=true locked=true>
            <div class="dialog-body">
                <Banner tone="warn" boxed=true><p><strong>{text::api_keys::secret_once()}</strong> " " {lost}</p></Banner>
                {move || shown.get().map(|shown| view! {
                    <SecretOnce value=shown.secret.clone() help=text::api_keys::secret_help().to_owned()/>
                    <details class="stack-tight"><summary>{text::api_keys::example()}</summary><pre>{example(&shown.secret)}</pre></details>
                })}
            </div>
            <div class="dialog-foot"><Button label=text::api_keys::secret_kept() look=Look::Primary press=close/></div>
        </Dialog>
    }
}
