package content

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"time"
)

// ID names an entry for ever, in this hub and in every hub that imports it: two letters for the kind, an underscore and
// 26 characters that sort by time of making ("ep_01jz4…").
type ID string

// idSize is how many bytes an id has, whatever its kind.
const idSize = len("xx_") + 26

// crockford writes ids in lower case without the letters that are mistaken for digits; its order is that of the bytes.
func crockford() *base32.Encoding {
	return base32.NewEncoding(digits).WithPadding(base32.NoPadding)
}

const digits = "0123456789abcdefghjkmnpqrstvwxyz"

// isDigit tells the digits among all bytes. A start asks for the kind of each id several times, and comparisons that go now
// one way, now the other take several times as long as a table.
var isDigit = func() (is [256]bool) {
	for _, c := range []byte(digits) {
		is[c] = true
	}
	return is
}()

// NewKey makes 26 characters that nobody has made before and that sort by time: 48 bits of milliseconds, 80 random bits.
func NewKey(at time.Time) string {
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[:8], uint64(at.UnixMilli())<<16)
	_, _ = rand.Read(raw[6:]) // never fails: see crypto/rand
	return crockford().EncodeToString(raw[:])
}

// NewID makes an id for a new entry.
func NewID(kind Kind, at time.Time) ID { return assemble(kind, NewKey(at)) }

// ImportedID makes the id of an entry that an import brings: the same source and key give the same id in every hub, so
// that links, cursors and answers do not depend on where or in which order a file was imported. Its time is zero.
func ImportedID(kind Kind, source, key string) ID {
	var raw [16]byte
	sum := sha256.Sum256([]byte(string(kind) + "\x00" + source + "\x00" + key))
	copy(raw[6:], sum[:10])
	return assemble(kind, crockford().EncodeToString(raw[:]))
}

func assemble(kind Kind, key string) ID {
	for _, n := range nouns {
		if n.kind == kind {
			return ID(n.prefix + "_" + key)
		}
	}
	return ""
}

// Kind tells an id's kind by its prefix; an id that is none has the kind "".
func (id ID) Kind() Kind {
	if len(id) != idSize || id[2] != '_' {
		return ""
	}
	for i := 3; i < len(id); i++ {
		if !isDigit[id[i]] {
			return ""
		}
	}
	for _, n := range nouns {
		if n.prefix == string(id[:2]) {
			return n.kind
		}
	}
	return ""
}
