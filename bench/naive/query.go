package naive

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	_ "modernc.org/sqlite" // the driver

	"bettertogether/bench/naive/row"
)

// Queries are the prepared statements.
type Queries struct {
	db         *sqlx.DB
	isPostgres bool
	statements map[string]*sqlx.Stmt
}

// The statements. Lists of keys are one bind, so that the text stays the same and can be prepared.
const (
	latest = `
		select id, title, date
		from episode
		where place > ?
		order by place
		limit ?`
	appearancesOf = `
		select episode as of, role, credited_name, speaker
		from appearance
		where episode in (KEYS)
		order by episode, position`
	organizationsOf = `
		select e.episode as of, o.id, o.name
		from episode_organization e
		join organization o on o.id = e.organization
		where e.episode in (KEYS)
		order by e.episode, e.position`
	resourcesOf = `
		select e.episode as of, r.id, r.title, r.href
		from episode_resource e
		join resource r on r.id = e.resource
		where e.episode in (KEYS)
		order by e.episode, e.position`
	partnersOf = `
		select case_study as of, role, organization
		from case_study_partner
		where case_study in (KEYS)
		order by case_study, position`
	caseStudiesOf = `
		select o.organization as of, c.id, c.title
		from organization_case_study o
		join case_study c on c.id = o.case_study
		where o.organization in (KEYS) and o.position <= ?
		order by o.organization, o.position`
	episodesOf = `
		select o.organization as of, e.id, e.title, e.date
		from organization_episode o
		join episode e on e.id = o.episode
		where o.organization in (KEYS) and o.position <= ?
		order by o.organization, o.position`
	speakers = `
		select id, name
		from speaker
		where id in (KEYS)`
	organizations = `
		select id, name
		from organization
		where id in (KEYS)`
)

// Open opens the tables at a postgres:// address or in a SQLite file, and prepares all statements.
func Open(ctx context.Context, database string, pool int) (*Queries, error) {
	driver, address := "sqlite", "file:"+database+"?mode=ro&_query_only=1"
	isPostgres := strings.HasPrefix(database, "postgres:")
	if isPostgres {
		driver, address = "postgres", database
	}
	db, err := sqlx.Open(driver, address)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", driver, err)
	}
	db.SetMaxOpenConns(pool)
	db.SetMaxIdleConns(pool)
	q := &Queries{db: db, isPostgres: isPostgres, statements: map[string]*sqlx.Stmt{}}
	for _, text := range []string{
		latest, appearancesOf, organizationsOf, resourcesOf, partnersOf, caseStudiesOf, episodesOf, speakers, organizations,
	} {
		if q.statements[text], err = db.PreparexContext(ctx, q.dialect(text)); err != nil { //nolint:sqlclosecheck // it is used until the end
			return nil, fmt.Errorf("prepare %s: %w", text, err)
		}
	}
	return q, nil
}

// dialect writes a statement as the engine has it.
func (q *Queries) dialect(text string) string {
	if !q.isPostgres {
		return strings.ReplaceAll(text, "in (KEYS)", "in (select value from json_each(?))")
	}
	text = strings.ReplaceAll(text, "in (KEYS)", "= any(?)")
	return sqlx.Rebind(sqlx.DOLLAR, text)
}

func (q *Queries) keys(keys []string) any {
	if q.isPostgres {
		return pq.Array(keys)
	}
	raw, _ := json.Marshal(keys) // strings always encode
	return string(raw)
}

func read[V any](ctx context.Context, q *Queries, text string, args ...any) ([]*V, error) {
	var rows []*V
	if err := q.statements[text].SelectContext(ctx, &rows, args...); err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	return rows, nil
}

func (q *Queries) latest(ctx context.Context, first int, after *string) ([]*row.Episode, error) {
	place := 0
	if after != nil {
		var err error
		if place, err = strconv.Atoi(*after); err != nil {
			return nil, fmt.Errorf("after: %w", err)
		}
	}
	return read[row.Episode](ctx, q, latest, place, first)
}

func (q *Queries) appearances(ctx context.Context, episodes []string) ([]*row.Appearance, error) {
	return read[row.Appearance](ctx, q, appearancesOf, q.keys(episodes))
}

func (q *Queries) organizationsOf(ctx context.Context, episodes []string) ([]*row.Organization, error) {
	return read[row.Organization](ctx, q, organizationsOf, q.keys(episodes))
}

func (q *Queries) resourcesOf(ctx context.Context, episodes []string) ([]*row.Resource, error) {
	return read[row.Resource](ctx, q, resourcesOf, q.keys(episodes))
}

func (q *Queries) partnersOf(ctx context.Context, caseStudies []string) ([]*row.Partner, error) {
	return read[row.Partner](ctx, q, partnersOf, q.keys(caseStudies))
}

func (q *Queries) caseStudiesOf(ctx context.Context, organizations []string, first int) ([]*row.CaseStudy, error) {
	return read[row.CaseStudy](ctx, q, caseStudiesOf, q.keys(organizations), first)
}

func (q *Queries) episodesOf(ctx context.Context, organizations []string, first int) ([]*row.Episode, error) {
	return read[row.Episode](ctx, q, episodesOf, q.keys(organizations), first)
}

func (q *Queries) speakers(ctx context.Context, ids []string) ([]*row.Speaker, error) {
	return read[row.Speaker](ctx, q, speakers, q.keys(ids))
}

func (q *Queries) organizations(ctx context.Context, ids []string) ([]*row.Organization, error) {
	return read[row.Organization](ctx, q, organizations, q.keys(ids))
}
