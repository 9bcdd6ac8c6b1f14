package network

// Components are the largest sets of nodes in which paths lead from each to each.
type Components struct {
	// Labels has the component of each node. They are numbered in the order of their smallest node.
	Labels []int32
	// Sizes has the number of nodes of each component: 1 for an isolate's.
	Sizes []int32
}

// Components finds the components, in O(nodes + edges).
func (g *Graph) Components() Components {
	c := Components{Labels: make([]int32, g.Len())}
	for v := range c.Labels {
		c.Labels[v] = -1
	}
	var queue []int32
	for v := range c.Labels {
		if c.Labels[v] >= 0 {
			continue
		}
		label := int32(len(c.Sizes))
		c.Labels[v] = label
		queue = append(queue[:0], int32(v))
		for i := 0; i < len(queue); i++ {
			near, _ := g.Neighbours(queue[i])
			for _, w := range near {
				if c.Labels[w] < 0 {
					c.Labels[w] = label
					queue = append(queue, w)
				}
			}
		}
		c.Sizes = append(c.Sizes, int32(len(queue)))
	}
	return c
}
