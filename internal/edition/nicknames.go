package edition

import (
	"slices"
	"strings"
)

// nicknames are groups of given names that one person may use in turn. It is fixed once made.
var nicknames = groups(`
alexander alex alec sasha xander|alexandra alex sasha sandra lexi|alexis lexi|andrew andy drew|anthony tony|antonio tony
benjamin ben benny|bernard bernie|catherine cathy kate katie cat|katherine kathy kate katie kat kathryn|kathryn kathy kate katie
charles charlie chuck|christina chris tina|christine chris tina|christopher chris kit|clifford cliff|cynthia cindy
daniel dan danny|david dave|deborah deb debbie debra|donald don donnie|dorothy dot dottie|douglas doug|edward ed eddie ted ned
eleanor ellie nell nora|elizabeth liz beth betsy betty eliza lisa libby|emily em|ernest ernie|eugene gene|francis frank fran
frances fran|franklin frank|frederick fred freddie|gabriel gabe|geoffrey geoff jeff|gerald gerry jerry|gregory greg|harold hal harry
henry hank harry|jacob jake|jacqueline jackie|james jim jimmy jamie|janet jan|jeffrey jeff geoff|jennifer jen jenny|jeremy jerry
jerome jerry|jessica jess jessie|john jack johnny jon|jonathan jon jonny john|joseph joe joey|joshua josh|judith judy|kenneth ken kenny
kimberly kim|lawrence larry|leonard len leo|leslie les|louis lou louie|lucille lucy|margaret maggie meg peggy marge greta|martin marty
matthew matt|megan meg|michael mike mick mickey|michelle shelly|mitchell mitch|nancy nan|natalie nat|nathaniel nathan nate|nathan nate
nicholas nick nico|nicole nicki|pamela pam|patricia pat patty trish tricia|patrick pat paddy|peter pete|philip phil|phillip phil
rachel rach|raymond ray|rebecca becky becca|richard rich rick dick ricky|robert bob rob bobby robbie bert|roberta bobbie
ronald ron ronnie|russell russ|samantha sam|samuel sam sammy|sandra sandy|sarah sally sara|sebastian seb|stanley stan
stephanie steph|stephen steve steven|steven steve|susan sue suzie|suzanne sue suzie|teresa terry tess|theresa terry tess
theodore ted teddy theo|thomas tom tommy|timothy tim|tobias toby|valerie val|vanessa nessa|veronica ronnie|victor vic|victoria vicky vicki tori
vincent vince|virginia ginny|walter walt|wilfred will|william bill will billy willie liam|zachary zach zack
mohammed mohamed muhammad mohammad|станислав стас|александр саша|алексей леша|владимир вова|дмитрий дима|иван ваня|павел паша|сергей сережа
евгений женя|екатерина катя|мария маша|наталья наташа|татьяна таня|jose pepe|francisco paco pancho|guadalupe lupe|ignacio nacho|enrique quique`)

func groups(text string) map[string][]int {
	all := map[string][]int{}
	for i, group := range strings.FieldsFunc(text, func(r rune) bool { return r == '|' || r == '\n' }) {
		for _, name := range strings.Fields(group) {
			all[name] = append(all[name], i)
		}
	}
	return all
}

func sharesNickname(a, b string) bool {
	for _, g := range nicknames[a] {
		if slices.Contains(nicknames[b], g) {
			return true
		}
	}
	return false
}

// isGivenName knows given names, as far as the list of nicknames goes and some more.
func isGivenName(w string) bool {
	return nicknames[w] != nil || givenNames[w]
}

// givenNames are some more. It is fixed once made.
var givenNames = set(" adam alan allison amanda amy andrea andreas angela ann anna anne ashley barbara brandon brenda brian bruce carl carla " +
	"carlos carol caroline clara claire craig dana daniela danielle dean dennis diana diane donna dylan elaine ellen eric erica erik erin ethan " +
	"eva evan gary george gina glenn grace graham grant hannah heather helen howard ian irene jason jean joan joanna jordan juan juana julia " +
	"julian julie justin karen karin karl keith kelly kevin kristen kristin laura lauren lee linda logan lori lynn marc marco maria marie mario " +
	"marion mark marta martha mary maya melissa michaela miguel monica morgan neil oliver olivia omar oscar paul paula paulo peggy ralph " +
	"rosa roy ruth ryan scott sean sharon simon simone sophia stefan taylor tyler tracy wayne wendy ")

// isCommonFamily knows the family names that many people share, so that they identify nobody.
func isCommonFamily(w string) bool { return commonFamilies[w] }

// commonFamilies are the commonest of the United States, and of countries where few names serve many. It is fixed once made.
var commonFamilies = set(" smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson " +
	"thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young allen king wright " +
	"scott torres nguyen hill flores green adams nelson baker hall rivera campbell mitchell carter roberts gomez phillips evans turner diaz " +
	"parker cruz edwards collins reyes stewart morris morales murphy cook rogers gutierrez ortiz morgan cooper peterson bailey reed kelly " +
	"howard ramos kim cox ward richardson watson brooks chavez wood james bennett gray mendoza ruiz hughes price alvarez castillo sanders " +
	"patel myers long ross foster jimenez chen wang li zhang liu yang huang zhao wu zhou xu sun tran le pham park choi jung ali khan ahmed " +
	"singh kumar sharma silva santos oliveira souza muller schmidt ivanov petrov smirnov tanaka sato suzuki marshall dunn " +
	"burke fisher russell simmons reynolds hamilton graham sullivan wallace west cole hayes gibson bryant ellis stevens murray ford " +
	"mohamed hassan ")

func set(text string) map[string]bool {
	all := map[string]bool{}
	for _, name := range strings.Fields(text) {
		all[name] = true
	}
	return all
}
