// Command onestatement is a contender: a handler that answers the benchmark's questions, and no others, each by one SQL
// statement that was written by hand, in which PostgreSQL makes the JSON. It parses no GraphQL: it knows the operations by name.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"

	_ "github.com/lib/pq" // the driver

	"bettertogether/bench/serve"
)

// nodes makes the nodes of a page of episodes e.
const nodes = `
	coalesce(json_agg(json_build_object(
		'id', e.id,
		'title', e.title,
		'date', e.date,
		'appearances', (
			select coalesce(json_agg(json_build_object(
				'role', a.role,
				'creditedName', a.credited_name,
				'speaker', json_build_object('id', s.id, 'name', s.name)
			) order by a.position), '[]')
			from appearance a
			join speaker s on s.id = a.speaker
			where a.episode = e.id
		),
		'organizations', (
			select coalesce(json_agg(json_build_object('id', o.id, 'name', o.name) order by eo.position), '[]')
			from episode_organization eo
			join organization o on o.id = eo.organization
			where eo.episode = e.id
		),
		'resources', (
			select coalesce(json_agg(json_build_object('id', r.id, 'title', r.title, 'href', r.href) order by er.position), '[]')
			from episode_resource er
			join resource r on r.id = er.resource
			where er.episode = e.id
		)
	) order by e.place), '[]')`

// visitor makes the speaker of an id that is the second bind.
const visitor = `(select json_build_object('name', s.name) from speaker s where s.id = $2)`

// partners makes the organization whose id is the first bind.
const partners = `(
	select json_build_object(
		'id', o.id,
		'name', o.name,
		'caseStudies', json_build_object('nodes', (
			select coalesce(json_agg(json_build_object(
				'id', c.id,
				'title', c.title,
				'partners', (
					select coalesce(json_agg(json_build_object(
						'role', p.role,
						'organization', json_build_object(
							'id', po.id,
							'name', po.name,
							'episodes', json_build_object('nodes', (
								select coalesce(json_agg(json_build_object(
									'id', e.id,
									'title', e.title,
									'date', e.date,
									'appearances', (
										select coalesce(json_agg(json_build_object(
											'role', a.role,
											'speaker', json_build_object('id', s.id, 'name', s.name)
										) order by a.position), '[]')
										from appearance a
										join speaker s on s.id = a.speaker
										where a.episode = e.id
									)
								) order by oe.position), '[]')
								from organization_episode oe
								join episode e on e.id = oe.episode
								where oe.organization = po.id and oe.position <= 3
							))
						)
					) order by p.position), '[]')
					from case_study_partner p
					join organization po on po.id = p.organization
					where p.case_study = c.id
				)
			) order by oc.position), '[]')
			from organization_case_study oc
			join case_study c on c.id = oc.case_study
			where oc.organization = o.id and oc.position <= 3
		))
	)
	from organization o
	where o.id = $1
)`

// operations are the statements by the name of the operation that they answer. Each makes one row of one text.
var operations = map[string]struct {
	statement string
	binds     func(v variables) []any
}{
	"Latest": {
		`select json_build_object('data', json_build_object('episodes', json_build_object('nodes', ` + nodes + `)))
		from (select * from episode where place > 0 order by place limit 20) e`,
		func(variables) []any { return nil },
	},
	"Page": {
		`select json_build_object('data', json_build_object('episodes', json_build_object('nodes', ` + nodes + `), 'visitor', ` + visitor + `))
		from (select * from episode where place > $1 order by place limit 20) e`,
		func(v variables) []any {
			place, _ := strconv.Atoi(v.After) // the first page has no cursor
			return []any{place, v.Visitor}
		},
	},
	"Partners": {
		`select json_build_object('data', json_build_object('organization', ` + partners + `))`,
		func(v variables) []any { return []any{v.Organization} },
	},
	"PartnersOf": {
		`select json_build_object('data', json_build_object('organization', ` + partners + `, 'visitor', ` + visitor + `))`,
		func(v variables) []any { return []any{v.Organization, v.Visitor} },
	},
}

// variables are those of all operations.
type variables struct {
	After        string `json:"after"`
	Visitor      string `json:"visitor"`
	Organization string `json:"organization"`
}

func main() {
	address := flag.String("addr", "127.0.0.1:8080", "the address to listen on")
	database := flag.String("database", "", "a postgres:// address with the exported tables")
	pool := flag.Int("pool", 16, "connections to the database")
	flag.Parse()
	if err := run(*address, *database, *pool); err != nil {
		fmt.Fprintln(os.Stderr, "onestatement:", err)
		os.Exit(1)
	}
}

func run(address, database string, pool int) error {
	db, err := sql.Open("postgres", database)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	db.SetMaxOpenConns(pool)
	db.SetMaxIdleConns(pool)
	prepared := map[string]*sql.Stmt{}
	for name, o := range operations {
		if prepared[name], err = db.PrepareContext(context.Background(), o.statement); err != nil { //nolint:sqlclosecheck // it is used until the end
			return fmt.Errorf("prepare %s: %w", name, err)
		}
	}
	return serve.Run(address, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			OperationName string    `json:"operationName"`
			Variables     variables `json:"variables"`
		}
		if r.Method == http.MethodGet {
			asked.OperationName = r.URL.Query().Get("operationName")
		} else if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&asked); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		statement := prepared[asked.OperationName]
		if statement == nil {
			http.Error(w, "no such operation", http.StatusBadRequest)
			return
		}
		var answer sql.RawBytes
		rows, err := statement.QueryContext(r.Context(), operations[asked.OperationName].binds(asked.Variables)...)
		if err != nil {
			fail(w, err)
			return
		}
		defer rows.Close()
		if !rows.Next() {
			fail(w, rows.Err())
			return
		}
		if err := rows.Scan(&answer); err != nil {
			fail(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		_, _ = w.Write(answer) // a client that has gone needs no answer
	}))
}

func fail(w http.ResponseWriter, err error) {
	log.Println(err)
	http.Error(w, "internal error", http.StatusInternalServerError)
}
