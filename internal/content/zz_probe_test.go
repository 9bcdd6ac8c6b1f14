package content
import ("testing";"time";"os";"strings";"path/filepath")
// exhaustive: all zones, all transitions found by hourly scan 1900-2060? coarse by offset compare each 6h then refine
func TestProbe(t *testing.T) {
	var names []string
	filepath.Walk("/usr/share/zoneinfo", func(p string, fi os.FileInfo, err error) error {
		n := strings.TrimPrefix(p, "/usr/share/zoneinfo/")
		if !fi.IsDir() && formZone.MatchString(n) && n != "UTC" { if _, e := new(Zones).Load(n); e == nil { names = append(names, n) } else {t.Log(n, e)} }
		return nil
	})
	t.Log(len(names))
	bad := 0
	for _, name := range names {
		zone, _ := new(Zones).Load(name)
		wallAt := func(at time.Time) time.Time { _, o := at.In(zone).Zone(); return at.Add(time.Duration(o)*time.Second) }
		_, last := time.Date(1840,1,1,0,0,0,0,time.UTC).In(zone).Zone()
		for at := time.Date(1840,1,1,0,0,0,0,time.UTC); at.Year() < 2045; at = at.Add(12*time.Hour) {
			_, o := at.In(zone).Zone()
			if o == last { continue }
			last = o
			// transition within (at-12h, at]
			base := wallAt(at).Truncate(time.Hour)
			for from := -50*time.Hour; from <= 50*time.Hour; from += 30*time.Minute {
				wall := base.Add(from)
				got := firstAt(wall, zone)
				ok := !wallAt(got).Before(wall)
				for _, b := range []time.Duration{1, time.Second, 20*time.Minute, 45*time.Minute, time.Hour, 2*time.Hour, 23*time.Hour} {
					if !wallAt(got.Add(-b)).Before(wall) { ok = false }
				}
				if !ok { bad++; if bad < 40 { t.Error(name, wall, got) }; break }
			}
		}
	}
	t.Log("bad", bad)
}
