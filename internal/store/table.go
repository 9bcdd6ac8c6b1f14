package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"bettertogether/internal/content"
)

// Type says what a column holds.
type Type int

// The types of columns.
const (
	// Text is a string in Go.
	Text Type = iota
	// Body is text that holds a JSON object.
	Body
	// Number is a whole number, an int64 in Go.
	Number
	// Decimal is a float64 in Go.
	Decimal
	// Instant is a moment. The hub's own tables keep microseconds since 1970 in UTC, an int64 in Go.
	Instant
	// Flag is a bool in Go.
	Flag
)

// Column is a column of a table.
type Column struct {
	Name string
	Type Type
	// IsNullable says that its value may be nil in Go.
	IsNullable bool
}

// Table is one of the hub's own tables, to be read or written as it stands.
type Table struct {
	Name    string
	Columns []Column
	// order are the columns that rows are read by. With them the order is that of no engine but of all.
	order []string
}

// History are the tables of content's history, in an order in which each points at those before it only.
func History() []Table {
	return []Table{
		{"batch", []Column{
			{Name: "version", Type: Number}, {Name: "id"}, {Name: "actor"}, {Name: "action"}, {Name: "reason"}, {Name: "at", Type: Instant},
		}, []string{"version"}},
		{"entry", []Column{{Name: "id"}, {Name: "kind"}}, []string{"id"}},
		{"revision", []Column{
			{Name: "entry"}, {Name: "number", Type: Number}, {Name: "version", Type: Number}, {Name: "shape", Type: Number}, {Name: "body", Type: Body},
		}, []string{"version", "entry", "number"}},
		{"publication", []Column{
			{Name: "entry"},
			{Name: "version", Type: Number},
			{Name: "starts", Type: Instant},
			{Name: "revision", Type: Number, IsNullable: true},
			{Name: "slug"},
		}, []string{"version", "entry", "starts"}},
		{"trash", []Column{{Name: "entry"}, {Name: "version", Type: Number}, {Name: "trashed", Type: Flag}}, []string{"version", "entry"}},
		{"merge", []Column{{Name: "absorbed"}, {Name: "version", Type: Number}, {Name: "survivor", IsNullable: true}, {Name: "fields"}}, []string{"version", "absorbed"}},
		{"slug", []Column{{Name: "kind"}, {Name: "slug"}, {Name: "entry"}, {Name: "version", Type: Number}}, []string{"version", "kind", "slug"}},
		findingTable(),
	}
}

// others are the tables beside the history: what is derived of it, and what is not content.
func others() []Table {
	return []Table{
		edgeTable(), identifierTable(), checkedTable(), pinTable(),
		{"lease", []Column{{Name: "name"}, {Name: "holder"}, {Name: "until", Type: Instant}}, []string{"name"}},
		{"secret", []Column{{Name: "name"}, {Name: "value"}}, []string{"name"}},
		{"imported", []Column{
			{Name: "entry"},
			{Name: "source"},
			{Name: "revision", Type: Number},
			{Name: "shape", Type: Number, IsNullable: true},
			{Name: "body", Type: Body, IsNullable: true},
		}, []string{"entry", "source"}},
		{"token", []Column{
			{Name: "id"},
			{Name: "name"},
			{Name: "role"},
			{Name: "hash"},
			{Name: "created_by"},
			{Name: "created_at", Type: Instant},
			{Name: "expires_at", Type: Instant},
			{Name: "revoked_at", Type: Instant, IsNullable: true},
			{Name: "last_used_at", Type: Instant, IsNullable: true},
		}, []string{"id"}},
		{"idempotency", []Column{
			{Name: "actor"}, {Name: "idempotency_key"}, {Name: "hash"}, {Name: "receipt"}, {Name: "version", Type: Number}, {Name: "at", Type: Instant},
		}, []string{"actor", "idempotency_key"}},
	}
}

func edgeTable() Table {
	return Table{
		"edge",
		[]Column{{Name: "source"}, {Name: "field"}, {Name: "position", Type: Number}, {Name: "target"}},
		[]string{"source", "field", "position", "target"},
	}
}

