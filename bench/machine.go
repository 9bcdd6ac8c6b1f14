package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// machine is where a run took place, and with what.
type machine struct {
	Date       time.Time         `json:"date"`
	System     string            `json:"system"`
	Cores      int               `json:"cores"`
	CPU        string            `json:"cpu"`
	Memory     string            `json:"memory"`
	Go         string            `json:"go"`
	Node       string            `json:"node,omitempty"`
	PostgreSQL string            `json:"postgresql,omitempty"`
	Packages   map[string]string `json:"packages,omitempty"`
	Revision   string            `json:"revision,omitempty"`
}

// look tells what a run takes place with; what cannot be known stays empty.
func look(ctx context.Context, node string, pg *postgres) machine {
	m := machine{
		Date: time.Now().UTC().Truncate(time.Second), Cores: runtime.NumCPU(), Go: runtime.Version(),
		System: said(ctx, ".", "uname", "-sr"), CPU: line("/proc/cpuinfo", "model name"), Memory: line("/proc/meminfo", "MemTotal"),
		Revision: said(ctx, ".", "git", "describe", "--always", "--dirty", "--abbrev=12"), Packages: map[string]string{},
	}
	if node != "" {
		m.Node = said(ctx, ".", "node", "--version")
		for _, name := range []string{"postgraphile", "mercurius", "fastify", "graphql", "pg"} {
			raw, err := os.ReadFile(filepath.Join(node, "node_modules", name, "package.json"))
			var about struct{ Version string }
			if err == nil && json.Unmarshal(raw, &about) == nil {
				m.Packages[name] = about.Version
			}
		}
	}
	if pg != nil {
		if db, err := sql.Open("postgres", pg.dsn); err == nil {
			_ = db.QueryRowContext(ctx, "show server_version").Scan(&m.PostgreSQL) // it stays empty
			_ = db.Close()
		}
	}
	return m
}

func said(ctx context.Context, folder, program string, args ...string) string {
	c := exec.CommandContext(ctx, program, args...)
	c.Dir = folder
	out, err := c.Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// line reads what stands behind a key and a colon.
func line(file, wanted string) string {
	in, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer in.Close()
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if key, value, _ := strings.Cut(lines.Text(), ":"); strings.TrimSpace(key) == wanted {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
