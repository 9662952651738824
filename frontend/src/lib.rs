//! The console: everything that an administrator does, in the browser, over the public API only.
//!
//! `main.rs` starts it. [`ui`] is the kit, [`frame`] what stands around every page, [`features`] the pages, one folder
//! each. Types and rules come from `quarterdeck-domain`, calls from `quarterdeck-client`.

#![expect(clippy::needless_pass_by_value, reason = "a component owns its properties, also those that it only reads")]

pub mod app;
pub mod browser;
pub mod features;
pub mod frame;
pub mod i18n;
pub mod lazy;
pub mod live;
pub mod route;
pub mod session;
pub mod transport;
pub mod ui;

/// Draws the console into the page. What stood there goes away once it is known who is signed in.
pub fn mount() {
    // A release build goes without the words of a panic: they would take it over its size.
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    ui::focus::watch();
    leptos::mount::mount_to_body(app::App);
}
