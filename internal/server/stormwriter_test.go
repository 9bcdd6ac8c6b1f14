package server

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
)

// stormWriter writes to entries that no other writer writes to: six episodes that are always saved in one batch with one count,
// three that come and go by schedule, and two speakers who are merged and parted.
type stormWriter struct {
	*storm
	desk     *desk.Desk
	name     string
	rng      *rand.Rand
	count    int
	newest   map[string]int32
	isMerged bool
	victim   content.ID
	victims  int
	turn     int
}

const (
	stormBatch     = 6
	stormSchedules = 3
)

func (w *stormWriter) id(slug string) content.ID {
	return content.ImportedID(content.KindEpisode, "storm", slug)
}

func (w *stormWriter) speaker(name string) content.ID {
	return content.ImportedID(content.KindSpeaker, "storm", name+"-"+w.name)
}

// begin publishes what there is.
func (w *stormWriter) begin() {
	w.newest = map[string]int32{}
	write, rows := desk.Write{Action: "storm"}, []stormRow(nil)
	for _, name := range []string{"ana", "ben"} {
		slug := name + "-" + w.name
		s := &content.Speaker{Base: content.Base{Slug: slug}, Name: "Storm " + slug}
		write.Puts = append(write.Puts, desk.Put{ID: w.speaker(name), Entry: s, Publish: true})
		rows = append(rows, stormRow{slug: slug, shown: s})
	}
	w.save(write, rows)
	w.batch()
}

// write does one thing at random.
func (w *stormWriter) write() {
	w.turn++
	switch n := w.rng.IntN(100); {
	case w.turn%20 == 0:
		w.purge()
	case n < 55:
		w.batch()
	case n < 68:
		w.draft()
	case n < 82:
		w.schedule()
	case n < 90:
		w.takeDown()
	default:
		w.merge()
	}
}

// soon is an instant within the next seconds.
func (w *stormWriter) soon() time.Time {
	return w.now().Add(time.Second + time.Duration(w.rng.Int64N(int64(11*time.Second)))).Truncate(time.Microsecond)
}

// episode makes one whose phase changes within seconds.
func (w *stormWriter) episode(slug string, kind int) *content.Episode {
	e := &content.Episode{
		Base: content.Base{Slug: "storm-" + slug}, Title: fmt.Sprintf("Storm %s count %d", slug, w.count), EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled},
		Appearances: []content.Appearance{{Speaker: w.speaker("ana"), Part: &content.Part{Role: content.RoleSpeaker}, Billing: &content.Billing{CreditedName: "Ana"}}, {Speaker: w.speaker("ben"), Part: &content.Part{Role: content.RoleHost}, Billing: &content.Billing{CreditedName: "Ben"}}},
	}
	begins := func(at time.Time) {
		e.When = content.When{Date: content.PartialDate(at.Format(time.DateOnly)), StartTime: at.Format(time.TimeOnly), TimeZone: "UTC"}.Kept()
	}
	recording := func(at time.Time) {
		e.Recordings = []content.Recording{{RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingVideo}, URL: "https://video.example/" + slug, PublishedAt: at}}
	}
	switch kind % 4 {
	case 0:
		begins(w.soon())
		e.When.Clock.EndTime = w.soon().Add(12 * time.Second).Format(time.TimeOnly)
	case 1:
		begins(w.soon().Add(15 * time.Minute))
		e.Registration = &content.Registration{URL: "https://register.example", Terms: &content.Terms{Seats: content.SeatsAvailable, OpensAt: w.soon(), ClosesAt: w.soon().Add(12 * time.Second)}}
	case 2:
		begins(w.now().Add(-5 * time.Hour))
		recording(w.soon())
	case 3:
		e.OwnManner().Format = content.FormatVideo
		begins(w.soon())
		recording(w.soon())
	}
	return e
}

// put saves a new revision of an episode.
func (w *stormWriter) put(slug string, e *content.Episode) desk.Put {
	p := desk.Put{ID: w.id(slug), Expected: w.newest[slug], Entry: e}
	w.newest[slug]++
	return p
}

// batch sets one count into the titles of several episodes.
func (w *stormWriter) batch() {
	w.count++
	write, rows := desk.Write{Action: "storm"}, []stormRow(nil)
	for i := range stormBatch {
		slug := fmt.Sprint(w.name, i)
		e := w.episode(slug, i)
		p := w.put(slug, e)
		p.Publish = true
		write.Puts = append(write.Puts, p)
		rows = append(rows, stormRow{slug: "storm-" + slug, shown: e})
	}
	w.save(write, rows)
}

