//! The deletion of users and groups: first whether they go to the bin or for good, then the plan.

use std::sync::Arc;

use leptos::prelude::*;
use quarterdeck_domain::{
    BinItemId, FieldError, GroupId, Permission, bin,
    jobs::Job,
    plans::{PlanAction, Selection},
    text::{REASON_MAX, check_optional_line},
    users::UserSummary,
};

use super::restore::undo;
use crate::{
    i18n::text,
    session::{Session, use_session},
    ui::{
        dialog::{FormDialog, open_with},
        field::{Faults, Kind, TextField},
        plan::{Planner, use_planner},
        toast::{Toasts, use_toasts},
    },
};

/// What is deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// One user, with the name.
    User(Selection, BinItemId, String),
    /// Several users.
    Users(Selection),
    /// One group, with its name.
    Group(GroupId, String),
    /// Several groups.
    Groups(Vec<GroupId>),
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Fate {
    /// It waits in the bin.
    Bin { keep_days: u16, reason: String },
    /// It is gone.
    Delete,
}

impl Subject {
    /// The user of a row.
    #[must_use]
    pub fn user(row: &UserSummary) -> Self {
        Self::User(Selection::ids([row.id]), BinItemId(row.id.0), row.display_name.clone())
    }

    /// What it is called, and its id in the bin, when it is one.
    fn one(&self) -> Option<(BinItemId, &str)> {
        match self {
            Self::User(_, id, name) => Some((*id, name)),
            Self::Group(id, name) => Some((BinItemId(id.0), name)),
            Self::Users(_) | Self::Groups(_) => None,
        }
    }

    fn title(&self) -> String {
        match self {
            Self::User(.., name) | Self::Group(_, name) => text::users::delete_of(name),
            Self::Users(_) => text::plans::title_delete_users().to_owned(),
            Self::Groups(_) => text::groups::delete_many().to_owned(),
        }
    }

    fn plan_title(&self, fate: &Fate) -> String {
        match (self, fate) {
            (_, Fate::Delete) => self.title(),
            (Self::User(.., name) | Self::Group(_, name), _) => text::bin::move_of(name),
            (Self::Users(_), _) => text::words::bin_users().to_owned(),
            (Self::Groups(_), _) => text::words::bin_groups().to_owned(),
        }
    }

    fn action(&self, fate: &Fate) -> PlanAction {
        match (self.clone(), fate.clone()) {
            (Self::User(selection, ..) | Self::Users(selection), Fate::Bin { keep_days, reason }) => {
                PlanAction::BinUsers { selection, keep_days, reason }
            }
            (Self::User(selection, ..) | Self::Users(selection), Fate::Delete) => PlanAction::DeleteUsers { selection },
            (Self::Group(id, _), Fate::Bin { keep_days, reason }) => {
                PlanAction::BinGroups { group_ids: vec![id], keep_days, reason }
            }
            (Self::Groups(group_ids), Fate::Bin { keep_days, reason }) => {
                PlanAction::BinGroups { group_ids, keep_days, reason }
            }
            (Self::Group(group_id, _), Fate::Delete) => PlanAction::DeleteGroup { group_id },
            (Self::Groups(group_ids), Fate::Delete) => PlanAction::DeleteGroups { group_ids },
        }
    }

    fn done(&self, fate: &Fate, rows: u64) -> String {
        match (self, fate) {
            (Self::User(.., name) | Self::Group(_, name), Fate::Bin { .. }) => text::bin::moved(name),
            (Self::User(.., name) | Self::Group(_, name), Fate::Delete) => text::users::deleted(name),
            (Self::Users(_), Fate::Bin { .. }) => text::plans::done_binned(rows),
            (Self::Users(_), Fate::Delete) => text::plans::done_deleted(rows),
            (Self::Groups(_), Fate::Bin { .. }) => text::groups::done_binned(rows),
            (Self::Groups(_), Fate::Delete) => text::groups::done_deleted(rows),
        }
    }
}

/// Counted, not kept by the component that began it: the page may hear of the deletion first, and be gone.
type Then = Arc<dyn Fn(&Job) + Send + Sync>;

/// Deletes users and groups, for one component.
#[derive(Clone, Copy)]
pub struct Disposal {
    session: Session,
    planner: Planner,
    toasts: Toasts,
    asked: RwSignal<Option<(Subject, Then)>>,
}

impl Disposal {
    /// Nothing is asked.
    #[must_use]
    pub fn new() -> Self {
        Self { session: use_session(), planner: use_planner(), toasts: use_toasts(), asked: RwSignal::new(None) }
    }

    /// Asks what becomes of it, and plans that; `then` hears of the job.
    pub fn begin(self, subject: Subject, then: impl Fn(&Job) + Send + Sync + 'static) {
        self.asked.set(Some((subject, Arc::new(then))));
    }

