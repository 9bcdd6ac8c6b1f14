package cache

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func key(question byte, tag string) []byte { return append([]byte{question}, tag...) }

func text(length int) *Answer {
	body := []byte(strings.Repeat("Who came together with whom. ", length/29+1))[:length]
	return NewAnswer(http.StatusOK, http.Header{"Content-Type": {"text/html; charset=utf-8"}}, body)
}

// always makes an answer that is kept.
func always(a *Answer) func() (*Answer, bool) { return func() (*Answer, bool) { return a, true } }

func TestNoMoreIsKeptThanThereIsRoom(t *testing.T) {
	const most = 1 << 20
	c, rng := New(most), rand.New(rand.NewPCG(1, 1))
	favourite := key(255, "a")
	c.Do(favourite, always(text(1)))
	for n := range 5_000 {
		c.Do(key(byte(n%250), fmt.Sprint(n)), always(text(rng.IntN(40_000))))
		if c.Get(favourite) == nil {
			t.Fatalf("what is asked for all the time went after %d others", n)
		}
		if answers, kept := c.Size(); kept > most || kept < 0 || answers < 1 {
			t.Fatalf("%d answers take %d bytes of %d", answers, kept, most)
		}
	}
	answers, kept := c.Size()
	if kept < most/2 || answers < 10 {
		t.Errorf("only %d answers are kept, in %d bytes", answers, kept)
	}
	sum := 0
	for _, k := range c.answers.Values() {
		sum += k.weight()
	}
	if sum != kept {
		t.Errorf("the answers take %d bytes, %d are counted", sum, kept)
	}
}

func TestWhatIsTooLargeIsAnsweredAndNotKept(t *testing.T) {
	c := New(1 << 20)
	large := text(1 << 20 / share)
	if a, _ := c.Do(key(1, "a"), always(large)); a != large {
		t.Error("it was not answered")
	}
	if answers, kept := c.Size(); answers+kept > 0 || c.Get(key(1, "a")) != nil {
		t.Errorf("%d answers are kept", answers)
	}
}

func TestAnAnswerIsThatOfItsQuestionAndItsTag(t *testing.T) {
	c := New(1 << 20)
	for _, k := range [][]byte{key(1, "a"), key(1, "b"), key(2, "a"), key(2, "")} {
		own := text(int(k[0]))
		if a, _ := c.Do(k, always(own)); a != own || c.Get(k) != own {
			t.Errorf("%v has the answer of another", k)
		}
		if a, _ := c.Do(k, func() (*Answer, bool) { t.Error("it was made twice"); return text(1), true }); a != own {
			t.Errorf("%v has another answer now", k)
		}
	}
	if a, _ := c.Do(key(3, "a"), func() (*Answer, bool) { return text(3), false }); a == nil || c.Get(key(3, "a")) != nil {
		t.Error("what is not to be kept is kept")
	}
}

func TestOfTwoQuestionsWithOneHashEachHasItsOwnAnswer(t *testing.T) {
	c := New(1 << 20)
	other := kept{"another question", text(5_000)}
	c.answers.Add(maphash.Bytes(seed, key(1, "a")), other) // as if their hashes were one
	c.bytes = other.weight()
	if c.Get(key(1, "a")) != nil {
		t.Error("it has the answer of the other")
	}
	own := text(10)
	if a, _ := c.Do(key(1, "a"), always(own)); a != own || c.Get(key(1, "a")) != own {
		t.Error("it has no answer of its own")
	}
	if answers, size := c.Size(); answers != 1 || size != weigh(2, 10) {
		t.Errorf("%d answers are kept, in %d bytes", answers, size)
	}
}

// crowd lets many ask for the same while it is being made, and returns what each got; it goes on when all have asked.
func crowd(t *testing.T, c *Cache, k []byte, answer func() (*Answer, bool)) (answers []*Answer, shared int, panics []any) {
	t.Helper()
	const many = 20
	answers, panics = make([]*Answer, many), make([]any, many)
	var count atomic.Int64
	synctest.Test(t, func(*testing.T) {
		var wait sync.WaitGroup
		goOn := make(chan struct{})
		for i := range many {
			wait.Go(func() {
				defer func() { panics[i] = recover() }()
				a, isShared := c.Do(k, func() (*Answer, bool) {
					<-goOn
					return answer()
				})
				if answers[i] = a; isShared {
					count.Add(1)
				}
			})
		}
		synctest.Wait()
		close(goOn)
		wait.Wait()
	})
	return answers, int(count.Load()), panics
}

func TestHoweverManyAskAtOnceItIsMadeOnce(t *testing.T) {
	c := New(1 << 20)
	var made atomic.Int64
	answers, shared, _ := crowd(t, c, key(1, "a"), func() (*Answer, bool) { made.Add(1); return text(10), true })
	for _, a := range answers {
		if a == nil || a != answers[0] {
			t.Error("somebody got another answer")
		}
	}
	if made.Load() != 1 || shared != len(answers) {
		t.Errorf("it was made %d times, and shared with %d", made.Load(), shared)
	}
}

