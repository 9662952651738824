//! The deletion of an organization: first what becomes of its members, then the plan.

use std::sync::Arc;

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use quarterdeck_domain::{
    FieldError, OrganizationId, Permission,
    organizations::Organization,
    plans::{MembersFate, PlanAction},
};

use crate::{
    features::users::find_organizations,
    i18n::text,
    session::use_session,
    ui::{
        choice::SelectField,
        dialog::FormDialog,
        field::Faults,
        lookup::LookupField,
        plan::{Planner, use_planner},
        table::Options,
        toast::{Toasts, use_toasts},
    },
};

/// What may become of the members, as the field has it.
const MOVE: &str = "move";
const STAY: &str = "stay";
const DELETE: &str = "delete";

/// Deletes organizations, for one component.
#[derive(Clone, Copy)]
pub struct Deletion {
    planner: Planner,
    toasts: Toasts,
    asked: RwSignal<Option<Organization>>,
    open: RwSignal<bool>,
    /// Counted, not kept by the component that began the plan: the page may hear of the deletion first, and be gone.
    after: StoredValue<Option<After>>,
}

type After = Arc<dyn Fn() + Send + Sync>;

impl Deletion {
    /// Nothing is asked.
    #[must_use]
    pub fn new() -> Self {
        Self {
            planner: use_planner(),
            toasts: use_toasts(),
            asked: RwSignal::new(None),
            open: RwSignal::new(false),
            after: StoredValue::new(None),
        }
    }

    /// What follows a deletion.
    pub fn then(self, after: impl Fn() + Send + Sync + 'static) {
        self.after.set_value(Some(Arc::new(after)));
    }

    /// Asks what becomes of the members, if there are any, and plans it.
    pub fn begin(self, row: &Organization) {
        if row.member_count == 0 {
            self.plan(row, MembersFate::Move, None);
        } else {
            self.asked.set(Some(row.clone()));
            self.open.set(true);
        }
    }

    fn plan(self, row: &Organization, members: MembersFate, move_to: Option<OrganizationId>) {
        let (name, after, toasts) = (row.display_name.clone(), self.after.get_value(), self.toasts);
        let action = PlanAction::DeleteOrganization { organization_id: row.id, members, move_to };
        self.planner.begin(text::users::delete_of(&name), action, move |job| {
            if job.state.is_final() && job.failed == 0 {
                toasts.say(text::users::deleted(&name));
                if let Some(after) = &after {
                    after();
                }
            }
        });
    }

    /// Draws the question.
    pub fn view(self) -> impl IntoView {
        view! { <Question deletion=self/> }
    }
}

/// What may be chosen by who holds so much.
fn choices(may: impl Fn(Permission) -> bool) -> Options {
    let all = [
        (MOVE, text::organizations::members_move(), Permission::UserMove),
        (STAY, text::organizations::members_stay(), Permission::UserMove),
        (DELETE, text::organizations::members_delete(), Permission::UserDelete),
    ];
    all.into_iter()
        .filter(|(.., permission)| may(*permission))
        .map(|(value, words, _)| (value.to_owned(), words.to_owned()))
        .collect()
}

#[component]
fn Question(deletion: Deletion) -> impl IntoView {
    let session = use_session();
    let Deletion { asked, open, .. } = deletion;
    let (fate, destination, name) =
        (RwSignal::new(MOVE.to_owned()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let faults = Faults::new();
    let title = Signal::derive(move || {
        asked.with(|row| row.as_ref().map(|row| text::users::delete_of(&row.display_name)).unwrap_or_default())
    });
    let options = Memo::new(move |_| choices(|permission| session.may(permission)));
    crate::browser::effect(move || {
        if open.get() {
            let first = options.with(|options| options.first().map(|(value, _)| value.clone()));
            fate.set(first.unwrap_or_default());
            destination.set(String::new());
            name.set(String::new());
            faults.reset();
        }
    });
    // Nobody moves to what is deleted.
    let others = move |query: String| -> LocalBoxFuture<'static, Options> {
        let own = asked.with_untracked(|row| row.as_ref().map(|row| row.id.to_string()));
        Box::pin(async move {
            let found = find_organizations(query).await;
            found.into_iter().filter(|(id, _)| Some(id) != own.as_ref()).collect()
        })
    };
    let submit = move |()| {
        let Some(row) = asked.get_untracked() else { return };
        let (members, move_to) = match fate.get_untracked().as_str() {
            DELETE => (MembersFate::Delete, None),
            STAY => (MembersFate::Move, None),
            _ => match destination.get_untracked().parse() {
                Ok(id) => (MembersFate::Move, Some(id)),
                Err(_) => {
                    let message = text::organizations::members_move_where();
                    faults.show(vec![FieldError::new("/move_to", "required", message)]);
                    return;
                }
            },
        };
        open.set(false);
        deletion.plan(&row, members, move_to);
    };
    let count = move || asked.with(|row| row.as_ref().map(|row| row.member_count).unwrap_or_default());
    let help = move || match fate.get().as_str() {
        DELETE => text::organizations::members_delete_help(),
        STAY => text::organizations::members_stay_help(),
        _ => text::organizations::members_move_help(),
    };
    view! {
        <FormDialog open title verb=text::ui::go_on() busy=Signal::stored(false) submit=Callback::new(submit)>
            <SelectField label=Signal::derive(move || text::organizations::members_become(count())) value=fate options name="members"/>
            <p class="muted">{help}</p>
            <Show when=move || fate.with(|fate| fate == MOVE)>
                <LookupField label=text::organizations::members_move_to() value=destination words=name search=Arc::new(others) none=None pointer="/move_to" faults/>
            </Show>
        </FormDialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_offered_what_they_may_not_do() {
        let values = |may: &[Permission]| -> Vec<String> {
            choices(|permission| may.contains(&permission)).into_iter().map(|(value, _)| value).collect()
        };
        assert_eq!(values(&[Permission::UserMove, Permission::UserDelete]), [MOVE, STAY, DELETE]);
        assert_eq!(values(&[Permission::UserDelete]), [DELETE]);
        assert!(values(&[]).is_empty());
    }
}
