package server

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	golru "github.com/hashicorp/golang-lru/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bettertogether/graph"
	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/plan"
)

// The limits of one GraphQL request.
const (
	mostBody = 64 << 10
	// mostWritten is the most that the holder of a token may send: imports come in the body.
	mostWritten  = 16 << 20
	mostAnswer   = 8 << 20 // of texts
	mostErrors   = 64 << 10
	execDeadline = 5 * time.Second
	// writeDeadline is as long as a connection may take to answer.
	writeDeadline = writeTimeout - time.Second
	// freshFor is how long a shared cache may keep an answer at most; less where time changes it sooner.
	freshFor = 60 * time.Second
	// remembered is how many documents are kept parsed. One of the most tokens takes 0.4 MB.
	remembered = 200
)

// The two media types of GraphQL over HTTP.
const (
	typeGraphQL = "application/graphql-response+json"
	typeJSON    = "application/json"
)

// graphQL serves GraphQL over HTTP. It reads requests itself, so that nothing reaches the executor that is too large, too
// expensive or of the wrong form, and so that all status codes stand in this file.
type graphQL struct {
	*Server
	limits Limits
	exec   *executor.Executor
	// plans answer operations that were answered before; nil for none.
	plans    *plan.Schema
	answered *golru.Cache[operationKey, *operation]
	// checked remembers documents that passed the checks before and after validation.
	checked   *lru.LRU[struct{}]
	documents *documents
}

func (s *Server) newGraphQL() *graphQL {
	g := &graphQL{Server: s, limits: DefaultLimits(), checked: lru.New[struct{}](remembered), documents: newDocuments(s.Documents, s.OnlyDocuments)}
	var err error
	if g.answered, err = golru.New[operationKey, *operation](remembered); err != nil {
		panic(err) // only a size below one is an error
	}
	if s.NoPlans {
		g.exec = executor.New(graph.New(s.graph()))
	} else {
		g.plans = graph.Planned(s.graph(), s.metrics.executed)
		g.exec = executor.New(g.plans)
	}
	g.exec.SetQueryCache(lru.New[*ast.QueryDocument](remembered))
	g.exec.SetParserTokenLimit(g.limits.Tokens)
	g.exec.SetDisableSuggestion(true)
	g.exec.SetErrorPresenter(g.present)
	g.exec.SetRecoverFunc(func(_ context.Context, cause any) error {
		return internalError{s.logPanic(cause)}
	})
	if s.Introspection {
		g.exec.Use(extension.Introspection{})
	}
	return g
}

// internalError is a mistake of ours; the client gets its id.
type internalError struct{ id string }

func (e internalError) Error() string { return "internal error " + e.id }

// request is a GraphQL request as it came over HTTP.
type request struct {
	Query, DocumentID, OperationName *string
	Variables, Extensions            json.RawMessage
	variables, extensions            map[string]any
}

// refusal is an answer to a request that cannot be executed.
type refusal struct {
	status        int
	code, message string
}

