package main

import (
	"bytes"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
)

// field is all contenders of a run and what they stand on.
type field struct {
	*owner
	options
	contenders []*contender
	postgres   *postgres
	hub        string // the program
	node       string // the folder
	folder     string // of this module
	content    string // the database of the size
	number     uint64 // the last one that made a request new
}

// wants tells whether a contender takes part.
func (f *field) wants(name string) bool {
	return len(f.only) == 0 || slices.Contains(f.only, name)
}

// assemble makes content, starts everything and checks that all answer the same.
func (f *field) assemble() error {
	var err error
	f.say("content of size %s", f.size)
	if f.content, err = f.generated(f.size); err != nil {
		return err
	}
	f.say("building the programs")
	if f.hub, err = f.build(filepath.Dir(f.folder), "./cmd/hub"); err != nil {
		return err
	}
	hub, err := f.startHub(nameHub, f.content)
	if err != nil {
		return err
	}
	if f.wants(nameHubGqlgen) {
		help, _ := exec.CommandContext(f.ctx, f.hub, "serve", "--help").CombinedOutput() // no flag is an answer too
		if bytes.Contains(help, []byte("--plan")) {
			if _, err := f.startHub(nameHubGqlgen, f.content, "--plan=off"); err != nil {
				return err
			}
		} else {
			f.say("%s: hub serve has no flag --plan; left out", nameHubGqlgen)
		}
	}
	if f.wants(nameHubS) && f.size != "S" {
		small, err := f.generated("S")
		if err != nil {
			return err
		}
		if _, err := f.startHub(nameHubS, small); err != nil {
			return err
		}
	}
	for _, c := range f.contenders {
		if c.organizations, err = c.partnering(f.ctx); err != nil {
			return err
		}
	}
	if err := f.startBare(hub); err != nil {
		return err
	}
	if err := f.startOthers(hub); err != nil {
		return err
	}
	for _, c := range f.contenders {
		entries := sizes[f.size]()
		if c.name == nameHubS {
			entries = sizes["S"]()
		}
		if c.name != nameBare {
			if err := c.walk(f.ctx, entries.Episodes); err != nil {
				return err
			}
		}
		if err := f.agrees(c, hub); err != nil {
			return err
		}
	}
	slices.SortStableFunc(f.contenders, func(a, b *contender) int {
		return slices.Index(contenderNames, a.name) - slices.Index(contenderNames, b.name)
	})
	if !f.wants(nameHub) {
		f.contenders = slices.DeleteFunc(f.contenders, func(c *contender) bool { return c == hub })
		hub.stop()
	}
	for _, c := range f.contenders {
		if err := c.pause(); err != nil {
			return err
		}
	}
	return nil
}

func (f *field) add(name string, documents documents) (*contender, error) {
	address, err := freeAddress()
	c := &contender{process: &process{name: name, address: address}, documents: documents, isGraphQL: true}
	f.contenders = append(f.contenders, c)
	return c, err
}

func (f *field) startHub(name, content string, flags ...string) (*contender, error) {
	f.say("starting %s", name)
	database, err := f.copyOf(content, name)
	if err != nil {
		return nil, err
	}
	c, err := f.add(name, hubDocuments)
	if err != nil {
		return nil, err
	}
	c.isHub = true
	if c.metrics, err = freeAddress(); err != nil {
		return nil, err
	}
	args := append([]string{"serve", "--database", database, "--addr", c.address, "--metrics-addr", c.metrics}, flags...)
	return c, f.start(c.process, f.logs, f.hub, args...)
}

func (f *field) startBare(hub *contender) error {
	if !f.wants(nameBare) {
		return nil
	}
	f.say("starting %s", nameBare)
	program, err := f.build(f.folder, "./cmd/bare")
	if err != nil {
		return err
	}
	answers, err := hub.canned(f.ctx, f.dir)
	if err != nil {
		return err
	}
	c, err := f.add(nameBare, hubDocuments)
	if err != nil {
		return err
	}
	c.isGraphQL, c.organizations = false, hub.organizations
	return f.start(c.process, f.logs, program, "--addr", c.address, "--answers", answers)
}

