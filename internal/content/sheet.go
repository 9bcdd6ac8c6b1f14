package content

import "strings"

// SheetCell makes a text safe for a cell of a spreadsheet, which runs what looks like a formula: such a text gets an apostrophe in front.
func SheetCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) || strings.HasPrefix(s, "＝") || strings.HasPrefix(s, "＋") || strings.HasPrefix(s, "－") || strings.HasPrefix(s, "＠") {
		return "'" + s
	}
	return s
}