func identifierTable() Table {
	return Table{
		"identifier",
		[]Column{{Name: "kind"}, {Name: "scheme"}, {Name: "authority"}, {Name: "value"}, {Name: "entry"}},
		[]string{"kind", "scheme", "authority", "value"},
	}
}

func (t Table) names() string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return strings.Join(names, ", ")
}

func (t Table) isText(column string) bool {
	for _, c := range t.Columns {
		if c.Name == column {
			return c.Type == Text || c.Type == Body
		}
	}
	return false
}

// Snapshot is one moment of a database, whatever is written meanwhile. It is valid inside the function that got it.
type Snapshot struct {
	tx      *sqlx.Tx
	dialect dialect
}

// Snapshot lets fn read one moment of the database.
func (s *Store) Snapshot(ctx context.Context, fn func(*Snapshot) error) error {
	return s.reading(ctx, func(tx *sqlx.Tx) error { return fn(&Snapshot{tx, s.dialect}) })
}

// Snapshot reads what the transaction sees, its own writes included.
func (t *Tx) Snapshot() *Snapshot { return &Snapshot{t.tx, t.dialect} }

// Load reads the rows that editions are made of, as Store.Load does.
func (n *Snapshot) Load(ctx context.Context, now time.Time) (content.Rows, error) {
	return loadNewest(ctx, n.tx, wanted{0, now, nil, false, nil})
}

// Version reads the content version.
func (n *Snapshot) Version(ctx context.Context) (int64, error) {
	var version int64
	if err := n.tx.QueryRowxContext(ctx, `select counter from version`).Scan(&version); err != nil {
		return 0, fmt.Errorf("read the version: %w", err)
	}
	return version, nil
}

// Scope says how much of the history is read.
type Scope int

// The scopes.
const (
	// Whole is everything that was ever written.
	Whole Scope = iota
	// Current is what is needed to answer now: the newest revision of each entry, the revisions that are or will be public,
	// publications in force or scheduled, those by which an entry's first publication and its former slugs are known, the
	// state of trash and merges, slugs, the newest findings, and the batches of all these.
	Current
)

// Each visits the rows of the history, table by table in the order of History, inside a table by version and then by key: the
// same rows in the same order from either engine. The row is the visitor's to keep.
func (n *Snapshot) Each(ctx context.Context, scope Scope, now time.Time, visit func(t Table, row []any) error) error {
	for _, t := range History() {
		from := t.Name
		if scope == Current {
			from = current(t.Name)
		}
		args := make([]any, strings.Count(from, "?"))
		for i := range args {
			args[i] = micros(now)
		}
		if err := n.rows(ctx, t, from, args, func(row []any) error { return visit(t, row) }); err != nil {
			return err
		}
	}
	return nil
}

// The parts of a current scope. Every mark in them is the instant.
const (
	currentPublications = `publication p
		where not exists (
			select 1 from publication q
			where q.entry = p.entry and q.version > p.version and q.starts <= p.starts
		)
		and (
			not exists (
				select 1 from publication q
				where q.entry = p.entry and q.version > p.version and q.starts <= ?
			)
			or p.revision is not null and p.starts <= ? and not exists (
				select 1 from publication f
				where f.entry = p.entry and f.slug = p.slug and f.revision is not null and f.starts < p.starts
				and not exists (
					select 1 from publication q
					where q.entry = f.entry and q.version > f.version and q.starts <= f.starts
				)
			)
		)`
	currentRevisions = `revision r
		where not exists (select 1 from revision n where n.entry = r.entry and n.number > r.number)
		or (r.entry, r.number) in (select p.entry, p.revision from ` + currentPublications + `)`
	currentTrash  = `trash t where not exists (select 1 from trash n where n.entry = t.entry and n.version > t.version)`
	currentMerges = `merge m where not exists (select 1 from merge n where n.absorbed = m.absorbed and n.version > m.version)`
)

