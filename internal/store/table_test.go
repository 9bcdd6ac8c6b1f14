package store

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestEveryTableAndColumnOfTheSchemaIsCopied(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	known := map[string]string{"version": "one, counter, incarnation, clock_mark", "migration": "name, sha256"} // copied or made by hand
	for _, table := range append(History(), others()...) {
		known[table.Name] = table.names()
		for _, column := range table.order {
			if !slices.ContainsFunc(table.Columns, func(c Column) bool { return c.Name == column }) {
				t.Errorf("%s is ordered by %s, which it does not have", table.Name, column)
			}
		}
	}
	var columns []struct{ Table, Column string }
	err = s.read.SelectContext(t.Context(), &columns, `
		select t.name as "table", c.name as "column"
		from sqlite_master t
		join pragma_table_info(t.name) c
		where t.type = 'table' and t.name not like 'sqlite_%'
		order by t.name, c.cid`)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, c := range columns {
		found[c.Table] = append(found[c.Table], c.Column)
	}
	for table, names := range found {
		if all := strings.Join(names, ", "); known[table] != all {
			t.Errorf("%s has the columns %s; a backup would hold %q", table, all, known[table])
		}
	}
	if len(found) != len(known) {
		t.Errorf("the schema has %d tables, a backup %d", len(found), len(known))
	}
}
