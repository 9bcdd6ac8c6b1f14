package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	_ "github.com/lib/pq"  // the driver of PostgreSQL
	_ "modernc.org/sqlite" // the driver of SQLite

	"bettertogether/internal/generate"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store/storetest"
)

// sizes are those of generated content.
var sizes = map[string]func() generate.Size{"S": generate.S, "M": generate.M, "L": generate.L}

// generated names the file with the published content of a size, which is made when there is none yet and never written to.
func (o *owner) generated(size string) (file string, err error) {
	entries, ok := sizes[size]
	if !ok {
		return "", fmt.Errorf("size: %q is none; S, M and L are allowed", size)
	}
	err = o.try(func() { file = hubtest.Generated(o, hubtest.Size{Name: size, Size: entries()}) })
	if err != nil {
		return "", fmt.Errorf("make content: %w", err)
	}
	return file, nil
}

// copyOf copies a database, so that a hub has one to itself.
func (o *owner) copyOf(file, name string) (string, error) {
	in, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("copy content: %w", err)
	}
	defer in.Close()
	copied := filepath.Join(o.dir, name+".db")
	out, err := os.OpenFile(copied, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", fmt.Errorf("copy content: %w", err)
	}
	if _, err := io.Copy(out, in); err != nil {
		return "", fmt.Errorf("copy content: %w", err)
	}
	if err := out.Close(); err != nil {
		return "", fmt.Errorf("copy content: %w", err)
	}
	return copied, nil
}

// build compiles a program of a folder.
func (o *owner) build(folder, name string) (string, error) {
	program := filepath.Join(o.dir, "bin-"+filepath.Base(name))
	c := exec.CommandContext(o.ctx, "go", "build", "-o", program, name)
	c.Dir = folder
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", name, err, out)
	}
	return program, nil
}

// postgres is a private server.
type postgres struct {
	dsn string
	// pid is the process whose children are all others of the server.
	pid int
}

// server starts a private PostgreSQL with enough memory for the tables.
func (o *owner) server() (*postgres, error) {
	var private *storetest.PrivateServer
	if err := o.try(func() { private = storetest.Server(o) }); err != nil {
		return nil, err
	}
	db, err := sql.Open("postgres", private.DSN())
	if err != nil {
		return nil, fmt.Errorf("set up PostgreSQL: %w", err)
	}
	defer db.Close()
	for _, setting := range []string{
		"shared_buffers = '1GB'", "effective_cache_size = '4GB'", "random_page_cost = 1.1", "autovacuum = off", "max_wal_size = '8GB'",
		"fsync = off", "full_page_writes = off", // nothing is to be kept
	} {
		if _, err := db.ExecContext(o.ctx, "alter system set "+setting); err != nil {
			return nil, fmt.Errorf("set up PostgreSQL: %w", err)
		}
	}
	_ = db.Close()
	if err := o.try(func() { private.Restart("fast") }); err != nil {
		return nil, err
	}
	pid, err := postmaster(private.DSN())
	return &postgres{private.DSN(), pid}, err
}

// postmaster reads the process of a server out of its folder, which is where its socket is.
func postmaster(dsn string) (int, error) {
	u, err := url.Parse(dsn)
	if err != nil {
		return 0, fmt.Errorf("find PostgreSQL's process: %w", err)
	}
	raw, err := os.ReadFile(filepath.Join(u.Query().Get("host"), "data", "postmaster.pid"))
	if err != nil {
		return 0, fmt.Errorf("find PostgreSQL's process: %w", err)
	}
	first, _, _ := strings.Cut(string(raw), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		return 0, fmt.Errorf("find PostgreSQL's process: %w", err)
	}
	return pid, nil
}

// export writes the public edition as tables into a target, and what the hub derives of them.
func (o *owner) export(hub, database, target string) error {
	out, err := exec.CommandContext(o.ctx, hub, "export", "--database", database, "--tables", target).CombinedOutput()
	if err != nil {
		return fmt.Errorf("export tables: %w\n%s", err, out)
	}
	e, address := sqlite, "file:"+target
	if strings.HasPrefix(target, "postgres:") {
		e, address = postgreSQL, target
	}
	db, err := sql.Open(e.driver, address)
	if err != nil {
		return fmt.Errorf("derive tables: %w", err)
	}
	defer db.Close()
	return e.derive(o.ctx, db)
}

