//! Where on earth an isolate runs, and which feed is its own.

use core::fmt;

/// A part of the world, by the name under which the platform places a Durable
/// Object there (its location hint). There is one feed for each that is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Region {
    /// Western North America.
    Wnam,
    /// Eastern North America.
    Enam,
    /// South America.
    Sam,
    /// Western Europe.
    Weur,
    /// Eastern Europe.
    Eeur,
    /// Asia and the Pacific.
    Apac,
    /// Oceania.
    Oc,
    /// Africa.
    Afr,
    /// Middle East.
    Me,
}

impl Region {
    /// Every region that the platform has a hint for.
    pub const ALL: [Self; 9] = [
        Self::Wnam,
        Self::Enam,
        Self::Sam,
        Self::Weur,
        Self::Eeur,
        Self::Apac,
        Self::Oc,
        Self::Afr,
        Self::Me,
    ];

    /// The location hint, and the name of the region's feed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wnam => "wnam",
            Self::Enam => "enam",
            Self::Sam => "sam",
            Self::Weur => "weur",
            Self::Eeur => "eeur",
            Self::Apac => "apac",
            Self::Oc => "oc",
            Self::Afr => "afr",
            Self::Me => "me",
        }
    }

    /// `None` for any other word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|region| region.as_str() == text)
    }

    /// The regions near a continent, by its two-letter code, the nearest first.
    fn near(continent: &str) -> [Self; 9] {
        use Region::{Afr, Apac, Eeur, Enam, Me, Oc, Sam, Weur, Wnam};
        match continent {
            "EU" => [Weur, Eeur, Me, Enam, Afr, Wnam, Apac, Sam, Oc],
            "AS" => [Apac, Me, Oc, Eeur, Weur, Wnam, Enam, Afr, Sam],
            "OC" => [Oc, Apac, Wnam, Enam, Sam, Weur, Me, Eeur, Afr],
            "AF" => [Afr, Weur, Me, Eeur, Enam, Sam, Apac, Wnam, Oc],
            "SA" => [Sam, Enam, Wnam, Weur, Afr, Eeur, Me, Apac, Oc],
            _ => [Enam, Wnam, Sam, Weur, Eeur, Apac, Me, Oc, Afr],
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The regions that have a feed: one at least, none twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regions(Vec<Region>);

/// The setting names no region, an unknown one, or one twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidRegions;

impl fmt::Display for InvalidRegions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("regions are one or more of")?;
        for region in Region::ALL {
            write!(f, " {region}")?;
        }
        f.write_str(", each once, with spaces between")
    }
}

impl core::error::Error for InvalidRegions {}

impl Default for Regions {
    /// North America, Europe, Asia.
    fn default() -> Self {
        Self(vec![Region::Enam, Region::Weur, Region::Apac])
    }
}

impl Regions {
    /// Reads the setting: names with spaces between.
    ///
    /// # Errors
    ///
    /// [`InvalidRegions`] when a name is unknown or repeated, or there is none.
    pub fn parse(text: &str) -> Result<Self, InvalidRegions> {
        let mut regions = Vec::new();
        for word in text.split_whitespace() {
            let region = Region::parse(word).ok_or(InvalidRegions)?;
            if regions.contains(&region) {
                return Err(InvalidRegions);
            }
            regions.push(region);
        }
        if regions.is_empty() {
            return Err(InvalidRegions);
        }
        Ok(Self(regions))
    }

    /// In the order of the setting.
    pub fn iter(&self) -> impl Iterator<Item = Region> {
        self.0.iter().copied()
    }

    /// Whether this one has a feed.
    #[must_use]
    pub fn contains(&self, region: Region) -> bool {
        self.0.contains(&region)
    }

    /// Which feeds to ask, in this order: `home` first, where it has one, then
    /// the others from the nearest to `continent` on.
    #[must_use]
    pub fn in_order_from(&self, home: Option<Region>, continent: &str) -> Vec<Region> {
        let near = home.into_iter().chain(Region::near(continent));
        let mut order: Vec<Region> = Vec::with_capacity(self.0.len());
        for region in near.filter(|region| self.contains(*region)) {
            if !order.contains(&region) {
                order.push(region);
            }
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_names_each_region_once() {
        let regions = Regions::parse(" weur  enam ").unwrap();
        assert_eq!(
            regions.iter().collect::<Vec<_>>(),
            [Region::Weur, Region::Enam]
        );
        for bad in ["", " ", "mars", "weur weur", "WEUR", "weur,enam"] {
            assert_eq!(Regions::parse(bad), Err(InvalidRegions), "{bad:?}");
        }
        for region in Region::ALL {
            assert_eq!(Region::parse(region.as_str()), Some(region));
        }
    }

    #[test]
    fn the_nearest_feed_is_asked_first_and_each_is_asked() {
        let regions = Regions::default();
        let order = |home, continent| regions.in_order_from(home, continent);
        assert_eq!(
            order(None, "EU"),
            [Region::Weur, Region::Enam, Region::Apac]
        );
        assert_eq!(order(None, "OC")[0], Region::Apac);
        assert_eq!(order(None, "")[0], Region::Enam);
        assert_eq!(order(Some(Region::Apac), "EU")[0], Region::Apac);
        assert_eq!(order(Some(Region::Oc), "EU")[0], Region::Weur);
        for continent in ["EU", "AS", "OC", "AF", "SA", "NA", "AN", "T1"] {
            assert_eq!(order(None, continent).len(), 3, "{continent}");
        }
    }
}
