package server

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/exchange"
	"bettertogether/internal/feed"
	"bettertogether/internal/network"
)

// networkFiles are the formats in which a network is served as a file, by the ending of its address.
var networkFiles = []networkFormat{
	{".gexf", "application/gexf+xml", feed.GEXF},
	{".graphml", "application/graphml+xml", feed.GraphML},
	{".json", "application/json", feed.NodeLink},
	{".nodes.csv", "text/csv; charset=utf-8; header=present", feed.NodeCSV},
	{".edges.csv", "text/csv; charset=utf-8; header=present", feed.EdgeCSV},
	{".zip", "application/zip", feed.NetworkZip},
}

type networkFormat struct {
	ending, mediaType string
	write             func(w io.Writer, v *edition.View, n *network.Network, of feed.NetworkFile) error
}

func isNetworkFile(name string) bool {
	return slices.ContainsFunc(networkFiles, func(f networkFormat) bool { return strings.HasSuffix(name, f.ending) })
}

// groupsInFiles are the measures that every file has, so that one code has the same bytes whoever asked before.
func groupsInFiles() []network.Group {
	return []network.Group{network.GroupShape, network.GroupRank, network.GroupEgo, network.GroupCommunities, network.GroupCentrality}
}

// fileDeadline is how long the making of a file may take; a file waits several times for measures that take long.
const fileDeadline = 15 * time.Second

// networkFile serves the network of a snapshot as a file: as it was kept, or made again.
func (p pages) networkFile(w http.ResponseWriter, r *http.Request, code string, f networkFormat) {
	ctx, cancel := context.WithTimeout(edition.With(r.Context(), p.Desk.Pin()), fileDeadline)
	defer cancel()
	h := w.Header()
	h.Set("Content-Disposition", `attachment; filename="network`+f.ending+`"`)
	h.Set("Cache-Control", "public, max-age=300")
	h.Set("Access-Control-Allow-Origin", "*")
	refuse := func(status int, message string) {
		h.Del("Content-Disposition")
		h.Set("Cache-Control", "no-store")
		writeText(w, status, message+"\n")
	}
	if f.ending == ".json" {
		document, isRedacted, ok, err := p.Desk.Pinned(ctx, code)
		switch {
		case err != nil:
			p.Log.Warn("a pin was not read", "error", err)
		case isRedacted:
			refuse(http.StatusGone, "These bytes were kept, and deleted again: they named a person who asked to be forgotten.")
			return
		case ok:
			h.Set("Content-Type", f.mediaType)
			_, _ = io.WriteString(w, document) // a client that has gone needs no answer
			return
		}
	}
	a, err := p.remake(ctx, code)
	var wrong *content.Error
	switch {
	case errors.As(err, &wrong) && (wrong.Code == content.CodeBusy || wrong.Code == content.CodeUnavailable):
		h.Set("Retry-After", "5")
		refuse(http.StatusServiceUnavailable, wrong.Error())
		return
	case wrong != nil: // what its filter names is not there any more
		refuse(http.StatusNotFound, wrong.Error())
		return
	case errors.Is(err, context.DeadlineExceeded), err == nil && a != nil && !a.State.Ready:
		h.Set("Retry-After", "10")
		refuse(http.StatusServiceUnavailable, "The measures of this network are still being computed. Ask again in some seconds.")
		return
	case err != nil:
		p.Log.Error("a network was not written", "error", err)
		refuse(http.StatusInternalServerError, "It is our fault, and noted.")
		return
	case a == nil:
		refuse(http.StatusNotFound, "There is no such network: the code is none of this hub's.")
		return
	}
	of, err := p.networkNamed(ctx, a)
	if err != nil {
		p.Log.Error("a network was not written", "error", err)
		refuse(http.StatusInternalServerError, "It is our fault, and noted.")
		return
	}
	h.Set("Content-Type", f.mediaType)
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(downloadDeadline)) // one who cannot has the usual deadline
	if err := f.write(w, a.View, a.Network, of); err != nil {
		if r.Context().Err() == nil {
			p.Log.Error("a network was not written whole", "error", err)
		}
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
}

