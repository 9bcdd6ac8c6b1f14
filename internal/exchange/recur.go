package exchange

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"bettertogether/internal/content"
)

// The most dates of a recurring event that become episodes, and the most recurring events of a file.
const (
	mostInstances = 500
	mostRecurring = 2_000
)

// event reads an event, on each of its dates if it recurs. Others are the dates that have an event of their own; those that
// were used are taken out.
func (k *calendar) event(e *component, others map[string]*component) {
	uid := e.text("UID")
	rule, repeats := e.first("RRULE")
	_, hasDates := e.first("RDATE")
	s, ok := k.when(e)
	if !ok {
		return
	}
	if !repeats && !hasDates {
		k.episode(e, s, uid)
		return
	}
	if k.recurring++; k.recurring > mostRecurring {
		k.bad(e, "is one of more than %d recurring events", mostRecurring)
		return
	}
	start, _ := e.first("DTSTART")
	wall, _ := wallOf(start.value)
	all := []time.Time{wall}
	if repeats {
		var err error
		if all, err = k.expand(rule.value, start, wall); err != nil {
			k.bad(e, "RRULE: %v", err)
			return
		}
	}
	lengths := k.addDates(e, start, &all)
	all = k.without(e, start, all)
	slices.SortFunc(all, time.Time.Compare)
	all = slices.Compact(all)
	if len(all) > mostInstances {
		k.skip(e, fmt.Sprintf("repeats more than %d times; those after %s are left out", mostInstances, all[mostInstances-1].Format("2006-01-02")))
		all = all[:mostInstances]
	}
	for _, at := range all {
		id := instanceID(start, at)
		key := uid
		if uid != "" {
			key += ";" + id
		}
		if other := others[id]; other != nil {
			delete(others, id)
			k.single(other, key)
			continue
		}
		on, ok := k.when(k.moved(e, at, lengths[at]))
		if !ok {
			return
		}
		k.episode(e, on, key)
	}
}

// moved is an event at another of its dates.
func (k *calendar) moved(e *component, to time.Time, length time.Duration) *component {
	start, _ := e.first("DTSTART")
	from, _ := wallOf(start.value)
	shift := to.Sub(from)
	m := &component{name: e.name, line: e.line}
	for _, l := range e.lines {
		switch wall, ok := wallOf(l.value); {
		case l.name != "DTSTART" && l.name != "DTEND":
		case !ok:
		case l.name == "DTEND" && length > 0:
			l.value, l.params = rewritten(l.value, to.Add(length)), start.params
		default:
			l.value = rewritten(l.value, wall.Add(shift))
		}
		m.lines = append(m.lines, l)
	}
	return m
}

// rewritten writes a time in the form that another had.
func rewritten(form string, at time.Time) string {
	layout := "20060102T150405"
	if len(strings.TrimSpace(form)) == len("20060102") {
		layout = "20060102"
	}
	if strings.HasSuffix(strings.TrimSpace(form), "Z") {
		layout += "Z"
	}
	return at.Format(layout)
}

// expand lists the local times of a bounded rule, one more than are taken.
func (k *calendar) expand(rule string, start icalLine, wall time.Time) ([]time.Time, error) {
	var until time.Time
	var parts []string
	for part := range strings.SplitSeq(strings.ToUpper(strings.Join(strings.Fields(rule), "")), ";") {
		name, value, _ := strings.Cut(part, "=")
		switch name {
		case "UNTIL":
			at, ok := wallOf(value)
			if !ok {
				return nil, fmt.Errorf("UNTIL: %s is no date", content.Quote(value))
			}
			l := icalLine{value: value, params: map[string]string{}}
			until = k.inZoneOf(l, start, at)
			if isDayValue(l) {
				until = at.AddDate(0, 0, 1).Add(-time.Second)
			}
		case "BYHOUR", "BYMINUTE", "BYSECOND":
			return nil, fmt.Errorf("%s repeats inside a day, which episodes do not", name)
		case "":
		default:
			parts = append(parts, part)
		}
	}
	option, err := rrule.StrToROption(strings.Join(parts, ";"))
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read", content.Quote(rule))
	}
	switch {
	case option.Freq > rrule.DAILY:
		return nil, errors.New("repeats inside a day, which episodes do not")
	case option.Count <= 0 && until.IsZero():
		return nil, errors.New("repeats without an end; give it a COUNT or an UNTIL")
	case option.Interval > 1000 || option.Interval < 0:
		return nil, fmt.Errorf("INTERVAL %d is more than 1000", option.Interval)
	}
	// A rule that never comes true would be tried up to the year 9999.
	last := wall.AddDate(40, 0, 0)
	if until.IsZero() || until.After(last) {
		until = last
	}
	option.Dtstart, option.Until = wall, until
	r, err := rrule.NewRRule(*option)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read", content.Quote(rule))
	}
	var all []time.Time
	next := r.Iterator()
	for len(all) <= mostInstances {
		at, ok := next()
		if !ok {
			break
		}
		all = append(all, at)
	}
	if len(all) == 0 || !all[0].Equal(wall) {
		all = append(all, wall) // the first date counts, whatever the rule says
	}
	return all, nil
}

// addDates adds the dates of RDATE. One that is a period has a length of its own.
func (k *calendar) addDates(e *component, start icalLine, all *[]time.Time) map[time.Time]time.Duration {
	lengths := map[time.Time]time.Duration{}
	for _, l := range e.lines {
		if l.name != "RDATE" {
			continue
		}
		for v := range strings.SplitSeq(l.value, ",") {
			from, to, isPeriod := strings.Cut(v, "/")
			at, ok := wallOf(from)
			if !ok || len(*all) > 2*mostInstances {
				continue
			}
			at = k.inZoneOf(icalLine{value: from, params: l.params}, start, at)
			*all = append(*all, at)
			if d, ok := parseDuration(to); isPeriod && ok {
				lengths[at] = d
			}
		}
	}
	return lengths
}

// without takes the dates of EXDATE out. A date in UTC beside a start without a zone is taken by its clock.
func (k *calendar) without(e *component, start icalLine, all []time.Time) []time.Time {
	gone, days := map[time.Time]bool{}, map[string]bool{}
	for _, l := range e.lines {
		if l.name != "EXDATE" {
			continue
		}
		for v := range strings.SplitSeq(l.value, ",") {
			at, ok := wallOf(v)
			if !ok {
				continue
			}
			one := icalLine{value: v, params: l.params}
			if isDayValue(one) {
				days[at.Format("20060102")] = true
			} else {
				gone[k.inZoneOf(one, start, at)] = true
			}
		}
	}
	return slices.DeleteFunc(all, func(at time.Time) bool { return gone[at] || days[at.Format("20060102")] })
}
