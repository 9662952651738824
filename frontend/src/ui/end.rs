//! When something ends: after some days, on a day, or never.

use leptos::prelude::*;
use quarterdeck_domain::{FieldError, Timestamp};

use super::{
    choice::SelectField,
    field::{Faults, Kind, TextField},
    time::duration,
};
use crate::i18n::text;

/// Days that are offered.
const OFFERED_DAYS: [u32; 4] = [7, 30, 60, 90];
/// Days that are chosen at first, where the platform allows so many.
const USUAL_DAYS: u32 = 30;
const DAY: i64 = 86_400;

/// When something ends that is made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Never.
    None,
    /// After so many days.
    Days(u32),
    /// On a day that is chosen.
    Date,
}

impl End {
    /// The ends that a platform with this maximum allows.
    #[must_use]
    pub fn offered(max_days: Option<u32>) -> Vec<Self> {
        let is_allowed = |days: &u32| max_days.is_none_or(|max| *days <= max);
        let days = OFFERED_DAYS.into_iter().filter(is_allowed);
        let max = max_days.filter(|max| !OFFERED_DAYS.contains(max));
        let never = max_days.is_none().then_some(Self::None);
        days.chain(max).map(Self::Days).chain([Self::Date]).chain(never).collect()
    }

    /// The one that is chosen at first.
    #[must_use]
    pub fn usual(max_days: Option<u32>) -> Self {
        Self::Days(max_days.map_or(USUAL_DAYS, |max| max.min(USUAL_DAYS)))
    }

    /// Its value in the form.
    #[must_use]
    pub fn value(self) -> String {
        match self {
            Self::None => "none".to_owned(),
            Self::Days(days) => days.to_string(),
            Self::Date => "date".to_owned(),
        }
    }

    /// What the form says.
    #[must_use]
    pub fn parse(value: &str) -> Self {
        match value {
            "none" => Self::None,
            "date" => Self::Date,
            days => days.parse().map_or(Self::Date, Self::Days),
        }
    }

    /// The time, for something that is made `now`; `day` is the one that is chosen.
    #[must_use]
    pub fn at(self, day: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::None => None,
            Self::Days(days) => Some(now.plus_seconds(i64::from(days) * DAY)),
            Self::Date => day,
        }
    }

    /// That no day is chosen, where the end is one.
    #[must_use]
    pub fn fault(self, day: Option<Timestamp>) -> Option<FieldError> {
        let is_open = self == Self::Date && day.is_none();
        is_open.then(|| FieldError::new("/expires_at", "required", text::ui::must_choose()))
    }
}

/// Chooses an end.
#[component]
pub fn EndField(
    /// The end, as [`End::value`] says it.
    end: RwSignal<String>,
    /// The day, where the end is one.
    day: RwSignal<String>,
    /// Most days that it may last.
    #[prop(optional_no_strip)]
    max_days: Option<u32>,
    /// What an end is good for.
    #[prop(into)]
    help: String,
    /// Pointer of the faults of an end that is no day.
    pointer: &'static str,
    /// The form's faults.
    faults: Faults,
) -> impl IntoView {
    let words = |end: End| match end {
        End::None => text::ui::no_end().to_owned(),
        End::Days(days) => duration(u64::from(days) * 86_400),
        End::Date => text::ui::on_a_date().to_owned(),
    };
    let options: Vec<_> = End::offered(max_days).into_iter().map(|end| (end.value(), words(end))).collect();
    view! {
        <SelectField label=text::ui::ends() value=end options pointer faults help name="end"/>
        {move || (end.with(|end| End::parse(end)) == End::Date).then(|| view! {
            <TextField label=text::ui::day() value=day pointer="/expires_at" faults kind=Kind::Date help=Signal::stored(text::ui::day_help().to_owned()) name="day"/>
        })}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S1-PLT-08, S1-PLT-09: a maximum of 30 days forbids 60.
    #[test]
    fn ends_are_offered_as_far_as_the_maximum_allows() {
        assert_eq!(
            End::offered(None),
            [7, 30, 60, 90].map(End::Days).into_iter().chain([End::Date, End::None]).collect::<Vec<_>>()
        );
        assert_eq!(End::offered(Some(30)), [End::Days(7), End::Days(30), End::Date]);
        assert_eq!(End::offered(Some(3)), [End::Days(3), End::Date]);
        assert_eq!([End::usual(None), End::usual(Some(14))], [End::Days(30), End::Days(14)]);
        for end in End::offered(Some(730)).into_iter().chain([End::None]) {
            assert_eq!(End::parse(&end.value()), end);
        }
    }

    #[test]
    fn a_day_has_to_be_chosen() {
        let now = Timestamp::EPOCH;
        assert_eq!(End::Date.fault(None).map(|fault| fault.pointer).as_deref(), Some("/expires_at"));
        assert_eq!([End::Date.fault(Some(now)), End::None.fault(None)], [None, None]);
        assert_eq!(End::Days(7).at(None, now), Some(now.plus_seconds(7 * DAY)));
        assert_eq!([End::None.at(Some(now), now), End::Date.at(Some(now), now)], [None, Some(now)]);
    }
}