// remake makes the network of a code again, with what files have of it, waiting as long as the context allows.
func (s *Server) remake(ctx context.Context, code string) (*network.Answer, error) {
	for {
		a, err := s.graph().Remake(ctx, code, groupsInFiles()...)
		if err != nil || a == nil || a.State.Ready || ctx.Err() != nil {
			return a, err
		}
		if end, ok := ctx.Deadline(); ok && time.Until(end) < network.Patience {
			return a, nil
		}
	}
}

// networkNamed is what stands in a network's file beside the network.
func (s *Server) networkNamed(ctx context.Context, a *network.Answer) (feed.NetworkFile, error) {
	named, err := s.graph().Snapshot(ctx, a)
	if err != nil {
		return feed.NetworkFile{}, err
	}
	return feed.NetworkFile{
		Snapshot: a.Snapshot(a.View), Permalink: named.Permalink, Citation: named.Citation, Site: s.Site, Measures: feed.Measures(a.Network, groupsInFiles()...),
	}, nil
}

// networkDocument writes a network as it is kept.
func (s *Server) networkDocument(ctx context.Context, a *network.Answer) (string, error) {
	of, err := s.networkNamed(ctx, a)
	if err != nil {
		return "", err
	}
	var document strings.Builder
	err = feed.NodeLink(&document, a.View, a.Network, of)
	return document.String(), err
}

// downloadDeadline is how long the making and the download of a large file may take.
const downloadDeadline = 10 * time.Minute

// corpus serves everything public in one file. It is made once for an edition, however many ask, and kept until the next.
func (s *Server) corpus(w http.ResponseWriter, r *http.Request) {
	view := s.Desk.Pin()
	name := r.PathValue("file")
	write, mediaType := exchange.Corpus, "application/x-ndjson"
	switch name {
	case "public.ndjson":
	case "public.zip":
		write, mediaType = exchange.CorpusSheets, "application/zip"
	default:
		writeText(w, http.StatusNotFound, "There is no such file; public.ndjson and public.zip are there.\n")
		return
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	var q question
	_ = q.of(r, s, &keeping{}, &view.Moment) // GET has no body
	etag, _ := q.names(nil)
	if isKnown(w, r, etag[0], "public, max-age=60, must-revalidate") {
		return
	}
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(downloadDeadline)) // one who cannot has the usual deadline
	document, err := s.corpora.document(r.Context(), name, view.Tag(), func(w io.Writer) error { return write(w, view) })
	if err != nil {
		h.Del("ETag")
		h.Set("Cache-Control", "no-store")
		if r.Context().Err() == nil {
			s.Log.Error("the corpus was not written", "error", err)
			writeText(w, http.StatusInternalServerError, "It is our fault, and noted.\n")
		}
		return
	}
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	http.ServeContent(w, r, "", time.Time{}, document)
}

// corpora keeps the last document of each name, in a file without a name: a large hub's does not fit in memory beside it. One is made
// at a time.
type corpora struct {
	turn chan struct{}
	kept map[string]*keptDocument
}

type keptDocument struct {
	tag  string
	file *os.File
	size int64
}

func newCorpora() *corpora {
	return &corpora{turn: make(chan struct{}, 1), kept: map[string]*keptDocument{}}
}

func (c *corpora) document(ctx context.Context, name, tag string, write func(w io.Writer) error) (*io.SectionReader, error) {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	k := c.kept[name]
	if k == nil || k.tag != tag {
		file, err := os.CreateTemp("", "hub-corpus-*")
		if err != nil {
			return nil, err
		}
		// It has no name from now on, and is gone when nobody reads it any more; the file of the edition before, too.
		buffered := bufio.NewWriterSize(file, 1<<16)
		if err = errors.Join(os.Remove(file.Name()), write(buffered), buffered.Flush()); err != nil {
			return nil, errors.Join(err, file.Close())
		}
		size, err := file.Seek(0, io.SeekEnd)
		if err != nil {
			return nil, errors.Join(err, file.Close())
		}
		k = &keptDocument{tag, file, size}
		c.kept[name] = k
	}
	return io.NewSectionReader(k.file, 0, k.size), nil
}
