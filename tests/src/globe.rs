//! Several locations before one authority: two processes, so that isolates and
//! objects can die without one another.
//!
//! Each location belongs to a region, has a KV endpoint with a memory of its
//! own and one or more isolates; gates stand on every way from a location to
//! an object and between the objects. See [`config`](crate::config).

use std::time::Duration;

use crate::{
    callers::Admin,
    client::Door,
    config::{AUTHORITY, FEED_KEY, OBJECTS, Objects, Place, Plan},
    gate::{Gate, Passage, Way},
    kv::{Endpoint, Store},
    locate,
    object::{Files, Saved},
    site::{self, Site},
    switch::Switch,
};

/// The regions of a globe, each with one location.
pub const REGIONS: [&str; 3] = ["enam", "weur", "apac"];

/// One more place, for changes: an isolate that made a change knows of it
/// sooner than the others, and should not be the one whose delay is measured.
const DESK: &str = "desk";

/// What a globe is to be like.
#[derive(Debug)]
pub struct Builder {
    isolates: usize,
    texts: Vec<(String, String)>,
}

impl Builder {
    /// How many isolates each location has. One that was never asked knows nothing.
    #[must_use]
    pub fn isolates(mut self, isolates: usize) -> Self {
        self.isolates = isolates;
        self
    }

