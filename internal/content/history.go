package content

import "time"

// Batch is one write: everything that one version of the content brought, by whom and why.
type Batch struct {
	Version int64
	ID      string
	Actor   string
	// Action names what was done: "save", "publish", "import".
	Action string
	Reason string
	// At strictly increases with Version.
	At time.Time
}

// Revision is an entry as it was saved once, fields and edges together. Numbers count from 1 without gaps.
type Revision struct {
	ID      ID
	Number  int32
	Version int64
	At      time.Time
	// Entry is nil where the body was not asked for.
	Entry Entry
}

// Publication says that from an instant on a revision is public, or with Revision 0 that none is. A newer publication voids
// older ones that begin later or at the same instant.
type Publication struct {
	ID       ID
	Revision int32
	// Slug is the revision's slug, by which the entry stays reachable.
	Slug string
	From time.Time
	// At is when it was decided; a publication from then on is no schedule.
	At      time.Time
	Version int64
}

// Trashing puts an entry in the trash, or with Trashed false takes it out.
type Trashing struct {
	ID      ID
	Trashed bool
	At      time.Time
	Version int64
}

// Merging says that an entry stands for another from a version on: a survivor for what it absorbed. An empty survivor ends
// that. Nothing of either entry changes.
type Merging struct {
	Absorbed, Survivor ID
	// Fields are those that the survivor takes from the absorbed, as JSON spells them.
	Fields  []string
	At      time.Time
	Version int64
}

// SlugClaim says that an entry owns a slug of its kind; it keeps it when it takes another.
type SlugClaim struct {
	Kind Kind
	Slug string
	ID   ID
}

// Rows are the rows that one or several versions brought, in the order of versions.
type Rows struct {
	Incarnation  string
	Version      int64
	At           time.Time
	Revisions    []Revision
	Publications []Publication
	Trashings    []Trashing
	Mergings     []Merging
	Slugs        []SlugClaim
	Findings     []Finding
	// PublicFound is the last version, up to Version, that found something which the public sees; 0 when none did.
	PublicFound int64
	// PublicFoundAt is the instant of that version.
	PublicFoundAt time.Time
	// Bytes is the length of all bodies, where they were read from the store.
	Bytes int
	// AreForGood says that the bodies were read to stay until the process ends, as Words.AreForGood has it: then what is made of them
	// may stay as well.
	AreForGood bool
}