// derived are the statements that give the tables what the hub has ready: the order of episodes and case studies as a number,
// and the lists that the hub makes of several relations as tables of their own. INSTANT is when an episode takes place, UNIQUE_PLACE
// says that each episode has a place of its own.
var derived = []string{
	`alter table episode add column place bigint`,
	`update episode
		set place = ordered.place
		from (
			select id, row_number() over (order by INSTANT desc nulls last, coalesce(number, -1) desc, id) as place
			from episode
		) as ordered
		where ordered.id = episode.id`,
	`UNIQUE_PLACE`,
	`create unique index episode_resource_position on episode_resource (episode, position)`,
	`create table episode_organization (
		episode text not null references episode,
		position bigint not null,
		organization text not null references organization,
		primary key (episode, position)
	)`,
	`insert into episode_organization (episode, position, organization)
		select episode, row_number() over (partition by episode order by min(first)), organization
		from (
			select episode, position as first, organization
			from episode_host
			union all
			select episode, 1000000000000 + position, organization
			from appearance_organization
			union all
			select ce.episode, 2000000000000 + cs.place * 10000 + p.position, p.organization
			from case_study_episode ce
			join (select id, row_number() over (order by lower(title), id) as place from case_study) cs on cs.id = ce.case_study
			join case_study_partner p on p.case_study = ce.case_study
		) as named
		group by episode, organization`,
	`create index episode_organization_organization on episode_organization (organization)`,
	`create table organization_episode (
		organization text not null references organization,
		position bigint not null,
		episode text not null references episode,
		primary key (organization, position)
	)`,
	`insert into organization_episode (organization, position, episode)
		select organization, row_number() over (partition by organization order by place), id
		from (
			select h.organization, e.place, e.id
			from episode_host h
			join episode e on e.id = h.episode
			union
			select a.organization, e.place, e.id
			from appearance_organization a
			join episode e on e.id = a.episode
		) as named`,
	`create index organization_episode_episode on organization_episode (episode)`,
	`create table organization_case_study (
		organization text not null references organization,
		position bigint not null,
		case_study text not null references case_study,
		primary key (organization, position)
	)`,
	`insert into organization_case_study (organization, position, case_study)
		select organization, row_number() over (partition by organization order by lower(title), id), id
		from (
			select distinct p.organization, c.title, c.id
			from case_study_partner p
			join case_study c on c.id = p.case_study
		) as named`,
	`create index organization_case_study_case_study on organization_case_study (case_study)`,
}

// engine is what the engines do differently.
type engine struct {
	driver string
	// instant makes an instant of a date that may be a year or a month.
	instant string
	// unique is the statement that says that each episode has a place of its own. PostGraphile reads that off a constraint, and
	// without it its cursors read the whole table.
	unique string
	last   string // statement
}

const firstDay = `case length(date) when 4 then date || '-01-01' when 7 then date || '-01' else date end`

var (
	postgreSQL = engine{
		"postgres", `coalesce(starts_at, (` + firstDay + ` || 'T00:00:00Z')::timestamp with time zone)`,
		`alter table episode alter column place set not null, add constraint episode_place unique (place)`, `vacuum analyze`,
	}
	sqlite = engine{
		"sqlite", `coalesce(starts_at, ` + firstDay + ` || 'T00:00:00.000000Z')`,
		`create unique index episode_place on episode (place)`, `analyze`,
	}
)

func (e engine) derive(ctx context.Context, db *sql.DB) error {
	for _, s := range append(derived[:len(derived):len(derived)], e.last) {
		if _, err := db.ExecContext(ctx, strings.NewReplacer("INSTANT", e.instant, "UNIQUE_PLACE", e.unique).Replace(s)); err != nil {
			return fmt.Errorf("derive tables: %w: %s", err, s)
		}
	}
	return nil
}
