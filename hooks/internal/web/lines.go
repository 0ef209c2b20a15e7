package web

import (
	"encoding/json"
	"net/http"
	"sync"
)

// Lines gives the answer as lines of JSON, for work that somebody follows: nothing of it is sent before the first
// line, so that what is refused at once is refused as everywhere. A line that nobody takes any more is lost: the page
// is gone, and the request's context ends.
func (c *Call) Lines() (send func(line any), begun func() bool) {
	var mu sync.Mutex
	open := false
	to, flusher := json.NewEncoder(c.Response), http.NewResponseController(c.Response)
	send = func(line any) {
		mu.Lock()
		defer mu.Unlock()
		if !open {
			open = true
			c.Response.Header().Set("Content-Type", "application/x-ndjson")
			c.Response.Header().Set("X-Accel-Buffering", "no") // a proxy before us passes each line on
		}
		if to.Encode(line) == nil {
			_ = flusher.Flush()
		}
	}
	return send, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return open
	}
}