func (g *graphQL) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	mediaType, ok := negotiate(r.Header.Values("Accept"))
	if !ok {
		problem(w, r, http.StatusNotAcceptable, "NOT_ACCEPTABLE", "Accept must allow "+typeGraphQL+" or "+typeJSON)
		return
	}
	req, no := read(w, r)
	learn := ""
	if no == nil {
		learn, no = g.documents.resolve(r.Context(), req)
	}
	if no != nil {
		if no.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", "GET, HEAD, POST, OPTIONS")
		}
		problem(w, r, no.status, no.code, no.message)
		return
	}
	view := edition.From(r.Context())
	anonymous := auth.From(r.Context()).Role == auth.Anonymous
	status, response := g.answer(r.Context(), req, r.Method)
	if learn != "" && status == http.StatusOK {
		g.documents.sent.Add(r.Context(), learn, *req.Query)
	}
	if !anonymous {
		// What was written meanwhile, by this very request, has been seen as well.
		now := g.Desk.Pin()
		w.Header().Set(seenHeader, now.Tag())
		w.Header().Add(seenHeader, now.Preview().Tag())
	}
	question := askedOf(r.Context())
	body, err := encode(response, question)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"errors":[{"message":"`+internalError{g.logPanic(err)}.Error()+`"}]}`)
	}
	if status != http.StatusOK && status != http.StatusMethodNotAllowed && mediaType == typeJSON {
		// A client that asked for application/json cannot tell a GraphQL error from a proxy's but by 200.
		status = http.StatusOK
	}
	switch {
	case status == http.StatusMethodNotAllowed:
		w.Header().Set("Allow", "POST")
		w.Header().Set("Cache-Control", "no-store")
	case anonymous && status == http.StatusOK && len(response.Errors) == 0 && !view.IsPassing():
		keep(r)
	case anonymous:
		w.Header().Set("Cache-Control", "no-store")
	}
	w.Header()["Content-Type"] = contentTypes[mediaType]
	w.WriteHeader(status)
	if question != nil {
		question.answer = body
		return
	}
	_, _ = w.Write(body) // a client that has gone needs no answer
}

// contentTypes are the Content-Types of answers by their media types.
var contentTypes = map[string][]string{
	typeGraphQL: {typeGraphQL + "; charset=utf-8"},
	typeJSON:    {typeJSON + "; charset=utf-8"},
}

// matches tells whether an If-None-Match names a tag; weak and strong forms are the same here. A star names none: whether
// there is an answer at all is not known before it was asked for.
func matches(headers []string, etag string) bool {
	for _, h := range headers {
		if h == etag { // as nearly every one that matches
			return true
		}
		for one := range strings.SplitSeq(h, ",") {
			if one = strings.TrimSpace(one); strings.TrimPrefix(one, "W/") == strings.TrimPrefix(etag, "W/") {
				return true
			}
		}
	}
	return false
}

// answer executes a request: 200 with data, or 400 for a request that GraphQL cannot execute.
func (g *graphQL) answer(ctx context.Context, req *request, method string) (int, *graphql.Response) {
	if status, response := g.again(ctx, req); response != nil {
		return status, response
	}
	ctx = graphql.StartOperationTrace(ctx)
	query := *req.Query
	_, isChecked := g.checked.Get(ctx, query)
	if !isChecked {
		if err := g.limits.CheckDocument(query); err != nil {
			return http.StatusBadRequest, g.failed(gqlerror.List{err})
		}
	}
	now := graphql.Now()
	op, errs := g.exec.CreateOperationContext(ctx, &graphql.RawParams{
		Query: query, OperationName: deref(req.OperationName), Variables: req.variables, Extensions: req.extensions,
		ReadTime: graphql.TraceTiming{Start: now, End: now},
	})
	if errs != nil {
		return http.StatusBadRequest, g.failed(errs)
	}
	count := g.metrics.operation(op.Operation.Name)
	if question := askedOf(ctx); question != nil {
		question.note = count
	}
	if op.Operation.Operation != ast.Query && method != http.MethodPost {
		return http.StatusMethodNotAllowed, g.failed(gqlerror.List{{
			Message: "only a query may come by GET; send a " + string(op.Operation.Operation) + " by POST", Extensions: code("METHOD_NOT_ALLOWED"),
		}})
	}
	if !isChecked {
		if err := g.checkDocument(op.Doc); err != nil {
			return http.StatusBadRequest, g.failed(gqlerror.List{err})
		}
		g.checked.Add(ctx, query, struct{}{})
	}
	if err := g.limits.CheckOperation(op.Operation, op.Doc.Fragments, op.Variables); err != nil {
		return http.StatusBadRequest, g.failed(gqlerror.List{err})
	}
	limit := execDeadline
	if op.Operation.Operation == ast.Mutation {
		limit = writeDeadline
	}
	timed := withDeadline(ctx, limit)
	defer timed.end()
	ctx = timed
	view := edition.From(ctx)
	view.Limit(mostAnswer)
	began := time.Now()
	run, ctx := g.exec.DispatchOperation(ctx, op)
	response := run(ctx)
	g.metrics.execution.Observe(time.Since(began).Seconds())
	if view.IsOverdrawn() {
		return http.StatusBadRequest, g.failed(gqlerror.List{{
			Message: fmt.Sprintf("the texts of the answer are longer than %d bytes; ask for fewer at a time", mostAnswer), Extensions: code("QUERY_TOO_COMPLEX"),
		}})
	}
	if ctx.Err() != nil {
		return g.late(limit)
	}
	if op.Operation.Operation == ast.Query && len(response.Errors) == 0 {
		isSized := g.limits.areSizesGiven(op.Operation, op.Doc.Fragments)
		g.answered.Add(operationKey{query, deref(req.OperationName)}, &operation{op.Doc, op.Operation, isSized, count})
	}
	response.Errors = capped(response.Errors)
	return http.StatusOK, response
}

// operation is one that was answered without errors: it passed all checks that hang on its document alone.
type operation struct {
	doc *ast.QueryDocument
	op  *ast.OperationDefinition
	// isSized says that its variables say how large its answer may be.
	isSized bool
	count   prometheus.Counter
}

type operationKey struct{ query, name string }

// again answers an operation that was answered before, by its plan and with all checks that hang on its variables; no response when
// it must go the long way, on which it is told what is wrong.
func (g *graphQL) again(ctx context.Context, req *request) (int, *graphql.Response) {
	key := operationKey{*req.Query, deref(req.OperationName)}
	known, ok := g.answered.Get(key)
	if !ok || g.plans == nil {
		return 0, nil
	}
	op := &graphql.OperationContext{RawQuery: *req.Query, OperationName: known.op.Name, Doc: known.doc, Operation: known.op}
	if len(known.op.VariableDefinitions) > 0 {
		var err error
		if op.Variables, err = coerced(g.plans.Schema(), known.op, req.variables); err != nil {
			return 0, nil
		}
		if known.isSized && g.limits.CheckOperation(known.op, known.doc.Fragments, op.Variables) != nil {
			return 0, nil
		}
	}
	if question := askedOf(ctx); question != nil {
		question.note = known.count
	}
	timed := withDeadline(ctx, execDeadline)
	defer timed.end()
	ctx = timed
	view := edition.From(ctx)
	view.Limit(mostAnswer)
	began := time.Now()
	data, ok := g.plans.Answer(graphql.WithOperationContext(ctx, op))
	g.metrics.execution.Observe(time.Since(began).Seconds())
	switch {
	case ctx.Err() != nil: // the long way would take as long again
		return g.late(execDeadline)
	case !ok || view.IsOverdrawn():
		g.answered.Remove(key) // its next mistake is told without this
		view.Restart()
		return 0, nil
	}
	return http.StatusOK, &graphql.Response{Data: data}
}

// late is the answer to an operation that took longer than it may.
func (g *graphQL) late(limit time.Duration) (int, *graphql.Response) {
	return http.StatusServiceUnavailable, g.failed(gqlerror.List{{
		Message: "the answer took longer than " + limit.String(), Extensions: code("TIMEOUT"),
	}})
}

// failed is the response to a request that was not executed: errors, and no data at all.
func (g *graphQL) failed(errs gqlerror.List) *graphql.Response {
	for _, err := range errs {
		var number *strconv.NumError
		if errors.As(err, &number) { // the default of a variable; validation does not look at what a scalar of ours takes
			err.Message = number.Num + " is no number of 64 bits"
		}
		err.Message = shorten(err.Message)
		if err.Extensions["code"] == nil {
			if err.Extensions == nil {
				err.Extensions = map[string]any{}
			}
			err.Extensions["code"] = "BAD_REQUEST"
		}
	}
	return &graphql.Response{Errors: capped(errs)}
}

// encode writes a response; one without data has no such key. Where a plan has written the answer to a question whole, this is it.
func encode(r *graphql.Response, question *asked) ([]byte, error) {
	if question != nil && question.sheet != nil && len(r.Errors) == 0 && len(r.Data) > 0 && &r.Data[0] == &question.sheet[len(plan.Before)] {
		return question.sheet, nil
	}
	if r.Data == nil {
		return json.Marshal(struct {
			Errors gqlerror.List `json:"errors"`
		}{r.Errors})
	}
	if len(r.Errors) == 0 && len(r.Extensions) == 0 {
		// Data is JSON already; to encode the whole would read it once more.
		return slices.Concat([]byte(plan.Before), r.Data, []byte(plan.After)), nil
	}
	var body bytes.Buffer
	out := json.NewEncoder(&body)
	out.SetEscapeHTML(false)
	err := out.Encode(r)
	return bytes.TrimSuffix(body.Bytes(), []byte("\n")), err
}

// capped keeps an answer's errors from growing with a hostile request.
func capped(errs gqlerror.List) gqlerror.List {
	size := 0
	for i, err := range errs {
		one, _ := json.Marshal(err) // what cannot be written fails with the whole answer
		if size += len(one) + 1; size > mostErrors-200 {
			return append(errs[:i:i], &gqlerror.Error{
				Message: fmt.Sprintf("%d more errors", len(errs)-i), Extensions: code("TOO_MANY_ERRORS"),
			})
		}
	}
	return errs
}

func shorten(message string) string {
	const most = 400
	if len(message) <= most {
		return message
	}
	return strings.ToValidUTF8(message[:most], "") + "…"
}

// present turns errors into what a client may know. Mistakes of the request keep their words; anything else is ours, and
// becomes an id that the log has too.
func (g *graphQL) present(ctx context.Context, err error) *gqlerror.Error {
	var (
		asked  *content.Error
		ours   internalError
		parsed *gqlerror.Error
		number *graphql.IntegerError
	)
	at := graphql.DefaultErrorPresenter(ctx, err)
	shown := &gqlerror.Error{Path: at.Path, Locations: at.Locations, Extensions: map[string]any{}}
	switch {
	case errors.As(err, &asked):
		shown.Message = shorten(asked.Error())
		shown.Extensions["code"] = string(asked.Code)
		if asked.Code == content.CodeInvalid {
			shown.Extensions["code"] = "BAD_USER_INPUT"
		}
	case errors.As(err, &ours):
		shown.Message, shown.Extensions["code"] = ours.Error(), "INTERNAL"
	case errors.As(err, &number):
		shown.Message, shown.Extensions["code"] = shorten(number.Error()), "BAD_USER_INPUT"
	case errors.As(err, &parsed) && parsed.Err == nil:
		shown.Message = shorten(parsed.Message)
		for k, v := range parsed.Extensions {
			shown.Extensions[k] = v
		}
	default:
		id := newErrorID()
		g.Log.Error("internal error", "id", id, "error", err)
		shown.Message, shown.Extensions["code"] = internalError{id}.Error(), "INTERNAL"
	}
	return shown
}

// askedOfGraphQL appends what of a request's headers changes its answer: how it may be written, and how the body is.
func askedOfGraphQL(b []byte, r *http.Request) []byte {
	mediaType, _ := negotiate(r.Header["Accept"])
	b = append(append(b, mediaType...), 0)
	if r.Method == http.MethodPost {
		for _, values := range [...][]string{r.Header["Content-Type"], r.Header["Content-Encoding"]} {
			b = binary.AppendUvarint(b, uint64(len(values)))
			for _, value := range values {
				b = append(append(b, value...), 0)
			}
		}
	}
	return b
}

func code(c string) map[string]any { return map[string]any{"code": c} }

// negotiate picks the media type of the answer. Without an Accept, or with one that takes anything, it is application/json,
// which every client understands.
func negotiate(accept []string) (string, bool) {
	if len(accept) == 1 && (accept[0] == typeGraphQL || accept[0] == typeJSON) {
		return accept[0], true
	}
	all := strings.Join(accept, ",")
	if all = strings.TrimSpace(all); all == "" || all == "*/*" {
		return typeJSON, true
	}
	best, bestQ := "", 0.0
	for part := range strings.SplitSeq(all, ",") {
		media, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		q := 1.0
		if given, ok := params["q"]; ok {
			if q, err = strconv.ParseFloat(given, 64); err != nil {
				q = 0
			}
		}
		if c := params["charset"]; c != "" && !strings.EqualFold(c, "utf-8") {
			continue
		}
		offered := ""
		switch media {
		case typeGraphQL, typeJSON:
			offered = media
		case "*/*", "application/*":
			offered = typeJSON
		}
		if offered != "" && q > bestQ {
			best, bestQ = offered, q
		}
	}
	return best, best != ""
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// problem answers a request that never became a GraphQL operation, in the form of a GraphQL response.
func problem(w http.ResponseWriter, r *http.Request, status int, errorCode, message string) {
	h := w.Header()
	h["Content-Type"], h["Cache-Control"] = contentTypes[problemType(r)], neverStored
	w.WriteHeader(status)
	_, _ = w.Write(problemOf(errorCode, message)) // a client that has gone needs no answer
}

// problemOf is a GraphQL response that has one error and nothing else.
func problemOf(errorCode, message string) []byte {
	body, _ := encode(&graphql.Response{Errors: gqlerror.List{{Message: message, Extensions: code(errorCode)}}}, nil) // strings encode
	return body
}

// problemType is the media type of a problem, of which clients that take none are told as well.
func problemType(r *http.Request) string {
	if mediaType, ok := negotiate(r.Header["Accept"]); ok {
		return mediaType
	}
	return typeJSON
}
