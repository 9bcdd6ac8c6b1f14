// Command bench asks the hub and what stands in its place elsewhere the same questions over the same content, and tells how long
// the answers take and what they cost. README.md says what is compared and why that is fair.
//
//   - main.go: the flags. owner.go, process.go: what is started, and ended with the benchmark. machine.go: where it runs.
//   - content.go: the content, and the tables made of it. field.go, contender.go: who is asked. question.go: what is asked.
//   - agree.go: whether all answer the same. trial.go, round.go: what is measured. overload.go: what too much does. report.go: the table.
//   - load, stat, proc: the client, the arithmetic, what Linux knows. serve, naive, cmd, node: the other contenders.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// options are what one may choose of a run.
type options struct {
	size                       string
	rounds                     int
	duration, warmup, overload time.Duration
	connections, pool          int
	rate                       float64
	burst                      int
	only, cases                []string
	json, logs                 string
	seed                       uint64
	hold                       bool
}

func main() {
	o, err := parse(os.Args[1:])
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
		err = run(ctx, o)
		stop()
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parse(args []string) (options, error) {
	o := options{}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.StringVar(&o.size, "size", "M", "the size of the content: S, M or L")
	flags.IntVar(&o.rounds, "rounds", 9, "how often each is measured, in an order that is shuffled each time")
	flags.DurationVar(&o.duration, "duration", 2*time.Second, "how long each is measured in a round")
	flags.DurationVar(&o.warmup, "warmup", 500*time.Millisecond, "how long each is asked before that")
	flags.DurationVar(&o.overload, "overload", 10*time.Second, "how long each is asked three times as much as it can answer; 0 leaves that out")
	flags.IntVar(&o.connections, "connections", 16, "connections to a contender")
	flags.IntVar(&o.pool, "pool", 16, "connections of a contender to its database")
	flags.Float64Var(&o.rate, "rate", 100, "requests a second of the loads that do not wait for answers")
	flags.IntVar(&o.burst, "burst", 10, "how many of them come at once in bursts")
	only := flags.String("only", "", "contenders with commas between: "+strings.Join(contenderNames, ", ")+"; all when empty")
	cases := flags.String("cases", "", "questions with commas between, a star at the end of a word for all that begin so; all when empty")
	flags.StringVar(&o.json, "json", "", "a file for all that was measured; bench-SIZE-DATE.json when empty, - for none")
	flags.StringVar(&o.logs, "logs", "", "a folder for what the contenders say; it is dropped when empty")
	flags.Uint64Var(&o.seed, "seed", 0, "of the shuffling; by the clock when 0")
	flags.BoolVar(&o.hold, "hold", false, "start everything, tell where, and measure nothing until interrupted")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	o.only, o.cases = words(*only), words(*cases)
	for _, name := range o.only {
		if !slices.Contains(contenderNames, name) {
			return o, fmt.Errorf("only: %q is no contender; %s are", name, strings.Join(contenderNames, ", "))
		}
	}
	for _, word := range o.cases {
		if !slices.ContainsFunc(questions, func(q question) bool { return q.isMeant(word) }) {
			return o, fmt.Errorf("cases: %q is no question; see README.md", word)
		}
	}
	switch {
	case sizes[o.size] == nil:
		return o, fmt.Errorf("size: %q is none; S, M and L are allowed", o.size)
	case o.rounds < 1:
		return o, fmt.Errorf("rounds: %d is fewer than one", o.rounds)
	case o.rate <= 0 || o.connections < 1 || o.pool < 1 || o.duration <= 0:
		return o, errors.New("rate, connections, pool and duration must be more than nothing")
	}
	if o.seed == 0 {
		o.seed = uint64(time.Now().UnixNano())
	}
	if o.logs != "" {
		var err error
		if o.logs, err = filepath.Abs(o.logs); err != nil {
			return o, err
		}
		if err := os.MkdirAll(o.logs, 0o755); err != nil {
			return o, err
		}
	}
	return o, nil
}

func run(ctx context.Context, o options) error {
	if !exists("go.mod") || !exists("../cmd/hub") {
		return errors.New("run it in the folder bench: go run . --size M")
	}
	folder, err := os.Getwd()
	if err != nil {
		return err
	}
	own, err := newOwner(ctx)
	if err != nil {
		return err
	}
	defer own.close()
	f := &field{owner: own, options: o, folder: folder}
	if err := f.assemble(); err != nil {
		return err
	}
	if o.hold {
		return f.holdOn()
	}
	r, err := f.measureAll()
	if err == nil {
		err = f.overloadAll(r)
	}
	if err != nil {
		return err
	}
	return r.write(os.Stdout, o.json)
}

// holdOn lets everything run until somebody interrupts it.
func (f *field) holdOn() error {
	for _, c := range f.contenders {
		if err := c.resume(); err != nil {
			return err
		}
		fmt.Printf("%-14s http://%s/graphql\n", c.name, c.address)
	}
	if f.postgres != nil {
		fmt.Println(f.postgres.dsn)
	}
	<-f.ctx.Done()
	return nil
}

// say tells what is being done.
func (f *field) say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s  %s\n", time.Now().Format("15:04:05"), fmt.Sprintf(format, args...))
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func words(list string) []string {
	var found []string
	for _, w := range strings.Split(list, ",") {
		if w = strings.TrimSpace(w); w != "" {
			found = append(found, w)
		}
	}
	return found
}
