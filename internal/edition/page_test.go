package edition_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
)

func ptr[T any](v T) *T { return &v }

// filters are some of every kind, with results from none to all.
func filters() []*content.EpisodeFilter {
	return []*content.EpisodeFilter{
		nil,
		{Phases: []content.EpisodePhase{content.PhaseEnded}},
		{Series: []content.ID{"future-u", "the-future-of-work"}},
		{Topics: []content.ID{"cross-sector-partnerships"}, From: "2020", To: "2024-06"},
		{Organizations: []content.ID{"jobs-for-the-future"}},
		{Speakers: []content.ID{"michael-horn", "jeff-selingo"}, Formats: []content.EpisodeFormat{content.FormatAudio}},
		{Search: "college"},
		{Regions: []string{"US-CA"}},
		{HasRecording: ptr(true)},
		{Series: []content.ID{"nobody"}},
	}
}

func TestPagesForwardsAndBackwardsGiveTheWholeListExactlyOnce(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	hubtest.Import(t, d, hubtest.Facts())
	v := d.Pin()
	for _, o := range []content.EpisodeOrder{content.EpisodesLatest, content.EpisodesEarliest, content.EpisodesByTitle, content.EpisodesUpdated} {
		for i, f := range filters() {
			var all []content.ID
			for cursor := (*string)(nil); ; {
				page, err := v.Episodes(f, &o, edition.PageArgs{First: ptr(int32(100)), After: cursor})
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range page.Nodes() {
					all = append(all, e.ID())
				}
				if cursor = page.PageInfo().EndCursor; !page.PageInfo().HasNextPage {
					if int(page.TotalCount()) != len(all) {
						t.Errorf("%s, filter %d: totalCount %d of %d", o, i, page.TotalCount(), len(all))
					}
					break
				}
			}
			for _, size := range []int32{1, 3, 7} {
				var forwards, backwards []content.ID
				for cursor := (*string)(nil); ; {
					page, err := v.Episodes(f, &o, edition.PageArgs{First: &size, After: cursor})
					if err != nil {
						t.Fatal(err)
					}
					if page.PageInfo().HasPreviousPage != (len(forwards) > 0) {
						t.Errorf("%s, filter %d, first %d: hasPreviousPage after %d", o, i, size, len(forwards))
					}
					for _, e := range page.Edges() {
						forwards = append(forwards, e.Node.ID())
					}
					if page.PageInfo().HasNextPage != (len(forwards) < len(all)) {
						t.Errorf("%s, filter %d, first %d: hasNextPage after %d of %d", o, i, size, len(forwards), len(all))
					}
					if cursor = page.PageInfo().EndCursor; !page.PageInfo().HasNextPage {
						break
					}
				}
				for cursor := (*string)(nil); ; {
					page, err := v.Episodes(f, &o, edition.PageArgs{Last: &size, Before: cursor})
					if err != nil {
						t.Fatal(err)
					}
					if page.PageInfo().HasNextPage != (len(backwards) > 0) {
						t.Errorf("%s, filter %d, last %d: hasNextPage after %d", o, i, size, len(backwards))
					}
					var these []content.ID
					for _, e := range page.Edges() {
						these = append(these, e.Node.ID())
					}
					backwards = append(these, backwards...)
					if page.PageInfo().HasPreviousPage != (len(backwards) < len(all)) {
						t.Errorf("%s, filter %d, last %d: hasPreviousPage after %d of %d", o, i, size, len(backwards), len(all))
					}
					if cursor = page.PageInfo().StartCursor; !page.PageInfo().HasPreviousPage {
						break
					}
				}
				if !slices.Equal(forwards, all) || !slices.Equal(backwards, all) {
					t.Errorf("%s, filter %d, size %d: %d forwards, %d backwards, %d in all", o, i, size, len(forwards), len(backwards), len(all))
				}
			}
		}
	}
}

func TestACursorHoldsWhenItsEntryMovesOrGoes(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	var names []content.Entry
	for i := range 20 {
		names = append(names, &content.Topic{Name: fmt.Sprintf("Topic %02d", i), Scheme: content.TopicSubject})
	}
	ids := hubtest.Publish(t, d, names...)
	first, err := d.Pin().Topics(nil, edition.PageArgs{First: ptr(int32(10))})
	if err != nil {
		t.Fatal(err)
	}
	end := first.PageInfo().EndCursor
	for _, w := range []desk.Write{
		{Action: "test", Trash: []content.ID{ids[9]}},
		{Action: "test", Puts: []desk.Put{{ID: ids[3], Expected: 1, Entry: &content.Topic{Name: "Zebra", Scheme: content.TopicSubject}, Publish: true}}},
	} {
		hubtest.Save(t, d, w)
		next, err := d.Pin().Topics(nil, edition.PageArgs{First: ptr(int32(1)), After: end})
		if err != nil {
			t.Fatal(err)
		}
		if got := next.Nodes()[0].Label(); got != "Topic 10" {
			t.Errorf("behind the cursor comes %s", got)
		}
	}
}

func TestReferencesAreExactBothWays(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	hubtest.Import(t, d, hubtest.Facts())
	v := d.Pin()
	rng := rand.New(rand.NewPCG(5, 6))
	checked := 0
	v.Each(func(e edition.Entry) {
		o, ok := e.(*edition.Organization)
		if !ok || rng.IntN(5) > 0 {
			return
		}
		checked++
		want := map[string]bool{}
		v.Each(func(from edition.Entry) {
			from.Content().Links(func(l content.Link) {
				if l.To == o.ID() {
					want[string(from.ID())+l.Field] = true
				}
			})
		})
		got := map[string]bool{}
		for cursor := (*string)(nil); ; {
			page, err := o.ReferencedBy(ptr(int32(3)), cursor, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, edge := range page.Edges {
				got[string(edge.Node.ID())+edge.Field] = true
			}
			if cursor = page.PageInfo.EndCursor; !page.PageInfo.HasNextPage {
				if int(page.TotalCount) != len(want) {
					t.Errorf("%s: totalCount %d, want %d", o.Name, page.TotalCount, len(want))
				}
				break
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %v, want %v", o.Name, got, want)
		}
	})
	if checked < 10 {
		t.Errorf("only %d organizations were looked at", checked)
	}
}
