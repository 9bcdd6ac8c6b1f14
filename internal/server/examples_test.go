package server

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheExamplesForPythonAndRReadTheFilesAndAgree runs docs/examples on files that the hub served: each measures anew what the file says, and fails
// where it finds something else. Without the programs it is left out, unless the environment has HUB_TEST_ORACLES=require.
func TestTheExamplesForPythonAndRReadTheFilesAndAgree(t *testing.T) {
	h := recipesHub(t)
	for mode, program := range map[string][]string{"SPEAKER": {"python3", "analyse.py", "-c", "import networkx"}, "ORGANIZATION": {"Rscript", "analyse.R", "-e", "library(igraph); library(jsonlite)"}} {
		var data struct {
			Network struct {
				Downloads struct{ Graphml, JSON string }
			}
		}
		if err := json.Unmarshal(h.ask(t, `{ network(filter: {mode: `+mode+`}) { downloads { graphml json } } }`, nil).Data, &data); err != nil {
			t.Fatal(err)
		}
		for _, address := range []string{data.Network.Downloads.Graphml, data.Network.Downloads.JSON} {
			a := h.send(t, http.MethodGet, strings.TrimPrefix(address, "https://hub.example"), nil)
			file := filepath.Join(t.TempDir(), "network"+filepath.Ext(address))
			if err := os.WriteFile(file, a.body, 0o600); err != nil {
				t.Fatal(err)
			}
			if why, err := exec.Command(program[0], program[2:]...).CombinedOutput(); err != nil {
				if os.Getenv("HUB_TEST_ORACLES") == "require" {
					t.Fatalf("%v\n%s", err, why)
				}
				t.Skipf("%s does not know its library: %v", program[0], err)
			}
			out, err := exec.Command(program[0], "../../docs/examples/"+program[1], file).CombinedOutput()
			if err != nil || len(out) == 0 {
				t.Errorf("%s of %s: %v\n%s", program[1], filepath.Ext(address), err, out)
			}
		}
	}
}