// draft saves what nobody may see.
func (w *stormWriter) draft() {
	slug := fmt.Sprint(w.name, w.rng.IntN(stormBatch))
	e := w.episode(slug, w.rng.IntN(4))
	e.Title = fmt.Sprintf("DRAFT %d of %s", w.rng.Int(), slug)
	w.save(desk.Write{Action: "storm", Puts: []desk.Put{w.put(slug, e)}}, nil)
}

// schedule lets an episode be published, or taken down, in a moment.
func (w *stormWriter) schedule() {
	w.count++
	slug := fmt.Sprint(w.name, "s", w.rng.IntN(stormSchedules))
	row := stormRow{slug: "storm-" + slug, from: w.soon().Add(time.Second), isSchedule: true}
	write := desk.Write{Action: "storm", Publish: []desk.Publish{{ID: w.id(slug), From: row.from}}}
	if w.newest[slug] == 0 || w.rng.IntN(3) > 0 {
		e := w.episode(slug, w.rng.IntN(4))
		row.shown = e
		write.Puts = []desk.Put{w.put(slug, e)}
		write.Publish[0].Revision = w.newest[slug]
	}
	w.save(write, []stormRow{row})
}

// takeDown ends the publication of an episode at once.
func (w *stormWriter) takeDown() {
	slug := fmt.Sprint(w.name, "s", w.rng.IntN(stormSchedules))
	if w.newest[slug] > 0 {
		w.save(desk.Write{Action: "storm", Publish: []desk.Publish{{ID: w.id(slug)}}}, []stormRow{{slug: "storm-" + slug}})
	}
}

// merge lets Ana stand for Ben, or ends that.
func (w *stormWriter) merge() {
	write, row := desk.Write{Action: "storm"}, stormRow{slug: "ben-" + w.name, merging: 1}
	if w.isMerged {
		write.Part, row.merging = []content.ID{w.speaker("ben")}, -1
	} else {
		write.Merge = []desk.Merge{{Survivor: w.speaker("ana"), Absorbed: w.speaker("ben")}}
	}
	if w.save(write, []stormRow{row}) {
		w.isMerged = !w.isMerged
	}
}

// purge forgets a speaker, or publishes one that it forgets the next time.
func (w *stormWriter) purge() {
	slug := fmt.Sprintf("victim-%s-%d", w.name, w.victims)
	if w.victim == "" {
		id, s := content.ImportedID(content.KindSpeaker, "storm", slug), &content.Speaker{Base: content.Base{Slug: slug}, Name: "Storm " + slug}
		if w.save(desk.Write{Action: "storm", Puts: []desk.Put{{ID: id, Entry: s, Publish: true}}}, []stormRow{{slug: slug, shown: s}}) {
			w.victim = id
		}
		return
	}
	w.purging.Lock()
	defer w.purging.Unlock()
	purged, err := w.desk.Purge(w.t.Context(), hubtest.Admin(), w.victim, desk.Write{Action: "storm"})
	if isTurnedAway(err) {
		return
	}
	if err != nil {
		w.t.Error(err)
		return
	}
	w.oracle.forget(slug, purged.Edition)
	w.purges.Add(1)
	w.victim, w.victims = "", w.victims+1
}

// save writes, and notes for the oracle what it has written. A write that came too late for its schedule, or while the database
// began a new life, did nothing.
func (w *stormWriter) save(write desk.Write, rows []stormRow) bool {
	receipt, err := w.desk.Save(w.t.Context(), hubtest.Admin(), write)
	if isTurnedAway(err) {
		for _, p := range write.Puts {
			if e, ok := p.Entry.(*content.Episode); ok {
				w.newest[strings.TrimPrefix(e.Slug, "storm-")]--
			}
		}
		return false
	}
	if err != nil {
		w.t.Error(err)
		return false
	}
	if receipt.Batch == "" {
		return false
	}
	w.writes.Add(1)
	change, ok, err := w.desk.Change(w.t.Context(), content.ID(receipt.Batch))
	if err != nil || !ok {
		w.t.Errorf("no change %s: %v", receipt.Batch, err)
		return false
	}
	for i := range rows {
		rows[i].version = receipt.Version
		if !rows[i].isSchedule {
			rows[i].from = change.At()
		}
	}
	w.oracle.add(rows...)
	return true
}

// isTurnedAway tells whether a write came too late, or has to be repeated.
func isTurnedAway(err error) bool {
	var wrong content.Errors
	if !errors.As(err, &wrong) {
		return false
	}
	for _, e := range wrong {
		isLate := e.Code == content.CodeInvalid && strings.Contains(e.Message, "in the past")
		if !isLate && e.Code != content.CodeConflict && e.Code != content.CodeBusy {
			return false
		}
	}
	return true
}
