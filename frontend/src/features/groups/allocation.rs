//! The allocation of a group: its figures, the levels, the forecast, and the ledger below.

use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{
    GroupId, Permission,
    allocations::{AllocationReport, AllocationState, FORECAST_DAYS, LimitKind},
    audit::TargetType,
    groups::Group,
};

use super::{
    grant::{AdjustDialog, GrantDialog},
    ledger,
    level::{LevelMark, Meter, percent},
};
use crate::{
    i18n::{amount, text},
    live::on_change,
    session::use_session,
    transport::api,
    ui::{
        button::{Button, Look},
        icon::Icon,
        state::{ErrorState, Skeleton, renew},
        table::{DataTable, ExportButton},
        time::When,
    },
};

/// The tab.
#[component]
pub fn AllocationTab(
    /// Whose.
    id: GroupId,
    /// The group.
    group: RwSignal<Option<Group>>,
    /// Reads the group again.
    reload: Callback<()>,
) -> impl IntoView {
    let session = use_session();
    let report: RwSignal<Option<Result<AllocationReport, ClientError>>> = RwSignal::new(None);
    let load = move || {
        crate::browser::spawn(async move {
            renew(report, api().get_allocation(id).await);
        });
    };
    load();
    let table = ledger::bound(id);
    on_change(
        move |change| {
            change.target.id == id.to_string()
                || matches!(change.target.kind, TargetType::Setting | TargetType::Plan | TargetType::Job)
        },
        load,
    );
    let done = Callback::new(move |()| {
        load();
        table.reload();
        reload.try_run(());
    });
    let (granting, adjusting) = (RwSignal::new(None), RwSignal::new(None));
    let name = move || group.with_untracked(|group| group.as_ref().map(|group| group.display_name.clone()));
    let known = move || report.with_untracked(|report| report.as_ref()?.as_ref().ok().cloned());
    let ask = move |asked: RwSignal<Option<(GroupId, String, AllocationReport)>>| {
        Callback::new(move |()| asked.set(name().zip(known()).map(|(name, report)| (id, name, report))))
    };
    let manages = Memo::new(move |_| {
        let resource = group.with(|group| group.as_ref().map(Group::resource));
        resource.is_some_and(|resource| session.refusal(Permission::AllocationManage, &resource).is_none())
    });
    view! {
        <div class="page-scroll page-parts">
            {move || match report.get() {
                Some(Ok(report)) => view! { <Figures report/> }.into_any(),
                Some(Err(error)) => view! { <ErrorState error inline=true retry=Callback::new(move |()| load())/> }.into_any(),
                None => view! { <div class="figures"><Skeleton width="l"/></div> }.into_any(),
            }}
            <div class="tab-head">
                <h2>{text::groups::ledger()}</h2>
                <ExportButton table path=ledger::path(id)/>
                {move || manages.get().then(|| view! {
                    <Button label=text::groups::adjust_dots() icon=Icon::Settings press=ask(adjusting)/>
                    <Button label=text::groups::grant_dots() look=Look::Primary icon=Icon::Plus press=ask(granting)/>
                })}
            </div>
            <div class="tab-table"><DataTable table/></div>
        </div>
        <GrantDialog asked=granting done/>
        <AdjustDialog asked=adjusting done/>
    }
}

/// The figures, the bar and the levels.
#[component]
fn Figures(report: AllocationReport) -> impl IntoView {
    let session = use_session();
    let AllocationReport { allocation, used_recently, runs_out_at, .. } = report;
    let unit = allocation.unit.clone();
    let limit = match allocation.limit {
        LimitKind::Hard => text::groups::is_hard(),
        LimitKind::Soft => text::groups::is_soft(),
    };
    let share = match allocation.percent {
        Some(value) => text::groups::percent(percent(value)),
        None => text::groups::not_granted().to_owned(),
    };
    let figure = |label: &'static str, value: String, note: String| {
        view! {
            <div>
                <span class="card-label">{label}</span>
                <span class="card-figure">{value} " " <small>{unit.clone()}</small></span>
                <span class="card-note">{note}</span>
            </div>
        }
    };
    let runs_out = match runs_out_at {
        _ if allocation.used >= allocation.total && allocation.used.is_positive() => text::groups::used_up().into_any(),
        Some(at) => view! { <When at=at/> }.into_any(),
        None => view! { <span class="muted">{text::groups::not_foreseen()}</span> }.into_any(),
    };
    let levels = session.me().map(|me| me.allocation_levels).unwrap_or_default();
    let begins =
        |state| matches!(state, AllocationState::Notice | AllocationState::Warning | AllocationState::Critical);
    let marks = levels.iter().filter(|level| begins(level.state)).map(|level| level.from_percent).collect::<Vec<_>>();
    let reached = allocation.state;
    let legend = levels.into_iter().map(|level| {
        let words = match level.state {
            AllocationState::Over => text::groups::above_percent(level.label, percent(level.from_percent)),
            _ => text::groups::from_percent(level.label, percent(level.from_percent)),
        };
        view! { <li aria-current=(level.state == reached).then_some("true")><LevelMark state=level.state colour=level.colour label=words/></li> }
    });
    view! {
        <section class="figures" aria-label=text::groups::allocation()>
            <div class="cards">
                {figure(text::groups::granted(), amount(allocation.total), limit.to_owned())}
                {figure(text::groups::used(), amount(allocation.used), share)}
                {figure(text::groups::reserved(), amount(allocation.reserved), text::groups::for_under_way().to_owned())}
                {figure(text::groups::available(), amount(allocation.available), text::groups::neither().to_owned())}
                <div>
                    <span class="card-label">{text::groups::runs_out()}</span>
                    <span class="card-figure">{runs_out}</span>
                    <span class="card-note">{text::groups::recently(amount(used_recently), FORECAST_DAYS)}</span>
                </div>
            </div>
            <Meter allocation marks/>
            <ul class="legend" aria-label=text::groups::levels()>{legend.collect_view()}</ul>
        </section>
    }
}
