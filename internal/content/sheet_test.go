package content_test

import (
	"testing"

	"bettertogether/internal/content"
)

func TestCellsAreNoFormulas(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\tx": "'\tx", "\rx": "'\rx", "＝1": "'＝1", "a=b": "a=b", "": "",
	} {
		if got := content.SheetCell(in); got != want {
			t.Errorf("SheetCell(%q) is %q, want %q", in, got, want)
		}
	}
}
