//! What a group is granted: more or less of it, or a total and the kind of its limit.

use leptos::prelude::*;
use quarterdeck_domain::{
    Amount, GroupId,
    allocations::{AllocationReport, GrantAllocation, LimitKind, UpdateAllocation},
};

use super::level::typed;
use crate::{
    i18n::{amount, text},
    transport::api,
    ui::{
        choice::SelectField,
        dialog::{FormDialog, open_with},
        field::TextField,
        submission::Submission,
        table::Options,
        toast::use_toasts,
    },
};

/// A group, its name and its allocation.
type Asked = RwSignal<Option<(GroupId, String, AllocationReport)>>;

/// Kinds of limits with their words.
pub fn limits() -> Options {
    let words = |limit: &LimitKind| match limit {
        LimitKind::Hard => text::groups::hard(),
        LimitKind::Soft => text::groups::soft(),
    };
    LimitKind::ALL.iter().map(|limit| (limit.name().to_owned(), words(limit).to_owned())).collect()
}

fn title(asked: Asked, of: fn(String) -> String) -> Signal<String> {
    Signal::derive(move || asked.with(|asked| asked.as_ref().map(|(_, name, _)| of(name.clone())).unwrap_or_default()))
}

fn unit(asked: Asked) -> String {
    asked.with_untracked(|asked| asked.as_ref().map(|(.., report)| report.allocation.unit.clone()).unwrap_or_default())
}

/// Grants more, or takes back.
#[component]
pub fn GrantDialog(
    /// The group that is asked about.
    asked: Asked,
    /// What follows.
    done: Callback<()>,
) -> impl IntoView {
    let toasts = use_toasts();
    let (value, note) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submission @ Submission { busy, error, faults } = Submission::new();
    let open = open_with(asked, move || {
        value.set(String::new());
        note.set(String::new());
        submission.reset();
    });
    let submit = move |()| {
        let Some((id, name, report)) = asked.get_untracked() else { return };
        error.set(None);
        let body = match typed(&value.get_untracked(), "/amount") {
            Ok(amount) => GrantAllocation { amount, note: note.get_untracked().trim().to_owned() },
            Err(fault) => {
                faults.show(vec![fault]);
                return;
            }
        };
        submission.send(body.faults(), async move {
            let entry = api().grant_allocation(id, &body).await?;
            let unit = report.allocation.unit;
            let sum = |change: Amount| format!("{} {unit}", amount(change));
            toasts.say(match entry.total_change.is_positive() {
                true => text::groups::grant_done(sum(entry.total_change), name),
                false => text::groups::taken_back(sum(entry.total_change.negated()), name),
            });
            open.try_set(false);
            done.try_run(());
            Ok(())
        });
    };
    view! {
        <FormDialog open title=title(asked, text::groups::grant_to) verb=text::groups::grant() busy error submit=Callback::new(submit)>
            <TextField label=text::groups::amount() value pointer="/amount" faults unit=unit(asked) help=Signal::stored(text::groups::amount_help().to_owned()) name="amount"/>
            <TextField label=text::ui::reason() value=note pointer="/note" faults optional=true help=Signal::stored(text::groups::reason_help().to_owned()) name="note"/>
        </FormDialog>
    }
}

/// Sets the total and the kind of the limit.
#[component]
pub fn AdjustDialog(
    /// The group that is asked about.
    asked: Asked,
    /// What follows.
    done: Callback<()>,
) -> impl IntoView {
    let toasts = use_toasts();
    let field = || RwSignal::new(String::new());
    let (total, limit, note) = (field(), field(), field());
    let submission @ Submission { busy, error, faults } = Submission::new();
    let fill = move |report: &AllocationReport| {
        total.set(report.allocation.total.to_string());
        limit.set(report.allocation.limit.name().to_owned());
    };
    let open = open_with(asked, move || {
        asked.with_untracked(|asked| asked.iter().for_each(|(.., report)| fill(report)));
        note.set(String::new());
        submission.reset();
    });
    let submit = move |()| {
        let Some((id, name, report)) = asked.get_untracked() else { return };
        error.set(None);
        let wanted = match typed(&total.get_untracked(), "/total") {
            Ok(total) => total,
            Err(fault) => {
                faults.show(vec![fault]);
                return;
            }
        };
        let body = UpdateAllocation {
            total: Some(wanted),
            limit: limit.get_untracked().parse().ok(),
            note: note.get_untracked().trim().to_owned(),
        };
        submission.send(body.faults(), async move {
            api().update_allocation(id, &body, Some(report.version)).await?;
            toasts.say(text::groups::adjusted(name));
            open.try_set(false);
            done.try_run(());
            Ok(())
        });
    };
    view! {
        <FormDialog open title=title(asked, text::groups::adjust_of) verb=text::groups::adjust() busy error submit=Callback::new(submit)>
            <TextField label=text::groups::total() value=total pointer="/total" faults unit=unit(asked) help=Signal::stored(text::groups::total_help().to_owned()) name="total"/>
            <SelectField label=text::groups::limit() value=limit options=limits() pointer="/limit" faults help=text::groups::limit_help() name="limit"/>
            <TextField label=text::ui::reason() value=note pointer="/note" faults optional=true help=Signal::stored(text::groups::reason_help().to_owned()) name="note"/>
        </FormDialog>
    }
}