    /// One more secret or variable.
    #[must_use]
    pub fn text(mut self, name: &str, value: &str) -> Self {
        self.texts.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts it.
    ///
    /// # Panics
    /// When workerd or the Worker is missing or does not start.
    #[must_use]
    pub fn start(self) -> Globe {
        let mut given = vec![
            ("BOUND_SECONDS".to_owned(), BOUND.as_secs().to_string()),
            ("REGIONS".to_owned(), REGIONS.join(" ")),
        ];
        given.extend(self.texts);
        let (root, texts) = site::texts(given, &[]);
        let store = Store::default();
        let gate = Gate::start();
        let authority_kv = Endpoint::serve(store.clone());
        let names = REGIONS.iter().copied().chain([DESK]);
        let places = names.map(|name| {
            let kv = Endpoint::serve(store.clone());
            let (region, isolates) = match name {
                DESK => (REGIONS[0], 1),
                _ => (name, self.isolates),
            };
            let place = Place {
                name: name.to_owned(),
                sockets: (1..=isolates).map(|at| format!("{name}-{at}")).collect(),
                texts: vec![("REGION".to_owned(), region.to_owned())],
                kv: kv.port(),
            };
            (place, kv)
        });
        let (places, kvs): (Vec<Place>, Vec<Endpoint>) = places.unzip();
        let plan = |places, objects| Plan {
            compatibility_date: locate::compatibility_date(),
            texts: texts.clone(),
            places,
            objects,
            open: false,
            sink: None,
            mail: false,
        };
        let gate_port = gate.port();
        let here = Objects::Here {
            gate: gate_port,
            kv: authority_kv.port(),
        };
        let mut authority = Site::start(&plan(Vec::new(), here));
        let switch = Switch::start(authority.door(OBJECTS).clone());
        let elsewhere = Objects::Elsewhere {
            gate: gate_port,
            authority: switch.port(),
        };
        let plan = plan(places, elsewhere);
        let mut edges = Site::start(&plan);
        for site in [&mut authority, &mut edges] {
            site.expect_in_log("the gate");
        }
        let locations = plan.places.iter().zip(kvs).map(|(place, kv)| {
            let isolates = place.sockets.iter().map(|socket| Isolate {
                name: socket.clone(),
                door: edges.door(socket).clone(),
            });
            Location {
                region: place.name.clone(),
                isolates: isolates.collect(),
                kv,
            }
        });
        let mut locations: Vec<Location> = locations.collect();
        let desk = locations.pop().expect("the desk");
        Globe {
            locations,
            desk,
            edges,
            authority,
            _switch: switch,
            root,
            store,
            gate,
            authority_kv,
        }
    }
}

/// B of a globe, unless it is set: as short as it can be.
pub const BOUND: Duration = Duration::from_secs(1);

/// Several locations and what stands behind them.
#[derive(Debug)]
pub struct Globe {
    edges: Site,
    authority: Site,
    _switch: Switch,
    root: String,
    locations: Vec<Location>,
    desk: Location,
    gate: Gate,
    authority_kv: Endpoint,
    store: Store,
}

/// A location of the Worker.
#[derive(Debug)]
pub struct Location {
    /// Its region, which is its name too.
    pub region: String,
    /// Its isolates.
    pub isolates: Vec<Isolate>,
    /// The KV as it is seen from here.
    pub kv: Endpoint,
}

/// One isolate of a location.
#[derive(Clone, Debug)]
pub struct Isolate {
    /// The location and a number.
    pub name: String,
    /// Where it answers.
    pub door: Door,
}

impl Globe {
    /// One isolate for each location, nothing remembered, all gates open.
    #[must_use]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// For one that is not plain.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            isolates: 1,
            texts: Vec::new(),
        }
    }

    /// The root token.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// All locations.
    #[must_use]
    pub fn locations(&self) -> &[Location] {
        &self.locations
    }

    /// The location in that region.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn location(&self, region: &str) -> &Location {
        let found = self.locations.iter().find(|place| place.region == region);
        found.expect("a location in that region")
    }

    /// The isolate through which changes go that no location is to make itself.
    #[must_use]
    pub fn desk(&self) -> &Isolate {
        &self.desk.isolates[0]
    }

    /// The holder of the root token, at the desk.
    #[must_use]
    pub fn admin(&self) -> Admin {
        self.admin_at(self.desk())
    }

    /// The holder of the root token, at that isolate.
    #[must_use]
    pub fn admin_at(&self, isolate: &Isolate) -> Admin {
        Admin {
            door: isolate.door.clone(),
            token: self.root.clone(),
        }
    }

    /// All isolates of all locations.
    pub fn isolates(&self) -> impl Iterator<Item = &Isolate> {
        self.locations.iter().flat_map(|place| &place.isolates)
    }

    /// The control of the gates.
    #[must_use]
    pub fn gate(&self) -> &Gate {
        &self.gate
    }

    /// From a location to the feed of a region.
    pub fn set_poll(&self, from: &str, region: &str, passage: Passage) {
        self.gate.set_way(&Way::to_feed(from, region), passage);
    }

    /// From a location to the workspace object.
    pub fn set_ask(&self, from: &str, passage: Passage) {
        self.gate.set_way(&Way::to_workspace(from), passage);
    }

    /// From the workspace object to the feed of a region.
    pub fn set_publish(&self, region: &str, passage: Passage) {
        self.gate.set_way(&Way::to_feed(AUTHORITY, region), passage);
    }

    /// From the feeds to the workspace object.
    pub fn set_catch_up(&self, passage: Passage) {
        self.gate.set_way(&Way::to_workspace(AUTHORITY), passage);
    }

    /// The way to the KV that the outbox writes through.
    #[must_use]
    pub fn authority_kv(&self) -> &Endpoint {
        &self.authority_kv
    }

    /// What is in the KV.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// All faults end. What locations remember stays remembered.
    pub fn heal(&self) {
        self.gate.open_all();
        self.authority_kv.heal();
        for location in &self.locations {
            location.kv.heal();
        }
    }

    /// How many operations met a fault.
    #[must_use]
    pub fn faults_met(&self) -> usize {
        let kvs = self.locations.iter().map(|location| &location.kv);
        let kvs = kvs.chain([&self.authority_kv]);
        self.gate.faults_met() + kvs.map(Endpoint::faults_met).sum::<usize>()
    }

    /// Bytes that the process of the locations has now; 0 where the system does
    /// not say.
    #[must_use]
    pub fn memory(&self) -> u64 {
        self.edges.memory()
    }

    /// The process of the locations: killed and started, all isolates are fresh.
    pub fn edges(&mut self) -> &mut Site {
        &mut self.edges
    }

    /// The process of the objects: killed and started, isolates live on.
    pub fn authority(&mut self) -> &mut Site {
        &mut self.authority
    }

    /// `kill -9` of everything.
    pub fn kill(&mut self) {
        self.edges.kill();
        self.authority.kill();
    }

    /// Starts everything on the state that is there.
    pub fn start_again(&mut self) {
        self.authority.start_again();
        self.edges.start_again();
    }

    /// `kill -9` of everything, and a start.
    pub fn crash(&mut self) {
        self.kill();
        self.start_again();
    }

    /// A deployment with that variable changed.
    pub fn deploy(&mut self, name: &str, value: &str) {
        self.authority.deploy(name, value);
        self.edges.deploy(name, value);
    }

    /// What the feed of a region has stored. While the authority is down.
    #[must_use]
    pub fn save_feed(&self, region: &str) -> Saved {
        self.feed(region).save()
    }

    /// Puts the feed of a region back to what it was. While the authority is down.
    pub fn restore_feed(&self, region: &str, saved: &Saved) {
        self.feed(region).restore(saved);
    }

    /// The feed of a region loses all it has. While the authority is down.
    pub fn lose_feed(&self, region: &str) {
        self.feed(region).lose();
    }

    fn feed(&self, region: &str) -> Files {
        Files::of(&self.authority.state(), FEED_KEY, region)
    }
}
