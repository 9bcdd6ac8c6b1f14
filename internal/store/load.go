package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"

	"bettertogether/internal/content"
)

// Load reads what versions after one brought, as far as it still matters at an instant: the newest revision of each entry,
// those that are or will be public, all publications, trashings and slugs. Since 0 reads everything.
func (s *Store) Load(ctx context.Context, since int64, now time.Time, known Known) (content.Rows, error) {
	var rows content.Rows
	err := s.reading(ctx, func(tx *sqlx.Tx) (err error) {
		rows, err = loadNewest(ctx, tx, wanted{since, now, s, false, known})
		return err
	})
	return rows, err
}

// LoadPast reads everything as it was at an instant: what was written by then, and what was public then.
func (s *Store) LoadPast(ctx context.Context, at time.Time, known Known) (content.Rows, error) {
	var rows content.Rows
	err := s.reading(ctx, func(tx *sqlx.Tx) (err error) {
		var last int64
		err = tx.QueryRowxContext(ctx, tx.Rebind(`
			select (select incarnation from version), coalesce(max(version), 0), coalesce(max(at), 0)
			from batch
			where at <= ?`), micros(at)).Scan(&rows.Incarnation, &rows.Version, &last)
		if err != nil {
			return fmt.Errorf("load version: %w", err)
		}
		rows.At = fromMicros(last)
		return load(ctx, tx, &rows, wanted{0, at, s, true, known})
	})
	return rows, err
}

// Load does the same inside a transaction that holds the version lock.
func (t *Tx) Load(ctx context.Context, since int64, now time.Time, known Known) (content.Rows, error) {
	return loadNewest(ctx, t.tx, wanted{since, now, nil, false, known})
}

// NextBatchAt is the instant of the version after one; zero when there is none yet.
func (s *Store) NextBatchAt(ctx context.Context, version int64) (time.Time, error) {
	var at int64
	err := s.read.QueryRowxContext(ctx, s.read.Rebind(`
		select coalesce(min(at), 0)
		from batch
		where version > ?`), version).Scan(&at)
	if err != nil {
		return time.Time{}, fmt.Errorf("find the next version: %w", err)
	}
	if at == 0 {
		return time.Time{}, nil
	}
	return fromMicros(at), nil
}

// Entries is how many entries the database has.
func (s *Store) Entries(ctx context.Context) (n int, err error) {
	if err = s.read.QueryRowxContext(ctx, `select count(*) from entry`).Scan(&n); err != nil {
		return 0, fmt.Errorf("count entries: %w", err)
	}
	return n, nil
}

// Version reads the content version without any rows.
func (s *Store) Version(ctx context.Context) (version int64, incarnation string, err error) {
	err = s.read.QueryRowxContext(ctx, `select counter, incarnation from version`).Scan(&version, &incarnation)
	if err != nil {
		return 0, "", fmt.Errorf("read the version: %w", err)
	}
	return version, incarnation, nil
}

// wanted says which rows to read: those of the versions after since, as far as they still matter at an instant; those of a
// start also over another connection of a store beside, where there is one.
type wanted struct {
	since  int64
	now    time.Time
	beside *Store
	// isPast says that there may be newer rows than those wanted.
	isPast bool
	known  Known
}

// Known gives the entry of a revision that was read before, or nil. It is taken again where the row still holds the same: so what is
// read twice takes memory once.
type Known func(id content.ID, number int32) content.Entry

func loadNewest(ctx context.Context, tx *sqlx.Tx, w wanted) (rows content.Rows, err error) {
	var at int64
	err = tx.QueryRowxContext(ctx, `
		select counter, incarnation, coalesce((select at from batch where version = counter), 0)
		from version`).Scan(&rows.Version, &rows.Incarnation, &at)
	if err != nil {
		return rows, fmt.Errorf("load version: %w", err)
	}
	rows.At = fromMicros(at)
	if rows.Version == w.since {
		return rows, nil
	}
	return rows, load(ctx, tx, &rows, w)
}