// current says where a table's rows that are needed to answer now are read from.
func current(table string) string {
	switch table {
	case "batch":
		return `batch
			where version > 0 and (
				version = (select counter from version)
				or version in (select r.version from ` + currentRevisions + `)
				or version in (select p.version from ` + currentPublications + `)
				or version in (select t.version from ` + currentTrash + `)
				or version in (select m.version from ` + currentMerges + `)
				or version in (select s.version from slug s)
				or version in (select f.version from ` + currentFindings + `)
			)`
	case "revision":
		return currentRevisions
	case "publication":
		return currentPublications
	case "trash":
		return currentTrash
	case "merge":
		return currentMerges
	case "finding":
		return currentFindings
	}
	return table
}

// rows visits rows of a table in its order, without holding more than one. From is the table's name, with a condition if not all
// rows are wanted.
func (n *Snapshot) rows(ctx context.Context, t Table, from string, args []any, visit func(row []any) error) error {
	order := make([]string, len(t.order))
	for i, name := range t.order {
		order[i] = name
		if t.isText(name) && n.dialect.name == "postgres" {
			order[i] += ` collate "C"` // byte by byte, as SQLite does it
		}
	}
	found, err := n.tx.QueryContext(ctx, n.tx.Rebind(
		"select "+t.names()+" from "+from+" order by "+strings.Join(order, ", ")), args...)
	if err != nil {
		return fmt.Errorf("read table %s: %w", t.Name, err)
	}
	defer found.Close()
	into := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		switch c.Type {
		case Number, Instant:
			into[i] = new(sql.NullInt64)
		case Decimal:
			into[i] = new(sql.NullFloat64)
		case Flag:
			into[i] = new(sql.NullBool)
		default:
			into[i] = new(sql.NullString)
		}
	}
	for found.Next() {
		if err := found.Scan(into...); err != nil {
			return fmt.Errorf("read table %s: %w", t.Name, err)
		}
		row := make([]any, len(into))
		for i, v := range into {
			if row[i], err = v.(driver.Valuer).Value(); err != nil { // nil for null
				return fmt.Errorf("read table %s: %w", t.Name, err)
			}
		}
		if err := visit(row); err != nil {
			return err
		}
	}
	if err := found.Err(); err != nil {
		return fmt.Errorf("read table %s: %w", t.Name, err)
	}
	return nil
}

// Fill writes rows of a table as they are.
func (t *Tx) Fill(ctx context.Context, table Table, rows [][]any) error {
	into := insert{into: table.Name + " (" + table.names() + ")", rows: rows}
	return into.run(ctx, t)
}

// fillSize is how many rows are written at a time.
const fillSize = 500

// MustBeEmpty says in an error what the database holds already, content or tokens.
func (t *Tx) MustBeEmpty(ctx context.Context) error {
	var versions, entries, tokens int
	err := t.tx.QueryRowxContext(ctx, `
		select (select count(*) from batch), (select count(*) from entry), (select count(*) from token)`).Scan(&versions, &entries, &tokens)
	if err != nil {
		return fmt.Errorf("look whether the database is empty: %w", err)
	}
	if versions+entries+tokens > 0 {
		return fmt.Errorf("the database is not empty: it holds %d versions, %d entries and %d tokens; only an empty one can be filled", versions, entries, tokens)
	}
	return nil
}

// Reincarnate gives the database a new incarnation at a version, so that every node reads everything anew.
func (t *Tx) Reincarnate(ctx context.Context, version int64) error {
	if err := t.exec(ctx, `update version set counter = ?, incarnation = ?`, version, newIncarnation()); err != nil {
		return err
	}
	return t.tell(ctx, version)
}

// Index writes edges and identifiers anew for entries that have none yet, of their newest revisions.
func (t *Tx) Index(ctx context.Context, newest []content.Revision) error {
	edges := insert{into: "edge (source, field, position, target)", also: " on conflict do nothing"}
	identifiers := insert{into: "identifier (kind, scheme, authority, value, entry)"}
	for _, r := range newest {
		r.Entry.Links(func(l content.Link) { edges.add(r.ID, l.Field, l.Position, l.To) })
		for _, id := range r.Entry.Common().Identifiers() {
			identifiers.add(r.ID.Kind(), id.Scheme, id.Source, id.Value, r.ID)
		}
	}
	if err := edges.run(ctx, t); err != nil {
		return err
	}
	return identifiers.run(ctx, t)
}
