//! How much of an allocation is used: a bar and a word, in the colour of the level that is reached.

use leptos::prelude::*;
use quarterdeck_domain::{
    Amount, FieldError,
    allocations::{Allocation, AllocationState, Colour},
};

use crate::{
    i18n::{amount, text},
    ui::icon::{Glyph, Icon},
};

/// Hundredths for people: at most one digit behind the point, never rounded up to a level that is not reached.
pub fn percent(value: Amount) -> String {
    amount(Amount::from_parts(value.parts() / 1_000 * 1_000))
}

/// A change with its sign; nothing for none.
pub fn signed(change: Amount) -> String {
    match change {
        Amount::ZERO => String::new(),
        change if change.is_positive() => format!("+{}", amount(change)),
        change => amount(change),
    }
}

/// The amount that was typed.
///
/// # Errors
/// The fault of the field at `pointer`.
pub fn typed(value: &str, pointer: &str) -> Result<Amount, FieldError> {
    value.trim().parse().map_err(|error: quarterdeck_domain::InvalidAmount| {
        let code = if value.trim().is_empty() { "required" } else { "format" };
        FieldError::new(pointer, code, error.to_string())
    })
}

const fn icon(state: AllocationState) -> Icon {
    match state {
        AllocationState::Normal => Icon::Done,
        AllocationState::Notice => Icon::Info,
        AllocationState::Warning | AllocationState::Critical => Icon::Warning,
        AllocationState::Over => Icon::Error,
    }
}

/// A level: its icon in its colour, and what the platform calls it.
#[component]
pub fn LevelMark(
    /// Which.
    state: AllocationState,
    /// Its colour.
    colour: Colour,
    /// What it is called.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! { <span class="level" data-colour=colour.name()><Glyph icon=icon(state)/>{label}</span> }
}

/// A bar: what is used in the colour of the level, and what is reserved behind it.
#[component]
pub fn Meter(
    /// What is shown.
    allocation: Allocation,
    /// Shares at which a level begins.
    #[prop(optional)]
    marks: Vec<Amount>,
) -> impl IntoView {
    let whole = Amount::from(100);
    let share = |part: Amount| part.percent_of(allocation.total).unwrap_or_default().clamp(Amount::ZERO, whole);
    let used = if allocation.state == AllocationState::Over { whole } else { share(allocation.used) };
    let reserved = share(allocation.reserved).min(whole.minus(used).unwrap_or_default());
    let words = match allocation.percent {
        Some(value) => text::groups::percent_in_words(percent(value), &allocation.label),
        None => text::groups::not_granted().to_owned(),
    };
    let width = |share: Amount| format!("{share}%");
    view! {
        <span class="meter" data-colour=allocation.colour.name() role="meter" aria-label=text::groups::usage() aria-valuemin="0" aria-valuemax="100" aria-valuenow=used.to_string() aria-valuetext=words.clone() title=words>
            <span style:width=width(used)></span>
            <span data-reserved="" style:width=width(reserved)></span>
            {marks.into_iter().map(|mark| view! { <i style:inset-inline-start=width(mark)></i> }).collect_view()}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_for_people() {
        let parts = Amount::from_parts;
        assert_eq!([percent(parts(949_999)), percent(parts(1_000_000)), percent(parts(0))], ["94.9", "100", "0"]);
        assert_eq!([signed(parts(12_345_000)), signed(parts(-5_000)), signed(Amount::ZERO)], ["+1,234.5", "−0.5", ""]);
    }

    #[test]
    fn what_is_typed_is_exact_or_refused() {
        assert_eq!(typed(" 12.5 ", "/amount").unwrap(), Amount::from_parts(125_000));
        assert_eq!(typed("", "/amount").unwrap_err().code, "required");
        for wrong in ["1,5", "1.23456", "much"] {
            assert_eq!(typed(wrong, "/amount").unwrap_err().pointer, "/amount", "{wrong}");
        }
    }
}
