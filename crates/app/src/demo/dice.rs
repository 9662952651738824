//! Numbers that look random and are the same for the same seed (SplitMix64).

/// A generator; good enough to spread people, never for secrets.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.next()) * u128::from(bound);
        (product >> 64) as u64
    }

    /// Yes in `per_mille` of 1,000 cases.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1_000) < per_mille
    }

    /// One of `items`, if there are any.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(usize::try_from(self.below(items.len() as u64)).ok()?)
    }

    /// One of `items`, the heavy ones more often.
    pub fn pick_weighted<'a, T>(&mut self, items: &'a [T], weight: impl Fn(&T) -> u32) -> Option<&'a T> {
        let total: u64 = items.iter().map(|item| u64::from(weight(item))).sum();
        let mut at = self.below(total);
        items.iter().find(|item| {
            let weight = u64::from(weight(item));
            let found = at < weight;
            at = at.saturating_sub(weight);
            found
        })
    }

    /// Seconds from 0 to `most`, small ones more often.
    pub fn recent(&mut self, most: u64) -> i64 {
        let linear = self.below(1 << 20);
        let squared = (u128::from(linear * linear) * u128::from(most)) >> 40;
        i64::try_from(squared).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers() {
        let numbers = |seed| {
            let mut dice = Dice::new(seed);
            [dice.below(1_000), dice.below(1_000), dice.below(1_000)]
        };
        assert_eq!(numbers(7), numbers(7));
        assert_ne!(numbers(7), numbers(8));
    }

    #[test]
    fn weights_are_kept() {
        let mut dice = Dice::new(1);
        let heavy = (0..10_000).filter(|_| dice.pick_weighted(&[9_u32, 1], |weight| *weight) == Some(&9)).count();
        assert!((8_800..9_200).contains(&heavy), "{heavy}");
        assert!((0..1_000).all(|_| dice.recent(50) <= 50));
        assert_eq!(dice.pick::<u8>(&[]), None);
    }
}