func TestWhatIsForOneAloneIsMadeForEach(t *testing.T) {
	c := New(1 << 20)
	answers, shared, _ := crowd(t, c, key(1, "a"), func() (*Answer, bool) { a := text(10); a.IsAlone = true; return a, false })
	seen := map[*Answer]bool{}
	for _, a := range answers {
		seen[a] = true
	}
	if len(seen) != len(answers) || shared > 1 { // who was first does not know that the others went on alone
		t.Errorf("%d answers for %d, %d shared", len(seen), len(answers), shared)
	}
}

func TestAPanicReachesAllWhoAskAndLeavesNothing(t *testing.T) {
	c := New(1 << 20)
	_, _, panics := crowd(t, c, key(1, "a"), func() (*Answer, bool) { panic("broken") })
	for _, cause := range panics {
		if !strings.Contains(fmt.Sprint(cause), "broken") {
			t.Errorf("somebody got %v", cause)
		}
	}
	if answers, kept := c.Size(); answers+kept > 0 {
		t.Errorf("%d answers are kept", answers)
	}
	good := text(10)
	if a, isShared := c.Do(key(1, "a"), always(good)); a != good || isShared {
		t.Error("the next one does not get an answer of its own")
	}
}

func TestAnEncodingIsMadeOnceAndReadsBack(t *testing.T) {
	readers := map[string]func(body []byte) ([]byte, error){
		Gzip: func(body []byte) ([]byte, error) {
			in, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				return nil, err
			}
			return io.ReadAll(in)
		},
		Zstd: func(body []byte) ([]byte, error) {
			in, err := zstd.NewReader(bytes.NewReader(body))
			if err != nil {
				return nil, err
			}
			defer in.Close()
			return io.ReadAll(in)
		},
	}
	for _, length := range []int{leastEncoded, 5_000, 300_000} {
		a := text(length)
		for encoding, read := range readers {
			var wait sync.WaitGroup
			bodies := make([][]byte, 8)
			for i := range bodies {
				wait.Go(func() {
					sent := a.In(encoding)
					if bodies[i] = sent.Body; len(sent.Encoding) != 1 || sent.Encoding[0] != encoding || sent.Length[0] != strconv.Itoa(len(sent.Body)) {
						t.Errorf("%d bytes come as %q of %q, %s was wanted", length, sent.Encoding, sent.Length, encoding)
					}
				})
			}
			wait.Wait()
			for _, body := range bodies {
				if &body[0] != &bodies[0][0] {
					t.Errorf("%s of %d bytes was made twice", encoding, length)
				}
			}
			if plain, err := read(bodies[0]); err != nil || !bytes.Equal(plain, a.Body) {
				t.Errorf("%s of %d bytes reads back as %d, %v", encoding, length, len(plain), err)
			}
			if room := cap(bodies[0]); length > 10_000 && room > length/8 {
				t.Errorf("%s of %d bytes takes %d", encoding, length, room)
			}
		}
	}
}

func TestWhatAnEncodingMakesNoSmallerStaysAsItIs(t *testing.T) {
	picture := NewAnswer(http.StatusOK, http.Header{"Content-Type": {"image/png"}}, text(10_000).Body)
	untyped := NewAnswer(http.StatusOK, nil, text(10_000).Body)
	for name, a := range map[string]*Answer{"nothing": text(0), "few": text(leastEncoded - 1), "a picture": picture, "who knows": untyped} {
		for _, encoding := range []string{Gzip, Zstd, Identity, "br"} {
			if sent := a.In(encoding); sent.Encoding != nil || !bytes.Equal(sent.Body, a.Body) {
				t.Errorf("%s comes as %q", name, sent.Encoding)
			}
		}
	}
	if sent := text(10_000).In("br"); sent.Encoding != nil || len(sent.Body) != 10_000 {
		t.Errorf("an encoding that there is none of gives %q", sent.Encoding)
	}
}

func TestAFullCacheTakesOnlyWhatWasAskedBefore(t *testing.T) {
	c := New(100_000)
	for n := range 200 {
		k := key(byte(n), "a")
		if c.Admits(k, 3_000) {
			c.Do(k, func() (*Answer, bool) { return text(3_000), true })
		}
	}
	if kept, size := c.Size(); kept < 10 || size > 100_000 || c.Get(key(0, "a")) == nil {
		t.Errorf("%d answers are kept, %d bytes; those that came first went", kept, size)
	}
	if c.Admits(key(250, "a"), 3_000) || !c.Admits(key(250, "a"), 3_000) || c.Admits(key(250, "b"), 3_000) {
		t.Error("it does not take what is asked for again, and only that")
	}
	if c.Admits(key(7, "a"), 100_000) {
		t.Error("it takes one that is too large for its share")
	}
	if c.Clear(); c.Get(key(0, "a")) != nil || !c.Admits(key(251, "a"), 3_000) {
		t.Error("it is not empty after it was cleared")
	}
}
