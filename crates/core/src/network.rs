//! From where a key may be used.

pub(crate) mod address;

use core::{fmt, net::IpAddr};

use serde::{Serialize, Serializer};

use crate::digits::whole;

/// A block of addresses in CIDR notation (RFC 4632, RFC 4291 section 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// Why a text is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidNetwork {
    /// Not an address, or a prefix longer than it.
    Malformed,
    /// The address goes on where the network ends: most likely one of the two is
    /// not what was meant.
    Within(Network),
}

impl fmt::Display for InvalidNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => {
                f.write_str("a network is written as 203.0.113.0/24, 2001:db8::/32 or one address")
            }
            Self::Within(network) => {
                f.write_str("the address has digits beyond its prefix; the network would be ")?;
                network.fmt(f)
            }
        }
    }
}

impl core::error::Error for InvalidNetwork {}

impl Network {
    /// Reads a network, or one address.
    ///
    /// # Errors
    ///
    /// [`InvalidNetwork`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, InvalidNetwork> {
        let (address, prefix) = match text.split_once('/') {
            None => (text, None),
            Some((address, prefix)) => (address, Some(prefix)),
        };
        let address = address::parse(address).ok_or(InvalidNetwork::Malformed)?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(digits) => Some(digits)
                .filter(|digits| digits.len() <= 3)
                .and_then(whole)
                .and_then(|prefix| u8::try_from(prefix).ok())
                .ok_or(InvalidNetwork::Malformed)?,
        };
        // A client of IPv4 comes as such, so a mapped one would never match.
        if prefix > longest || address.to_canonical() != address {
            return Err(InvalidNetwork::Malformed);
        }
        let given = Self { address, prefix };
        let network = Self {
            address: from_bits(bits(address) & given.mask(), address),
            prefix,
        };
        if network == given {
            Ok(network)
        } else {
            Err(InvalidNetwork::Within(network))
        }
    }

    /// Whether the client at `address` is in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4()
            && (bits(address) ^ bits(self.address)) & self.mask() == 0
    }

    /// Whether it has every address that `other` has.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.prefix <= other.prefix && self.contains(other.address)
    }

    /// The bits that count, of those that [`bits`] has.
    fn mask(&self) -> u128 {
        u128::MAX
            .checked_shl(128 - u32::from(self.prefix))
            .unwrap_or(0)
    }
}

/// An address at the high end of 128 bits.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()) << 96,
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The reverse, of the kind that `like` is.
fn from_bits(bits: u128, like: IpAddr) -> IpAddr {
    match like {
        IpAddr::V4(_) => IpAddr::V4(((bits >> 96) as u32).into()),
        IpAddr::V6(_) => IpAddr::V6(bits.into()),
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address {
            IpAddr::V4(address) => {
                let mut before = "";
                for byte in address.octets() {
                    f.write_str(before)?;
                    f.write_str(&byte.to_string())?;
                    before = ".";
                }
            }
            IpAddr::V6(address) => f.write_str(&grouped(address.segments()))?,
        }
        f.write_str("/")?;
        f.write_str(&self.prefix.to_string())
    }
}

/// An address of IPv6 as RFC 5952 has it: the first of the longest runs of zeros
/// is left out. The standard library's has alignment and 1.6 KB, which nobody needs.
fn grouped(groups: [u16; 8]) -> String {
    let (mut zeros, mut gap) = (0, 8..9);
    for (at, &group) in groups.iter().enumerate() {
        zeros = if group == 0 { zeros + 1 } else { 0 };
        if zeros > gap.len() {
            gap = at + 1 - zeros..at + 1;
        }
    }
    let mut text = String::new();
    for (at, group) in groups.into_iter().enumerate() {
        if gap.contains(&at) {
            if at == gap.start {
                text.push_str("::");
            }
            continue;
        }
        if at > 0 && at != gap.end {
            text.push(':');
        }
        let digits = hex::encode(group.to_be_bytes());
        let digits = digits.trim_start_matches('0');
        text.push_str(if digits.is_empty() { "0" } else { digits });
    }
    text
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

/// From where a key may be used: from everywhere, or from these networks only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Networks(Vec<Network>);

impl Networks {
    /// These; none is everywhere.
    #[must_use]
    pub fn new(networks: Vec<Network>) -> Self {
        Self(networks)
    }

    /// Whether a client at `address` may use the key. One whose address nobody
    /// told may not, where it matters (promise 8).
    #[must_use]
    pub fn allow(&self, address: Option<IpAddr>) -> bool {
        self.0.is_empty()
            || address.is_some_and(|address| self.0.iter().any(|one| one.contains(address)))
    }

    /// Whether they allow every address that `others` allow.
    #[must_use]
    pub fn cover(&self, others: &Self) -> bool {
        let covered = |other: &Network| self.0.iter().any(|one| one.covers(other));
        self.0.is_empty() || (!others.0.is_empty() && others.0.iter().all(covered))
    }

    /// Whether every address is allowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As they are stored: with a line break after each.
    #[must_use]
    pub fn to_stored(&self) -> String {
        use fmt::Write;

        let mut lines = String::new();
        for network in &self.0 {
            let _ = writeln!(lines, "{network}");
        }
        lines
    }

    /// The reverse of [`Networks::to_stored`].
    #[must_use]
    pub fn from_stored(lines: &str) -> Option<Self> {
        lines
            .lines()
            .map(|line| Network::parse(line).ok())
            .collect::<Option<_>>()
            .map(Self)
    }

    /// Roughly the bytes of memory they take beyond themselves.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.0.len() * size_of::<Network>()
    }
}

