//! Acts on the selected groups: what each is granted in all, and deletion. Both end in a plan.

use std::collections::HashMap;

use leptos::prelude::*;
use quarterdeck_domain::{
    FieldError, GroupId, Permission,
    groups::Group,
    plans::{GroupTotal, PlanAction},
};

use super::level::typed;
use crate::{
    features::bin::{Disposal, Subject},
    i18n::{amount, text},
    session::Session,
    ui::{
        dialog::{FormDialog, open_with},
        field::{Faults, TextField},
        icon::Icon,
        plan::{Planner, use_planner},
        table::{BulkVerb, Selected},
        toast::{Toasts, use_toasts},
    },
};

/// The bulk acts, for a component.
#[derive(Clone, Copy)]
pub struct Bulk {
    planner: Planner,
    toasts: Toasts,
    disposal: Disposal,
    asked: RwSignal<Option<Vec<Group>>>,
    /// Rows that were listed: a selection tells their ids alone.
    listed: StoredValue<HashMap<String, Group>>,
    after: StoredValue<Option<Callback<()>>>,
}

impl Bulk {
    /// The acts, for a component.
    pub fn new() -> Self {
        Self {
            planner: use_planner(),
            toasts: use_toasts(),
            disposal: Disposal::new(),
            asked: RwSignal::new(None),
            listed: StoredValue::new(HashMap::new()),
            after: StoredValue::new(None),
        }
    }

    /// What follows each act.
    pub fn then(self, after: impl Fn() + Send + Sync + 'static) {
        self.after.set_value(Some(Callback::new(move |()| after())));
    }

    /// Notes rows that are listed.
    pub fn note(self, rows: &[Group]) {
        self.listed.try_update_value(|listed| {
            listed.extend(rows.iter().map(|row| (row.id.to_string(), row.clone())));
        });
    }

    /// What deletes.
    pub const fn disposal(self) -> Disposal {
        self.disposal
    }

    fn selected(self, selected: &Selected) -> Vec<Group> {
        let Selected::Ids(ids) = selected else { return Vec::new() };
        self.listed.with_value(|listed| ids.iter().filter_map(|id| listed.get(id).cloned()).collect())
    }

    fn plan(self, title: &str, action: PlanAction, done: fn(u64) -> String) {
        self.planner.begin(title, action, move |job| {
            if job.state.is_final() && job.succeeded > 0 {
                self.toasts.say(done(job.succeeded));
            }
            self.changed();
        });
    }

    fn changed(self) {
        if let Some(Some(after)) = self.after.try_get_value() {
            after.try_run(());
        }
    }

    /// The verbs that the person holds.
    pub fn verbs(self, session: Session) -> Vec<BulkVerb> {
        let totals = BulkVerb::new(text::groups::set_totals_dots(), Icon::Edit, move |selected| {
            self.asked.set(Some(self.selected(&selected)).filter(|rows| !rows.is_empty()));
        });
        let delete = BulkVerb::new(text::users::delete_dots(), Icon::Trash, move |selected| {
            let group_ids: Vec<GroupId> = self.selected(&selected).into_iter().map(|row| row.id).collect();
            self.disposal.begin(Subject::Groups(group_ids), move |_| self.changed());
        });
        [(Permission::AllocationManage, totals), (Permission::GroupDelete, delete.dangerous())]
            .into_iter()
            .filter(|(permission, _)| untrack(|| session.reaches_others(*permission)))
            .map(|(_, verb)| verb)
            .collect()
    }
}

/// A group whose total is edited.
#[derive(Clone)]
struct Edited {
    group: Group,
    total: RwSignal<String>,
}

impl Edited {
    fn pointer(&self) -> String {
        format!("/{}", self.group.id)
    }

    fn read(&self) -> Result<GroupTotal, FieldError> {
        let pointer = self.pointer();
        let total = self.total.with_untracked(|total| typed(total, &pointer))?;
        quarterdeck_domain::allocations::check_not_negative(&pointer, total)?;
        Ok(GroupTotal { group_id: self.group.id, total })
    }
}

/// The totals of the selected groups, each in a field; one plan sets them all.
#[component]
pub fn TotalsDialog(
    /// The acts that open it.
    bulk: Bulk,
) -> impl IntoView {
    let rows: RwSignal<Vec<Edited>> = RwSignal::new(Vec::new());
    let (same, reason) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let faults = Faults::new();
    let open = open_with(bulk.asked, move || {
        let asked = bulk.asked.get_untracked().unwrap_or_default();
        rows.set(asked.into_iter().map(edited).collect());
        same.set(String::new());
        reason.set(String::new());
        faults.reset();
    });
    crate::browser::effect(move || {
        let same = same.get();
        if !same.is_empty() {
            rows.with_untracked(|rows| rows.iter().for_each(|row| row.total.set(same.clone())));
            faults.reset();
        }
    });
    let submit = move |()| {
        let read: Vec<_> = rows.with_untracked(|rows| rows.iter().map(Edited::read).collect());
        let (totals, wrong): (Vec<_>, Vec<_>) = read.into_iter().partition(Result::is_ok);
        if !faults.show(wrong.into_iter().filter_map(Result::err).collect()) {
            return;
        }
        let totals = totals.into_iter().flatten().collect();
        let action = PlanAction::SetAllocations { totals, reason: reason.get_untracked().trim().to_owned() };
        open.set(false);
        bulk.plan(text::groups::set_totals(), action, text::groups::done_totals);
    };
    let fields = move || {
        rows.get().into_iter().map(|row| {
            let (pointer, label) = (row.pointer(), text::groups::total_of(&row.group.display_name));
            let used = row.group.allocation.map(|it| (text::groups::used_of(amount(it.used), amount(it.total), &it.unit), it.unit));
            let (used, unit) = used.unwrap_or_default();
            view! {
                <li>
                    <div class="grow"><strong>{row.group.display_name}</strong><p class="muted">{text::groups::usage()} " " {used}</p></div>
                    <TextField label=Signal::stored(label) value=row.total pointer faults bare=true unit=unit name="total"/>
                </li>
            }
        }).collect_view()
    };
    view! {
        <FormDialog open title=text::groups::set_totals() verb=text::ui::go_on() wide=true busy=Signal::stored(false) submit=Callback::new(submit)>
            <p class="muted">{text::groups::set_totals_words()}</p>
            {move || (rows.with(Vec::len) > 1).then(|| view! {
                <TextField label=text::groups::same_for_all() value=same optional=true name="same"/>
            })}
            <ul class="rows totals">{fields}</ul>
            <TextField label=text::ui::reason() value=reason optional=true help=Signal::stored(text::groups::reason_help().to_owned()) name="reason"/>
        </FormDialog>
    }
}

fn edited(group: Group) -> Edited {
    let total = group.allocation.as_ref().map(|allocation| allocation.total.to_string()).unwrap_or_default();
    Edited { group, total: RwSignal::new(total) }
}
