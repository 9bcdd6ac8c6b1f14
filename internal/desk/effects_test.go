package desk_test

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
)

// picture is all of a public view that effects speak of, looked at entry by entry.
type picture struct {
	// bodies are the entries as they are shown, links those of their links that lead to something shown.
	bodies, links map[content.ID]string
	slugs         map[[2]string]string
	// cards are episodes with all that stands on their cards: names of those behind them.
	cards map[content.ID]string
	// lists are the cards of every listing; feeds those of every built-in list, by the entry whose it is, and urls its address.
	lists map[content.ID]string
	feeds map[content.ID]string
	urls  map[content.ID]string
}

// feed adds a card to the list of an entry; that of no entry is the list of all.
func (p picture) feed(v *edition.View, id content.ID, card string) {
	p.urls[id] = "https://hub.example/lists/all"
	if id != "" {
		e := v.Entry(id)
		if e == nil {
			return
		}
		p.urls[id] = e.URL()
	}
	p.feeds[id] += card
}

// above adds a topic and all topics above it.
func above(v *edition.View, id content.ID, homes map[content.ID]bool) {
	topic, ok := v.Entry(id).(*edition.Topic)
	if !ok || homes[topic.ID()] {
		return
	}
	homes[topic.ID()] = true
	for _, id := range topic.Content().(*content.Topic).Broader {
		above(v, id, homes)
	}
}

func look(t *testing.T, v *edition.View, slugs map[[2]string]bool) picture {
	t.Helper()
	p := picture{
		map[content.ID]string{},
		map[content.ID]string{},
		map[[2]string]string{},
		map[content.ID]string{},
		map[content.ID]string{},
		map[content.ID]string{},
		map[content.ID]string{},
	}
	v.Each(func(e edition.Entry) {
		body, err := content.Encode(e.Content())
		if err != nil {
			t.Fatal(err)
		}
		p.bodies[e.ID()] = fmt.Sprint(e.Revision(), " ", string(body))
		slugs[[2]string{string(e.ID().Kind()), e.Common().Slug}] = true
		var links []string
		e.Content().Links(func(l content.Link) {
			if v.Entry(l.To) != nil {
				links = append(links, l.Field+" "+string(l.To))
			}
		})
		slices.Sort(links)
		p.links[e.ID()] = fmt.Sprint(slices.Compact(links))
	})
	for key := range slugs {
		if e := v.BySlug(content.Kind(key[0]), key[1]); e != nil {
			p.slugs[key] = e.Common().Slug
		}
	}
	v.Each(func(e edition.Entry) {
		ep, ok := e.(*edition.Episode)
		if !ok {
			return
		}
		card := p.bodies[e.ID()]
		e.Content().Links(func(l content.Link) { card += p.bodies[l.To] })
		for _, o := range ep.Organizations() {
			card += p.bodies[o.ID()]
		}
		p.cards[e.ID()] = card
		homes := map[content.ID]bool{"": true}
		for _, o := range ep.Organizations() {
			homes[o.ID()] = true
		}
		e.Content().Links(func(l content.Link) {
			if l.Field == "series" || l.Field == "appearances" {
				homes[l.To] = true
			}
			if l.Field == "topics" {
				above(v, l.To, homes)
			}
		})
		for id := range homes {
			p.feed(v, id, string(e.ID())+card)
		}
	})
	v.Each(func(e edition.Entry) {
		switch e := e.(type) {
		case *edition.Listing:
			shown, err := e.Episodes()
			if err != nil {
				t.Fatal(err)
			}
			list := p.bodies[e.ID()]
			for _, ep := range shown {
				list += string(ep.ID()) + p.cards[ep.ID()]
			}
			p.lists[e.ID()] = list
		case *edition.CaseStudy:
			for _, ep := range e.Episodes() {
				p.feed(v, e.ID(), string(ep.ID())+p.cards[ep.ID()])
			}
		case *edition.Toolkit:
			for _, item := range e.Content().(*content.Toolkit).Items {
				if ep := v.Entry(item.Entry); ep != nil && ep.ID().Kind() == content.KindEpisode {
					p.feed(v, e.ID(), string(ep.ID())+p.cards[ep.ID()])
				}
			}
		}
	})
	return p
}

