package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"bettertogether/internal/content"
)

func findingTable() Table {
	return Table{"finding", []Column{
		{Name: "url"},
		{Name: "version", Type: Number},
		{Name: "at", Type: Instant},
		{Name: "state"},
		{Name: "since", Type: Instant},
		{Name: "status", Type: Number},
		{Name: "failures", Type: Number},
		{Name: "first_failed", Type: Instant, IsNullable: true},
		{Name: "title"},
		{Name: "detail"},
		{Name: "picture"},
		{Name: "width", Type: Number},
		{Name: "height", Type: Number},
		{Name: "is_public", Type: Flag},
	}, []string{"version", "url"}}
}

func checkedTable() Table {
	return Table{"checked", []Column{
		{Name: "url"},
		{Name: "at", Type: Instant},
		{Name: "state"},
		{Name: "since", Type: Instant},
		{Name: "status", Type: Number},
		{Name: "title"},
		{Name: "detail"},
		{Name: "picture"},
		{Name: "width", Type: Number},
		{Name: "height", Type: Number},
		{Name: "gone", Type: Number},
		{Name: "gone_at", Type: Instant, IsNullable: true},
		{Name: "failures", Type: Number},
		{Name: "failed_at", Type: Instant, IsNullable: true},
		{Name: "first_failed", Type: Instant, IsNullable: true},
	}, []string{"url"}}
}

// currentFindings are the newest of each address, and with them the newest of something public, since that names an edition.
const currentFindings = `finding f
		where not exists (select 1 from finding n where n.url = f.url and n.version > f.version)
		or f.version = (select max(version) from finding where is_public)`

// loadFindings reads the newest finding of each address that versions after one brought.
func loadFindings(ctx context.Context, tx *sqlx.Tx, rows *content.Rows, since int64) error {
	err := each(ctx, tx, `
		select url, version, at, state, since, status, failures, first_failed, title, detail, picture, width, height, is_public
		from finding f
		where version > ? and version <= ?
		and not exists (select 1 from finding n where n.url = f.url and n.version > f.version and n.version <= ?)
		order by version, url`, []any{since, rows.Version, rows.Version}, func(r *sqlx.Rows) error {
		var (
			f         content.Finding
			at, began int64
			failed    sql.NullInt64
		)
		err := r.Scan(&f.URL, &f.Version, &at, &f.State, &began, &f.Status, &f.Failures, &failed, &f.Title, &f.Detail, &f.Picture, &f.Width, &f.Height, &f.IsPublic)
		f.At, f.Since, f.FirstFailed = fromMicros(at), fromMicros(began), instant(failed)
		rows.Findings = append(rows.Findings, f)
		return err
	})
	if err == nil {
		err = tx.QueryRowxContext(ctx, tx.Rebind(`
			select coalesce(max(version), 0)
			from finding
			where is_public and version <= ?`), rows.Version).Scan(&rows.PublicFound)
	}
	if err != nil {
		return fmt.Errorf("load findings: %w", err)
	}
	return nil
}

func instant(us sql.NullInt64) time.Time {
	if !us.Valid {
		return time.Time{}
	}
	return fromMicros(us.Int64)
}

// orNull is an instant as a column that may be null holds it.
func orNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return micros(t)
}

func insertFindings(found []content.Finding, version int64) insert {
	i := insert{into: "finding (" + findingTable().names() + ")"}
	for _, f := range found {
		i.add(
			f.URL, version, micros(f.At), f.State, micros(f.Since), f.Status, f.Failures, orNull(f.FirstFailed), f.Title, f.Detail, f.Picture, f.Width, f.Height,
			f.IsPublic,
		)
	}
	return i
}

