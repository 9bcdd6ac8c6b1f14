// Package migrations holds the database's schema as numbered steps, one text for SQLite and PostgreSQL. A step that must
// differ has two files, NNNN_name.sqlite.sql and NNNN_name.postgres.sql. A released step never changes; the store applies
// what is missing, in order, and refuses a database whose applied steps differ from these.
package migrations

import "embed"

// Files are the steps.
//
//go:embed *.sql
var Files embed.FS
