//! What an answer to a change says about who knows of it.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;

use crate::shape::assert_members;

/// The member `propagation`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Propagation {
    /// Each region, and whether its feed has confirmed.
    pub regions: BTreeMap<String, bool>,
    /// After this long no older answer comes from a region that has confirmed.
    pub bound: Duration,
}

impl Propagation {
    /// # Panics
    /// When it has another shape.
    #[track_caller]
    #[must_use]
    pub fn read(value: &Value) -> Self {
        assert_members(value, &["regions", "bound_seconds"]);
        let regions = value["regions"].as_object().expect("regions");
        let confirmed = |state: &Value| match state.as_str() {
            Some("confirmed") => true,
            Some("pending") => false,
            _ => panic!("neither confirmed nor pending: {value}"),
        };
        let regions = regions
            .iter()
            .map(|(region, state)| (region.clone(), confirmed(state)));
        Self {
            regions: regions.collect(),
            bound: Duration::from_secs(value["bound_seconds"].as_u64().expect("seconds")),
        }
    }

    /// The regions that have not.
    #[must_use]
    pub fn pending(&self) -> Vec<String> {
        let pending = self.regions.iter().filter(|(_, confirmed)| !**confirmed);
        pending.map(|(region, _)| region.clone()).collect()
    }
}
