package feed

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/network"
)

// NodeCSV writes the nodes of a network as Gephi's spreadsheet of nodes (text/csv): RFC 4180, UTF-8. There is no byte order mark, which R and
// others take for a part of the first column's name. A list inside of a cell is separated by "; ", and a cell that a spreadsheet would take
// for a formula begins with an apostrophe. Values that are not known or not defined are empty. It writes as it goes, so an error
// may come after a part of the file.
func NodeCSV(w io.Writer, v *edition.View, n *network.Network, of NetworkFile) error {
	x := walk(v, n, of)
	rows := newRows(w, slices.Concat([]string{"Id", "Label", "Kind", "Url", "Gatherings", "First", "Last", "Degree", "Strength"}, x.measures, []string{"Episodes", "CaseStudies"}))
	for node := range x.eachNode() {
		rows.add(
			string(node.id), node.label, string(node.kind), node.url, strconv.Itoa(node.gatherings), string(node.first), string(node.last),
			strconv.Itoa(node.degree), decimal(node.strength),
		)
		for _, name := range x.measures {
			text, ok := x.measured(name, node.place)
			if !ok {
				text = ""
			}
			rows.add(text)
		}
		rows.add(strings.Join(node.episodes, "; "), strings.Join(node.caseStudies, "; "))
		if err := rows.next(); err != nil {
			return err
		}
	}
	return rows.end()
}

// EdgeCSV writes the edges of a network as Gephi's spreadsheet of edges, in the form of NodeCSV.
func EdgeCSV(w io.Writer, v *edition.View, n *network.Network, of NetworkFile) error {
	x := walk(v, n, of)
	rows := newRows(w, []string{"Source", "Target", "Type", "Weight", "Gatherings", "First", "Last", "Episodes", "CaseStudies"})
	for edge := range x.eachEdge() {
		rows.add(
			string(edge.source), string(edge.target), "Undirected", decimal(edge.weight), strconv.Itoa(edge.gatherings), string(edge.first), string(edge.last),
			strings.Join(edge.episodes, "; "), strings.Join(edge.caseStudies, "; "),
		)
		if err := rows.next(); err != nil {
			return err
		}
	}
	return rows.end()
}

// NetworkZip writes a ZIP (application/zip) with nodes.csv and edges.csv as NodeCSV and EdgeCSV write them, and with snapshot.json, which has what
// the sheets have no place for: which network it is, and how to cite it. Its files have the instant of the snapshot.
func NetworkZip(w io.Writer, v *edition.View, n *network.Network, of NetworkFile) error {
	z := zip.NewWriter(w)
	file := func(name string, write func(io.Writer) error) error {
		to, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: of.Snapshot.Time().Truncate(time.Second)})
		if err != nil {
			return err
		}
		return write(to)
	}
	if err := file("snapshot.json", func(w io.Writer) error {
		var b bytes.Buffer
		if err := json.Indent(&b, []byte(jsonText(of.facts(n))), "", "  "); err != nil {
			return err
		}
		b.WriteByte('\n')
		_, err := b.WriteTo(w)
		return err
	}); err != nil {
		return err
	}
	if err := file("nodes.csv", func(w io.Writer) error { return NodeCSV(w, v, n, of) }); err != nil {
		return err
	}
	if err := file("edges.csv", func(w io.Writer) error { return EdgeCSV(w, v, n, of) }); err != nil {
		return err
	}
	return z.Close()
}

// rows writes a table cell by cell.
type rows struct {
	to  *csv.Writer
	row []string
}

func newRows(w io.Writer, header []string) *rows {
	r := &rows{to: csv.NewWriter(w)}
	r.to.UseCRLF = true
	_ = r.to.Write(header) // it is kept for end
	return r
}

func (r *rows) add(cells ...string) {
	for _, c := range cells {
		r.row = append(r.row, content.SheetCell(c))
	}
}

func (r *rows) next() error {
	err := r.to.Write(r.row)
	r.row = r.row[:0]
	return err
}

func (r *rows) end() error {
	r.to.Flush()
	return r.to.Error()
}
