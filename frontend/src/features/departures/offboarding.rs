//! Begins the off-boarding of users: the form comes with a chunk of its own, when it is first asked for.

use std::sync::Arc;

use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use quarterdeck_domain::{
    Permission, UserId,
    departures::{DepartureFilter, ListDepartures},
    jobs::Job,
    page::PageRequest,
    plans::{Plan, Selection},
    users::UserSummary,
};

use super::offboard::OffboardDialog;
use crate::{
    i18n::text,
    session::{Session, use_session},
    transport::api,
    ui::{
        late::late,
        plan::{Planner, use_planner},
        toast::{Toasts, use_toasts},
    },
};

/// Those who leave.
#[derive(Clone)]
pub struct Leavers {
    /// Which users.
    pub selection: Selection,
    /// Who it is, and the name, when it is one.
    pub one: Option<(UserId, String)>,
    /// Counted, not kept by the component that began it: the page may be gone when the plan ends.
    then: Arc<dyn Fn() + Send + Sync>,
}

impl Leavers {
    /// What the form and the plan are called.
    pub fn title(&self) -> String {
        match &self.one {
            Some((_, name)) => text::departures::offboard_of(name),
            None => text::departures::offboard().to_owned(),
        }
    }
}

/// Opens an address.
type Go = Arc<dyn Fn(&str) + Send + Sync>;

/// Lets users leave, for one component.
#[derive(Clone, Copy)]
pub struct Leaving {
    session: Session,
    planner: Planner,
    toasts: Toasts,
    /// Taken out before the plan begins: the page may hear of the departure first, and be gone.
    go: StoredValue<Go>,
    asked: RwSignal<Option<Leavers>>,
}

impl Leaving {
    /// Nobody leaves.
    #[must_use]
    pub fn new() -> Self {
        let navigate = use_navigate();
        Self {
            session: use_session(),
            planner: use_planner(),
            toasts: use_toasts(),
            go: StoredValue::new(Arc::new(move |href: &str| navigate(href, NavigateOptions::default()))),
            asked: RwSignal::new(None),
        }
    }

    /// Asks how the user leaves; the receipt follows, and `then`.
    pub fn begin_one(self, user: &UserSummary, then: impl Fn() + Send + Sync + 'static) {
        let one = Some((user.id, user.display_name.clone()));
        self.asked.set(Some(Leavers { selection: Selection::ids([user.id]), one, then: Arc::new(then) }));
    }

    /// Asks how the users leave; `then` follows.
    pub fn begin(self, selection: Selection, then: impl Fn() + Send + Sync + 'static) {
        self.asked.set(Some(Leavers { selection, one: None, then: Arc::new(then) }));
    }

    /// Those who are asked about.
    pub const fn asked(self) -> RwSignal<Option<Leavers>> {
        self.asked
    }

    /// Shows the plan, and what came of it.
    pub fn show(self, leavers: Leavers, plan: Plan) {
        let sees_receipts = untrack(|| self.session.reaches_others(Permission::BinRead));
        let (toasts, go) = (self.toasts, self.go.get_value());
        self.planner.show(leavers.title(), plan, move |job: Job| {
            // A job that goes on in the background has no number yet.
            if job.state.is_final() && job.succeeded > 0 {
                match (&leavers.one, sees_receipts) {
                    (Some((id, name)), true) => {
                        toasts.say(text::departures::done_one(name));
                        open_receipt(*id, go.clone());
                    }
                    (Some((_, name)), false) => toasts.say(text::departures::done_one(name)),
                    (None, true) => {
                        let said = text::plans::done_offboarded(job.succeeded);
                        toasts.say_with_link(said, text::departures::receipts(), "/departures", None::<fn()>);
                    }
                    (None, false) => toasts.say(text::plans::done_offboarded(job.succeeded)),
                }
            }
            (leavers.then)();
        });
    }
}

impl Default for Leaving {
    fn default() -> Self {
        Self::new()
    }
}

/// Opens the last receipt of the user, or the list of all of theirs when it cannot be read.
fn open_receipt(user_id: UserId, go: Go) {
    crate::browser::spawn(async move {
        let filter = DepartureFilter { user_id: Some(user_id), ..DepartureFilter::default() };
        let page = PageRequest { limit: Some(1), cursor: None };
        let found = api().list_departures(&ListDepartures { filter, sort: None, page }).await;
        let last = found.ok().and_then(|page| page.items.into_iter().next());
        go(&last.map_or_else(|| format!("/departures?user_id={user_id}"), |row| format!("/departures/{}", row.id)));
    });
}

#[wasm_split(leaving, wasm_split_path = leptos::wasm_split, fallible)]
fn form() -> Result<fn(Leaving) -> AnyView, SplitLoaderError> {
    Ok(|leaving| view! { <OffboardDialog leaving/> }.into_any())
}

/// Where the form is drawn.
#[component]
pub fn LeavingHost(
    /// What opens it.
    leaving: Leaving,
) -> impl IntoView {
    let loaded = late(leaving.asked, form);
    move || loaded.get().map(|form| form(leaving))
}
