//! The plan dialog: every destructive or bulk act is shown in exact numbers before it is done.
//!
//! A page calls [`Planner::begin`] with the act; the one [`PlanDialog`] of the frame plans it, shows counts, sample and
//! what cannot be undone, asks to type the name for a destructive act, executes, follows the job, and shows what failed.

mod run;
mod words;

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    jobs::Job,
    plans::{CountDifference, CreatePlan, Plan, PlanAction, PlanDifference, PlanRow},
};

use self::run::{Running, Verbs};
pub use self::{run::Progress, words::verb_with_counts};
use super::{
    dialog::Dialog,
    icon::{Glyph, Icon},
    state::{Banner, ErrorState, Skeleton},
};
use crate::{
    i18n::{number, text, words as enum_words},
    transport::api,
};

/// How far a plan is.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    /// It is being counted.
    Counting,
    /// It is shown, perhaps with what changed since it was first shown.
    Shown { plan: Box<Plan>, difference: Option<PlanDifference> },
    /// It is being carried out.
    Running { plan: Box<Plan>, job: Box<Job> },
    /// Something failed.
    Failed(ClientError),
}

type Done = Arc<dyn Fn(Job) + Send + Sync>;

/// Begins plans from anywhere in the page.
#[derive(Clone, Copy)]
pub struct Planner {
    open: RwSignal<bool>,
    stage: RwSignal<Stage>,
    action: RwSignal<Option<PlanAction>>,
    title: RwSignal<String>,
    typed: RwSignal<String>,
    reason: RwSignal<String>,
    sending: RwSignal<bool>,
    /// Counted, not kept by the component that began the plan: a question that closes is gone before the plan ends.
    done: StoredValue<Option<Done>>,
}

impl Planner {
    /// Nothing is planned.
    #[must_use]
    pub fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            stage: RwSignal::new(Stage::Counting),
            action: RwSignal::new(None),
            title: RwSignal::new(String::new()),
            typed: RwSignal::new(String::new()),
            reason: RwSignal::new(String::new()),
            sending: RwSignal::new(false),
            done: StoredValue::new(None),
        }
    }

    /// Plans `action` under the title given; `done` hears of the job once it is finished.
    pub fn begin(self, title: impl Into<String>, action: PlanAction, done: impl Fn(Job) + Send + Sync + 'static) {
        self.open(title.into(), action, Arc::new(done));
        self.count(None);
    }

    /// Shows a plan that was made already: by a form that is refused at its fields.
    pub fn show(self, title: impl Into<String>, plan: Plan, done: impl Fn(Job) + Send + Sync + 'static) {
        self.open(title.into(), plan.action.clone(), Arc::new(done));
        self.stage.set(Stage::Shown { plan: Box::new(plan), difference: None });
    }

    fn open(self, title: String, action: PlanAction, done: Done) {
        self.title.set(title);
        self.action.set(Some(action));
        self.done.set_value(Some(done));
        self.typed.set(String::new());
        self.reason.set(String::new());
        self.open.set(true);
    }

    /// Counts what the act would touch. `difference` tells why it is counted again.
    fn count(self, difference: Option<PlanDifference>) {
        let Some(Some(action)) = self.action.try_get_untracked() else { return };
        self.stage.set(Stage::Counting);
        crate::browser::spawn(async move {
            let stage = match api().create_plan(&CreatePlan { action }).await {
                Ok(plan) => Stage::Shown { plan: Box::new(plan), difference },
                Err(error) => Stage::Failed(error),
            };
            self.stage.set(stage);
        });
    }

    fn finish(self, job: Job) {
        if let Some(Some(done)) = self.done.try_get_value() {
            done(job);
        }
    }
}

impl Default for Planner {
    fn default() -> Self {
        Self::new()
    }
}

/// The planner of this page.
#[must_use]
pub fn use_planner() -> Planner {
    expect_context()
}

