package edition

import (
	"strings"
	"testing"
)

func TestHowTwoNamesOfPeopleAgree(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want ReasonCode
	}{
		{"Marcia Ballinger", "MARCIA  BALLINGER", ReasonSameName},
		{"Marcia Ballinger", "Ballinger, Marcia", ReasonSameName},
		{"Marcia Ballinger", "Dr. Marcia Ballinger, Ph.D., MBA", ReasonSameName},
		{"Laura Rendón", "laura rendo\u0301n", ReasonSameName},
		{"Łukasz Langa", "Lukasz Langa", ReasonSameName},
		{"Jesse O'Connell", "Jesse O’Connell", ReasonSameName},
		{"Russell Lowery-Hart", "Russell Lowery Hart", ReasonSameName},
		{"Paul de la Cerda", "De la Cerda, Paul", ReasonSameName},
		{"Ted van den Berg", "Ted Vandenberg", ReasonSameName},
		{"李昱勳", "李昱勳 (Yu-Hsun Lee)", ReasonSameName},
		{"J.P. Morgan", "J. P. Morgan", ReasonSameName},
		{"Karen Stout", "Karen A. Stout", ReasonMiddleName},
		{"Karen A. Stout", "Karen Alice Stout", ReasonMiddleName},
		{"J. Smith", "John Smith", ReasonInitials},
		{"Bob Lerman", "Robert Lerman", ReasonNickname},
		{"VM (Vicky) Brasseur", "Vicky Brasseur", ReasonNickname},
		{"Стас Рудаков", "Станислав Рудаков", ReasonNickname},
		{"J. Robert Hale", "Robert Hale", ReasonByMiddleName},
		{"Minh Tran Van", "Tran Van Minh", ReasonNameOrder},
		{"Beatriz Ceja-Williams", "Beatriz Ceja", ReasonPartOfName},
		{"Andy Van Kleunen", "Andy Van Kleunan", ReasonOneTypo},
		{"Madeline Pumariega", "Madeline Pumareiga", ReasonOneTypo},
		{"Jonathan Kowalczyk", "Johnathan Kowalczyk", ReasonOneTypo},
		{"Daniel Reyes", "Daniela Reyes", ""},
		{"Joan Castellano", "John Castellano", ""},
		{"Mary Smith", "John Smith", ""},
		{"J. Smith", "Mary Smith", ""},
		{"Ying Li", "Yanhui Li", ""},
		{"Various speakers", "Various Speakers", ""},
		{"T.B.A.", "TBA", ""},
		{"", "", ""},
		{"Dr.", "Dr.", ReasonSameName},
	} {
		a, b := parsePerson(c.a), parsePerson(c.b)
		there, back := comparePersons(&a, &b), comparePersons(&b, &a)
		if there.code != c.want || there != back {
			t.Errorf("%q and %q: %+v, back %+v, want %q", c.a, c.b, there, back, c.want)
		}
	}
}

func TestGenerationsAndMiddleNamesTellPeopleApart(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want ReasonCode
	}{
		{"Martin Kessler Jr.", "Martin Kessler, Sr.", ReasonOtherGeneration},
		{"Martin Kessler III", "Martin Kessler", ReasonOtherGeneration},
		{"John A. Mercer", "John B. Mercer", ReasonOtherMiddleName},
		{"Thomas R. Whitaker", "Thomas Quincy Whitaker", ReasonOtherMiddleName},
		{"Thomas R. Whitaker", "Thomas Roger Whitaker", ""},
	} {
		a, b := parsePerson(c.a), parsePerson(c.b)
		if m := comparePersons(&a, &b); m.code == "" || m.against != c.want {
			t.Errorf("%q and %q: %+v, want %q", c.a, c.b, m, c.want)
		}
	}
}

