package ledger

import (
	"encoding/json"
	"net/http"
	"sync"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
)

const nightsShown = 30

// Verified is what the last nights' verifications found, newest first.
type Verified struct {
	Nights []Night `json:"nights"`
}

// reportRoutes are the windows that check and report, for those who keep and watch the books.
func reportRoutes(app core.App) []web.Route {
	return []web.Route{
		web.Get("/api/coop/ledger/verifications", web.Bookkeepers, "What the last nights' checks of the books found, newest first", func(c *web.Call) (Verified, error) {
			nights, err := Nights(act.Read(app), clock.Of(app), nightsShown)
			return Verified{nights}, err
		}),
		web.Raw(http.MethodGet, "/api/coop/ledger/verify/stream", web.Bookkeepers,
			"Run every check over the books and follow it: lines of {lines, total}, {check} and at the end {report} or {fault}", func(c *web.Call) error { return streamVerify(c, app) }),
	}
}

// step is one line of the stream; exactly one kind is set.
type step struct {
	Lines  *int         `json:"lines,omitempty"`
	Total  int          `json:"total,omitempty"`
	Check  *Result      `json:"check,omitempty"`
	Report *Report      `json:"report,omitempty"`
	Fault  *fault.Shape `json:"fault,omitempty"`
}

// streamVerify tells the page how far a verification is. Whoever closes the page ends it.
func streamVerify(c *web.Call, app core.App) error {
	c.Response.Header().Set("Content-Type", "application/x-ndjson")
	c.Response.Header().Set("X-Accel-Buffering", "no") // a proxy before us passes each line on
	var mu sync.Mutex
	to, flusher := json.NewEncoder(c.Response), http.NewResponseController(c.Response)
	send := func(s step) {
		mu.Lock()
		defer mu.Unlock()
		if to.Encode(s) == nil { // an error: the page is gone, and its context ends the checks
			_ = flusher.Flush()
		}
	}
	last := -1
	watch := Watcher{
		Check: func(r Result) { send(step{Check: &r}) },
		Lines: func(done, total int) {
			if percent := done * 100 / max(total, 1); percent != last {
				last = percent
				send(step{Lines: &done, Total: total})
			}
		},
	}
	report, err := Watch(InLanguage(c.Request.Context(), c.Language()), app, Checks(app), watch)
	if err != nil {
		shape := fault.Say(err, c.Language())
		send(step{Fault: &shape})
		return nil
	}
	send(step{Report: &report})
	return nil
}
