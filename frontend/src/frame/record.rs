//! The page of one record: the one that the address names is read, read again when it changes, and shown once it is there.

use std::str::FromStr;

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use quarterdeck_client::ClientError;
use quarterdeck_domain::{Error, Permission, Problem, audit::LiveChange};

use super::page::{Crumb, Guarded, Page};
use crate::{
    browser,
    live::on_change,
    route::use_part,
    ui::state::{ErrorState, PageSkeleton, Shape, is_passing},
};

/// Whether a change concerns the record of an id.
type Concerns = Box<dyn Fn(&LiveChange, &str) -> bool>;

/// Shows the row that was read.
type Show = Box<dyn FnOnce()>;
/// Reads the row of an id; nothing for what is none.
type Read = Box<dyn Fn(&str) -> Option<LocalBoxFuture<'static, Result<Show, ClientError>>> + Send + Sync>;

/// A record and how far it is read.
#[derive(Debug)]
pub struct Record<T: 'static> {
    /// What was read last.
    pub row: RwSignal<Option<T>>,
    /// How far it is.
    pub reading: Reading,
}

impl<T: PartialEq + Send + Sync + 'static> Record<T> {
    /// The record that the address of the open page names, a `kind` of thing. Changes that `concerns` knows, given the id, are
    /// read for.
    pub fn of_address<I, F>(
        kind: &'static str,
        read: impl Fn(I) -> F + Send + Sync + 'static,
        concerns: impl Fn(&LiveChange, &str) -> bool + 'static,
    ) -> Self
    where
        I: FromStr,
        F: Future<Output = Result<T, ClientError>> + 'static,
    {
        let row = RwSignal::new(None);
        let show = move |read: T| {
            // Whoever draws it need not draw the same again.
            if row.with_untracked(|shown| shown.as_ref() != Some(&read)) {
                row.set(Some(read));
            }
        };
        let read: Read = Box::new(move |id| {
            let reading = read(id.parse().ok()?);
            Some(Box::pin(async move {
                let read = reading.await?;
                Ok(Box::new(move || show(read)) as Show)
            }))
        });
        Self { row, reading: Reading::begin(kind, read, Box::new(concerns)) }
    }

    /// A text of the record, empty until it is there.
    pub fn text(&self, of: fn(&T) -> String) -> Signal<String> {
        let row = self.row;
        Signal::derive(move || row.with(|row| row.as_ref().map(of).unwrap_or_default()))
    }
}

/// How far a record is read.
#[derive(Debug, Clone, PartialEq)]
enum Stage {
    /// It is asked for.
    Waiting,
    /// It is there.
    Shown,
    /// There is none, or it could not be read.
    Failed(ClientError),
}

/// The reading of a record, whatever its type: what follows is compiled once.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// The id in the address.
    pub id: Memo<String>,
    /// The open tab.
    pub tab: Memo<String>,
    /// Reads it again.
    pub reload: Callback<()>,
    stage: RwSignal<Stage>,
}

impl Reading {
    fn begin(kind: &'static str, read: Read, concerns: Concerns) -> Self {
        let (id, tab) = (use_part(|address| &address.id), use_part(|address| &address.tab));
        let stage = RwSignal::new(Stage::Waiting);
        let reload = Callback::new(move |()| {
            let wanted = id.get_untracked();
            let Some(reading) = read(&wanted) else {
                let problem = Problem::new(&Error::NotFound(kind), "", "");
                return stage.set(Stage::Failed(ClientError::Problem(Box::new(problem))));
            };
            browser::spawn(async move {
                let outcome = reading.await;
                // The page may be gone, or show another record by now.
                if id.try_with_untracked(|id| *id == wanted) == Some(true) {
                    settle(stage, outcome);
                }
            });
        });
        browser::effect(move || {
            id.track();
            stage.set(Stage::Waiting);
            reload.run(());
        });
        on_change(
            move |change| id.with_untracked(|id| concerns(change, id)),
            move || {
                reload.try_run(());
            },
        );
        Self { id, tab, reload, stage }
    }
}

/// A failure leaves what is shown, unless that is gone or forbidden now.
fn settle(stage: RwSignal<Stage>, outcome: Result<Show, ClientError>) {
    let is_shown = stage.with_untracked(|stage| *stage == Stage::Shown);
    match outcome {
        Ok(show) => {
            show();
            if !is_shown {
                stage.set(Stage::Shown);
            }
        }
        Err(error) if is_shown && is_passing(&error) => {}
        Err(error) => stage.set(Stage::Failed(error)),
    }
}

/// The page of a record.
#[component]
pub fn RecordPage(
    /// The record's reading.
    reading: Reading,
    /// What opens it.
    permission: Permission,
    /// The way to the list that it stands in.
    list: Vec<Crumb>,
    /// What it is called.
    name: Signal<String>,
    /// Draws it, once it is there.
    children: ChildrenFn,
) -> impl IntoView {
    let base = list.last().and_then(|list| list.href.clone()).unwrap_or_default();
    let is_shown = Memo::new(move |_| reading.stage.with(|stage| *stage == Stage::Shown));
    let trail = move || {
        let name = if is_shown.get() { name.get() } else { String::new() };
        let mut trail = list.clone();
        trail.push(Crumb::page(name, format!("{base}/{}", reading.id.get())));
        trail
    };
    let children = StoredValue::new(children);
    view! {
        <Page trail=Signal::derive(trail) list=true>
            <Guarded permission>
                {move || match reading.stage.get() {
                    Stage::Waiting => view! { <PageSkeleton shape=Shape::Detail/> }.into_any(),
                    Stage::Shown => children.with_value(|children| children()),
                    Stage::Failed(error) => view! { <ErrorState page=true error retry=reading.reload/> }.into_any(),
                }}
            </Guarded>
        </Page>
    }
}
