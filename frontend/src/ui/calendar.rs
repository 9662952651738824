//! Dates and times in the zone and the language of whoever is signed in, by the browser's own calendar.

use std::cell::RefCell;

use js_sys::{Array, Function, Object, Reflect};
use quarterdeck_domain::{Timestamp, users::User};
use wasm_bindgen::{JsCast, JsValue};

use crate::{browser, i18n};

/// Dates as the words of the console have them, for those who chose no language.
const ENGLISH: &str = "en-GB";
/// Writes dates as ISO 8601 does.
const PLAIN: &str = "sv-SE";

/// The browser's formatters.
#[derive(Default)]
struct Forms {
    zone: Option<String>,
    plain: Option<Function>,
    this_year: Option<Function>,
    other_year: Option<Function>,
    exact: Option<Function>,
    absolute: Option<Function>,
}

thread_local! {
    static FORMS: RefCell<Forms> = RefCell::new(Forms::of(None, None));
}

/// Writes dates, times and numbers from now on as `user` has chosen.
pub fn follow(user: &User) {
    let language = user.language.as_deref();
    FORMS.set(Forms::of(language, user.time_zone.as_deref()));
    let sample = form("NumberFormat", language, &[]).map(|form| write(&form, 1_234_567.5)).unwrap_or_default();
    let mut signs = sample.chars().filter(|sign| !sign.is_numeric());
    if let (Some(group), Some(point)) = (signs.next(), signs.next_back()) {
        i18n::set_signs(group, point);
    }
}

impl Forms {
    fn of(language: Option<&str>, zone: Option<&str>) -> Self {
        let day = [("day", "numeric"), ("month", "short")];
        let year = [day.as_slice(), &[("year", "numeric")]].concat();
        let clock = [("hour", "2-digit"), ("minute", "2-digit"), ("second", "2-digit")];
        let exact = [year.as_slice(), &clock].concat();
        // A zone that the browser does not know is that of the browser.
        let zone = zone.filter(|zone| form("DateTimeFormat", None, &[("timeZone", zone)]).is_some());
        let of = |language, options: &[(&str, &str)]| {
            let zone = zone.map(|zone| ("timeZone", zone));
            form("DateTimeFormat", language, &options.iter().copied().chain(zone).collect::<Vec<_>>())
        };
        Self {
            zone: zone.map(str::to_owned),
            plain: of(Some(PLAIN), &[("dateStyle", "short"), ("timeStyle", "medium")]),
            this_year: of(language, &day),
            other_year: of(language, &year),
            exact: of(language, &exact),
            absolute: of(language, &[exact.as_slice(), &[("timeZoneName", "longOffset")]].concat()),
        }
    }
}

/// The `format` of a formatter of the browser; English where it does not know the language.
fn form(kind: &str, language: Option<&str>, options: &[(&str, &str)]) -> Option<Function> {
    let given = Object::new();
    for (key, value) in options {
        Reflect::set(&given, &JsValue::from(*key), &JsValue::from(*value)).ok()?;
    }
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let make: Function = Reflect::get(&intl, &kind.into()).ok()?.dyn_into().ok()?;
    let made = [language, Some(ENGLISH)]
        .into_iter()
        .flatten()
        .find_map(|language| Reflect::construct(&make, &Array::of2(&language.into(), &given)).ok())?;
    Reflect::get(&made, &"format".into()).ok()?.dyn_into().ok()
}

fn write(form: &Function, number: f64) -> String {
    form.call1(&JsValue::NULL, &number.into()).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

fn written(of: impl Fn(&Forms) -> &Option<Function>, millis: f64) -> String {
    FORMS.with_borrow(|forms| of(forms).as_ref().map(|form| write(form, millis)).unwrap_or_default())
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit in 53 bits")]
fn millis(time: Timestamp) -> f64 {
    (time.micros() / 1_000) as f64
}

/// "2026-01-02 05:04:03".
fn plain(millis: f64) -> String {
    written(|forms| &forms.plain, millis)
}

/// The day, as a date field has it: "2026-01-02".
#[must_use]
pub fn day(time: Timestamp) -> String {
    plain(millis(time)).chars().take(10).collect()
}

/// The date: "2 Jan", or "2 Jan 2024" in another year.
#[must_use]
pub fn date(time: Timestamp) -> String {
    let is_this_year = day(time).get(..4) == day(browser::now()).get(..4);
    written(|forms| if is_this_year { &forms.this_year } else { &forms.other_year }, millis(time))
}

/// Date and time to the second.
#[must_use]
pub fn exact(time: Timestamp) -> String {
    written(|forms| &forms.exact, millis(time))
}

/// The same with the zone, by its name too where one was chosen.
#[must_use]
pub fn absolute(time: Timestamp) -> String {
    let exact = written(|forms| &forms.absolute, millis(time));
    match FORMS.with_borrow(|forms| forms.zone.clone()) {
        Some(zone) => format!("{exact} ({zone})"),
        None => exact,
    }
}

/// When the day of a date field begins.
#[must_use]
pub fn midnight(day: &str) -> Option<Timestamp> {
    let as_if_utc = js_sys::Date::parse(&format!("{day}T00:00:00Z"));
    let ahead = |millis: f64| js_sys::Date::parse(&format!("{}Z", plain(millis).replacen(' ', "T", 1))) - millis;
    // Twice, because the clocks may be put forward or back in between.
    let begins = as_if_utc - ahead(as_if_utc - ahead(as_if_utc));
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit in 53 bits")]
    begins.is_finite().then(|| Timestamp::from_micros(begins as i64 * 1_000))
}
