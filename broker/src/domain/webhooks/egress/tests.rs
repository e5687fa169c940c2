use std::net::IpAddr;

use url::Url;

use super::{Egress, HostRule, Network, Refused, is_public};

fn rules(hosts: &[&str], networks: &[&str]) -> Egress {
    Egress {
        schemes: vec!["http".to_owned(), "https".to_owned()],
        hosts: hosts.iter().map(|rule| rule.parse().unwrap()).collect(),
        networks: networks.iter().map(|network| network.parse().unwrap()).collect(),
        ..Egress::default()
    }
}

#[test]
fn only_public_addresses_are_public() {
    for (address, expected) in [
        ("1.1.1.1", true),
        ("8.8.8.8", true),
        ("100.63.255.255", true),
        ("172.15.0.1", true),
        ("172.32.0.1", true),
        ("192.0.1.1", true),
        ("223.255.255.255", true),
        ("0.0.0.0", false),
        ("10.0.0.1", false),
        ("100.64.0.1", false),
        ("127.0.0.1", false),
        ("127.255.255.254", false),
        ("169.254.169.254", false),
        ("172.16.0.1", false),
        ("172.31.255.255", false),
        ("192.0.0.8", false),
        ("192.0.2.1", false),
        ("192.88.99.1", false),
        ("192.168.1.1", false),
        ("198.18.0.1", false),
        ("198.51.100.1", false),
        ("203.0.113.1", false),
        ("224.0.0.1", false),
        ("240.0.0.1", false),
        ("255.255.255.255", false),
        ("2606:4700:4700::1111", true),
        ("2001:4860:4860::8888", true),
        ("::", false),
        ("::1", false),
        ("::7f00:1", false),
        ("::ffff:127.0.0.1", false),
        ("::ffff:10.0.0.1", false),
        ("::ffff:8.8.8.8", true),
        ("64:ff9b::7f00:1", false),
        ("64:ff9b::a9fe:a9fe", false),
        ("64:ff9b::808:808", true),
        ("64:ff9b:1::1", false),
        ("100::1", false),
        ("2001::1", false),
        ("2001:db8::1", false),
        ("2002:7f00:1::", false),
        ("3fff::1", false),
        ("fc00::1", false),
        ("fd12:3456::1", false),
        ("fe80::1", false),
        ("fec0::1", false),
        ("ff02::1", false),
    ] {
        assert_eq!(is_public(address.parse::<IpAddr>().unwrap()), expected, "{address}");
    }
}

#[test]
fn an_address_may_be_written_in_any_form() {
    for url in [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://0x7f.0.0.1/",
        "http://0x7f000001/",
        "http://017700000001/",
        "http://127.0.0.1./",
        "http://１２７.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://10.1.2.3/",
        "http://169.254.169.254/latest/meta-data",
        "http://2852039166/",
        "http://user@10.1.2.3/",
        "http://[fe80::1]/",
        "http://0/",
    ] {
        let refused = rules(&[], &[]).check_target(&Url::parse(url).unwrap());
        assert!(matches!(refused, Err(Refused::Address { .. })), "{url}: {refused:?}");
    }
    for url in
        ["http://8.8.8.8/", "http://134744072/", "http://[2606:4700:4700::1111]/", "http://example.org/"]
    {
        assert_eq!(rules(&[], &[]).check_target(&Url::parse(url).unwrap()), Ok(()), "{url}");
    }
}

#[test]
fn hosts_are_allowed_by_name_wildcard_expression_and_network() {
    let egress = rules(
        &["exact.example.org", "*.wild.example.org", r"/.*\.regex\.example\.org$/", "10.1.0.0/16"],
        &[],
    );
    for (url, expected) in [
        ("https://exact.example.org/x", true),
        ("https://EXACT.example.org.:8443/x", true),
        ("https://a.exact.example.org/x", false),
        ("https://a.wild.example.org/x", true),
        ("https://a.b.wild.example.org/x", false),
        ("https://wild.example.org/x", false),
        ("https://.wild.example.org/x", false),
        ("https://x.y.regex.example.org/x", true),
        ("https://x.regex.example.org.evil.example/x", false),
        ("https://10.1.2.3/x", true),
        ("https://[::ffff:10.1.2.3]/x", true),
        ("https://167838211/x", true),
        ("https://10.2.2.3/x", false),
        ("https://other.example.org/x", false),
        ("https://exact.example.org@other.example.org/x", false),
    ] {
        assert_eq!(egress.check_target(&Url::parse(url).unwrap()).is_ok(), expected, "{url}");
    }
    assert!(Egress::default().check_target(&Url::parse("http://example.org/").unwrap()).is_err());
    assert!(Egress::default().check_target(&Url::parse("ftp://example.org/").unwrap()).is_err());
}

#[test]
fn where_a_name_leads_is_looked_at_too() {
    let inside: IpAddr = "10.1.2.3".parse().unwrap();
    for (hosts, networks, host, expected) in [
        (&[][..], &[][..], "ci.example.org", false),
        (&["ci.example.org"][..], &[][..], "ci.example.org", true),
        (&["ci.example.org"][..], &[][..], "CI.example.org.", true),
        (&["ci.example.org"][..], &[][..], "other.example.org", false),
        (&["*.example.org"][..], &[][..], "ci.example.org", false),
        (&["/example/"][..], &[][..], "ci.example.org", false),
        (&["10.0.0.0/8"][..], &[][..], "ci.example.org", true),
        (&[][..], &["10.1.0.0/16"][..], "ci.example.org", true),
        (&[][..], &["::ffff:10.1.2.3"][..], "ci.example.org", true),
        (&[][..], &["10.2.0.0/16", "fd00::/8"][..], "ci.example.org", false),
    ] {
        let allowed = rules(hosts, networks).check_address(host, inside).is_ok();
        assert_eq!(allowed, expected, "{hosts:?} {networks:?} {host}");
    }
    assert_eq!(rules(&[], &[]).check_address("ci.example.org", "8.8.8.8".parse().unwrap()), Ok(()));
}

#[test]
fn rules_are_shown_as_they_are_written_and_nonsense_is_refused() {
    for rule in ["a.example.org", "*.example.org", "/x.y/", "10.0.0.0/8", "fd00::/8"] {
        assert_eq!(rule.parse::<HostRule>().unwrap().to_string(), rule);
    }
    for rule in ["", "/(/", "a b", "10.0.0.0/33", "*."] {
        assert!(rule.parse::<HostRule>().is_err(), "{rule}");
    }
    for network in ["10.0.0.0/", "10.0.0/8", "::/129", "example.org"] {
        assert!(network.parse::<Network>().is_err(), "{network}");
    }
    assert!("0.0.0.0/0".parse::<Network>().unwrap().contains("1.2.3.4".parse().unwrap()));
    assert!(!"0.0.0.0/0".parse::<Network>().unwrap().contains("2606::1".parse().unwrap()));
}
