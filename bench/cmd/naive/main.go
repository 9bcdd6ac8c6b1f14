// Command naive is the contender naive; see the package of that name.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"bettertogether/bench/naive"
	"bettertogether/bench/serve"
)

func main() {
	address := flag.String("addr", "127.0.0.1:8080", "the address to listen on")
	database := flag.String("database", "", "a postgres:// address or a SQLite file with the exported tables")
	pool := flag.Int("pool", 16, "connections to the database")
	flag.Parse()
	if err := run(*address, *database, *pool); err != nil {
		fmt.Fprintln(os.Stderr, "naive:", err)
		os.Exit(1)
	}
}

func run(address, database string, pool int) error {
	queries, err := naive.Open(context.Background(), database, pool)
	if err != nil {
		return err
	}
	return serve.Run(address, naive.New(queries))
}
