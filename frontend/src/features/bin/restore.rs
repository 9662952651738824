//! Something comes back from the bin: asked first from the list, at once by Undo.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    BinItemId,
    bin::{BinItem, RestoreBinItem, RestoredBinItem},
};

use super::model::{page_of, restore_words};
use crate::{
    i18n::{text, words},
    transport::api,
    ui::{
        choice::CheckField,
        dialog::{FormDialog, open_with},
        state::Banner,
        submission::Submission,
        toast::{Toasts, use_toasts},
    },
};

/// Code of the refusal that a user can still be restored after.
const EMAIL_TAKEN: &str = "email-taken";

/// Restores it.
async fn restore(id: BinItemId, name: &str, without_email: bool, toasts: Toasts) -> Result<(), ClientError> {
    let restored = api().restore_bin_item(id, &RestoreBinItem { without_email }).await?;
    tell(&restored, name, toasts);
    Ok(())
}

/// Restores what was moved to the bin a moment ago.
pub fn undo(id: BinItemId, name: String, toasts: Toasts) {
    crate::browser::spawn(async move {
        if let Err(error) = restore(id, &name, false, toasts).await {
            toasts.fail(&error);
        }
    });
}

/// Says what came back, what waits, and what is lost; the last stays until it is dismissed.
fn tell(restored: &RestoredBinItem, name: &str, toasts: Toasts) {
    let [returned, waiting, lost] =
        [&restored.returned, &restored.waiting, &restored.lost].map(|counts| words::all_counted(counts));
    let said = match returned.is_empty() {
        true => text::bin::restored(name),
        false => text::bin::restored_with(name, returned),
    };
    toasts.say_with_link(said, text::bin::open(), page_of(restored.kind, restored.id), None::<fn()>);
    if !waiting.is_empty() {
        toasts.say(text::bin::waiting(waiting));
    }
    if !lost.is_empty() {
        toasts.warn(text::bin::lost(name, lost));
    }
}

/// Says what comes back, then restores it. Where somebody else has the e-mail address, the user can come back without.
#[component]
pub fn RestoreDialog(
    /// What is asked about.
    asked: RwSignal<Option<BinItem>>,
    /// What follows.
    done: Callback<()>,
) -> impl IntoView {
    let toasts = use_toasts();
    let submission @ Submission { busy, error, .. } = Submission::new();
    let (taken, without_email) = (RwSignal::new(false), RwSignal::new(false));
    let open = open_with(asked, move || {
        submission.reset();
        taken.set(false);
        without_email.set(false);
    });
    let title = Signal::derive(move || {
        asked.with(|item| item.as_ref().map(|item| text::bin::restore_of(&item.display_name)).unwrap_or_default())
    });
    let submit = move |()| {
        let Some(item) = asked.get_untracked() else { return };
        let without = without_email.get_untracked();
        submission.send(Vec::new(), async move {
            match restore(item.id, &item.display_name, without, toasts).await {
                Ok(()) => {
                    open.try_set(false);
                    done.try_run(());
                    Ok(())
                }
                Err(refused) if refused.code() == EMAIL_TAKEN => {
                    taken.try_set(true);
                    Ok(())
                }
                Err(refused) => Err(refused),
            }
        });
    };
    let effect = move || {
        asked.get().map(|item| {
            let things = words::all_counted(&item.contents);
            let with = match things.is_empty() {
                true => text::bin::restore_alone().to_owned(),
                false => text::bin::restore_with(things),
            };
            view! {
                <p>{restore_words(&item)}</p>
                <p>{with}</p>
                <p class="muted">{text::bin::restore_may_wait()}</p>
            }
        })
    };
    view! {
        <FormDialog open title verb=text::bin::restore() busy error submit=Callback::new(submit)>
            {effect}
            {move || taken.get().then(|| view! {
                <Banner tone="warn" boxed=true><p>{text::bin::email_taken()}</p></Banner>
                <CheckField label=text::bin::without_email() value=without_email help=text::bin::without_email_help() name="without_email"/>
            })}
        </FormDialog>
    }
}