// Remember stores how looks came out, in the place of the last ones. It changes no version.
func (t *Tx) Remember(ctx context.Context, looked []content.Finding) error {
	table := checkedTable()
	replace := make([]string, 0, len(table.Columns))
	for _, c := range table.Columns[1:] {
		replace = append(replace, c.Name+" = excluded."+c.Name)
	}
	i := insert{into: "checked (" + table.names() + ")", also: " on conflict (url) do update set " + strings.Join(replace, ", ")}
	for _, f := range looked {
		i.add(
			f.URL, micros(f.At), f.State, micros(f.Since), f.Status, f.Title, f.Detail, f.Picture, f.Width, f.Height, f.Gone, orNull(f.GoneAt),
			f.Failures, orNull(f.FailedAt), orNull(f.FirstFailed),
		)
	}
	return i.run(ctx, t)
}

// Checked reads how the last look at each address came out.
func (s *Store) Checked(ctx context.Context) (map[string]content.Finding, error) {
	all := map[string]content.Finding{}
	err := s.reading(ctx, func(tx *sqlx.Tx) error {
		return each(ctx, tx, "select "+checkedTable().names()+" from checked", nil, func(r *sqlx.Rows) error {
			var (
				f                   content.Finding
				at, began           int64
				gone, failed, first sql.NullInt64
			)
			err := r.Scan(&f.URL, &at, &f.State, &began, &f.Status, &f.Title, &f.Detail, &f.Picture, &f.Width, &f.Height, &f.Gone, &gone, &f.Failures, &failed, &first)
			f.At, f.Since, f.GoneAt, f.FailedAt, f.FirstFailed = fromMicros(at), fromMicros(began), instant(gone), instant(failed), instant(first)
			all[f.URL] = f
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read what was checked: %w", err)
	}
	return all, nil
}

// Lease lets a holder do what only one is to do, until an instant; false while another holds it. Who holds it may prolong it.
func (s *Store) Lease(ctx context.Context, name, holder string, now, until time.Time) (bool, error) {
	done, err := s.write.ExecContext(ctx, s.write.Rebind(`
		insert into lease (name, holder, until)
		values (?, ?, ?)
		on conflict (name) do update set holder = excluded.holder, until = excluded.until
		where lease.holder = excluded.holder or lease.until <= ?`), name, holder, micros(until), micros(now))
	if err != nil {
		return false, fmt.Errorf("take a lease: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// HeldElsewhere tells whether a text that an entry holds, such as an address, stands in the body of any revision of another, or as
// the picture of an address that does.
func (t *Tx) HeldElsewhere(ctx context.Context, id content.ID, text string) (bool, error) {
	like := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
	var n int
	err := t.tx.QueryRowxContext(ctx, t.bind(`select count(*) from revision where entry <> ? and body like ? escape '\'`), id, like).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look who holds a text: %w", err)
	}
	return n > 0, nil
}

// PicturesOf are the copies that the hub keeps, or kept, of a picture elsewhere.
func (t *Tx) PicturesOf(ctx context.Context, url string) ([]string, error) {
	var all []string
	err := each(ctx, t.tx, `
		select picture from finding where url = ? and picture <> ''
		union
		select picture from checked where url = ? and picture <> ''`, []any{url, url}, func(r *sqlx.Rows) error {
		var picture string
		err := r.Scan(&picture)
		all = append(all, picture)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find copies of a picture: %w", err)
	}
	return all, nil
}

// IsCopy tells whether a picture is the hub's copy of anything.
func (t *Tx) IsCopy(ctx context.Context, picture string) (bool, error) {
	var n int
	err := t.tx.QueryRowxContext(ctx, t.bind(`
		select (select count(*) from finding where picture = ?) + (select count(*) from checked where picture = ?)`), picture, picture).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look who shows a picture: %w", err)
	}
	return n > 0, nil
}

// Unfind takes what is known of an address out of the database. Only a purge may.
func (t *Tx) Unfind(ctx context.Context, url string) error {
	if err := t.exec(ctx, `delete from finding where url = ?`, url); err != nil {
		return err
	}
	return t.exec(ctx, `delete from checked where url = ?`, url)
}
