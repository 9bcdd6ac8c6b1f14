package main

import (
	"fmt"
	"math/rand/v2"
)

// results are all that a run has measured.
type results struct {
	Machine      machine       `json:"machine"`
	Size         string        `json:"size"`
	Rounds       int           `json:"rounds"`
	Seconds      float64       `json:"seconds"`
	Connections  int           `json:"connections"`
	Pool         int           `json:"pool"`
	Rate         float64       `json:"rate"`
	Burst        int           `json:"burst"`
	Seed         uint64        `json:"seed"`
	FarPage      string        `json:"farPage,omitempty"`
	Measurements []measurement `json:"measurements"`
	Overloads    []overload    `json:"overloads,omitempty"`
}

// measureAll asks all contenders all questions in each round. Questions come in a shuffled order, and for each the contenders do,
// so that those that are compared are measured within seconds of each other. Who is not asked is paused.
func (f *field) measureAll() (*results, error) {
	r := &results{
		Machine: look(f.ctx, f.node, f.postgres), Size: f.size, Rounds: f.rounds, Seconds: f.duration.Seconds(), Connections: f.connections,
		Pool: f.pool, Rate: f.rate, Burst: f.burst, Seed: f.seed,
	}
	if err := f.warmAll(); err != nil {
		return r, err
	}
	chance := rand.New(rand.NewPCG(f.seed, 0))
	chosen := f.chosen()
	for round := range f.rounds {
		f.say("round %d of %d", round+1, f.rounds)
		for _, i := range chance.Perm(len(chosen)) {
			q := chosen[i]
			for _, j := range chance.Perm(len(f.contenders)) {
				c := f.contenders[j]
				if !q.takes(c) {
					continue
				}
				if q.name == "far page" {
					r.FarPage = farAbout(c)
				}
				m, err := f.whileRunning(c, func() (measurement, error) { return f.measure(q, c) })
				if err != nil {
					return r, err
				}
				m.Round = round + 1
				r.Measurements = append(r.Measurements, m)
			}
		}
	}
	return r, nil
}

// warmAll asks all once without measuring: compilers that learn while they run have then seen every question.
func (f *field) warmAll() error {
	f.say("a round that does not count")
	for _, c := range f.contenders {
		_, err := f.whileRunning(c, func() (measurement, error) {
			for _, q := range f.chosen() {
				if !q.takes(c) || q.arrivals {
					continue
				}
				ask, err := q.prepare(f, c)
				if err == nil {
					err = warm(ask, f.duration)
				}
				if err != nil {
					return measurement{}, fmt.Errorf("%s, %s: %w", c.name, q.name, err)
				}
			}
			return measurement{}, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *field) whileRunning(c *contender, do func() (measurement, error)) (measurement, error) {
	if err := c.resume(); err != nil {
		return measurement{}, err
	}
	m, err := do()
	if err != nil {
		return m, err
	}
	return m, c.pause()
}
