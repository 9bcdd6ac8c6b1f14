package main

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

type configCmd struct {
	settings
	Addr          string `default:"127.0.0.1:8080" env:"HUB_ADDR" help:"The address to listen on."`
	Introspection bool   `default:"true" env:"HUB_INTROSPECTION" negatable:"" help:"Let clients read the schema."`
	CheckLinks    bool   `env:"HUB_CHECK_LINKS" help:"Whether links are looked at in the background."`
	GuardAllow    string `env:"HUB_GUARD_ALLOW" help:"Private networks that link checks may reach."`
	MetricsAddr   string `env:"HUB_METRICS_ADDR" help:"The address of metrics; none if empty."`
}

// Run shows the settings as the environment and the flags make them.
func (c *configCmd) Run(s streams) error {
	public := c.PublicURL
	if public == "" {
		public = "http://" + c.Addr
	}
	_, err := fmt.Fprintf(s.out, "HUB_ADDR=%s\nHUB_DATABASE=%s\nHUB_MEDIA=%s\nHUB_PUBLIC_URL=%s\nHUB_INTROSPECTION=%t\nHUB_CHECK_LINKS=%t\nHUB_GUARD_ALLOW=%s\nHUB_METRICS_ADDR=%s\n",
		c.Addr, withoutSecrets(c.Database), c.media(), public, c.Introspection, c.CheckLinks, c.GuardAllow, c.MetricsAddr)
	return err
}

// withoutSecrets hides the password of a database address, in either form.
func withoutSecrets(database string) string {
	if strings.Contains(database, "://") {
		u, err := url.Parse(database)
		if err != nil {
			return "(not understood)"
		}
		if q := u.Query(); q.Has("password") {
			q.Set("password", "xxxxx")
			u.RawQuery = q.Encode()
		}
		return u.Redacted()
	}
	return regexp.MustCompile(`(password\s*=\s*)('[^']*'|\S+)`).ReplaceAllString(database, "${1}xxxxx")
}