// load reads the rows of the versions after one, up to that of rows. What was written never changes, so a start may read the
// small rows on another connection beside the large ones.
func load(ctx context.Context, tx *sqlx.Tx, rows *content.Rows, w wanted) error {
	small := content.Rows{Version: rows.Version}
	done := make(chan error, 1)
	if w.beside != nil && w.since == 0 {
		go func() {
			done <- w.beside.reading(ctx, func(tx *sqlx.Tx) error { return loadSmall(ctx, tx, &small, w.since) })
		}()
	} else {
		done <- loadSmall(ctx, tx, &small, w.since)
	}
	decoded, err := loadRevisions(ctx, tx, rows, w)
	if err = errors.Join(err, <-done); err != nil {
		return fmt.Errorf("load content: %w", err)
	}
	rows.Publications, rows.Trashings, rows.Mergings, rows.Slugs = small.Publications, small.Trashings, small.Mergings, small.Slugs
	rows.Findings, rows.PublicFound = small.Findings, small.PublicFound
	at, err := loadInstants(ctx, tx, w.since, rows.Version)
	if err := errors.Join(err, decoded()); err != nil {
		return fmt.Errorf("load revisions: %w", err)
	}
	return date(ctx, tx, rows, at)
}

// loadInstants reads when versions were written. A start would spend more on looking the batch up for each row.
func loadInstants(ctx context.Context, tx *sqlx.Tx, since, until int64) (map[int64]time.Time, error) {
	all := map[int64]time.Time{}
	var version, at int64
	err := each(ctx, tx, `select version, at from batch where `+within("version", since), []any{since, until}, func(r *sqlx.Rows) error {
		err := r.Scan(&version, &at)
		all[version] = fromMicros(at)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load batches: %w", err)
	}
	return all, nil
}

// date sets the instants of rows. Those of the versions of older revisions are read here, mostly one or none.
func date(ctx context.Context, tx *sqlx.Tx, rows *content.Rows, at map[int64]time.Time) error {
	for i := range rows.Revisions {
		r := &rows.Revisions[i]
		var known bool
		if r.At, known = at[r.Version]; known {
			continue
		}
		var us int64
		if err := tx.QueryRowxContext(ctx, tx.Rebind(`select at from batch where version = ?`), r.Version).Scan(&us); err != nil {
			return fmt.Errorf("load the batch of version %d: %w", r.Version, err)
		}
		r.At = fromMicros(us)
		at[r.Version] = r.At
	}
	for i := range rows.Publications {
		rows.Publications[i].At = at[rows.Publications[i].Version]
	}
	rows.PublicFoundAt = at[rows.PublicFound]
	for i := range rows.Trashings {
		rows.Trashings[i].At = at[rows.Trashings[i].Version]
	}
	for i := range rows.Mergings {
		rows.Mergings[i].At = at[rows.Mergings[i].Version]
	}
	return nil
}

// loadSmall reads all but the revisions.
func loadSmall(ctx context.Context, tx *sqlx.Tx, rows *content.Rows, since int64) error {
	// What is scanned into goes to the heap: once for all rows. Into other types than string and int64 database/sql scans by
	// reflection, into smaller integers by way of their digits.
	var (
		p                content.Publication
		c                content.SlugClaim
		starts, revision int64
	)
	if since == 0 {
		// Mostly each entry has one row of either: lists that grow to such lengths are copied a dozen times.
		var entries int
		if err := tx.QueryRowxContext(ctx, `select count(*) from entry`).Scan(&entries); err != nil {
			return fmt.Errorf("count entries: %w", err)
		}
		rows.Publications, rows.Slugs = make([]content.Publication, 0, entries), make([]content.SlugClaim, 0, entries)
	}
	published, claimed := []any{(*string)(&p.ID), &p.Version, &starts, &revision, &p.Slug}, []any{&c.Slug, (*string)(&c.ID)}
	err := each(ctx, tx, `
		select entry, version, starts, coalesce(revision, 0), slug
		from publication
		where `+within("version", since), []any{since, rows.Version}, func(r *sqlx.Rows) error {
		err := r.Scan(published...)
		p.From, p.Revision = fromMicros(starts), int32(revision)
		rows.Publications = append(rows.Publications, p)
		return err
	})
	if err != nil {
		return fmt.Errorf("load publications: %w", err)
	}
	// Mostly they come in this order; the engine would sort them at the cost of reading them again.
	slices.SortStableFunc(rows.Publications, func(a, b content.Publication) int {
		return cmp.Or(cmp.Compare(a.Version, b.Version), a.From.Compare(b.From))
	})
	err = each(ctx, tx, `
		select entry, trashed, version
		from trash
		where version > ? and version <= ?
		order by version`, []any{since, rows.Version}, func(r *sqlx.Rows) error {
		var t content.Trashing
		err := r.Scan(&t.ID, &t.Trashed, &t.Version)
		rows.Trashings = append(rows.Trashings, t)
		return err
	})
	if err != nil {
		return fmt.Errorf("load trash: %w", err)
	}
	err = each(ctx, tx, `
		select absorbed, coalesce(survivor, ''), fields, version
		from merge
		where version > ? and version <= ?
		order by version`, []any{since, rows.Version}, func(r *sqlx.Rows) error {
		var m content.Merging
		var fields string
		err := r.Scan(&m.Absorbed, &m.Survivor, &fields, &m.Version)
		m.Fields = strings.Fields(fields)
		rows.Mergings = append(rows.Mergings, m)
		return err
	})
	if err != nil {
		return fmt.Errorf("load merges: %w", err)
	}
	err = each(ctx, tx, `
		select slug, entry
		from slug
		where `+within("version", since), []any{since, rows.Version}, func(r *sqlx.Rows) error {
		err := r.Scan(claimed...)
		c.Kind = c.ID.Kind()
		rows.Slugs = append(rows.Slugs, c)
		return err
	})
	if err != nil {
		return fmt.Errorf("load slugs: %w", err)
	}
	return loadFindings(ctx, tx, rows, since)
}

// within is the condition that a version is after one and up to another. A start takes nearly all rows: looking each up by
// the index of versions would cost more than reading the table as it lies, and the plus keeps the engine from that index.
func within(version string, since int64) string {
	if since == 0 {
		version = "+" + version
	}
	return version + " > ? and " + version + " <= ?"
}

// each scans the rows of a query. A start reads every row of the hub, so rows are scanned
// without a struct's reflection.
func each(ctx context.Context, tx *sqlx.Tx, query string, args []any, scan func(*sqlx.Rows) error) error {
	found, err := tx.QueryxContext(ctx, tx.Rebind(query), args...)
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		if err := scan(found); err != nil {
			return err
		}
	}
	return found.Err()
}

