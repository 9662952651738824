//! Levels of use: from which share on each holds, what it is called and which colour it has.

use serde::{Deserialize, Serialize};

use super::Balance;
use crate::{Amount, names::named};

named! {
    /// Level that the use of an allocation has reached.
    AllocationState {
        /// Below the others.
        Normal = "normal",
        /// Half is used, unless the settings say another share.
        Notice = "notice",
        /// Four fifths are used, unless the settings say another share.
        Warning = "warning",
        /// Nearly all is used.
        Critical = "critical",
        /// More is used than was granted.
        Over = "over",
    }
}

named! {
    /// Colour of a level.
    Colour {
        /// Grey.
        Grey = "grey",
        /// Green.
        Green = "green",
        /// Blue.
        Blue = "blue",
        /// Yellow.
        Yellow = "yellow",
        /// Orange.
        Orange = "orange",
        /// Red.
        Red = "red",
    }
}

/// From where on a level holds, and how it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AllocationLevel))]
pub struct Level {
    /// Which.
    pub state: AllocationState,
    /// Hundredths of the total from which on it holds; above the whole for `over`.
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = String, pattern = r"^[0-9]{1,12}(\.[0-9]{1,4})?$", example = "80")
    )]
    pub from_percent: Amount,
    /// What the platform calls it.
    #[cfg_attr(feature = "openapi", schema(example = "Normal"))]
    pub label: String,
    /// Its colour.
    pub colour: Colour,
}

/// All levels, as the settings have them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels {
    /// What is counted.
    pub unit: String,
    /// Each, in the order of [`AllocationState::ALL`].
    pub shown: [Level; 5],
}

impl Levels {
    /// The level that `balance` has reached.
    #[must_use]
    pub fn state(&self, balance: Balance) -> AllocationState {
        if balance.used > balance.total {
            return AllocationState::Over;
        }
        let reached = |level: &&Level| balance.percent().is_some_and(|percent| percent >= level.from_percent);
        self.shown.iter().rev().skip(1).find(reached).map_or(AllocationState::Normal, |level| level.state)
    }

    /// From which share on, and below which one, `state` holds for what is not overdrawn; nothing for `over`.
    #[must_use]
    pub fn range(&self, state: AllocationState) -> Option<(Option<Amount>, Option<Amount>)> {
        let from = |state| Some(self.level(state).from_percent);
        match state {
            AllocationState::Normal => Some((None, from(AllocationState::Notice))),
            AllocationState::Notice => Some((from(state), from(AllocationState::Warning))),
            AllocationState::Warning => Some((from(state), from(AllocationState::Critical))),
            AllocationState::Critical => Some((from(state), None)),
            AllocationState::Over => None,
        }
    }

    /// How `state` is shown.
    #[must_use]
    pub const fn level(&self, state: AllocationState) -> &Level {
        &self.shown[state as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    /// The levels at 50, 80 and 95 % and over 100 (S1-GRP-07).
    #[test]
    fn levels_are_reached_at_their_share() {
        let levels = Settings::default().allocation_levels();
        let state = |used: u32, total: u32| {
            levels.state(Balance { total: total.into(), used: used.into(), reserved: Amount::ZERO })
        };
        for (used, expected) in [
            (0, AllocationState::Normal),
            (499, AllocationState::Normal),
            (500, AllocationState::Notice),
            (799, AllocationState::Notice),
            (800, AllocationState::Warning),
            (950, AllocationState::Critical),
            (1_000, AllocationState::Critical),
            (1_001, AllocationState::Over),
        ] {
            assert_eq!(state(used, 1_000), expected, "{used}");
        }
        assert_eq!((state(0, 0), state(1, 0)), (AllocationState::Normal, AllocationState::Over));
        assert_eq!(levels.level(AllocationState::Over).colour, Colour::Red);
    }

    #[test]
    fn ranges_hold_what_the_levels_say() {
        let levels = Settings::default().allocation_levels();
        for used in 0..=100_u32 {
            let balance = Balance { total: 100.into(), used: used.into(), reserved: Amount::ZERO };
            let (from, below) = levels.range(levels.state(balance)).unwrap();
            let percent = Amount::from(used);
            assert!(from.is_none_or(|from| percent >= from) && below.is_none_or(|below| percent < below), "{used}");
        }
    }
}
