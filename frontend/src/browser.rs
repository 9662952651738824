//! The few things that the console asks of the browser, each in one place and without a panic.

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use quarterdeck_domain::Timestamp;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// Time without a key after which what was typed is taken.
const TYPING_PAUSE: std::time::Duration = std::time::Duration::from_millis(180);

/// The point in time by the browser's clock.
#[must_use]
pub fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit in 53 bits")]
    Timestamp::from_micros(js_sys::Date::now() as i64 * 1_000)
}

/// A value kept in this browser, if storage is allowed.
#[must_use]
pub fn stored(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(key).ok().flatten()
}

/// Whether anything can be kept in this browser.
#[must_use]
pub fn can_store() -> bool {
    window().local_storage().is_ok_and(|storage| storage.is_some())
}

/// Keeps `value` in this browser, or forgets it.
pub fn store(key: &str, value: Option<&str>) {
    let Ok(Some(storage)) = window().local_storage() else { return };
    // A full or forbidden storage only costs the convenience.
    let _unkept = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
}

/// A value kept until this tab is closed.
#[must_use]
pub fn stored_for_tab(key: &str) -> Option<String> {
    window().session_storage().ok().flatten()?.get_item(key).ok().flatten()
}

/// Keeps `value` until this tab is closed.
pub fn store_for_tab(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _unkept = storage.set_item(key, value);
    }
}

/// Place of the page in the history of the tab, where the browser tells it.
#[must_use]
pub fn place_in_history() -> Option<i32> {
    let index = js_sys::Reflect::get(&current_entry()?, &"index".into()).ok()?.as_f64()?;
    #[expect(clippy::cast_possible_truncation, reason = "no tab has two thousand million pages")]
    Some(index as i32)
}

/// What names the step in the history of the tab that is shown, where the browser tells it.
#[must_use]
pub fn step_in_history() -> Option<String> {
    js_sys::Reflect::get(&current_entry()?, &"key".into()).ok()?.as_string()
}

fn current_entry() -> Option<JsValue> {
    let navigation = js_sys::Reflect::get(&window(), &"navigation".into()).ok()?;
    js_sys::Reflect::get(&navigation, &"currentEntry".into()).ok()
}

/// Path of the page that is shown.
#[must_use]
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// Scheme, host and port of the server.
#[must_use]
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Loads the console anew.
pub fn reload() {
    let _refused = window().location().reload();
}

/// Runs `then` after `millis`, unless the scope that called it is gone by then.
pub fn after(millis: u64, then: impl FnOnce() + 'static) {
    after_boxed(millis, Box::new(then));
}

fn after_boxed(millis: u64, then: Box<dyn FnOnce()>) {
    set_timeout(then, std::time::Duration::from_millis(millis));
}

/// Waits for a pause in typing. Each call takes the place of the former one; none outlives the component.
#[derive(Debug, Clone, Copy)]
pub struct Pause(StoredValue<Option<TimeoutHandle>>);

impl Pause {
    /// Nothing is waited for.
    #[must_use]
    pub fn new() -> Self {
        let pause = Self(StoredValue::new(None));
        on_cleanup(move || pause.cancel());
        pause
    }

    /// Runs `then` when nothing else was asked for meanwhile.
    pub fn then(self, then: impl FnOnce() + 'static) {
        self.then_boxed(Box::new(then));
    }

    fn then_boxed(self, then: Box<dyn FnOnce()>) {
        self.cancel();
        self.0.try_set_value(set_timeout_with_handle(then, TYPING_PAUSE).ok());
    }

    /// Nothing is waited for any more.
    pub fn cancel(self) {
        if let Some(timer) = self.0.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }
}

impl Default for Pause {
    fn default() -> Self {
        Self::new()
    }
}

/// Runs `then` once the page has taken in the changes made so far.
pub fn next_frame(then: impl FnOnce() + 'static) {
    next_frame_boxed(Box::new(then));
}

fn next_frame_boxed(then: Box<dyn FnOnce()>) {
    request_animation_frame(then);
}

/// Runs `future` beside the page. Boxed, so that the machinery is compiled once and not once for each future.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    spawn_boxed(Box::pin(future));
}

fn spawn_boxed(future: futures::future::LocalBoxFuture<'static, ()>) {
    leptos::task::spawn_local(future);
}

/// Runs `act` now and after each change of what it reads, while the component lives. Boxed like [`spawn`].
pub fn effect(act: impl FnMut() + 'static) {
    effect_boxed(Box::new(act));
}

fn effect_boxed(mut act: Box<dyn FnMut()>) {
    Effect::new(move |_| act());
}

/// Puts `text` on the clipboard; `then` hears whether it worked.
pub fn copy(text: &str, then: impl FnOnce(bool) + 'static) {
    copy_boxed(text, Box::new(then));
}

fn copy_boxed(text: &str, then: Box<dyn FnOnce(bool)>) {
    let navigator = window().navigator();
    let has_clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|value| value.is_object());
    if !has_clipboard {
        then(copy_by_selection(text));
        return;
    }
    let promise = navigator.clipboard().write_text(text);
    let text = text.to_owned();
    spawn(async move {
        let done = wasm_bindgen_futures::JsFuture::from(promise).await.is_ok();
        then(done || copy_by_selection(&text));
    });
}

