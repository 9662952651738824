//! The rules of a balance: what each kind of entry changes, and what is refused.

use super::{Allocation, EntryKind, Levels, LimitKind};
use crate::{Amount, Error, Result, error::Rule};

/// The sums of a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Balance {
    /// Granted.
    pub total: Amount,
    /// Reserved.
    pub reserved: Amount,
    /// Used.
    pub used: Amount,
}

/// By how much an entry changes the sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    /// What kind of entry it is.
    pub kind: EntryKind,
    /// Change of what is granted.
    pub total: Amount,
    /// Change of what is reserved.
    pub reserved: Amount,
    /// Change of what is used.
    pub used: Amount,
}

impl Movement {
    const fn new(kind: EntryKind) -> Self {
        Self { kind, total: Amount::ZERO, reserved: Amount::ZERO, used: Amount::ZERO }
    }

    /// `amount` is granted, or taken back when it is negative.
    #[must_use]
    pub const fn grant(amount: Amount) -> Self {
        Self { total: amount, ..Self::new(EntryKind::Grant) }
    }

    /// `amount` is held back.
    #[must_use]
    pub const fn reserve(amount: Amount) -> Self {
        Self { reserved: amount, ..Self::new(EntryKind::Reserve) }
    }

    /// Of what was `reserved`, or beyond it, `used` was used; the rest is free again.
    #[must_use]
    pub const fn settle(reserved: Amount, used: Amount) -> Self {
        Self { reserved: reserved.negated(), used, ..Self::new(EntryKind::Settle) }
    }

    /// What was `reserved` is free again: given up, or run out.
    #[must_use]
    pub const fn free(kind: EntryKind, reserved: Amount) -> Self {
        Self { reserved: reserved.negated(), ..Self::new(kind) }
    }
}

impl Balance {
    /// Neither used nor reserved.
    #[must_use]
    pub const fn available(self) -> Amount {
        // `after` keeps used and reserved together in range.
        Amount::from_parts(self.total.parts() - self.used.parts() - self.reserved.parts())
    }

    /// The balance after `movement`.
    ///
    /// # Errors
    /// `Conflict` when a hard limit would be exceeded, `Invalid` when an amount would be negative or out of range.
    pub fn after(self, movement: &Movement, limit: LimitKind) -> Result<Self> {
        let sum = |now: Amount, change: Amount| now.plus(change).filter(|sum| *sum >= Amount::ZERO);
        let out_of_range =
            || Error::field("/amount", "out-of-range", "would leave an amount that is negative or too large");
        let after = Self {
            total: sum(self.total, movement.total).ok_or_else(out_of_range)?,
            reserved: sum(self.reserved, movement.reserved).ok_or_else(out_of_range)?,
            used: sum(self.used, movement.used).ok_or_else(out_of_range)?,
        };
        after.used.plus(after.reserved).ok_or_else(out_of_range)?;
        after.check(limit)?;
        Ok(after)
    }

    /// Checks that the balance is possible under `limit`.
    ///
    /// # Errors
    /// `Conflict` when a hard limit is exceeded.
    pub fn check(self, limit: LimitKind) -> Result<()> {
        if limit == LimitKind::Hard && self.available() < Amount::ZERO {
            return Err(Rule::AllocationExceeded.into());
        }
        Ok(())
    }

    /// Hundredths of the total that are used; nothing when nothing is granted.
    #[must_use]
    pub fn percent(self) -> Option<Amount> {
        self.used.percent_of(self.total)
    }

    /// The balance for people.
    #[must_use]
    pub fn allocation(self, limit: LimitKind, levels: &Levels) -> Allocation {
        let state = levels.state(self);
        let level = levels.level(state);
        Allocation {
            limit,
            total: self.total,
            used: self.used,
            reserved: self.reserved,
            available: self.available(),
            percent: self.percent(),
            state,
            label: level.label.clone(),
            colour: level.colour,
            unit: levels.unit.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn amount() -> impl Strategy<Value = Amount> {
        (-50_000_i64..200_000).prop_map(Amount::from_parts)
    }

    fn movement() -> impl Strategy<Value = Movement> {
        let positive = || (0_i64..80_000).prop_map(Amount::from_parts);
        prop_oneof![
            amount().prop_map(Movement::grant),
            positive().prop_map(Movement::reserve),
            (positive(), positive()).prop_map(|(reserved, used)| Movement::settle(reserved, used)),
            positive().prop_map(|reserved| Movement::free(EntryKind::Release, reserved)),
        ]
    }

    proptest! {
        /// The sums of the entries that were taken are the balance, and a hard limit is never exceeded (S1-GRP-07).
        #[test]
        fn sums_are_the_balance(movements in proptest::collection::vec(movement(), 0..60), is_hard in any::<bool>()) {
            let limit = if is_hard { LimitKind::Hard } else { LimitKind::Soft };
            let (mut balance, mut taken) = (Balance::default(), Vec::new());
            for movement in movements {
                if let Ok(after) = balance.after(&movement, limit) {
                    balance = after;
                    taken.push(movement);
                }
                prop_assert!(!is_hard || balance.used.parts() + balance.reserved.parts() <= balance.total.parts());
                prop_assert!(balance.total >= Amount::ZERO && balance.used >= Amount::ZERO && balance.reserved >= Amount::ZERO);
            }
            let sum = |part: fn(&Movement) -> Amount| taken.iter().map(|movement| part(movement).parts()).sum::<i64>();
            prop_assert_eq!(sum(|movement| movement.total), balance.total.parts());
            prop_assert_eq!(sum(|movement| movement.reserved), balance.reserved.parts());
            prop_assert_eq!(sum(|movement| movement.used), balance.used.parts());
        }
    }

    #[test]
    fn what_is_refused() {
        let ten = Balance { total: Amount::from(10), reserved: Amount::from(6), used: Amount::from(4) };
        let code = |movement: Movement, limit| ten.after(&movement, limit).err().map(|error| error.code());
        let little = Amount::from_parts(1);
        assert_eq!(code(Movement::reserve(little), LimitKind::Hard), Some("allocation-exceeded"));
        assert_eq!(code(Movement::reserve(little), LimitKind::Soft), None);
        assert_eq!(code(Movement::settle(Amount::from(6), Amount::from(6)), LimitKind::Hard), None);
        assert_eq!(
            code(Movement::settle(Amount::from(2), Amount::from(3)), LimitKind::Hard),
            Some("allocation-exceeded")
        );
        assert_eq!(code(Movement::grant(little.negated()), LimitKind::Hard), Some("allocation-exceeded"));
        assert_eq!(code(Movement::grant(Amount::from(11).negated()), LimitKind::Soft), Some("invalid"));
        assert_eq!(code(Movement::grant(Amount::MAX), LimitKind::Soft), Some("invalid"));
    }
}
