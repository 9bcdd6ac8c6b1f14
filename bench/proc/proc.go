// Package proc reads what Linux tells about processes: the CPU time that they took and the memory that they hold.
package proc

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of the times in /proc/PID/stat: USER_HZ is 100 on every architecture that Go runs on.
const tick = time.Second / 100

// CPU is how long a process has computed, in user mode and in the kernel, with the children that it has waited for.
func CPU(pid int) (time.Duration, error) {
	s, err := readStat(pid)
	return s.cpu, err
}

// stat is what we read of /proc/PID/stat.
type stat struct {
	parent int
	cpu    time.Duration
}

func readStat(pid int) (stat, error) {
	raw, err := os.ReadFile(file(pid, "stat"))
	if err != nil {
		return stat{}, fmt.Errorf("read CPU time: %w", err)
	}
	return parseStat(raw)
}

func parseStat(raw []byte) (stat, error) {
	// The name of the program stands in parentheses and may hold anything, also blanks and parentheses.
	words := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
	if len(words) < 15 {
		return stat{}, fmt.Errorf("read CPU time: %d words behind the name, at least 15 are wanted", len(words))
	}
	var s stat
	var err error
	if s.parent, err = strconv.Atoi(words[1]); err != nil {
		return stat{}, fmt.Errorf("read CPU time: %w", err)
	}
	for _, word := range words[11:15] { // utime, stime, cutime, cstime
		n, err := strconv.ParseInt(word, 10, 64)
		if err != nil {
			return stat{}, fmt.Errorf("read CPU time: %w", err)
		}
		s.cpu += time.Duration(n) * tick
	}
	return s, nil
}

// Family is a process and its children. Those of children are not in it.
func Family(pid int) ([]int, error) {
	names, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	family := []int{pid}
	for _, name := range names {
		one, err := strconv.Atoi(filepath.Base(name))
		if err != nil {
			continue
		}
		s, err := readStat(one)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue // it has ended meanwhile
		case err == nil && s.parent == pid:
			family = append(family, one)
		}
	}
	return family, nil
}

// FamilyCPU is how long a process and its children have computed. A child that has ended counts through its parent.
func FamilyCPU(pid int) (time.Duration, error) {
	family, err := Family(pid)
	if err != nil {
		return 0, err
	}
	var sum time.Duration
	for _, one := range family {
		cpu, err := CPU(one)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return 0, err
		}
		sum += cpu
	}
	return sum, nil
}

// Resident is how many bytes of memory a process holds.
func Resident(pid int) (int64, error) { return field(file(pid, "status"), "VmRSS") }

// Peak is the most that Resident was since ResetPeak, or since the begin.
func Peak(pid int) (int64, error) { return field(file(pid, "status"), "VmHWM") }

// ResetPeak lets Peak count from now.
func ResetPeak(pid int) error {
	if err := os.WriteFile(file(pid, "clear_refs"), []byte("5"), 0); err != nil {
		return fmt.Errorf("reset the peak of memory: %w", err)
	}
	return nil
}

// FamilyShare is how many bytes of memory a process and its children hold, where what several hold is divided among them.
func FamilyShare(pid int) (int64, error) {
	family, err := Family(pid)
	if err != nil {
		return 0, err
	}
	var sum int64
	for _, one := range family {
		n, err := field(file(one, "smaps_rollup"), "Pss")
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				continue // it has ended meanwhile
			}
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

func file(pid int, name string) string { return "/proc/" + strconv.Itoa(pid) + "/" + name }

// field reads a line such as "VmRSS:	  123 kB" of a file.
func field(name, wanted string) (int64, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return 0, fmt.Errorf("read memory: %w", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(raw))
	for lines.Scan() {
		key, value, _ := strings.Cut(lines.Text(), ":")
		if key != wanted {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("read memory: %w", err)
		}
		return n << 10, nil
	}
	return 0, fmt.Errorf("read memory: %s has no line %s", name, wanted)
}
