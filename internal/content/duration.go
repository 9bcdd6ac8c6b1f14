package content

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
)

// FormatDuration writes seconds as ISO 8601 ("PT1H5M"); nothing for 0.
func FormatDuration(seconds int32) string {
	if seconds == 0 {
		return ""
	}
	s := "PT"
	for _, part := range []struct {
		size int32
		unit string
	}{{3600, "H"}, {60, "M"}, {1, "S"}} {
		if n := seconds / part.size; n > 0 {
			s += strconv.Itoa(int(n)) + part.unit
			seconds %= part.size
		}
	}
	return s
}

var formDuration = regexp.MustCompile(`^P(?:([0-9]{1,4})D)?(?:T(?:([0-9]{1,5})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,8})S)?)?$`)

// ParseDuration reads an ISO 8601 duration of days, hours, minutes and seconds.
func ParseDuration(s string) (int32, error) {
	parts := formDuration.FindStringSubmatch(s)
	if parts == nil || s[len(s)-1] == 'P' || s[len(s)-1] == 'T' {
		return 0, fmt.Errorf("%s is no length of time; one such as PT1H5M is allowed", Quote(s))
	}
	total := 0
	for i, size := range []int{86400, 3600, 60, 1} {
		n, _ := strconv.Atoi(parts[i+1]) // digits, or nothing
		total += n * size
	}
	if total > math.MaxInt32 {
		return 0, fmt.Errorf("%s is longer than 68 years", Quote(s))
	}
	return int32(total), nil
}
