//! Popovers and menus: the browser's own `popover`, placed beside what opened it, with arrow keys in menus.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

use super::icon::{Glyph, Icon};

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A fresh id for an element that another names.
#[must_use]
pub fn fresh_id(stem: &str) -> String {
    format!("{stem}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The popover that a component stands in, to close it.
#[derive(Clone, Copy)]
pub struct PopoverHandle(NodeRef<html::Div>);

impl PopoverHandle {
    /// Closes it.
    pub fn close(self) {
        if let Some(panel) = self.0.get_untracked() {
            // Closing what is closed already is no error worth a word.
            let _closed = panel.hide_popover();
        }
    }
}

/// A button that opens a panel. Esc and a click elsewhere close it, and the button gets the keyboard back.
#[component]
pub fn Popover(
    /// Style class of the button.
    #[prop(default = "icon-button tip")]
    class: &'static str,
    /// What the button does, in words; read out and shown on hover where the button has no text.
    #[prop(into)]
    label: Signal<String>,
    /// What the button shows.
    #[prop(into)]
    trigger: ViewFn,
    /// Whether the panel is a menu, whose items the arrow keys walk through.
    #[prop(optional)]
    menu: bool,
    /// Whether the panel is a form, with more room.
    #[prop(optional)]
    roomy: bool,
    /// Whether it cannot be opened.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What the panel holds; made when it opens.
    children: ChildrenFn,
) -> impl IntoView {
    let id = fresh_id("popover");
    let open = RwSignal::new(false);
    let button: NodeRef<html::Button> = NodeRef::new();
    let panel: NodeRef<html::Div> = NodeRef::new();
    provide_context(PopoverHandle(panel));
    let before = move |_: web_sys::Event| {
        if let (Some(button), Some(panel)) = (button.get_untracked(), panel.get_untracked()) {
            place(&panel, &button.get_bounding_client_rect());
        }
    };
    let toggled = move |event: web_sys::Event| {
        let opened = event.dyn_ref::<web_sys::ToggleEvent>().is_some_and(|event| event.new_state() == "open");
        open.set(opened);
        if opened {
            crate::browser::next_frame(|| {
                crate::browser::focus_first(
                    ":popover-open [role^=menuitem]:not([aria-disabled=true]), :popover-open input, :popover-open select, :popover-open button",
                );
            });
        }
    };
    let children = StoredValue::new(children);
    view! {
        <button
            node_ref=button
            type="button"
            class=class
            disabled=disabled
            aria-label=label
            data-tip=label
            aria-haspopup=if menu { "menu" } else { "dialog" }
            aria-expanded=move || open.get().to_string()
            popovertarget=id.clone()
        >
            {trigger.run()}
        </button>
        <div
            node_ref=panel
            id=id
            class="popover"
            popover="auto"
            role=if menu { "menu" } else { "dialog" }
            aria-label=label
            data-roomy=roomy.then_some("")
            on:beforetoggle=before
            on:toggle=toggled
            on:keydown=move |event| if menu { walk(&event) }
        >
            {move || open.get().then(|| children.with_value(|children| children()))}
        </div>
    }
}

/// Puts the panel below or above `anchor`, whichever side has more room, flush with its nearer edge.
fn place(panel: &web_sys::HtmlElement, anchor: &web_sys::DomRect) {
    let size = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64()).unwrap_or(0.0);
    let (width, height) = (size(window().inner_width()), size(window().inner_height()));
    let style = panel.style();
    let to_end = anchor.left() + anchor.width() / 2.0 > width / 2.0;
    let upward = anchor.bottom() > height * 0.62;
    // A whole number: formatting floats would cost every visitor some kilobytes.
    #[expect(clippy::cast_possible_truncation, reason = "no screen has two thousand million pixels")]
    let pixels = |value: f64| format!("{}px", value.max(4.0) as i32);
    let values = [
        ("left", (!to_end).then(|| pixels(anchor.left()))),
        ("right", to_end.then(|| pixels(width - anchor.right()))),
        ("top", (!upward).then(|| pixels(anchor.bottom() + 4.0))),
        ("bottom", upward.then(|| pixels(height - anchor.top() + 4.0))),
    ];
    for (name, value) in values {
        // A refused property leaves the panel where the style sheet puts it.
        let _refused = style.set_property(name, value.as_deref().unwrap_or("auto"));
    }
}

/// Arrow keys, Home and End among the items of a menu.
fn walk(event: &web_sys::KeyboardEvent) {
    let Some(panel) = event.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else {
        return;
    };
    let Ok(found) = panel.query_selector_all("[role^=menuitem]") else { return };
    let items: Vec<web_sys::HtmlElement> =
        (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect();
    let active = document().active_element();
    let current = items.iter().position(|item| active.as_ref() == Some(item.as_ref()));
    let next = match (event.key().as_str(), current) {
        ("ArrowDown", Some(index)) => (index + 1) % items.len().max(1),
        ("ArrowUp", Some(index)) => index.checked_sub(1).unwrap_or(items.len().saturating_sub(1)),
        ("ArrowDown" | "Home", _) => 0,
        ("ArrowUp" | "End", _) => items.len().saturating_sub(1),
        _ => return,
    };
    event.prevent_default();
    if let Some(item) = items.get(next) {
        let _unfocusable = item.focus();
    }
}

/// What choosing an item does.
#[derive(Debug, Clone)]
pub enum Act {
    /// Goes to an address.
    Go(String),
    /// Does something.
    Run(Callback<()>),
}

/// An item of a menu.
#[derive(Debug, Clone)]
pub struct MenuItem {
    /// Verb and object.
    pub label: String,
    /// Icon.
    pub icon: Icon,
    /// What it does.
    pub act: Act,
    /// Whether it begins something destructive.
    pub danger: bool,
    /// Why it cannot be chosen now.
    pub refused: Option<String>,
    /// Whether a line stands before it.
    pub separated: bool,
}

impl MenuItem {
    /// An item that goes to `href`.
    pub fn link(icon: Icon, label: impl Into<String>, href: impl Into<String>) -> Self {
        Self::new(icon, label, Act::Go(href.into()))
    }

    /// An item that runs `act`.
    pub fn run(icon: Icon, label: impl Into<String>, act: impl Fn() + Send + Sync + 'static) -> Self {
        Self::new(icon, label, Act::Run(Callback::new(move |()| act())))
    }

    fn new(icon: Icon, label: impl Into<String>, act: Act) -> Self {
        Self { label: label.into(), icon, act, danger: false, refused: None, separated: false }
    }

    /// The same, as the begin of something destructive.
    #[must_use]
    pub fn dangerous(mut self) -> Self {
        self.danger = true;
        self
    }

    /// The same, with a line before it.
    #[must_use]
    pub fn separated(mut self) -> Self {
        self.separated = true;
        self
    }

    /// The same, which cannot be chosen for the reason given, if one is given.
    #[must_use]
    pub fn unless(mut self, refused: Option<String>) -> Self {
        self.refused = refused;
        self
    }
}

/// A button with three dots that opens a menu.
#[component]
pub fn RowMenu(
    /// Whose menu it is: "Actions for Ada Byron".
    #[prop(into)]
    label: Signal<String>,
    /// Makes the items when the menu opens.
    items: Callback<(), Vec<MenuItem>>,
) -> impl IntoView {
    view! {
        <Popover class="icon-button" label menu=true trigger=|| view! { <Glyph icon=Icon::More/> }>
            <MenuItems items=items.run(())/>
        </Popover>
    }
}

/// The items of a menu.
#[component]
pub fn MenuItems(
    /// The items, in groups.
    items: Vec<MenuItem>,
) -> impl IntoView {
    items.into_iter().map(|item| view! { <MenuRow item/> }).collect_view()
}

#[component]
fn MenuRow(item: MenuItem) -> impl IntoView {
    let handle = expect_context::<PopoverHandle>();
    let MenuItem { label, icon, act, danger, refused, separated } = item;
    let line = separated.then(|| view! { <hr class="menu-separator"/> });
    let danger = danger.then_some("");
    match act {
        Act::Go(href) if refused.is_none() => view! {
            {line}
            <a class="menu-item" role="menuitem" tabindex="-1" href=href on:click=move |_| handle.close()>
                <Glyph icon/> {label}
            </a>
        }
        .into_any(),
        act => {
            let run = match act {
                Act::Run(run) => Some(run).filter(|_| refused.is_none()),
                Act::Go(_) => None,
            };
            view! {
                {line}
                <button
                    type="button"
                    class="menu-item"
                    role="menuitem"
                    tabindex="-1"
                    data-danger=danger
                    aria-disabled=run.is_none().then_some("true")
                    title=refused
                    on:click=move |_| {
                        if let Some(run) = run {
                            handle.close();
                            run.run(());
                        }
                    }
                >
                    <Glyph icon/> {label}
                </button>
            }
            .into_any()
        }
    }
}
