package guard

import (
	"fmt"
	"net/netip"
	"strings"
)

// closed are the networks that no request may reach: private, of this host or link, shared, for documentation and tests, for
// several at once, or without an owner (RFC 6890 and the registries that follow it). For IPv6 it is the other way round, see open.
func closed() []netip.Prefix {
	return networks(
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
		"192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
		"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		// Of what IPv6 has opened: protocols' own (Teredo among them), documentation, 6to4's relays.
		"2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20",
	)
}

// open is the part of IPv6 that is given out.
func open() netip.Prefix { return netip.MustParsePrefix("2000::/3") }

func networks(all ...string) []netip.Prefix {
	found := make([]netip.Prefix, len(all))
	for i, s := range all {
		found[i] = netip.MustParsePrefix(s)
	}
	return found
}

// parseNetworks reads CIDRs with commas between; a plain address is a network of one.
func parseNetworks(list string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for s := range strings.SplitSeq(list, ",") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		if ip, err := netip.ParseAddr(s); err == nil && ip.Zone() == "" {
			all = append(all, netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, fmt.Errorf("guard-allow: %q is no network; CIDRs such as 10.20.0.0/16 with commas between are allowed", s)
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

// meant is the IPv4 address that an IPv6 one leads to, where it is only a form of it: mapped, NAT64, 6to4.
func meant(ip netip.Addr) netip.Addr {
	ip = ip.WithZone("").Unmap()
	if !ip.Is6() {
		return ip
	}
	b := ip.As16()
	switch {
	case netip.MustParsePrefix("64:ff9b::/96").Contains(ip):
		return netip.AddrFrom4([4]byte(b[12:16]))
	case netip.MustParsePrefix("2002::/16").Contains(ip):
		return netip.AddrFrom4([4]byte(b[2:6]))
	}
	return ip
}

// isPublic tells whether an address is anybody's on the public net.
func isPublic(ip netip.Addr) bool {
	ip = meant(ip)
	if !ip.IsValid() || ip.Is6() && !open().Contains(ip) {
		return false
	}
	for _, p := range closed() {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}
