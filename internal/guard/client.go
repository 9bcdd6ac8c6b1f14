package guard

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"bettertogether/internal/media"
)

// The limits of one look.
const (
	connectTimeout = 5 * time.Second
	wholeTimeout   = 15 * time.Second
	mostRedirects  = 5
	mostPage       = 1 << 20
	mostHeader     = 64 << 10
)

// client asks servers that somebody else names. It goes to the public net alone, whatever a name resolves to and wherever a
// redirect leads, by http and https on their own ports; it knows no proxy, no cookies, no passwords.
type client struct {
	http  *http.Client
	agent string
}

// refusedError says why the client does not go somewhere.
type refusedError struct{ reason string }

// Error implements error.
func (e refusedError) Error() string { return e.reason }

func newClient(site string, allow []netip.Prefix) *client {
	dialer := &net.Dialer{
		Timeout: connectTimeout,
		// Asked with the address that is dialled, after the name was resolved: no second look-up can differ.
		ControlContext: func(_ context.Context, network, address string, _ syscall.RawConn) error {
			return mayDial(network, address, allow)
		},
	}
	transport := &http.Transport{
		Proxy: nil, DialContext: dialer.DialContext, DisableKeepAlives: true, DisableCompression: true, ForceAttemptHTTP2: true,
		TLSHandshakeTimeout: connectTimeout, ResponseHeaderTimeout: wholeTimeout, MaxResponseHeaderBytes: mostHeader,
	}
	agent := "BetterTogetherHub"
	if site != "" {
		agent += " (+" + site + "/about)"
	}
	return &client{
		agent: agent,
		http: &http.Client{Transport: transport, Timeout: wholeTimeout, CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > mostRedirects {
				return refusedError{fmt.Sprintf("it leads on more than %d times", mostRedirects)}
			}
			r.Header.Del("Referer") // where we come from is nobody's business
			return mayAsk(r.URL)
		}},
	}
}

// mayDial says whether a connection may be made.
func mayDial(network, address string, allow []netip.Prefix) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" {
		return refusedError{"its address is not understood"}
	}
	ip := at.Addr().WithZone("").Unmap()
	for _, p := range allow {
		if p.Contains(ip) {
			return nil
		}
	}
	switch {
	case !isPublic(ip):
		return refusedError{"its name leads into a private network, where the hub does not go"}
	case at.Port() != 80 && at.Port() != 443:
		return refusedError{fmt.Sprintf("it is on port %d; the hub asks on 80 and 443", at.Port())}
	}
	return nil
}

// mayAsk says whether an address is of a form that may be asked.
func mayAsk(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return refusedError{"it is no http or https address"}
	case u.User != nil:
		return refusedError{"it holds a user name"}
	case u.Hostname() == "":
		return refusedError{"it names no host"}
	}
	return nil
}

// answer is what a server answered.
type answer struct {
	status int32
	body   []byte
	// isCut says that there was more.
	isCut bool
}

// ask sends a request and reads up to so many bytes of the answer. Header has lines beside those of every request.
func (c *client) ask(ctx context.Context, method, address string, header http.Header, most int64) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return answer{}, refusedError{"the address is not understood"}
	}
	if err := mayAsk(r.URL); err != nil {
		return answer{}, err
	}
	for name, values := range header {
		r.Header[name] = values
	}
	r.Header.Set("User-Agent", c.agent)
	response, err := c.http.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	a := answer{status: int32(response.StatusCode)}
	if method == http.MethodHead {
		return a, nil
	}
	a.body, err = io.ReadAll(io.LimitReader(response.Body, most+1))
	if a.isCut = int64(len(a.body)) > most; a.isCut {
		a.body = a.body[:most]
	}
	return a, err
}

// mostPicture is one more than a picture may have, so that the folder tells what is too much.
const mostPicture = media.MostBytes + 1

// refused is the reason for which the client did not go somewhere; empty for another error.
func refused(err error) string {
	var r refusedError
	if errors.As(err, &r) {
		return r.reason
	}
	return ""
}