    fn plan(self, subject: Subject, fate: Fate, then: Then) {
        let sees_bin = untrack(|| self.session.reaches_others(Permission::BinRead));
        let restores = untrack(|| self.session.reaches_others(Permission::BinRestore));
        let toasts = self.toasts;
        self.planner.begin(subject.plan_title(&fate), subject.action(&fate), move |job| {
            // A job that goes on in the background has no number yet.
            if job.state.is_final() && job.succeeded > 0 {
                let said = subject.done(&fate, job.succeeded);
                let is_binned = matches!(fate, Fate::Bin { .. });
                let one = subject.one().filter(|_| is_binned && restores);
                let back = one.map(|(id, name)| {
                    let name = name.to_owned();
                    move || undo(id, name.clone(), toasts)
                });
                match (is_binned && sees_bin, back) {
                    (true, back) => toasts.say_with_link(said, text::bin::show(), "/bin", back),
                    (false, Some(back)) => toasts.say_with_undo(said, back),
                    (false, None) => toasts.say(said),
                }
            }
            then(&job);
        });
    }
}

impl Default for Disposal {
    fn default() -> Self {
        Self::new()
    }
}

/// Asks whether it goes to the bin, and for how long, or for good.
#[component]
pub fn DisposalDialog(
    /// What opens it.
    disposal: Disposal,
) -> impl IntoView {
    let asked = disposal.asked;
    let is_final = RwSignal::new(false);
    let (days, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let faults = Faults::new();
    let open = open_with(asked, move || {
        is_final.set(false);
        days.set(bin::KEEP_DAYS.to_string());
        reason.set(String::new());
        faults.reset();
    });
    let title = Signal::derive(move || {
        asked.with(|asked| asked.as_ref().map(|(subject, _)| subject.title()).unwrap_or_default())
    });
    let submit = move |()| {
        let Some((subject, then)) = asked.get_untracked() else { return };
        let fate = match is_final.get_untracked() {
            true => Ok(Fate::Delete),
            false => kept(&days.get_untracked(), &reason.get_untracked()),
        };
        match fate {
            Ok(fate) => {
                open.set(false);
                disposal.plan(subject, fate, then);
            }
            Err(found) => {
                faults.show(found);
            }
        }
    };
    let choices = [
        (false, text::bin::to_bin(), text::bin::to_bin_help()),
        (true, text::bin::for_good(), text::bin::for_good_help()),
    ];
    view! {
        <FormDialog open title verb=text::ui::go_on() busy=Signal::stored(false) submit=Callback::new(submit)>
            <fieldset class="stack-tight">
                <legend class="visually-hidden">{text::bin::what_becomes()}</legend>
                {choices.map(|(choice, label, help)| view! {
                    <label class="check">
                        <input type="radio" class="checkbox" name="fate" value=if choice { "delete" } else { "bin" } prop:checked=move || is_final.get() == choice on:change=move |_| is_final.set(choice)/>
                        <span>{label}</span>
                        <span class="field-help">{help}</span>
                    </label>
                }).collect_view()}
            </fieldset>
            <Show when=move || !is_final.get()>
                <TextField label=text::bin::keep_days() value=days pointer="/keep_days" faults kind=Kind::Number help=Signal::stored(text::bin::keep_days_help().to_owned()) name="keep_days"/>
                <TextField label=text::ui::reason() value=reason pointer="/reason" faults help=Signal::stored(text::bin::reason_help().to_owned()) optional=true name="reason"/>
            </Show>
        </FormDialog>
    }
}

/// Days as they were typed.
///
/// # Errors
/// A fault at `/keep_days`.
pub fn typed_days(typed: &str) -> Result<u16, FieldError> {
    let fault = || FieldError::new("/keep_days", "out-of-range", text::bin::keep_days_fault());
    let days = typed.trim().parse().map_err(|_| fault())?;
    bin::check_keep_days(days).map_err(|_| fault())?;
    Ok(days)
}

/// The bin, as it was typed.
fn kept(days: &str, reason: &str) -> Result<Fate, Vec<FieldError>> {
    let reason = reason.trim().to_owned();
    match (typed_days(days), check_optional_line("/reason", &reason, REASON_MAX)) {
        (Ok(keep_days), Ok(())) => Ok(Fate::Bin { keep_days, reason }),
        (days, reason) => Err(days.err().into_iter().chain(reason.err()).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_typed_within_their_bounds() {
        assert_eq!(typed_days(" 30 "), Ok(30));
        for wrong in ["", "0", "91", "-1", "1.5", "soon", "99999"] {
            assert_eq!(typed_days(wrong).unwrap_err().pointer, "/keep_days", "{wrong}");
        }
    }

    #[test]
    fn one_comes_back_by_its_own_id() {
        let id = GroupId("0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e".parse().unwrap());
        let subject = Subject::Group(id, "Engine Room".to_owned());
        let fate = Fate::Bin { keep_days: 7, reason: "over".to_owned() };
        assert_eq!(subject.one().map(|(id, _)| id.0), Some(id.0));
        assert_eq!(
            subject.action(&fate),
            PlanAction::BinGroups { group_ids: vec![id], keep_days: 7, reason: "over".to_owned() }
        );
        assert_eq!(subject.action(&Fate::Delete), PlanAction::DeleteGroup { group_id: id });
        assert_eq!(subject.plan_title(&fate), "Move Engine Room to the bin");
        assert_eq!(Subject::Groups(vec![id]).one(), None);
    }
}
