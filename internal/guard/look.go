package guard

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// look is one look at an address. isNetwork says that it failed before any server answered, which may be for want of a network
// of our own.
type look struct {
	content.Look
	isNetwork bool
	// isAnswered says that somebody out there answered.
	isAnswered bool
}

// see looks at an address, in the way that its use asks for.
func (g *Guard) see(ctx context.Context, at edition.AddressElsewhere) look {
	ctx, cancel := context.WithTimeout(ctx, wholeTimeout)
	defer cancel()
	var l look
	switch p, video := g.provider(at.URL); {
	case at.Use == content.UsePicture:
		l = g.picture(ctx, at.URL)
	case p != nil:
		l = g.recording(ctx, *p, video)
	default:
		l = g.page(ctx, at.URL)
	}
	l.URL = at.URL
	return l
}

// page asks for the head of an address, and where that is refused for its begin.
func (g *Guard) page(ctx context.Context, address string) look {
	a, err := g.client.ask(ctx, http.MethodHead, address, nil, 0)
	switch {
	case err == nil && a.status != http.StatusMethodNotAllowed && a.status != http.StatusForbidden && a.status != http.StatusNotImplemented && a.status != http.StatusNotFound:
	case err != nil && !isOddHead(err):
	default:
		a, err = g.client.ask(ctx, http.MethodGet, address, http.Header{"Range": {"bytes=0-1023"}}, mostPage)
		if a.status == http.StatusRequestedRangeNotSatisfiable { // it is empty, but it is there
			a.status = http.StatusOK
		}
	}
	return judged(a, err)
}

// isOddHead tells an error that a server may give to HEAD alone: some hang up.
func isOddHead(err error) bool {
	var timeout net.Error
	var dns *net.DNSError
	return refused(err) == "" && !errors.As(err, &dns) && !errors.Is(err, syscall.ECONNREFUSED) && !(errors.As(err, &timeout) && timeout.Timeout())
}

// judged says what an answer means.
func judged(a answer, err error) look {
	l := look{isAnswered: a.status != 0}
	l.Status = a.status
	switch {
	case a.status == 0:
		return failed(err)
	case a.status >= 200 && a.status < 300:
		l.Outcome = content.LookReached
	case a.status == http.StatusNotFound, a.status == http.StatusGone:
		l.Outcome, l.Detail = content.LookGone, "it is not there any more: "+named(a.status)
	case a.status >= 500:
		l.Outcome, l.Detail = content.LookFailed, "its server fails: "+named(a.status)
	default:
		l.Detail = "its server does not tell: " + named(a.status)
	}
	return l
}

func named(status int32) string {
	if text := http.StatusText(int(status)); text != "" {
		return fmt.Sprintf("%d %s", status, text)
	}
	return fmt.Sprint(status)
}

// failed says what it means that nobody answered. The words are ours: an error of the network may name what is inside.
func failed(err error) look {
	var (
		l       look
		dns     *net.DNSError
		timeout net.Error
	)
	l.Outcome, l.isNetwork = content.LookFailed, true
	switch {
	case refused(err) != "":
		l.Outcome, l.isNetwork, l.Detail = content.LookUnclear, false, refused(err)
	case errors.As(err, &dns) && dns.IsNotFound:
		l.Detail = "its name is not found"
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		l.Detail = "it does not answer in time"
	case errors.As(err, &dns):
		l.Detail = "its name cannot be looked up"
	case errors.Is(err, syscall.ECONNREFUSED):
		l.Detail = "its server refuses connections"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		l.Detail = "its server cannot be reached"
	case isTLS(err):
		// Somebody answers, and a person may know more than we do.
		l.Outcome, l.isNetwork, l.isAnswered, l.Detail = content.LookUnclear, false, true, "its certificate is not valid"
	default:
		l.Detail = "its server hangs up"
	}
	return l
}

// isTLS tells the errors of a server that answers, but not as it should.
func isTLS(err error) bool {
	var (
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		alert       tls.AlertError
	)
	return errors.As(err, &certificate) || errors.As(err, &record) || errors.As(err, &alert)
}
