//! Who hears of changes: each component says what concerns it and how it reads anew.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::{SetValue, StoredValue, UpdateValue, on_cleanup};
use quarterdeck_domain::audit::LiveChange;

use crate::browser;

/// Milliseconds over which changes are gathered: a bulk act is many changes, and one reading anew shows them all.
const GATHER_MILLIS: u32 = 100;

/// Milliseconds after which it is looked again whether somebody is still at the rows.
const REST_MILLIS: u64 = 500;

/// What the stream told.
pub(super) enum News {
    /// These changes.
    Changes(Vec<LiveChange>),
    /// Some may have been missed.
    Gap,
}

struct Listener {
    id: u32,
    concerns: Box<dyn Fn(&LiveChange) -> bool>,
    reload: Box<dyn Fn()>,
}

thread_local! {
    static LISTENERS: RefCell<Vec<Rc<Listener>>> = const { RefCell::new(Vec::new()) };
    static LAST_ID: Cell<u32> = const { Cell::new(0) };
    static GATHERED: RefCell<Vec<LiveChange>> = const { RefCell::new(Vec::new()) };
}

/// While the component lives: calls `reload` after changes of which one `concerns` it, and when some may have been missed.
pub fn on_change(concerns: impl Fn(&LiveChange) -> bool + 'static, reload: impl Fn() + 'static) {
    listen(Box::new(concerns), Box::new(reload));
}

/// The same reading, as soon as nobody points at rows or has the keyboard in them: none moves away from under them.
pub fn at_rest(reload: impl Fn() + 'static) -> impl Fn() + 'static {
    let (reload, waits): (Rc<dyn Fn()>, _) = (Rc::new(reload), StoredValue::new(false));
    move || {
        if waits.try_update_value(|waits| std::mem::replace(waits, true)) == Some(false) {
            rest(waits, reload.clone());
        }
    }
}

fn rest(waits: StoredValue<bool>, reload: Rc<dyn Fn()>) {
    if browser::is_there(".rows:is(:hover, :focus-within)") {
        browser::after(REST_MILLIS, move || rest(waits, reload));
    } else if waits.try_set_value(false).is_none() {
        reload();
    }
}

fn listen(concerns: Box<dyn Fn(&LiveChange) -> bool>, reload: Box<dyn Fn()>) {
    let id = LAST_ID.get().wrapping_add(1);
    LAST_ID.set(id);
    LISTENERS.with_borrow_mut(|listeners| listeners.push(Rc::new(Listener { id, concerns, reload })));
    on_cleanup(move || LISTENERS.with_borrow_mut(|listeners| listeners.retain(|listener| listener.id != id)));
}

/// Takes a change in; it is told with those that follow at once.
pub(super) fn gather(change: LiveChange) {
    let is_first = GATHERED.with_borrow_mut(|gathered| {
        gathered.push(change);
        gathered.len() == 1
    });
    if is_first {
        crate::browser::spawn(async {
            TimeoutFuture::new(GATHER_MILLIS).await;
            tell(&News::Changes(GATHERED.take()));
        });
    }
}

/// Tells all listeners whom it concerns, each once.
pub(super) fn tell(news: &News) {
    // A listener may begin or end others.
    let listeners = LISTENERS.with_borrow(Clone::clone);
    for listener in listeners {
        let concerned = match news {
            News::Changes(changes) => changes.iter().any(|change| (listener.concerns)(change)),
            News::Gap => true,
        };
        if concerned {
            (listener.reload)();
        }
    }
}

#[cfg(test)]
mod tests {
    use leptos::prelude::Owner;
    use quarterdeck_domain::{
        Timestamp,
        audit::{Action, ActorType, EventActor, EventTarget, TargetType},
    };

    use super::*;

    fn change(kind: TargetType) -> LiveChange {
        LiveChange {
            sequence: 1,
            at: Timestamp::EPOCH,
            action: Action::UserUpdated,
            actor: EventActor { kind: ActorType::System, id: None, label: String::new() },
            target: EventTarget { kind, id: "1".to_owned(), label: String::new() },
        }
    }

    #[test]
    fn a_component_reloads_once_for_what_concerns_it_and_after_a_gap() {
        let (owner, reloads) = (Owner::new(), Rc::new(Cell::new(0)));
        let counted = reloads.clone();
        owner.with(|| {
            on_change(|change| change.target.kind == TargetType::User, move || counted.set(counted.get() + 1));
        });
        tell(&News::Changes([TargetType::User, TargetType::User, TargetType::Setting].map(change).into()));
        assert_eq!(reloads.get(), 1, "the last change does not hide those before it");
        tell(&News::Changes(vec![change(TargetType::Setting)]));
        assert_eq!(reloads.get(), 1);
        tell(&News::Gap);
        assert_eq!(reloads.get(), 2);
        owner.cleanup();
        tell(&News::Gap);
        assert_eq!(reloads.get(), 2, "a component that is gone hears nothing");
    }
}
