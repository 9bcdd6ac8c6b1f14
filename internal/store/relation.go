package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Relation is a table that is written for readers outside of the hub, with its rows.
type Relation struct {
	Name string
	// Within names the relation whose key the first columns of this one are; empty for none.
	Within string
	// Key is how many columns, from the first, are the primary key.
	Key     int
	Columns []Attribute
	// Rows hold nil, string, int64, float64, bool and time.Time.
	Rows [][]any
}

// Attribute is a column of a relation. Outside of the key it may be null.
type Attribute struct {
	Name string
	Type Type
	// To names the relation whose key of one column the values are; empty for none.
	To string
}

// Sort brings the rows into the order of their keys, byte by byte.
func (r *Relation) Sort() {
	slices.SortFunc(r.Rows, func(a, b []any) int {
		for i := range r.Key {
			if c := compareKeys(a[i], b[i]); c != 0 {
				return c
			}
		}
		return 0
	})
}

func compareKeys(a, b any) int {
	switch x := a.(type) {
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y)
		}
	case string:
		if y, ok := b.(string); ok {
			return cmp.Compare(x, y)
		}
	}
	return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
}

// WriteRelations writes relations into a new SQLite file, or into the schema of a PostgreSQL address, which must have no tables.
// All is there in the end or nothing. A relation stands behind those that it points at, or points at itself.
func WriteRelations(ctx context.Context, target string, relations []Relation) error {
	if !IsAddress(target) {
		return NewFile(target, func(temporary string) error {
			s := &Store{}
			if err := s.openSQLite(ctx, temporary); err != nil {
				return err
			}
			err := s.writeRelations(ctx, relations)
			return errors.Join(err, s.seal(ctx))
		})
	}
	s := &Store{}
	if err := s.openPostgreSQL(ctx, target); err != nil {
		return fmt.Errorf("open the target: %w", err)
	}
	return errors.Join(s.writeRelations(ctx, relations), s.Close())
}

func (s *Store) writeRelations(ctx context.Context, relations []Relation) error {
	tx, err := s.write.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	t := &Tx{tx: tx, dialect: s.dialect}
	if err := t.mustHaveNoTables(ctx); err != nil {
		return err
	}
	keys := map[string][]string{}
	for _, r := range relations {
		for _, c := range r.Columns[:r.Key] {
			keys[r.Name] = append(keys[r.Name], c.Name)
		}
		for _, statement := range r.definition(s.dialect, keys) {
			if err := t.exec(ctx, statement); err != nil {
				return fmt.Errorf("create %s: %w", r.Name, err)
			}
		}
	}
	for _, r := range relations {
		if err := t.fillRelation(ctx, r); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// mustHaveNoTables says in an error that a schema is not there or not empty.
func (t *Tx) mustHaveNoTables(ctx context.Context) error {
	if t.dialect.name != "postgres" {
		return nil // the file is new
	}
	var (
		schema *string
		tables int
	)
	err := t.tx.QueryRowxContext(ctx, `
		select current_schema(), (select count(*) from information_schema.tables where table_schema = current_schema())`).Scan(&schema, &tables)
	switch {
	case err != nil:
		return fmt.Errorf("look whether the schema is empty: %w", err)
	case schema == nil:
		return errors.New("the schema that the address names is not there; create it first")
	case tables > 0:
		return fmt.Errorf("the schema %s is not empty: it has %d tables; only an empty one is written to", *schema, tables)
	}
	return nil
}

// definition are the statements that create a relation with its keys and indexes. Foreign keys are checked at the end, so that
// rows of one relation may point at each other.
func (r Relation) definition(d dialect, keys map[string][]string) []string {
	const deferred = " deferrable initially deferred"
	var lines, indexes []string
	for i, c := range r.Columns {
		line := c.Name + " " + d.typeOf(c.Type)
		if i < r.Key {
			line += " not null"
		}
		if c.To != "" {
			line += " references " + c.To + deferred
			indexes = append(indexes, "create index "+r.Name+"_"+c.Name+" on "+r.Name+" ("+c.Name+")")
		}
		lines = append(lines, line)
	}
	lines = append(lines, "primary key ("+strings.Join(keys[r.Name], ", ")+")")
	if r.Within != "" {
		whole := keys[r.Within]
		var mine []string
		for _, c := range r.Columns[:len(whole)] {
			mine = append(mine, c.Name)
		}
		lines = append(lines, "foreign key ("+strings.Join(mine, ", ")+") references "+r.Within+deferred)
	}
	return append([]string{"create table " + r.Name + " (" + strings.Join(lines, ", ") + ")"}, indexes...)
}

func (d dialect) typeOf(t Type) string {
	switch t {
	case Number:
		return "bigint"
	case Decimal:
		return "double precision"
	case Flag:
		return "boolean"
	case Instant:
		if d.name == "postgres" {
			return "timestamp with time zone"
		}
	}
	return "text"
}

// SQLiteInstant is how a relation in a SQLite file writes an instant: a form that SQLite's own functions of time read.
const SQLiteInstant = "2006-01-02T15:04:05.000000Z"

func (t *Tx) fillRelation(ctx context.Context, r Relation) error {
	names := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		names[i] = c.Name
	}
	into := insert{into: r.Name + " (" + strings.Join(names, ", ") + ")"}
	for _, row := range r.Rows {
		if len(row) != len(r.Columns) {
			return fmt.Errorf("%s: a row has %d values for %d columns", r.Name, len(row), len(r.Columns))
		}
		values := slices.Clone(row)
		for i, v := range values {
			if at, ok := v.(time.Time); ok && t.dialect.name != "postgres" {
				values[i] = at.UTC().Format(SQLiteInstant)
			}
		}
		into.rows = append(into.rows, values)
	}
	return into.run(ctx, t)
}
