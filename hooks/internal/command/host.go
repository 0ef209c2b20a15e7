package command

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"
)

// host runs the commands that come over loopback.
type host struct {
	app   core.App
	me    running
	specs map[string]Spec
}

// fromHere says whether a request came from this machine and from no page in a browser: a page can send
// a request here, but not with this host name and without an origin.
func (h *host) fromHere(r *http.Request) bool {
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(address)
	return err == nil && ip != nil && ip.IsLoopback() && r.Host == h.me.Address && r.Header.Get("Origin") == ""
}

func (h *host) hello(w http.ResponseWriter, r *http.Request) {
	nonce := r.URL.Query().Get("nonce")
	if !h.fromHere(r) || len(nonce) < 16 || len(nonce) > 64 {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	_, _ = io.WriteString(w, h.me.prove(nonce))
}

func (h *host) command(w http.ResponseWriter, r *http.Request) {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !h.fromHere(r) || subtle.ConstantTimeCompare([]byte(token), []byte(h.me.Token)) != 1 {
		http.Error(w, "forbidden", http.StatusForbidden)
		return
	}
	var asked request
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, MaxRequest)).Decode(&asked); err != nil {
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	spec, ok := h.specs[asked.Name]
	if !ok {
		http.Error(w, "no such command", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	out := &stream{to: json.NewEncoder(w), flush: w.(http.Flusher).Flush}
	c := &Call{Ctx: r.Context(), App: h.app, Args: asked.Args, Flags: asked.Flags, Files: asked.Files, Out: out,
		Save:     func(path string, data []byte) error { return out.send(event{File: path, Data: data}) },
		Progress: out.progress}
	code := h.run(c, spec)
	_ = out.send(event{Exit: &code}) // the caller is gone: it has its own word for that
}

func (h *host) run(c *Call, s Spec) (code int) {
	defer func() {
		if p := recover(); p != nil {
			h.app.Logger().Error("command failed", "command", s.Name, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			c.Refuse(fmt.Errorf("%v", p))
			code = Failed
		}
	}()
	code, err := s.Run(c)
	if err != nil {
		c.Refuse(err)
		if code == Done {
			code = Failed
		}
	}
	return code
}

// stream writes events as they happen; commands may print and show progress from several goroutines.
type stream struct {
	mu    sync.Mutex
	to    *json.Encoder
	flush func()
	last  time.Time
}

func (s *stream) send(e event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.to.Encode(e); err != nil {
		return err
	}
	s.flush()
	return nil
}

// Write sends what the command prints.
func (s *stream) Write(p []byte) (int, error) {
	text := string(p)
	if err := s.send(event{Out: &text}); err != nil {
		return 0, err
	}
	return len(p), nil
}

// progress sends ten lines a second at most, and always the last one.
func (s *stream) progress(n, total int) {
	s.mu.Lock()
	skip := n < total && time.Since(s.last) < 100*time.Millisecond
	if !skip {
		s.last = time.Now()
	}
	s.mu.Unlock()
	if !skip {
		_ = s.send(event{Progress: []int{n, total}}) // a caller who left stops the command by its context
	}
}
