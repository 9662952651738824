//! Asks before credentials are revoked, one or several.

use leptos::prelude::*;
use quarterdeck_client::ClientError;

use super::model::Revocable;
use crate::{
    i18n::text,
    transport::api,
    ui::{
        dialog::{FormDialog, open_with},
        toast::use_toasts,
    },
};

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    /// Ids of the rows.
    pub rows: Vec<String>,
    /// Name of the credential, when it is one.
    pub name: Option<String>,
}

impl Asked {
    fn revocable(&self) -> Vec<(String, Revocable)> {
        self.rows.iter().filter_map(|row| Some((row.clone(), Revocable::parse(row)?))).collect()
    }
}

/// Says what follows, then revokes them one after the other. Those that failed stay to be tried again.
#[component]
pub(super) fn RevokeDialog(
    /// What is asked about.
    asked: RwSignal<Option<Asked>>,
    /// What follows.
    done: Callback<()>,
) -> impl IntoView {
    let toasts = use_toasts();
    let (busy, error, failed) = (RwSignal::new(false), RwSignal::new(None::<ClientError>), RwSignal::new(0_u64));
    // Rows that are revoked already, while others failed.
    let gone = RwSignal::new(Vec::<String>::new());
    let open = open_with(asked, move || {
        error.set(None);
        failed.set(0);
        gone.set(Vec::new());
    });
    let left = move || {
        let revocable = asked.with(|asked| asked.as_ref().map(Asked::revocable).unwrap_or_default());
        gone.with(|gone| revocable.into_iter().filter(|(row, _)| !gone.contains(row)).collect::<Vec<_>>())
    };
    let count = move || left().len() as u64;
    let left_out = Memo::new(move |_| {
        asked.with(|asked| asked.as_ref().map_or(0, |asked| asked.rows.len() - asked.revocable().len()) as u64)
    });
    let title = Signal::derive(move || match asked.with(|asked| asked.as_ref().and_then(|asked| asked.name.clone())) {
        Some(name) => text::credentials::revoke_of(name),
        None => text::credentials::revoke_many(count()),
    });
    let verb = Signal::derive(move || text::credentials::revoke_many(count()));
    let submit = move |()| {
        let left = untrack(left);
        busy.set(true);
        crate::browser::spawn(async move {
            let (mut revoked, mut failures, mut last) = (Vec::new(), 0, None);
            for (row, credential) in left {
                let outcome = match credential {
                    Revocable::ApiKey(id) => api().revoke_api_key(id).await,
                    Revocable::Session(id) => api().revoke_session(id).await,
                };
                match outcome {
                    Ok(()) => revoked.push(row),
                    // It has ended by itself meanwhile.
                    Err(refused) if refused.problem().is_some_and(|problem| problem.status == 404) => revoked.push(row),
                    Err(refused) => {
                        failures += 1;
                        last = Some(refused);
                    }
                }
            }
            if !revoked.is_empty() {
                toasts.say(text::credentials::revoked(revoked.len() as u64));
            }
            gone.try_update(|gone| gone.extend(revoked));
            failed.try_set(failures);
            error.try_set(last);
            if failures == 0 {
                open.try_set(false);
            }
            done.try_run(());
            busy.try_set(false);
        });
    };
    view! {
        <FormDialog open title verb danger=true busy error submit=Callback::new(submit)>
            <p>{text::credentials::revoke_effect()}</p>
            {move || (left_out.get() > 0).then(|| view! { <p>{text::credentials::links_stay(left_out.get())}</p> })}
            {move || (failed.get() > 0).then(|| view! { <p role="status">{text::credentials::many_failed(failed.get())}</p> })}
        </FormDialog>
    }
}
