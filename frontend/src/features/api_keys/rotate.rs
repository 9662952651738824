//! Another secret for a key; the present one works on for a while.

use leptos::prelude::*;
use quarterdeck_domain::api_keys::RotateApiKey;

use super::acts::Acts;
use crate::{
    i18n::text,
    transport::api,
    ui::{
        choice::SelectField,
        dialog::{FormDialog, open_with},
        submission::Submission,
        time::duration,
    },
};

/// Seconds for which the present secret may work on.
const OVERLAPS: [u32; 6] = [0, 3_600, 86_400, 7 * 86_400, 14 * 86_400, 30 * 86_400];

/// Asks how long both secrets work, then shows the new one.
#[component]
pub(super) fn RotateDialog(
    /// The key that is asked about.
    acts: Acts,
    /// What follows.
    done: Callback<()>,
) -> impl IntoView {
    let overlap = RwSignal::new(String::new());
    let submission @ Submission { busy, error, faults } = Submission::new();
    let open = open_with(acts.rotating, move || {
        overlap.set(RotateApiKey::default().overlap_seconds.to_string());
        submission.reset();
    });
    let title = Signal::derive(move || {
        acts.rotating.with(|key| key.as_ref().map(|key| text::api_keys::rotate_of(&key.title)).unwrap_or_default())
    });
    let submit = move |()| {
        let Some(key) = acts.rotating.get_untracked() else { return };
        let body = RotateApiKey { overlap_seconds: overlap.get_untracked().parse().unwrap_or_default() };
        submission.send(Vec::new(), async move {
            let rotated = api().rotate_api_key(key.id, &body).await?;
            open.try_set(false);
            acts.shown.try_set(Some(rotated));
            done.try_run(());
            Ok(())
        });
    };
    let options = || OVERLAPS.map(|seconds| (seconds.to_string(), words(seconds))).to_vec();
    view! {
        <FormDialog open title verb=text::api_keys::rotate() busy error submit=Callback::new(submit)>
            <p>{text::api_keys::rotate_effect()}</p>
            <SelectField label=text::api_keys::overlap() value=overlap options=options() pointer="/overlap_seconds" faults help=text::api_keys::overlap_help() name="overlap"/>
        </FormDialog>
    }
}

fn words(seconds: u32) -> String {
    if seconds == 0 { text::api_keys::overlap_none().to_owned() } else { duration(seconds.into()) }
}
