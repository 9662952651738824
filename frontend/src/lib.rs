//! The console: everything that an administrator does, in the browser, over the public API only.
//!
//! `main.rs` starts it. [`ui`] is the kit, [`frame`] what stands around every page, [`features`] the pages, one folder
//! each. Types and rules come from `quarterdeck-domain`, calls from `quarterdeck-client`.

pub mod app;
pub mod browser;
pub mod features;
pub mod frame;
pub mod i18n;
pub mod live;
pub mod session;
pub mod transport;
pub mod ui;

/// Draws the console into the page, in place of what stood there until now.
pub fn mount() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
    if let Some(boot) = leptos::prelude::document().get_element_by_id("boot") {
        boot.remove();
    }
}
