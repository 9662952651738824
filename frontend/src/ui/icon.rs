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
    Users = "M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M1.5 13.5c.3-2.5 2-4 4.5-4s4.2 1.5 4.5 4M10.5 2.7a2.5 2.5 0 0 1 0 4.6M12.2 9.8c1.3.6 2.1 1.9 2.3 3.7",
    /// One person.
    User = "M8 7.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5M2.75 14c.35-2.75 2.4-4.25 5.25-4.25S12.9 11.25 13.25 14",
    /// A person and a plus.
    UserPlus = "M6.5 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M2 13.5c.3-2.5 2-4 4.5-4 1 0 1.9.25 2.6.7M12 9.5v4M10 11.5h4",
    /// A building.
    Organization = "M3 13.5v-11h6.5v11M9.5 6.5H13v7M1.5 13.5h13M5.25 5.25h2M5.25 8h2M5.25 10.75h2",
    /// A badge to wear.
    Role = "M3 4h10v9.5H3zM6.5 4V2h3v2M8 9a1.25 1.25 0 1 0 0-2.5A1.25 1.25 0 0 0 8 9M5.75 11.5c.25-1 1.1-1.5 2.25-1.5s2 .5 2.25 1.5",
    /// Three that belong together.
    Group = "M8 6a2 2 0 1 0 0-4 2 2 0 0 0 0 4M3.75 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4M12.25 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4M7 6.25 4.9 9.9M9 6.25l2.1 3.65M6 12h4",
    /// A screen.
    Session = "M2 3h12v8H2zM5.5 13.5h5M8 11v2.5",
    /// Sliders.
    Settings = "M2 4.5h6.5M12 4.5h2M2 11.5h2M7.5 11.5H14M10.25 6.25a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5M5.75 13.25a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5",
    /// A written list.
    Audit = "M3 2h7l3 3v9H3zM10 2v3h3M5.5 8h5M5.5 10.75h5",
    /// A stack of work.
    Jobs = "M8 2 1.75 5.25 8 8.5l6.25-3.25zM1.75 8.25 8 11.5l6.25-3.25M1.75 11.25 8 14.5l6.25-3.25",
    /// A magnifier.
    Search = "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9M10.25 10.25 14 14",
    /// Light theme.
    Sun = "M8 10.75a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7",
    /// Dark theme.
    Moon = "M13.5 9.3A5.75 5.75 0 0 1 6.7 2.5a5.75 5.75 0 1 0 6.8 6.8",
    /// The system's theme.
    Contrast = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 2v12M8 5l4.8-.7M8 8h6M8 11l4.8.7",
    /// Three lines.
    Menu = "M2 4h12M2 8h12M2 12h12",
    /// A cross.
    Close = "M3.5 3.5l9 9M12.5 3.5l-9 9",
    /// A tick.
    Check = "M3 8.5l3.5 3.5L13 4.5",
    /// A plus.
    Plus = "M8 2.5v11M2.5 8h11",
    /// A minus.
    Minus = "M2.5 8h11",
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
    More = "M3.5 8h.01M8 8h.01M12.5 8h.01",
    /// Two sheets.
    Copy = "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
    /// A triangle with a mark.
    Warning = "M8 2 1.5 13.5h13zM8 6.5v3M8 11.5h.01",
    /// A circle with an i.
    Info = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 7.25V11M8 5h.01",
    /// A circle with a mark.
    Error = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 4.75V8.5M8 11h.01",
    /// A circle with a tick.
    Done = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M5.25 8.25l2 2 3.5-4.25",
    /// Up from a file.
    Upload = "M8 10.5v-8M4.5 5.5 8 2l3.5 3.5M2.5 13.5h11",
    /// Down to a file.
    Download = "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11",
    /// A key.
    Key = "M5.5 13.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6M7.7 8.3 13.5 2.5M11 5l2 2",
    /// A plug: a key that goes out.
    Plug = "M5.75 2v3.25M10.25 2v3.25M3.75 5.25h8.5V8a4.25 4.25 0 0 1-8.5 0zM8 12.25V14.5",
    /// A padlock.
    Lock = "M3 7.5h10v6H3zM5.25 7.5v-2a2.75 2.75 0 0 1 5.5 0v2",
    /// A bin.
    Trash = "M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9M6.75 7.25v3.5M9.25 7.25v3.5",
    /// A pause sign.
    Pause = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M6.5 5.75v4.5M9.5 5.75v4.5",
    /// A play sign.
    Play = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M6.75 5.5v5L10.5 8z",
    /// A door.
    SignOut = "M9.5 2.5h-6v11h6M6.5 8H14M11 5l3 3-3 3",
    /// Columns of a table.
    Columns = "M2 3h12v10H2zM6 3v10M10 3v10",
    /// Undo.
    Undo = "M5.5 3 2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 8H6",
    /// Again.
    Refresh = "M13.5 8a5.5 5.5 0 1 1-1.7-4M13.5 1.5V4.5H10.5",
    /// A bookmark.
    Bookmark = "M4 2.5h8v11L8 10.75 4 13.5z",
    /// An eye.
    Eye = "M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8M8 9.75a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5",
    /// An eye, struck out.
    EyeOff = "M6 3.8A6.5 6.5 0 0 1 8 3.5C12 3.5 14.5 8 14.5 8a11 11 0 0 1-1.7 2.2M10.5 11.9A6 6 0 0 1 8 12.5C4 12.5 1.5 8 1.5 8A11 11 0 0 1 4.2 4.9M2 2l12 12",
    /// A clock.
    Clock = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M8 4.75V8l2.25 1.5",
    /// A shield.
    Shield = "M8 1.75 2.75 3.75V8c0 3 2.2 5.2 5.25 6.25C11.05 13.2 13.25 11 13.25 8V3.75z",
    /// A letter.
    Mail = "M2 3.5h12v9H2zM2 4.5l6 4.5 6-4.5",
    /// A pencil.
    Edit = "M10.5 3 13 5.5 5.5 13H3v-2.5zM9 4.5 11.5 7",
    /// A house of arrows: moving.
    Move = "M2 8h9M8 4.5 11.5 8 8 11.5M14 2.5v11",
    /// A chain link.
    Link = "M6.75 9.25a2.75 2.75 0 0 0 3.9 0l2.2-2.2a2.76 2.76 0 0 0-3.9-3.9l-.9.9M9.25 6.75a2.75 2.75 0 0 0-3.9 0l-2.2 2.2a2.76 2.76 0 0 0 3.9 3.9l.9-.9",
    /// No connection.
    Offline = "M2 2l12 12M5 8.7a4.5 4.5 0 0 1 2-1M2.5 6a8 8 0 0 1 2.3-1.6M7 4a8 8 0 0 1 6.5 2M8 12.5h.01M10.3 8.2l.7.5",
    /// A circle, filled by a dot.
    Dot = "M8 9.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3",
    /// A waiting circle.
    Queued = "M8 2a6 6 0 0 1 6 6M14 8a6 6 0 0 1-6 6M5 13.2A6 6 0 0 1 2.8 11M2 8a6 6 0 0 1 .8-3M5 2.8A6 6 0 0 1 8 2",
    /// A stop sign.
    Stop = "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12M3.8 3.8l8.4 8.4",
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