func TestHowTwoNamesOfOrganizationsAgree(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want ReasonCode
	}{
		{"The Ohio State University", "Ohio State University", ReasonSameName},
		{"Achieving the Dream, Inc.", "Achieving the Dream", ReasonSameName},
		{"Bunker Hill CC", "Bunker Hill Community College", ReasonSameName},
		{"Univ. of Michigan", "University of Michigan", ReasonSameName},
		{"St. Cloud Technical & Community College", "Saint Cloud Technical and Community College", ReasonSameName},
		{"United States Department of Labor", "U.S. Dept. of Labor", ReasonSameName},
		{"TN Dept of Labor", "Tennessee Department of Labor", ReasonSameName},
		{"JP Morgan Chase", "JPMorgan Chase & Co.", ReasonSameName},
		{"JFF", "Jobs for the Future", ReasonSameAcronym},
		{"Jobs for the Future (JFF)", "Jobs for the Future", ReasonSameName},
		{"Federal Reserve Bank of Atlanta", "Atlanta Federal Reserve Bank", ReasonNameOrder},
		{"Lorain County Community College", "Lorian County Community College", ReasonOneTypo},
		{"Compton Community College", "Compton College", ReasonPartOfName},
		{"Williams Baptist College", "Williams Baptist University", ReasonReplacedWord},
		{"School District 12", "School District 21", ""},
		{"Tarrant County College - North Campus", "Tarrant County College - South Campus", ""},
		{"Northeast Wisconsin Technical College", "Northwest Wisconsin Technical College", ""},
		{"Federal Reserve Bank of Minneapolis", "Federal Reserve Bank of Philadelphia", ""},
		{"", "The", ""},
	} {
		a, b := parseTitle(c.a), parseTitle(c.b)
		there, back := compareTitles(&a, &b, ""), compareTitles(&b, &a, "")
		if there.code != c.want || there != back {
			t.Errorf("%q and %q: %+v, back %+v, want %q", c.a, c.b, there, back, c.want)
		}
	}
}

// Whoever agrees must meet in a block, or the agreement is never seen.
func TestNamesThatAgreeShareABlock(t *testing.T) {
	names := strings.Split("Robert Lerman|Bob Lerman|R. Lerman|Robert I. Lerman|Lerman Robert|Robert Lermann|Roberto Lerman|Robert Lerman-Hale|Irving Lerman|"+
		"Robert Irving Lerman|Ted van den Berg|Theodore Vandenberg|Ted Vandenburg|Jose García|José Garcia-López|Jose Garcias|J. García", "|")
	for _, x := range names {
		for _, y := range names {
			a, b := parsePerson(x), parsePerson(y)
			if m := comparePersons(&a, &b); m.code == "" {
				continue
			}
			met := map[string]bool{}
			personBlocks(&a, func(parts ...string) { met[strings.Join(parts, "/")] = true })
			shared := false
			personBlocks(&b, func(parts ...string) { shared = shared || met[strings.Join(parts, "/")] })
			if !shared {
				t.Errorf("%q and %q agree, but share no block", x, y)
			}
		}
	}
}

func TestTitlesThatAgreeShareABlock(t *testing.T) {
	r := &Resembler{words: map[string]int{"college": 90, "community": 80, "county": 50, "university": 90, "lorain": 2, "american": 40}}
	for _, pair := range [][2]string{
		{"Philanthropy", "Philantropy"},
		{"Lorain County Community College", "Lorian County Community College"},
		{"Braven", "Bravven"},
		{"Jobs for the Future", "JFF"},
		{"Compton College", "Compton Community College"},
		{"Williams Baptist College", "Williams Baptist University"},
		{"Federal Reserve Bank of Atlanta", "Atlanta Federal Reserve Bank"},
		{"George C. Wallace College", "George Corley Wallace College"},
		{"Pennsylvania Coast College", "Pensylvania Coast College"},
		{"Apprenticeship", "Apprenticeship"},
	} {
		a, b := parseTitle(pair[0]), parseTitle(pair[1])
		if m := compareTitles(&a, &b, ""); m.code == "" {
			t.Errorf("%q do not agree", pair)
		}
		met := map[string]bool{}
		r.titleBlocks(&a, func(parts ...string) { met[strings.Join(parts, "/")] = true })
		shared := false
		r.titleBlocks(&b, func(parts ...string) { shared = shared || met[strings.Join(parts, "/")] })
		if !shared {
			t.Errorf("%q agree, but share no block", pair)
		}
	}
}

func FuzzParseNames(f *testing.F) {
	for _, s := range []string{"Dr. Marcia J. Ballinger, Ph.D.", "(((", "a ) b ( c", `"`, "李昱勳 (Yu-Hsun Lee)", "de la", ", ,", "-.-", "TN "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 2000 { // no line of the hub is longer
			return
		}
		p, o, topic := parsePerson(s), parseTitle(s), parseTopic(s)
		if (p.line == "") != (p.core == "") {
			t.Errorf("%q: %+v", s, p)
		}
		if m := comparePersons(&p, &p); p.line != "" && m.code != ReasonSameName {
			t.Errorf("%q is not itself: %+v", s, m)
		}
		for _, w := range []title{o, topic} {
			if m := compareTitles(&w, &w, ""); w.key != "" && m.code != ReasonSameName {
				t.Errorf("%q is not itself: %+v", s, m)
			}
		}
		personBlocks(&p, func(...string) {})
	})
}