// hasStarted says that this process has read a whole hub. What is read first stays until the end, by design; a reading after a purge,
// or of a past, may go again.
var hasStarted atomic.Bool

// loadRevisions reads bodies and decodes them on all cores, a chunk at a time. Beside the newer revisions it reads older
// ones that only now were published.
func loadRevisions(ctx context.Context, tx *sqlx.Tx, rows *content.Rows, w wanted) (decoded func() error, err error) {
	// A publication matters while no newer one of its entry has begun: then its revision can still be seen.
	const isPublic = `exists (
			select 1 from publication p
			where p.entry = r.entry and p.revision = r.number and p.version <= ?
			and not exists (
				select 1 from publication q
				where q.entry = p.entry and q.version > p.version and q.version <= ? and (q.starts <= p.starts or q.starts <= ?)
			)
		)`
	since, now := w.since, micros(w.now)
	if since == 0 {
		// Nearly all are the newest of their entry. Those that are not are found together: to look each up takes as long as reading
		// it. Where every row is wanted, the key alone tells which they are, and the bodies are read once.
		known, args := "", []any(nil)
		if w.isPast {
			known, args = " and +version <= ?", append(args, rows.Version)
		}
		rows.AreForGood = !w.isPast && w.beside != nil && hasStarted.CompareAndSwap(false, true)
		return bodies{tx, &content.Words{AreForGood: rows.AreForGood}, w.known}.read(ctx, rows, `
			with older as materialized (
				select entry, number - 1 as number
				from revision
				where number > 1`+known+`
			)
			`+revisions+`
			left join older o on o.entry = r.entry and o.number = r.number
			where `+within("r.version", since)+` and (o.entry is null or `+isPublic+`)`,
			append(args, since, rows.Version, rows.Version, rows.Version, now)...)
	}
	decoded, err = bodies{tx, new(content.Words), w.known}.read(ctx, rows, revisions+`
		where `+within("r.version", since)+` and (
			not exists (select 1 from revision n where n.entry = r.entry and n.number = r.number + 1 and n.version <= ?)
			or `+isPublic+`
		)`, since, rows.Version, rows.Version, rows.Version, rows.Version, now)
	if err != nil {
		return decoded, err
	}
	if err := decoded(); err != nil {
		return nil, err
	}
	return bodies{tx, new(content.Words), w.known}.read(ctx, rows, revisions+`
		where r.version <= ?
		and (r.entry, r.number) in (select entry, revision from publication where version > ? and version <= ?)`, since, since, rows.Version)
}

