//! Asks before a session ends, which cannot be undone.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::sessions::Session;

use crate::{
    i18n::text,
    transport::api,
    ui::{dialog::FormDialog, toast::use_toasts},
};

/// Names whose session it is and where, then ends it.
#[component]
pub fn EndDialog(
    /// The session that is asked about.
    asked: RwSignal<Option<Session>>,
    /// Whether it is one's own.
    #[prop(optional)]
    own: bool,
    /// What follows.
    done: Callback<()>,
) -> impl IntoView {
    let toasts = use_toasts();
    let open = RwSignal::new(false);
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<ClientError>));
    crate::browser::effect(move || {
        open.set(asked.with(Option::is_some));
        error.set(None);
    });
    crate::browser::effect(move || {
        if !open.get() && asked.with_untracked(Option::is_some) {
            asked.set(None);
        }
    });
    let title = Signal::derive(move || {
        asked
            .get()
            .map(|Session { display_name, device, address, .. }| {
                if own {
                    text::sessions::end_own_of(device, address)
                } else {
                    text::sessions::end_of(display_name, device, address)
                }
            })
            .unwrap_or_default()
    });
    let submit = move |()| {
        let Some(session) = asked.get_untracked() else { return };
        busy.set(true);
        crate::browser::spawn(async move {
            let ended =
                if own { api().revoke_own_session(session.id).await } else { api().revoke_session(session.id).await };
            match ended {
                Ok(()) => {
                    open.try_set(false);
                    toasts.say(if own {
                        text::sessions::own_ended(session.device)
                    } else {
                        text::sessions::ended(session.display_name, session.device)
                    });
                    done.try_run(());
                }
                Err(refused) => {
                    error.try_set(Some(refused));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <FormDialog open title verb=text::sessions::end() danger=true busy error submit=Callback::new(submit)>
            <p>{text::sessions::end_effect()}</p>
        </FormDialog>
    }
}
