//! The one set of icons, 16 px, drawn with a line of 1.5 px. They are decoration: a label or tooltip says the rest.

use leptos::prelude::*;

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $path:literal),+ $(,)?) => {
        /// An icon.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Icon { $($(#[$doc])* $name,)+ }

        impl Icon {
            /// All icons.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            const fn path(self) -> &'static str {
                match self { $(Self::$name => $path,)+ }
            }
        }
    };
}

icons! {
    /// Overview.
    Overview = "M2.5 2.5h4.5v6H2.5zM9 2.5h4.5v3H9zM9 7.5h4.5v6H9zM2.5 10.5H7v3H2.5z",
    /// Several people.
    Users = "M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M1.5 13.5c.3-2.5 2-4 4.500-4s4.200 1.500 4.500 4M10.500 2.700a2.500 2.500 0 0 1 0 4.600M12.200 9.800c1.300.600 2.100 1.900 2.300 3.700",
    /// One person.
    User = "M8 7.500a2.750 2.750 0 1 0 0-5.500 2.750 2.750 0 0 0 0 5.500M2.750 14c.350-2.750 2.400-4.250 5.250-4.250S12.900 11.250 13.250 14",
    /// A person and a plus.
    UserPlus = "M6.500 7.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5M2 13.500c.300-2.500 2-4 4.500-4 1 0 1.900.250 2.600.700M12 9.500v4M10 11.500h4",
    /// A building.
    Organization = "M3 13.500v-11h6.500v11M9.500 6.500H13v7M1.500 13.500h13M5.250 5.250h2M5.250 8h2M5.250 10.750h2",
    /// A screen.
    Session = "M2 3h12v8H2zM5.500 13.500h5M8 11v2.500",
    /// Sliders.
    Settings = "M2 4.500h6.500M12 4.500h2M2 11.500h2M7.500 11.500H14M10.250 6.250a1.750 1.750 0 1 0 0-3.500 1.750 1.750 0 0 0 0 3.500M5.750 13.250a1.750 1.750 0 1 0 0-3.500 1.750 1.750 0 0 0 0 3.500",
    /// A written list.
    Audit = "M3 2h7l3 3v9H3zM10 2v3h3M5.500 8h5M5.500 10.750h5",
    /// A stack of work.
    Jobs = "M8 2 1.750 5.250 8 8.500l6.250-3.250zM1.750 8.250 8 11.500l6.250-3.250M1.750 11.250 8 14.500l6.250-3.250",
    /// A magnifier.
    Search = "M7 11.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9M10.250 10.250 14 14",
    /// Light theme.
    Sun = "M8 10.750a2.750 2.750 0 1 0 0-5.500 2.750 2.750 0 0 0 0 5.500M8 1.500v1M8 13.500v1M1.500 8h1M13.500 8h1M3.400 3.400l.700.700M11.900 11.900l.700.700M3.400 12.600l.700-.700M11.900 4.100l.700-.700",
    /// Dark theme.
    Moon = "M13.500 9.300A5.750 5.750 0 0 1 6.700 2.500a5.750 5.750 0 1 0 6.800 6.800",
    /// The system's theme.
    Contrast = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 2v12M8 5l4.800-.700M8 8h6M8 11l4.800.700",
    /// Three lines.
    Menu = "M2 4h12M2 8h12M2 12h12",
    /// A cross.
    Close = "M3.500 3.500l9 9M12.500 3.500l-9 9",
    /// A tick.
    Check = "M3 8.500l3.500 3.500L13 4.500",
    /// A plus.
    Plus = "M8 2.500v11M2.500 8h11",
    /// Back.
    Left = "M10 3 5 8l5 5",
    /// Forward.
    Right = "M6 3l5 5-5 5",
    /// Open below.
    Down = "M3 6l5 5 5-5",
    /// Sorted, smallest first.
    ArrowUp = "M8 13V3M4 7l4-4 4 4",
    /// Sorted, largest first.
    ArrowDown = "M8 3v10M4 9l4 4 4-4",
    /// Three dots.
    More = "M3.500 8h.010M8 8h.010M12.500 8h.010",
    /// Two sheets.
    Copy = "M5.500 5.500v-3h8v8h-3M2.500 5.500h8v8h-8z",
    /// A triangle with a mark.
    Warning = "M8 2 1.500 13.500h13zM8 6.500v3M8 11.500h.010",
    /// A circle with an i.
    Info = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 7.250V11M8 5h.010",
    /// A circle with a mark.
    Error = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 4.750V8.500M8 11h.010",
    /// A circle with a tick.
    Done = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M5.250 8.250l2 2 3.500-4.250",
    /// Down to a file.
    Download = "M8 2v8M4.500 7 8 10.500 11.500 7M2.500 13.500h11",
    /// A key.
    Key = "M5.500 13.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6M7.700 8.300 13.500 2.500M11 5l2 2",
    /// A padlock.
    Lock = "M3 7.500h10v6H3zM5.250 7.500v-2a2.750 2.750 0 0 1 5.500 0v2",
    /// A bin.
    Trash = "M2.500 4.500h11M6 4.500v-2h4v2M4 4.500l.600 9h6.800l.600-9M6.750 7.250v3.500M9.250 7.250v3.500",
    /// A pause sign.
    Pause = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M6.500 5.750v4.500M9.500 5.750v4.500",
    /// A play sign.
    Play = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M6.750 5.500v5L10.500 8z",
    /// A door.
    SignOut = "M9.500 2.500h-6v11h6M6.500 8H14M11 5l3 3-3 3",
    /// Columns of a table.
    Columns = "M2 3h12v10H2zM6 3v10M10 3v10",
    /// Undo.
    Undo = "M5.500 3 2.500 6l3 3M2.500 6h7a4 4 0 0 1 0 8H6",
    /// Again.
    Refresh = "M13.500 8a5.500 5.500 0 1 1-1.700-4M13.500 1.500V4.500H10.500",
    /// An eye.
    Eye = "M1.500 8S4 3.500 8 3.500 14.500 8 14.500 8 12 12.500 8 12.500 1.500 8 1.500 8M8 9.750a1.750 1.750 0 1 0 0-3.500 1.750 1.750 0 0 0 0 3.500",
    /// An eye, struck out.
    EyeOff = "M6 3.800A6.500 6.500 0 0 1 8 3.500C12 3.500 14.500 8 14.500 8a11 11 0 0 1-1.700 2.200M10.500 11.900A6 6 0 0 1 8 12.500C4 12.500 1.500 8 1.500 8A11 11 0 0 1 4.200 4.900M2 2l12 12",
    /// A clock.
    Clock = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 4.750V8l2.250 1.500",
    /// A shield.
    Shield = "M8 1.750 2.750 3.750V8c0 3 2.200 5.200 5.250 6.250C11.050 13.200 13.250 11 13.250 8V3.750z",
    /// A letter.
    Mail = "M2 3.500h12v9H2zM2 4.500l6 4.500 6-4.500",
    /// A pencil.
    Edit = "M10.500 3 13 5.500 5.500 13H3v-2.500zM9 4.500 11.500 7",
    /// A house of arrows: moving.
    Move = "M2 8h9M8 4.500 11.500 8 8 11.500M14 2.500v11",
    /// A chain link.
    Link = "M6.750 9.250a2.750 2.750 0 0 0 3.900 0l2.200-2.200a2.760 2.760 0 0 0-3.900-3.900l-.900.900M9.250 6.750a2.750 2.750 0 0 0-3.900 0l-2.200 2.200a2.760 2.760 0 0 0 3.900 3.900l.900-.900",
    /// No connection.
    Offline = "M2 2l12 12M5 8.700a4.500 4.500 0 0 1 2-1M2.500 6a8 8 0 0 1 2.300-1.600M7 4a8 8 0 0 1 6.500 2M8 12.500h.010M10.300 8.200l.700.500",
    /// A circle, filled by a dot.
    Dot = "M8 9.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3",
    /// A waiting circle.
    Queued = "M8 2a6 6 0 0 1 6 6M14 8a6 6 0 0 1-6 6M5 13.200A6 6 0 0 1 2.800 11M2 8a6 6 0 0 1 .800-3M5 2.800A6 6 0 0 1 8 2",
    /// A stop sign.
    Stop = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M3.800 3.800l8.400 8.400",
}

/// Draws `icon`.
#[component]
pub fn Glyph(
    /// Which one; may follow a signal.
    #[prop(into)]
    icon: Signal<Icon>,
) -> impl IntoView {
    view! {
        <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
            <path d=move || icon.get().path()></path>
        </svg>
    }
}

/// The product's sign: four sails about a mast and a deck, which make a diamond.
#[component]
pub fn Logo(
    /// Width and height in pixels.
    #[prop(default = 20)]
    size: u32,
) -> impl IntoView {
    view! {
        <svg width=size height=size viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
            <path d="M7.4.8v6.6H.8Z"></path>
            <path d="M8.6.8l6.6 6.6H8.6Z" opacity=".55"></path>
            <path d="M.8 8.6h6.6v6.6Z" opacity=".55"></path>
            <path d="M8.6 8.6h6.6l-6.6 6.6Z"></path>
        </svg>
    }
}
