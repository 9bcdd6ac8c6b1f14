package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"bettertogether/bench/stat"
)

// column is one figure of a contender in a question, in the order of the rounds.
func column(all []measurement, question, contender string, of func(measurement) float64) []float64 {
	var found []float64
	for _, m := range all {
		if m.Question == question && m.Contender == contender {
			found = append(found, of(m))
		}
	}
	return found
}

func optional(p *float64) float64 {
	if p == nil {
		return math.NaN()
	}
	return *p
}

// write prints the tables and keeps everything in a file.
func (r *results) write(out io.Writer, file string) error {
	r.head(out)
	r.table(out)
	r.overloadTable(out)
	if file == "-" {
		return nil
	}
	if file == "" {
		file = "bench-" + r.Size + "-" + r.Machine.Date.Format("20060102-150405") + ".json"
	}
	raw, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return fmt.Errorf("write the results: %w", err)
	}
	if err := os.WriteFile(file, append(raw, '\n'), 0o644); err != nil {
		return fmt.Errorf("write the results: %w", err)
	}
	_, err = fmt.Fprintf(os.Stderr, "All that was measured is in %s.\n", file)
	return err
}

func (r *results) head(out io.Writer) {
	m := r.Machine
	parts := []string{
		"size " + r.Size, plural(r.Rounds, "round") + " of " + strconv.FormatFloat(r.Seconds, 'g', 3, 64) + " s", plural(r.Connections, "connection"),
		plural(m.Cores, "core") + ", " + m.CPU, m.System, m.Go,
	}
	if m.Node != "" {
		parts = append(parts, "Node "+m.Node)
		for _, name := range []string{"postgraphile", "mercurius"} {
			parts = append(parts, name+" "+m.Packages[name])
		}
	}
	if m.PostgreSQL != "" {
		parts = append(parts, "PostgreSQL "+m.PostgreSQL)
	}
	parts = append(parts, "revision "+cmp.Or(m.Revision, "unknown"), m.Date.Format("2006-01-02"))
	if r.FarPage != "" {
		parts = append(parts, "far page is "+r.FarPage)
	}
	fmt.Fprintf(out, "%s.\n\n", strings.Join(parts, "; "))
}

func (r *results) table(out io.Writer) {
	fmt.Fprintln(out, "| question | contender | requests/s | lowest to highest | × bare | × PostGraphile | p50 ms | p99 ms | CPU µs/request | "+
		"PostgreSQL CPU µs/request | allocations/request | resident MiB |")
	fmt.Fprintln(out, "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
	for i := range questions {
		q := &questions[i]
		for _, name := range contenderNames {
			rate := column(r.Measurements, q.name, name, func(m measurement) float64 { return m.PerSecond })
			if len(rate) == 0 {
				continue
			}
			median := func(of func(measurement) float64) float64 {
				return stat.Median(column(r.Measurements, q.name, name, of))
			}
			answers := column(r.Measurements, q.name, name, func(m measurement) float64 { return float64(m.Answers) })
			each := func(of func(measurement) float64) float64 {
				return stat.Mean(column(r.Measurements, q.name, name, of), answers)
			}
			least, most := stat.Spread(rate)
			against := func(question, other string) float64 {
				return stat.Ratio(rate, column(r.Measurements, question, other, func(m measurement) float64 { return m.PerSecond }))
			}
			bare, postgraphile := math.NaN(), math.NaN()
			if !q.arrivals {
				bare, postgraphile = against(q.bare, nameBare), against(q.name, namePostgraphile)
			}
			fmt.Fprintf(out, "| %s | %s | %s | %s to %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", q.name, name,
				figure(stat.Median(rate)), figure(least), figure(most), figure(bare), figure(postgraphile),
				figure(median(func(m measurement) float64 { return m.P50 })), figure(median(func(m measurement) float64 { return m.P99 })),
				figure(1000*each(func(m measurement) float64 { return m.CPU })),
				figure(1000*each(func(m measurement) float64 { return optional(m.PostgresCPU) })),
				figure(each(func(m measurement) float64 { return optional(m.Allocations) })),
				figure(median(func(m measurement) float64 { return float64(m.Resident) / (1 << 20) })))
		}
	}
}

func (r *results) overloadTable(out io.Writer) {
	if len(r.Overloads) == 0 {
		return
	}
	fmt.Fprintf(out, "\nAt three times what each answers, by %d connections, the middle of %d times:\n\n", overloadConnections, overloadRuns)
	fmt.Fprintln(out, "| contender | capacity/s | offered/s | answered 200 | 503 | not sent or not answered | broken | p50 of 200, ms | p99 of 200, ms | lowest to highest | "+
		"p99 before, ms | memory before, MiB | peak MiB | s until p99 is normal |")
	fmt.Fprintln(out, "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
	for _, o := range r.Overloads {
		recovery := "over " + figure(o.Watched)
		if o.Recovery != nil {
			recovery = figure(*o.Recovery / 1000)
		}
		lowest, highest := "none", "none"
		if len(o.All) > 0 {
			lowest = figure(o.All[0])
		}
		if len(o.All) == overloadRuns {
			highest = figure(o.All[overloadRuns-1])
		}
		p50, p99 := o.P50, o.P99
		if o.Answered == 0 {
			p50, p99 = math.NaN(), math.NaN()
		}
		fmt.Fprintf(out, "| %s | %s | %s | %d | %d | %d | %d | %s | %s | %s to %s | %s | %s | %s | %s |\n", o.Contender, figure(o.Capacity), figure(o.Rate),
			o.Answered, o.Refused, o.Unsent+o.Unanswered, o.Broken, figure(p50), figure(p99), lowest, highest, figure(o.Normal),
			figure(float64(o.Before)/(1<<20)), figure(float64(o.Peak)/(1<<20)), recovery)
	}
}

// figure writes a number with three digits that count; what is not known is empty.
func figure(n float64) string {
	switch {
	case math.IsNaN(n):
		return ""
	case n == 0:
		return "0"
	}
	whole := max(0, 2-int(math.Floor(math.Log10(math.Abs(n)))))
	text := strconv.FormatFloat(n, 'f', whole, 64)
	if n >= 1000 {
		step := math.Pow(10, math.Floor(math.Log10(n))-2)
		text = strconv.FormatFloat(math.Round(n/step)*step, 'f', 0, 64)
	}
	return text
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
