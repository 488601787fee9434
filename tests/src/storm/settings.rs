//! What a storm is like.

use std::time::Duration;

use crate::{globe::Globe, kv::Hold, random::Random};

/// Drawn from the seed.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it all comes from.
    pub seed: u64,
    /// B.
    pub bound: Duration,
    /// How long it lasts, without the end.
    pub length: Duration,
    /// Threads that change keys.
    pub changers: usize,
    /// Keys that each of them makes.
    pub keys: usize,
    /// Isolates of each location.
    pub isolates: usize,
    /// How long locations remember values.
    pub hits: Hold,
    /// How long locations remember absences.
    pub misses: Hold,
    /// `WINDOW_ENTRIES`, if it is small.
    pub window: Option<usize>,
    /// `CACHE_ENTRIES`, if it is small.
    pub cache: Option<usize>,
}

impl Settings {
    /// Those of that seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let holds = [
            Hold::Nothing,
            Hold::For(Duration::from_secs(2)),
            Hold::ForEver,
            Hold::ForEver,
            Hold::ForEver,
            Hold::ForEver,
            Hold::ForEver,
        ];
        Self {
            seed,
            bound: Duration::from_secs(1),
            length: Duration::from_secs(10),
            changers: 10,
            keys: 2 + random.below(3),
            isolates: 1 + random.below(2),
            hits: holds[random.below(holds.len())],
            misses: holds[random.below(holds.len())],
            window: (random.below(3) == 0).then(|| random.below(8)),
            cache: (random.below(4) == 0).then(|| 1 + random.below(6)),
        }
    }

    /// A world like that.
    #[must_use]
    pub fn globe(&self) -> Globe {
        let mut globe = Globe::builder()
            .isolates(self.isolates)
            .text("BOUND_SECONDS", &self.bound.as_secs().to_string())
            .text("WINDOW_SECONDS", "3600");
        if let Some(entries) = self.window {
            globe = globe.text("WINDOW_ENTRIES", &entries.to_string());
        }
        if let Some(entries) = self.cache {
            globe = globe.text("CACHE_ENTRIES", &entries.to_string());
        }
        let globe = globe.start();
        globe.authority_kv().keep_pace();
        for location in globe.locations() {
            location.kv.hold(self.hits, self.misses);
        }
        globe
    }
}