/// The way without the clipboard interface, which plain http pages lack.
fn copy_by_selection(text: &str) -> bool {
    let attempt = || -> Result<bool, JsValue> {
        let area = document().create_element("textarea")?.dyn_into::<web_sys::HtmlTextAreaElement>()?;
        area.set_value(text);
        area.set_class_name("visually-hidden");
        let host: web_sys::Element = document()
            .query_selector("dialog[open]")?
            .or_else(|| document().body().map(Into::into))
            .ok_or(JsValue::NULL)?;
        host.append_child(&area)?;
        area.select();
        let exec = js_sys::Reflect::get(&document(), &"execCommand".into())?.dyn_into::<js_sys::Function>()?;
        let done = exec.call1(&document(), &"copy".into())?.is_truthy();
        area.remove();
        Ok(done)
    };
    attempt().unwrap_or(false)
}

/// An address within this page for `bytes`.
///
/// # Errors
/// When the browser refuses it.
pub fn object_url(media_type: &str, bytes: &[u8]) -> Result<String, JsValue> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes).into());
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
    web_sys::Url::create_object_url_with_blob(&blob)
}

/// Name of the file that is chosen in `input`.
#[must_use]
pub fn chosen_name(input: &web_sys::HtmlInputElement) -> Option<String> {
    Some(input.files()?.get(0)?.name())
}

/// Media type and bytes of the file that is chosen in `input`, which then forgets it.
pub async fn chosen_file(input: &web_sys::HtmlInputElement) -> Option<(String, Vec<u8>)> {
    let file = input.files()?.get(0)?;
    input.set_value("");
    let bytes = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await.ok()?;
    Some((file.type_(), js_sys::Uint8Array::new(&bytes).to_vec()))
}

/// The text with its accents behind their letters (Unicode form D), in the browser.
#[must_use]
pub fn decomposed(text: &str) -> String {
    if cfg!(target_arch = "wasm32") { js_sys::JsString::from(text).normalize("NFKD").into() } else { text.to_owned() }
}

/// Offers `bytes` as a file to keep.
pub fn download(name: &str, media_type: &str, bytes: &[u8]) {
    let attempt = || -> Result<(), JsValue> {
        let url = object_url(media_type, bytes)?;
        let link = document().create_element("a")?.dyn_into::<web_sys::HtmlAnchorElement>()?;
        link.set_href(&url);
        link.set_download(name);
        link.click();
        web_sys::Url::revoke_object_url(&url)
    };
    if attempt().is_err() {
        leptos::logging::warn!("the browser refused the download of {name}");
    }
}

/// The time zones that the browser knows; none where it does not tell.
#[must_use]
pub fn time_zones() -> Vec<String> {
    let attempt = || -> Result<js_sys::Array, JsValue> {
        let intl = js_sys::Reflect::get(&window(), &"Intl".into())?;
        let values = js_sys::Reflect::get(&intl, &"supportedValuesOf".into())?.dyn_into::<js_sys::Function>()?;
        values.call1(&intl, &"timeZone".into())?.dyn_into()
    };
    attempt().map(|zones| zones.iter().filter_map(|zone| zone.as_string()).collect()).unwrap_or_default()
}

/// Puts the keyboard on the first element that matches `selector`.
pub fn focus_first(selector: &str) {
    if let Ok(Some(element)) = document().query_selector(selector)
        && let Ok(element) = element.dyn_into::<web_sys::HtmlElement>()
    {
        let _unfocusable = element.focus();
    }
}

/// Scrolls the first element that matches `selector` into sight, no farther than it takes.
pub fn scroll_into_sight(selector: &str) {
    if let Ok(Some(element)) = document().query_selector(selector) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Whether a key is meant for the page: pressed alone, not typed into something, and with nothing open that owns the keys.
#[must_use]
pub fn is_shortcut(event: &web_sys::KeyboardEvent) -> bool {
    !(event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(event) || is_overlaid())
}

/// Whether the event comes from something that takes text.
fn is_typing(event: &web_sys::Event) -> bool {
    let Some(element) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return false;
    };
    let takes_text = match element.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => !matches!(element.get_attribute("type").as_deref(), Some("checkbox" | "radio" | "button")),
        _ => false,
    };
    takes_text || element.is_content_editable()
}

/// Whether a dialog or a popover is open, which then owns the keys.
fn is_overlaid() -> bool {
    is_there("dialog[open], :popover-open")
}

/// Whether the page has an element that matches `selector`.
#[must_use]
pub fn is_there(selector: &str) -> bool {
    document().query_selector(selector).is_ok_and(|found| found.is_some())
}

/// Whether this is a Mac, where the command key stands for control.
#[must_use]
pub fn is_mac() -> bool {
    window().navigator().user_agent().is_ok_and(|agent| agent.contains("Mac OS"))
}

/// Listens on the window for as long as the page lives, before everybody else. For what outlives every component.
pub fn listen_first<E: JsCast + 'static>(event: &str, handler: impl FnMut(E) + 'static) {
    let mut handler = handler;
    let closure = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
        if let Ok(event) = event.dyn_into::<E>() {
            handler(event);
        }
    });
    let _refused = window().add_event_listener_with_callback_and_bool(event, closure.as_ref().unchecked_ref(), true);
    closure.forget();
}
