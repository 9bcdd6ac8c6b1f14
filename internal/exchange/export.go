package exchange

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"bettertogether/internal/store"
)

// hubFormat numbers the form of the files that Export writes and ImportHub reads.
const hubFormat = 1

// scopes are the words of a file for how much of the history it holds.
var scopes = map[store.Scope]string{store.Whole: "whole", store.Current: "current"}

// Export writes the history of a hub, one row a line, and returns how many rows. Equal histories give equal bytes, from either
// engine. Tokens, and what was answered to whom, are never written.
func Export(ctx context.Context, at *store.Snapshot, scope store.Scope, now time.Time, out io.Writer) (int, error) {
	version, err := at.Version(ctx)
	if err != nil {
		return 0, err
	}
	to := bufio.NewWriterSize(out, 64<<10)
	_, err = fmt.Fprintf(to, `{"type":"hub","format":%d,"history":%q,"version":%d}`+"\n", hubFormat, scopes[scope], version)
	if err != nil {
		return 0, err
	}
	rows := 0
	var line []byte
	err = at.Each(ctx, scope, now, func(t store.Table, row []any) (err error) {
		rows++
		if line, err = appendRow(line[:0], t, row); err != nil {
			return fmt.Errorf("write a row of %s: %w", t.Name, err)
		}
		_, err = to.Write(line)
		return err
	})
	if err != nil {
		return rows, err
	}
	if _, err := fmt.Fprintf(to, `{"type":"end","rows":%d}`+"\n", rows); err != nil {
		return rows, err
	}
	return rows, to.Flush()
}

// appendRow writes a row as a line: its table, then its columns in their order.
func appendRow(line []byte, t store.Table, row []any) ([]byte, error) {
	line = append(line, `{"type":"`...)
	line = append(line, t.Name...)
	line = append(line, '"')
	for i, c := range t.Columns {
		line = append(line, `,"`...)
		line = append(line, c.Name...)
		line = append(line, `":`...)
		var err error
		switch v := row[i].(type) {
		case nil:
			line = append(line, "null"...)
		case bool:
			line = strconv.AppendBool(line, v)
		case int64:
			if c.Type == store.Instant {
				line = strconv.AppendQuote(line, time.UnixMicro(v).UTC().Format(time.RFC3339Nano))
			} else {
				line = strconv.AppendInt(line, v, 10)
			}
		case string:
			if c.Type == store.Body {
				line = append(line, v...)
			} else if line, err = jsontext.AppendQuote(line, v); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("%s holds a %T", c.Name, v)
		}
	}
	return append(line, "}\n"...), nil
}
