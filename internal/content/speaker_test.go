package content

import "testing"

func TestIndexNameHasTheLastNameFirst(t *testing.T) {
	for name, want := range map[string]string{
		"":                           "",
		"Plato":                      "Plato",
		"Marcia Ballinger":           "Ballinger, Marcia",
		"Mary Jane Watson":           "Watson, Mary Jane",
		"Marcia Ballinger, Ph.D.":    "Ballinger, Marcia, Ph.D.",
		"Marcia Ballinger, PhD":      "Ballinger, Marcia, PhD",
		"Jane Doe, Ed.D.":            "Doe, Jane, Ed.D.",
		"Jane Doe, M.D., Ph.D.":      "Doe, Jane, M.D., Ph.D.",
		"Martin Luther King Jr.":     "King, Martin Luther, Jr.",
		"Martin Luther King, Jr.":    "King, Martin Luther, Jr.",
		"Henry Tudor III":            "Tudor, Henry, III",
		"Jr.":                        "Jr.",
		"Sammy Jr.":                  "Sammy Jr.",
		"  José   Ortega y Gasset  ": "Gasset, José Ortega y",
	} {
		if got := (&Speaker{Name: name}).IndexName(); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	if got := (&Speaker{Name: "José Ortega y Gasset", SpeakerRare: &SpeakerRare{SortName: "Ortega y Gasset, José"}}).IndexName(); got != "Ortega y Gasset, José" {
		t.Errorf("the given SortName became %q", got)
	}
}
