//! Addresses as they are written. The standard library reads the same texts; its
//! reader takes three times the bytes, in the Worker and on the page, and both
//! have a budget. Tests hold the two against each other.

use core::net::IpAddr;

/// Reads an address of IPv4, in dotted decimal without leading zeros, or of IPv6
/// (RFC 4291, section 2.2).
#[must_use]
pub(crate) fn parse(text: &str) -> Option<IpAddr> {
    if text.bytes().any(|byte| byte == b':') {
        v6(text).map(|address| IpAddr::V6(address.into()))
    } else {
        v4(text).map(|address| IpAddr::V4(address.into()))
    }
}

fn v4(text: &str) -> Option<u32> {
    let (mut address, mut parts) = (0, 0);
    for part in text.split('.') {
        // What begins with a zero is octal to some readers.
        let plain = part.len() == 1 || !part.starts_with('0');
        address = address << 8 | number(part, 3, 10).filter(|part| plain && *part < 256)?;
        parts += 1;
        if parts > 4 {
            return None;
        }
    }
    (parts == 4).then_some(address)
}

fn v6(text: &str) -> Option<u128> {
    // What stands before the gap, with how many groups; and what follows it.
    let (mut before, mut address, mut groups) = (None, 0_u128, 0);
    let mut rest = text;
    if let Some(after) = rest.strip_prefix("::") {
        before = Some((0, 0));
        rest = after;
    }
    while !(rest.is_empty() && before.is_some_and(|(_, many)| many == groups)) {
        let (part, after) = match rest.split_once(':') {
            Some((part, after)) => (part, Some(after)),
            None => (rest, None),
        };
        if after.is_none() && part.bytes().any(|byte| byte == b'.') {
            address = address << 32 | u128::from(v4(part)?);
            groups += 2;
        } else {
            address = address << 16 | u128::from(number(part, 4, 16)?);
            groups += 1;
        }
        let Some(after) = after else { break };
        rest = after;
        if let Some(after) = rest.strip_prefix(':') {
            if before.replace((address, groups)).is_some() {
                return None;
            }
            address = 0;
            rest = after;
        }
        if groups > 8 {
            return None;
        }
    }
    match before {
        // A gap stands for one group at least.
        Some((start, many)) if groups < 8 => {
            Some(start.checked_shl(16 * (8 - many)).unwrap_or(0) | address)
        }
        None if groups == 8 => Some(address),
        _ => None,
    }
}

/// A number of so many digits at most.
fn number(digits: &str, most: usize, radix: u32) -> Option<u32> {
    let fits = (1..=most).contains(&digits.len());
    let mut number = fits.then_some(0)?;
    for digit in digits.chars() {
        number = number * radix + digit.to_digit(radix)?;
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn assert_alike(text: &str) {
        assert_eq!(parse(text), text.parse().ok(), "{text:?}");
    }

    #[test]
    fn it_reads_what_the_standard_library_reads() {
        for text in [
            "",
            ".",
            ":",
            "::",
            ":::",
            "::::",
            "1",
            "1.2.3",
            "1.2.3.4",
            "1.2.3.4.",
            ".1.2.3.4",
            "1.2.3.4.5",
            "1..2.3",
            "256.1.1.1",
            "1.1.1.256",
            "01.2.3.4",
            "0.0.0.0",
            "00.0.0.0",
            "255.255.255.255",
            "1.2.3.4 ",
            " 1.2.3.4",
            "+1.2.3.4",
            "1.2.3.-4",
            "0x1.2.3.4",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:",
            ":2:3:4:5:6:7:8",
            "::2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::",
            "1::8",
            "1::2::3",
            "::1",
            "1::",
            "1:::2",
            "::1:2:3:4:5:6:7:8",
            "1:2:3:4::5:6:7:8",
            "1:2:3::5:6:7:8",
            "1:2:3:4:5:6:1.2.3.4",
            "1:2:3:4:5:6:7:1.2.3.4",
            "1:2:3:4:5:1.2.3.4",
            "::1.2.3.4",
            "::ffff:1.2.3.4",
            "1.2.3.4::",
            "::1.2.3.4:5",
            "::1.2.3",
            "64:ff9b::1.2.3.4",
            "1::2:1.2.3.4",
            "fe80::1%eth0",
            "[::1]",
            "ABCD::abcd",
            "g::",
            "12345::",
            "0001::",
            "00001::",
            "::ffff:01.2.3.4",
            "é::",
            "1:2:3:4:5:6::1.2.3.4",
            "1:2:3:4:5::1.2.3.4",
            "::-1",
            "::+1",
            ":1",
            "1:",
            "1::2:",
            ":1::2",
            "१.2.3.4",
        ] {
            assert_alike(text);
        }
    }

    proptest! {
        #[test]
        fn promise_11_no_text_makes_the_reader_panic(text in ".{0,50}") {
            prop_assert_eq!(parse(&text), text.parse().ok());
        }

        #[test]
        fn what_is_almost_an_address_is_read_alike(text in "[0-9a-f:.]{0,24}|([0-9a-f]{0,4}(:|::)){0,8}[0-9a-f.]{0,5}|([0-9]{1,3}\\.){2,4}[0-9]{0,3}|([0-9a-f]{1,3}:{1,2}){1,6}([0-9]{1,3}\\.){3}[0-9]{1,3}") {
            prop_assert_eq!(parse(&text), text.parse().ok());
        }

        #[test]
        fn every_address_is_read(v4 in any::<u32>(), v6 in any::<[u16; 8]>(), zeros in any::<u8>()) {
            let mut groups = v6;
            for (at, group) in groups.iter_mut().enumerate() {
                if zeros >> at & 1 == 1 {
                    *group = 0;
                }
            }
            let (v4, v6) = (core::net::Ipv4Addr::from(v4), core::net::Ipv6Addr::from(groups));
            prop_assert_eq!(parse(&v4.to_string()), Some(IpAddr::V4(v4)));
            prop_assert_eq!(parse(&v6.to_string()), Some(IpAddr::V6(v6)));
        }
    }
}