/// The dialog of all plans; once a page.
#[component]
pub fn PlanDialog() -> impl IntoView {
    let planner = use_planner();
    // Another page is no place for a question about this one.
    let path = use_location().pathname;
    crate::browser::effect(move || {
        path.track();
        planner.open.set(false);
    });
    view! {
        <Dialog open=planner.open title=planner.title wide=true locked=planner.sending>
            {move || match planner.stage.get() {
                Stage::Counting => view! { <Counting/> }.into_any(),
                Stage::Failed(error) => view! {
                    <div class="dialog-body"><ErrorState error inline=true retry=Callback::new(move |()| planner.count(None))/></div>
                }.into_any(),
                Stage::Shown { plan, difference } => view! { <Shown planner plan=*plan difference/> }.into_any(),
                Stage::Running { plan, job } => view! { <Running planner plan=*plan job=*job/> }.into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn Counting() -> impl IntoView {
    view! {
        <div class="dialog-body" role="status">
            <p class="muted">{text::ui::plan_working()}</p>
            <Skeleton width="l"/>
            <Skeleton width="m"/>
        </div>
    }
}

#[component]
fn Shown(planner: Planner, plan: Plan, difference: Option<PlanDifference>) -> impl IntoView {
    let counts = plan
        .counts
        .iter()
        .filter(|count| count.count > 0)
        .map(|count| {
            view! {
                <div><dt>{words::kind_of(&plan.action, count.kind, count.count)}</dt><dd>{number(count.count)}</dd></div>
            }
        })
        .collect_view();
    let more = plan.row_count.saturating_sub(plan.sample.len() as u64);
    let excluded = plan.excluded.clone();
    let excluded = (!excluded.is_empty()).then(|| view! {
        <section class="stack-tight">
            <h3>{text::ui::plan_skipped()}</h3>
            <ul class="stack-tight">
                {excluded.into_iter().map(|group| view! {
                    <li>{enum_words::exclusion(group.reason, group.count)} " " <span class="muted">{names(&group.sample)}</span></li>
                }).collect_view()}
            </ul>
        </section>
    });
    let body = if plan.row_count == 0 {
        view! { <p>{text::ui::plan_nothing()}</p> }.into_any()
    } else {
        view! {
            <section class="stack-tight">
                <h3>{text::ui::plan_counts()}</h3>
                <dl class="plan-counts">{counts}</dl>
            </section>
            <section class="stack-tight">
                <h3>{text::ui::plan_sample()}</h3>
                <Sample rows=plan.sample.clone() more/>
            </section>
            <Consequences plan=plan.clone()/>
        }
        .into_any()
    };
    view! {
        <div class="dialog-body">
            {difference.map(|difference| view! { <Difference difference/> })}
            {body}
            {excluded}
        </div>
        <Verbs planner plan/>
    }
}

#[component]
fn Sample(rows: Vec<PlanRow>, more: u64) -> impl IntoView {
    view! {
        <ul class="plan-sample">
            {rows.into_iter().map(|row| view! { <li>{row.label}</li> }).collect_view()}
            {(more > 0).then(|| view! { <li data-more="">{text::ui::plan_and_more(more)}</li> })}
        </ul>
    }
}

/// What cannot be undone, and who else notices.
#[component]
fn Consequences(plan: Plan) -> impl IntoView {
    let (finals, notices) = words::consequences(&plan.action);
    let list = |title: &'static str, icon: Icon, items: Vec<&'static str>| {
        (!items.is_empty()).then(|| view! {
            <section class="stack-tight">
                <h3>{title}</h3>
                <ul class="plan-final">{items.into_iter().map(|item| view! { <li><Glyph icon/><span>{item}</span></li> }).collect_view()}</ul>
            </section>
        })
    };
    view! {
        {plan.irreversible.then(|| list(text::ui::plan_final(), Icon::Warning, finals))}
        {list(text::ui::plan_notice(), Icon::Users, notices)}
    }
}

/// What changed between counting and doing.
#[component]
fn Difference(difference: PlanDifference) -> impl IntoView {
    let group =
        |title: &'static str, count: u64, rows: Vec<PlanRow>| {
            let more = count.saturating_sub(rows.len() as u64);
            (count > 0).then(|| view! {
            <div class="stack-tight"><span class="muted">{title} " " {number(count)}</span><Sample rows more/></div>
        })
        };
    view! {
        <Banner tone="warn" boxed=true>
            <div class="stack-tight">
                <strong>{text::ui::plan_changed()}</strong>
                <p>{text::ui::plan_changed_why()}</p>
                {group(text::ui::plan_added(), difference.added_count, difference.added)}
                {group(text::ui::plan_removed(), difference.removed_count, difference.removed)}
                {(!difference.counts.is_empty()).then(|| view! {
                    <ul class="plan-sample">
                        {difference.counts.into_iter().map(|count| view! { <li>{count_change(&count)}</li> }).collect_view()}
                    </ul>
                })}
            </div>
        </Banner>
    }
}

/// "Sessions that end: 3 → 5".
fn count_change(count: &CountDifference) -> String {
    let kind = enum_words::count_kind(count.kind, count.planned.max(count.found));
    text::plans::count_change(kind, number(count.planned), number(count.found))
}

fn names(rows: &[PlanRow]) -> String {
    rows.iter().map(|row| row.label.as_str()).collect::<Vec<_>>().join(", ")
}