/// A network in CIDR notation, or one address.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(as = Network, value_type = String, pattern = "^[0-9A-Fa-f.:]{2,45}(/[0-9]{1,3})?$", example = "203.0.113.0/24")]
pub struct NetworkSchema(());

#[cfg(test)]
mod tests {
    use core::net::{Ipv4Addr, Ipv6Addr};

    use super::*;
    use proptest::prelude::*;

    fn networks(list: &[&str]) -> Networks {
        Networks::new(
            list.iter()
                .map(|one| Network::parse(one).unwrap())
                .collect(),
        )
    }

    #[test]
    fn networks_and_single_addresses() {
        for (text, shown) in [
            ("203.0.113.7", "203.0.113.7/32"),
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:DB8:0::/32", "2001:db8::/32"),
            ("::/0", "::/0"),
            ("::1", "::1/128"),
        ] {
            assert_eq!(Network::parse(text).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for bad in [
            "",
            "10.0.0.1/33",
            "10.0.0/8",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/0008",
            "10.0.0.0/8/8",
            "010.0.0.0/8",
            " 10.0.0.0/8",
            "::/129",
            "fe80::1%eth0",
            "::ffff:10.0.0.0/104",
            "example.com",
        ] {
            assert_eq!(Network::parse(bad), Err(InvalidNetwork::Malformed), "{bad}");
        }
        let within = Network::parse("10.1.2.3/8").unwrap_err().to_string();
        assert!(within.ends_with("would be 10.0.0.0/8"), "{within}");
    }

    #[test]
    fn promise_8_a_client_of_an_unknown_address_is_outside() {
        let some = networks(&["10.0.0.0/8", "2001:db8::/32"]);
        assert!(!some.allow(None));
        assert!(some.allow("10.255.0.1".parse().ok()));
        assert!(
            some.allow("::ffff:10.1.1.1".parse().ok()),
            "the same client"
        );
        assert!(!some.allow("11.0.0.1".parse().ok()));
        assert!(some.allow("2001:db8::1".parse().ok()));
        assert!(!some.allow("2001:db9::1".parse().ok()));
        assert!(Networks::default().allow(None));
        assert!(!networks(&["::/0"]).allow("10.0.0.1".parse().ok()));
    }

    #[test]
    fn what_covers_what() {
        let wide = networks(&["10.0.0.0/8", "::/0"]);
        assert!(wide.cover(&networks(&["10.1.0.0/16", "2001:db8::1"])));
        assert!(!wide.cover(&networks(&["11.0.0.0/8"])));
        assert!(!wide.cover(&Networks::default()), "everywhere is more");
        assert!(Networks::default().cover(&wide));
        assert!(!networks(&["10.1.0.0/16"]).cover(&wide));
    }

    /// What the standard library writes, of every mixture of zeros.
    #[test]
    fn addresses_are_written_as_everybody_writes_them() {
        for zeros in 0_u16..256 {
            for group in [1, 0x0ab0, 0xffff] {
                let groups: [u16; 8] =
                    core::array::from_fn(|at| if zeros & (1 << at) == 0 { group } else { 0 });
                let address = Ipv6Addr::from(groups);
                if address.to_ipv4_mapped().is_none() {
                    assert_eq!(grouped(groups), address.to_string());
                }
            }
        }
    }

    proptest! {
        #[test]
        fn a_network_has_its_own_address_and_comes_back(
            v4 in any::<u32>(), v6 in any::<u128>(), short in 0_u8..=32, long in 0_u8..=128,
        ) {
            for (address, prefix) in [
                (IpAddr::V4(Ipv4Addr::from(v4)), short),
                (IpAddr::V6(Ipv6Addr::from(v6)), long),
            ] {
                prop_assert_eq!(Network { address, prefix }.to_string(), format!("{address}/{prefix}"));
                let network = match Network::parse(&format!("{address}/{prefix}")) {
                    Ok(network) | Err(InvalidNetwork::Within(network)) => network,
                    Err(InvalidNetwork::Malformed) => continue,
                };
                prop_assert!(network.contains(address));
                let all = Networks::new(vec![network]);
                prop_assert_eq!(Networks::from_stored(&all.to_stored()), Some(all));
            }
        }

        #[test]
        fn promise_11_no_text_makes_the_parser_panic(text in any::<String>()) {
            let _ = Network::parse(&text);
        }
    }
}