// differing are the keys at which two maps differ.
func differing[K cmp.Ordered](before, after map[K]string) []K {
	found := map[K]bool{}
	for _, side := range []map[K]string{before, after} {
		for key := range side {
			if before[key] != after[key] {
				found[key] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// wantAll wants every one of some to be told.
func wantAll[T comparable](t *testing.T, what string, some, told []T) {
	t.Helper()
	for _, s := range some {
		if !slices.Contains(told, s) {
			t.Errorf("%s: %v is not told", what, s)
		}
	}
}

func TestDryRunsTellWhatTheWriteThenDoesAndItIsTrue(t *testing.T) {
	done, refused := 0, 0
	for seed := range uint64(5) {
		clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		d := hubtest.Open(t, hubtest.SQLite(t), clock)
		g := newGame(t, d, clock.Now, seed)
		slugs := map[[2]string]bool{}
		for n := range 120 {
			clock.At = clock.At.Add(time.Minute)
			w := g.write(t)
			before, drafts := look(t, d.Pin(), slugs), d.Pin().Preview()
			tag := drafts.Tag()
			w.DryRun = true
			tried, err := d.Save(t.Context(), hubtest.Admin(), w)
			if now := d.Pin().Preview().Tag(); now != tag {
				t.Fatalf("a dry run moved the preview from %s to %s", tag, now)
			}
			w.DryRun = false
			receipt, really := d.Save(t.Context(), hubtest.Admin(), w)
			if fmt.Sprint(err) != fmt.Sprint(really) {
				t.Fatalf("tried: %v, really: %v", err, really)
			}
			if isRefused(t, really) {
				refused++
				continue
			}
			done++
			for _, r := range receipt.Results {
				if r.Outcome == desk.Created {
					g.ids = append(g.ids, r.ID)
				}
			}
			if !reflect.DeepEqual(tried.Effects, receipt.Effects) || !reflect.DeepEqual(tried.Results, receipt.Results) {
				t.Fatalf("tried %+v\nreally %+v", tried.Effects, receipt.Effects)
			}
			wantTrue(t, receipt, before, look(t, d.Pin(), slugs))
			wantEdges(t, d, receipt, drafts)
			if t.Failed() {
				t.Fatalf("seed %d, write %d: %+v\neffects %+v", seed, n, w, receipt.Effects)
			}
		}
	}
	if done < 200 || refused > 3*done {
		t.Errorf("%d writes done, %d refused", done, refused)
	}
}

// wantTrue compares what effects say of the public with the two pictures.
func wantTrue(t *testing.T, r desk.Receipt, before, after picture) {
	t.Helper()
	e := r.Effects
	lists, feeds := differing(before.lists, after.lists), differing(before.feeds, after.feeds)
	wantAll(t, "listings", lists, e.Listings)
	for _, id := range feeds {
		if !slices.Contains(e.Feeds, before.urls[id]) && !slices.Contains(e.Feeds, after.urls[id]) {
			t.Errorf("feeds: that of %s is not told", cmp.Or(after.urls[id], before.urls[id]))
		}
	}
	var linked []content.ID
	for _, id := range differing(before.links, after.links) {
		if before.bodies[id] != "" && after.bodies[id] != "" && !slices.Contains(r.Touched, id) {
			linked = append(linked, id)
		}
	}
	wantAll(t, "dependants", linked, e.Dependants)
	for _, id := range e.AlsoPublished {
		if slices.Contains(e.Published, id) || after.bodies[id] == "" {
			t.Errorf("%s is not published along", id)
		}
	}
	if slices.Equal(differing(before.bodies, after.bodies), nil) && len(e.Listings)+len(e.Feeds)+len(e.Dependants) > 0 {
		t.Errorf("nothing changed for the public, but %+v is told", e.Impact)
	}
	for _, id := range e.Dependants {
		if before.links[id] == after.links[id] && before.bodies[id] == after.bodies[id] {
			t.Errorf("dependants: %s neither gained nor lost a link", id)
		}
	}
	for _, id := range differing(before.bodies, after.bodies) {
		if !slices.Contains(r.Touched, id) && !slices.Contains(e.Dependants, id) {
			t.Errorf("%s shows otherwise, and nobody is told", id)
		}
	}
	for key, was := range before.slugs {
		is, leads := after.slugs[key]
		to := desk.Redirect{Kind: content.Kind(key[0]), From: key[1], To: is}
		if moved := leads && was == key[1] && is != was; moved != slices.Contains(e.Redirects, to) {
			t.Errorf("redirects: %v led to %s, leads to %q; told %v", key, was, is, e.Redirects)
		}
	}
}

// wantEdges compares the edges that effects tell with the links of the newest revisions before and after.
func wantEdges(t *testing.T, d *desk.Desk, r desk.Receipt, before *edition.View) {
	t.Helper()
	var added, removed []desk.Edge
	for _, result := range r.Results {
		was, is := map[desk.Edge]bool{}, map[desk.Edge]bool{}
		if old, ok, _ := d.Revision(t.Context(), result.ID, before.Newest(result.ID)); ok {
			old.Links(func(l content.Link) { was[desk.Edge{From: result.ID, Field: l.Field, To: l.To}] = true })
		}
		e, _ := newest[content.Entry](t, d, result.ID)
		e.Links(func(l content.Link) { is[desk.Edge{From: result.ID, Field: l.Field, To: l.To}] = true })
		for edge := range is {
			if !was[edge] {
				added = append(added, edge)
			}
		}
		for edge := range was {
			if !is[edge] {
				removed = append(removed, edge)
			}
		}
	}
	for _, side := range []struct {
		name      string
		got, want []desk.Edge
	}{{"added", r.Effects.EdgesAdded, added}, {"removed", r.Effects.EdgesRemoved, removed}} {
		if len(side.got) != len(side.want) {
			t.Errorf("edges %s: told %v, are %v", side.name, side.got, side.want)
		}
		wantAll(t, "edges "+side.name, side.want, side.got)
	}
}