// Revision reads one revision with its body; false when there is none.
func (t *Tx) Revision(ctx context.Context, id content.ID, number int32) (content.Revision, bool, error) {
	var rows content.Rows
	decoded, err := bodies{t.tx, new(content.Words), nil}.read(ctx, &rows, revisions+` where r.entry = ? and r.number = ?`, id, number)
	if err == nil {
		err = decoded()
	}
	if err == nil {
		err = date(ctx, t.tx, &rows, map[int64]time.Time{})
	}
	if err != nil || len(rows.Revisions) == 0 {
		return content.Revision{}, false, err
	}
	return rows.Revisions[0], true, nil
}

// revisions begins the statements of bodies.
const revisions = `
	select r.entry, r.number, r.version, r.shape, r.body
	from revision r`

// bodies are read by a transaction.
type bodies struct {
	tx *sqlx.Tx
	// words are those of the bodies.
	words *content.Words
	known Known
}

// read reads the revisions that a statement finds, without their instants. Their bodies are still being decoded when it returns: decoded waits
// for that, and adds them to rows.
func (b bodies) read(ctx context.Context, rows *content.Rows, statement string, args ...any) (decoded func() error, err error) {
	found, err := b.tx.QueryContext(ctx, b.tx.Rebind(statement), args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var (
		chunks [][]undecoded
		wait   sync.WaitGroup
		failed = make(chan error, 1)
		idle   = make(chan *content.Decoder, runtime.GOMAXPROCS(0))
	)
	for range cap(idle) {
		idle <- &content.Decoder{Words: b.words}
	}
	decode := func(chunk []undecoded) {
		chunks = append(chunks, chunk)
		decoder := <-idle
		wait.Go(func() {
			defer func() { idle <- decoder }()
			for i := range chunk {
				if err := chunk[i].decode(decoder, b.known); err != nil {
					select {
					case failed <- err:
					default:
					}
					return
				}
			}
		})
	}
	const chunkSize = 256
	chunk := make([]undecoded, 0, chunkSize)
	var u undecoded
	var number, shape int64
	dest := []any{(*string)(&u.ID), &number, &u.Version, &shape, &u.body} // see loadSmall
	for found.Next() {
		if err = found.Scan(dest...); err != nil {
			break
		}
		u.Number, u.shape = int32(number), int(shape)
		rows.Bytes += len(u.body)
		if chunk = append(chunk, u); len(chunk) == chunkSize {
			decode(chunk)
			chunk = make([]undecoded, 0, chunkSize)
		}
	}
	decode(chunk)
	if err == nil {
		err = found.Err()
	}
	return func() error {
		wait.Wait()
		select {
		case err := <-failed:
			return err
		default:
		}
		rows.Revisions = slices.Grow(rows.Revisions, len(chunks)*chunkSize)
		for _, chunk := range chunks {
			for i := range chunk {
				rows.Revisions = append(rows.Revisions, chunk[i].Revision)
			}
		}
		return nil
	}, err
}

type undecoded struct {
	content.Revision
	shape int
	body  string
}

// recognize takes the entry that was read before, if the body is still that of this one.
func (u *undecoded) recognize(known Known) bool {
	if known == nil || u.shape != content.Shape {
		return false
	}
	e := known(u.ID, u.Number)
	if e == nil {
		return false
	}
	body, err := content.Encode(e)
	if err != nil || string(body) != u.body {
		return false
	}
	u.Entry, u.body = e, ""
	return true
}

func (u *undecoded) decode(d *content.Decoder, known Known) (err error) {
	u.ID = content.ID(d.Word(string(u.ID)))
	if u.recognize(known) {
		return nil
	}
	u.Entry, err = d.Decode(u.ID.Kind(), u.shape, u.body)
	u.body = ""
	if err != nil {
		return fmt.Errorf("%s revision %d: %w", u.ID, u.Number, err)
	}
	return nil
}
