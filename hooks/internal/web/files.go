package web

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
)

// A file costs the co-op time to look at and room to keep, so that each account brings a bounded number of them in an
// hour, over all routes that take any. It guards no secret: the count is in memory, and a restart forgives.
const (
	filesOfMember  = 20
	filesOfOfficer = 300
	filesWindow    = time.Hour
	filesAccounts  = 10_000 // counted at a time
	filesKey       = "kpdk.files"
)

// TakesFile says of a route whose body is no form that it makes a file of what it takes: a drawing, a signed paper.
// Routes that take forms (MaxBody below 0) are known by that.
func (r Route) TakesFile() Route {
	r.File = true
	return r
}

// TakesFiles says whether a route is counted so.
func (r Route) TakesFiles() bool { return r.File || r.MaxBody < 0 }

type files struct {
	mu    sync.Mutex
	taken map[string]taken
}

type taken struct {
	count int
	first time.Time
}

// mayBring counts a file before anybody reads it.
func mayBring(e *core.RequestEvent, by act.Actor) error {
	most := filesOfOfficer
	if by.Role == act.Member {
		most = filesOfMember
	}
	f := e.App.Store().GetOrSet(filesKey, func() any { return &files{taken: map[string]taken{}} }).(*files)
	now := clock.Of(e.App).Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	it, known := f.taken[by.ID]
	if !known && len(f.taken) >= filesAccounts {
		f.makeRoom(now)
	}
	if now.Sub(it.first) >= filesWindow {
		it = taken{first: now}
	}
	if it.count >= most {
		return TooMany(e, "input.too_many_files", it.first.Add(filesWindow))
	}
	it.count++
	f.taken[by.ID] = it
	return nil
}

func (f *files) makeRoom(now time.Time) {
	for id, it := range f.taken {
		if now.Sub(it.first) >= filesWindow {
			delete(f.taken, id)
		}
	}
	if len(f.taken) >= filesAccounts {
		clear(f.taken)
	}
}

// TooMany says when to come back, to people and to programs.
func TooMany(e *core.RequestEvent, code string, until time.Time) error {
	wait := max(time.Second, until.Sub(clock.Of(e.App).Now()).Round(time.Second))
	e.Response.Header().Set("Retry-After", strconv.FormatInt(int64(wait/time.Second), 10))
	return WaitUntil(e.App, code, until)
}

// WaitUntil is the refusal of what is done too often.
func WaitUntil(app core.App, code string, until time.Time) error {
	wait := max(time.Second, until.Sub(clock.Of(app).Now()).Round(time.Second))
	return &fault.Fault{Status: http.StatusTooManyRequests, Code: code,
		Params: fault.Params{"time": until.In(clock.Of(app).Zone()).Format("15:04"), "minutes": int64((wait + time.Minute - 1) / time.Minute)}}
}
