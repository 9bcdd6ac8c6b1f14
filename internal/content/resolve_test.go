package content

import (
	"cmp"
	"testing"
)

func TestAppearancesOfOnePersonFoldIntoTheFirst(t *testing.T) {
	source := func(url string) []Source { return []Source{{URL: url}} }
	e := &Episode{Appearances: []Appearance{
		{"sp_a", &Part{Role: RoleHost}, &Billing{CreditedName: "A", Credited: &Credited{CreditedOrganizations: []ID{"or_1"}}}, nil},
		{"sp_b", &Part{Role: RoleHost}, &Billing{CreditedName: "B", Credited: &Credited{CreditedOrganizations: []ID{"or_2", "or_1"}}}, &Aside{source("b"), 2, "of b"}},
		{"sp_c", &Part{Role: RoleHost}, &Billing{CreditedName: "C"}, &Aside{source("c"), 3, "of c"}},
		{"sp_d", &Part{Role: RoleHost}, &Billing{CreditedName: "D"}, nil},
		{"sp_d", &Part{Role: RoleGuest}, &Billing{CreditedName: "D"}, nil},
	}}
	before := encoded(t, e)
	survivors := map[ID]ID{"sp_b": "sp_a", "sp_d": "sp_c"}
	resolved, err := Resolve(e, func(id ID) ID { return cmp.Or(survivors[id], id) })
	if err != nil {
		t.Fatal(err)
	}
	want := &Episode{Appearances: []Appearance{
		{"sp_a", &Part{Role: RoleHost}, &Billing{CreditedName: "A", Credited: &Credited{CreditedOrganizations: []ID{"or_1", "or_2"}}}, &Aside{Sources: source("b")}},
		{"sp_c", &Part{Role: RoleHost}, &Billing{CreditedName: "C"}, &Aside{source("c"), 3, "of c"}},
		{"sp_c", &Part{Role: RoleGuest}, &Billing{CreditedName: "D"}, nil},
	}}
	if got := encoded(t, resolved); got != encoded(t, want) {
		t.Errorf("folded into %s", got)
	}
	if encoded(t, e) != before {
		t.Error("the entry itself was changed")
	}
}

// A position of which nothing is known is like one of which only the title is not.
func TestPositionsFoldWhereNothingIsKnownOfOne(t *testing.T) {
	at, absorbed := ImportedID(KindOrganization, "test", "at"), ImportedID(KindOrganization, "test", "absorbed")
	s := &Speaker{Name: "A", Affiliations: []Affiliation{{Organization: at}, {Organization: absorbed, Position: &Position{From: "2020"}}}}
	got, err := Resolve(s, func(id ID) ID {
		if id == absorbed {
			return at
		}
		return id
	})
	if err != nil {
		t.Fatal(err)
	}
	if held := got.(*Speaker).Affiliations; len(held) != 1 || held[0].Organization != at {
		t.Errorf("they are %d: %s", len(held), encoded(t, got))
	}
}
