package network

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// exactWork is up to how many nodes times edges, summed over the components, every node is a source, so that values are
// exact: a component of 8,000 nodes and 50,000 edges. By steps that takes two cores some 3 seconds, by length some 10.
const exactWork = 400_000_000

// sampleSize is how many sources stand for all above that.
const sampleSize = 100

// sourceParts is in how many parts the sources are cut. Each part has its own sums, so memory is O(sourceParts * nodes).
const sourceParts = 20

// Sampling says how values are known.
type Sampling struct {
	// Sampled is false if the values are exact, and true if they are estimated from the paths of some nodes, their sources.
	Sampled bool
	// Sources is the number of nodes whose paths were followed: all but isolates when exact.
	Sources int
	// ErrorBound is how far a value may be from the exact one, up or down, with a probability of 95 % for each value: from
	// Hoeffding's inequality (1963), as Eppstein & Wang 2004 have it for closeness. It supposes the worst; most errors are far
	// smaller. 0 when exact.
	ErrorBound float64
}

// errPaths is for graphs far from any network of people: over 1,000 edges deep, with a choice at nearly every step.
var errPaths = errors.New("two nodes are joined by more than 10^300 shortest paths")

// survey is what the measures that need a search from each node have in common.
type survey struct {
	components Components
	sources    []int32
	sampling   Sampling
	// joined is the number of nodes but for isolates: those that the sources stand for.
	joined float64
}

func (g *Graph) survey() *survey {
	s := &survey{components: g.Components()}
	for v := range int32(g.Len()) {
		if g.Degree(v) > 0 {
			s.sources = append(s.sources, v)
		}
	}
	s.joined = float64(len(s.sources))
	work := 0
	for _, e := range g.edges {
		work += int(s.components.Sizes[s.components.Labels[e.A]])
	}
	if work > exactWork {
		s.sources = sample(s.sources)
		// A source adds from 0 to joined/(Len-1) to the mean that a value is estimated by.
		const doubt = 0.05
		bound := s.joined / float64(g.Len()-1) * math.Sqrt(math.Log(2/doubt)/(2*sampleSize))
		s.sampling = Sampling{Sampled: true, ErrorBound: bound}
	}
	s.sampling.Sources = len(s.sources)
	return s
}

// sample draws sampleSize of the nodes, each set as likely as any other, and always the same one.
func sample(nodes []int32) []int32 {
	random := rand.New(rand.NewPCG(1, 1))
	for i := range sampleSize {
		j := i + random.IntN(len(nodes)-i)
		nodes[i], nodes[j] = nodes[j], nodes[i]
	}
	slices.Sort(nodes[:sampleSize])
	return nodes[:sampleSize]
}

// sums are what sources add to each node.
type sums struct {
	between []float64 // over all targets, the share of the shortest paths from the source that go through the node
	near    []float64 // 1 / the distance from the source
}

func (s *survey) newSums() sums {
	n := len(s.components.Labels)
	return sums{make([]float64, n), make([]float64, n)}
}

// sum adds up what each source adds. The function that begin returns does so for one source at a time.
func (s *survey) sum(ctx context.Context, progress func(done, total int), begin func() func(context.Context, int32, sums) error) (sums, error) {
	var (
		parts [sourceParts]sums
		mutex sync.Mutex
		done  int
	)
	err := inParts(sourceParts, func(part int) error {
		mine := s.sources[part*len(s.sources)/sourceParts : (part+1)*len(s.sources)/sourceParts]
		if len(mine) == 0 {
			return nil
		}
		from := begin()
		parts[part] = s.newSums()
		for _, source := range mine {
			if err := from(ctx, source, parts[part]); err != nil {
				return err
			}
			if progress != nil {
				mutex.Lock()
				done++
				progress(done, len(s.sources))
				mutex.Unlock()
			}
		}
		return nil
	})
	total := s.newSums()
	for _, p := range parts {
		for v := range p.between {
			total.between[v] += p.between[v]
			total.near[v] += p.near[v]
		}
	}
	return total, err
}

// measure scales what the sources added to each node: from the sources to all, and by the number of ways to choose one other
// node, or two in order. It is not defined where there are not as many others.
func (s *survey) measure(sum []float64, others int) Measure {
	m := newMeasure(len(sum))
	if len(sum) <= others {
		return m
	}
	ways := 1.0
	for i := range others {
		ways *= float64(len(sum) - 1 - i)
	}
	scale := s.joined / float64(max(1, len(s.sources))) / ways
	for v := range sum {
		m.set(int32(v), min(1, sum[v]*scale))
	}
	return m
}
