//! Asks before a session ends, which cannot be undone.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{SessionId, sessions::Session};

use crate::{
    i18n::text,
    session::use_session,
    transport::api,
    ui::{
        dialog::{FormDialog, open_with},
        submission::Submission,
        toast::use_toasts,
    },
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
    let submission @ Submission { busy, error, .. } = Submission::new();
    let open = open_with(asked, move || submission.reset());
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
        submission.send(Vec::new(), async move {
            if own {
                api().revoke_own_session(session.id).await?;
                toasts.say(text::sessions::own_ended(session.device));
            } else {
                api().revoke_session(session.id).await?;
                toasts.say(text::sessions::ended(session.display_name, session.device));
            }
            open.try_set(false);
            done.try_run(());
            Ok(())
        });
    };
    view! {
        <FormDialog open title verb=text::sessions::end() danger=true busy error submit=Callback::new(submit)>
            <p>{text::sessions::end_effect()}</p>
        </FormDialog>
    }
}

/// Asks before several sessions end, then ends them one after the other. Those that failed stay to be tried again.
#[component]
pub(super) fn EndManyDialog(
    /// Ids of the sessions that are asked about.
    asked: RwSignal<Vec<String>>,
    /// What follows.
    done: Callback<()>,
) -> impl IntoView {
    let (toasts, session) = (use_toasts(), use_session());
    let (open, failed) = (RwSignal::new(false), RwSignal::new(0_u64));
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<ClientError>));
    crate::browser::effect(move || {
        let asks = asked.with(|asked| !asked.is_empty());
        if asks && !open.get_untracked() {
            failed.set(0);
            error.set(None);
        }
        open.set(asks);
    });
    crate::browser::effect(move || {
        if !open.get() && !asked.with_untracked(Vec::is_empty) {
            asked.set(Vec::new());
        }
    });
    let own = session.me().and_then(|me| me.session_id).map(|id| id.to_string());
    let own_is_kept = Signal::derive({
        let own = own.clone();
        move || own.as_ref().is_some_and(|own| asked.with(|asked| asked.contains(own)))
    });
    let verb = Signal::derive(move || {
        text::sessions::end_many((asked.with(Vec::len) as u64).saturating_sub(u64::from(own_is_kept.get())))
    });
    let submit = move |()| {
        let ids = asked.get_untracked();
        let own = own.clone();
        busy.set(true);
        crate::browser::spawn(async move {
            let (mut left, mut ended, mut last) = (Vec::new(), 0, None);
            for id in ids.into_iter().filter(|id| own.as_ref() != Some(id)) {
                let Ok(session) = id.parse::<SessionId>() else { continue };
                match api().revoke_session(session).await {
                    Ok(()) => ended += 1,
                    // It has ended by itself meanwhile.
                    Err(refused) if refused.problem().is_some_and(|problem| problem.status == 404) => ended += 1,
                    Err(refused) => {
                        left.push(id);
                        last = Some(refused);
                    }
                }
            }
            failed.set(left.len() as u64);
            error.set(last);
            asked.set(left);
            if ended > 0 {
                toasts.say(text::sessions::many_ended(ended));
            }
            done.try_run(());
            busy.set(false);
        });
    };
    view! {
        <FormDialog open title=verb verb danger=true busy error submit=Callback::new(submit)>
            <p>{text::sessions::end_many_effect()}</p>
            {move || own_is_kept.get().then(|| view! { <p>{text::sessions::own_stays()}</p> })}
            {move || (failed.get() > 0).then(|| view! { <p role="status">{text::sessions::many_failed(failed.get())}</p> })}
        </FormDialog>
    }
}
