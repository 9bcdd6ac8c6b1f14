package content

import "time"

// Registration is where and until when people sign up. It never holds the link by which one joins. The entries of an edition share
// equal terms, and who changes some changes those of an OwnRegistration. Terms are never nil in an entry.
type Registration struct {
	URL string `json:"url"`
	*Terms
}

// Terms are those on which people sign up.
type Terms struct {
	// Provider is who takes the names.
	Provider string    `json:"provider,omitzero"`
	OpensAt  time.Time `json:"opensAt,omitzero"`
	ClosesAt time.Time `json:"closesAt,omitzero"`
	Seats    Seats     `json:"seats"`
	Free     *bool     `json:"free,omitzero"`
}

// Provider is who takes the names.
func (r *Registration) Provider() string { return orNone(r.Terms).Provider }

// OpensAt is when people may begin to sign up; zero where nothing is said of it.
func (r *Registration) OpensAt() time.Time { return orNone(r.Terms).OpensAt }

// ClosesAt is until when; zero where nothing is said of it.
func (r *Registration) ClosesAt() time.Time { return orNone(r.Terms).ClosesAt }

// Seats says whether there is room left.
func (r *Registration) Seats() Seats { return orNone(r.Terms).Seats }

// Free is nil where nobody knows.
func (r *Registration) Free() *bool { return orNone(r.Terms).Free }

// Own is a registration to be changed.
func (r *Registration) Own() OwnRegistration {
	return OwnRegistration{r.URL, orNone(r.Terms)}
}

// OwnRegistration is a registration that is being written, field by field: it shares nothing.
type OwnRegistration struct {
	URL string
	Terms
}

// Registration is what an entry holds of it.
func (r OwnRegistration) Registration() *Registration {
	return &Registration{r.URL, &r.Terms}
}

// complete gives a registration of a body in any form its terms.
func (r *Registration) complete() {
	if r != nil && r.Terms == nil {
		r.Terms = new(Terms)
	}
}