// startOthers starts those that read the exported tables.
func (f *field) startOthers(hub *contender) error {
	if f.wants(nameNaiveSQLite) {
		f.say("exporting tables to SQLite")
		file := filepath.Join(f.dir, "tables.db")
		if err := f.export(f.hub, f.content, file); err != nil {
			return err
		}
		if err := f.startGo(nameNaiveSQLite, "./cmd/naive", file, hub); err != nil {
			return err
		}
	}
	if !slices.ContainsFunc([]string{nameNaive, nameOneStatement, namePostgraphile, nameMercurius}, f.wants) {
		return nil
	}
	f.say("starting PostgreSQL and exporting tables to it")
	var err error
	if f.postgres, err = f.server(); err != nil {
		return err
	}
	if err := f.export(f.hub, f.content, f.postgres.dsn); err != nil {
		return err
	}
	for name, program := range map[string]string{nameNaive: "./cmd/naive", nameOneStatement: "./cmd/onestatement"} {
		if f.wants(name) {
			if err := f.startGo(name, program, f.postgres.dsn, hub); err != nil {
				return err
			}
		}
	}
	for _, name := range []string{namePostgraphile, nameMercurius} {
		if f.wants(name) {
			if err := f.startNode(name, hub); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *field) startGo(name, program, database string, hub *contender) error {
	f.say("starting %s", name)
	built, err := f.build(f.folder, program)
	if err != nil {
		return err
	}
	c, err := f.add(name, hubDocuments)
	if err != nil {
		return err
	}
	c.isGraphQL = name != nameOneStatement
	c.usesPostgres, c.organizations = name != nameNaiveSQLite, hub.organizations
	return f.start(c.process, f.logs, built, "--addr", c.address, "--database", database, "--pool", strconv.Itoa(f.pool))
}

// startNode starts a contender from npm, and installs what it needs when that is not there.
func (f *field) startNode(name string, hub *contender) error {
	f.node = filepath.Join(f.folder, "node")
	if err := f.install(f.node); err != nil {
		return err
	}
	f.say("starting %s", name)
	documents := hubDocuments
	if name == namePostgraphile {
		documents = postgraphileDocuments
	}
	c, err := f.add(name, documents)
	if err != nil {
		return err
	}
	c.usesPostgres, c.organizations = true, hub.organizations
	_, port, err := net.SplitHostPort(c.address)
	if err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	return f.start(c.process, f.logs, "node", filepath.Join(f.node, name+".mjs"), port, f.postgres.dsn, strconv.Itoa(f.pool))
}

// agrees checks that a contender answers as the hub does; of a hub of another size that it answers at all.
func (f *field) agrees(c, hub *contender) error {
	if c == hub {
		return nil
	}
	check := func(question string, ask func(c *contender) (reply, error)) error {
		got, err := ask(c)
		if err != nil {
			return fmt.Errorf("%s: %w", question, err)
		}
		reference := hub
		if c.name == nameHubS {
			reference = c
		}
		want, err := ask(reference)
		if err != nil {
			return fmt.Errorf("%s: %w", question, err)
		}
		g, err := got.plain()
		if err != nil {
			return fmt.Errorf("%s: %s: %w", question, c.name, err)
		}
		w, err := want.plain()
		if err != nil {
			return fmt.Errorf("%s: %w", question, err)
		}
		if err := agree(g, w); err != nil {
			return fmt.Errorf("%s answers otherwise than the hub: %s: %w", c.name, question, err)
		}
		return nil
	}
	asks := map[string]func(c *contender) (reply, error){
		"latest": func(c *contender) (reply, error) {
			return c.data(f.ctx, pathGraphQL, body(c.documents.latest, "Latest", nil))
		},
		"latest by GET": func(c *contender) (reply, error) {
			return c.data(f.ctx, latestByGET(c.documents.latest), nil)
		},
	}
	if c.name == nameBare {
		asks["partners"] = func(c *contender) (reply, error) {
			path := pathGraphQL
			if c.name == nameBare {
				path += "/partners"
			}
			return c.data(f.ctx, path, body(c.documents.partners, "Partners", map[string]any{"organization": c.organizations[0]}))
		}
		asks["latest gzip"] = func(c *contender) (reply, error) {
			path := pathGraphQL
			if c.name == nameBare {
				path += "/gzip"
			}
			return c.data(f.ctx, path, body(c.documents.latest, "Latest", nil), "Accept-Encoding: gzip")
		}
	} else {
		for n := range min(20, len(c.organizations)) {
			asks["partners "+strconv.Itoa(n)] = func(c *contender) (reply, error) {
				return c.data(f.ctx, pathGraphQL, body(c.documents.partnersOf, "PartnersOf",
					map[string]any{"organization": c.organizations[n], "visitor": visitor + "000000000000"}))
			}
			asks["partners alone "+strconv.Itoa(n)] = func(c *contender) (reply, error) {
				return c.data(f.ctx, pathGraphQL, body(c.documents.partners, "Partners", map[string]any{"organization": c.organizations[n]}))
			}
		}
		asks["page 1"] = func(c *contender) (reply, error) {
			return c.data(f.ctx, pathGraphQL, body(c.documents.page, "Page", map[string]any{"visitor": visitor + "000000000000"}))
		}
		for _, n := range pagesToCheck(len(c.cursors)) {
			asks["page "+strconv.Itoa(n+2)] = func(c *contender) (reply, error) {
				return c.data(f.ctx, pathGraphQL, body(c.documents.page, "Page", map[string]any{"after": c.cursors[n], "visitor": visitor + "000000000000"}))
			}
		}
	}
	if c.isGraphQL {
		asks["latest unseen"] = func(c *contender) (reply, error) {
			before, behind := c.documents.unseen()
			return c.data(f.ctx, pathGraphQL, body(before+"000000000000"+behind, "Latest", nil))
		}
	}
	for question, ask := range asks {
		if err := check(question, ask); err != nil {
			return err
		}
	}
	return nil
}

// pagesToCheck are some places among cursors, from the first to the last.
func pagesToCheck(n int) []int {
	var some []int
	for i := range 20 {
		if at := i * (n - 1) / 19; n > 0 && !slices.Contains(some, at) {
			some = append(some, at)
		}
	}
	return some
}

// install runs npm where the packages of the lock file are not there.
func (f *field) install(folder string) error {
	lock := filepath.Join(folder, "node_modules", ".package-lock.json")
	if exists(lock) {
		return nil
	}
	f.say("installing the packages of %s", filepath.Join(folder, "package-lock.json"))
	return f.command(folder, "npm", "ci", "--no-audit", "--no-fund")
}

// command runs a program that says something only when it fails.
func (f *field) command(folder, program string, args ...string) error {
	c := exec.CommandContext(f.ctx, program, args...)
	c.Dir = folder
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", program, err, out)
	}
	return nil
}
