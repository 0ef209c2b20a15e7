package member

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/routine"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
)

// Somebody's data was shown to somebody of the co-op, and the member can read who it was (UU 27/2022 on personal
// data, articles 6 and 7). A sighting is one row for each person, member, action, page and day, however often it was
// looked at; a file of many members is a row each time, and one row for all of them.

const (
	sightingsKey = "kpdk.sightings"
	seeKind      = "member.see"
	// seenKept bounds the day's sightings that are known to be written already, some 100 bytes each.
	seenKept = 50_000
	seeTime  = 30 * time.Second // how long a sighting may wait for the writer
)

// sightings knows what is written of today already, and waits for what is being written.
type sightings struct {
	mu      sync.Mutex
	idle    sync.Cond
	day     clock.Date
	written map[string]bool
	pending int
	closing bool
}

func sightingsOf(app core.App) *sightings { return app.Store().Get(sightingsKey).(*sightings) }

// BindSightings writes down what routes and PocketBase's own pages show of members.
func BindSightings(app core.App) {
	s := &sightings{written: map[string]bool{}}
	s.idle.L = &s.mu
	app.Store().Set(sightingsKey, s)
	web.KeepSights(app, See, seeLater)
	bindRecordSightings(app)
	app.OnTerminate().BindFunc(func(e *core.TerminateEvent) error {
		s.mu.Lock()
		s.closing = true
		for s.pending > 0 {
			s.idle.Wait()
		}
		s.mu.Unlock()
		return e.Next()
	})
}

// keyOf is one sighting's key, and all of its input: the same person, member, action, page and day is the same sighting,
// for whatever work it was opened again.
func keyOf(date clock.Date, by act.Actor, seen web.Seen) string {
	if seen.Action == web.Changed || seen.Action == web.Exported && seen.Member == 0 {
		return ulid.New()
	}
	return fmt.Sprintf("%s:%s:%d:%s:%s", date, by.ID, seen.Member, seen.Action, seen.Via)
}

// See writes a sighting down, unless it is there.
func See(app core.App, by act.Actor, seen web.Seen) error {
	s, today := sightingsOf(app), clock.Of(app).Today()
	key := keyOf(today, by, seen)
	if s.knows(today, key) {
		return nil
	}
	var there bool
	if err := act.Read(app).Row("SELECT EXISTS(SELECT 1 FROM acts WHERE key = ? AND kind = ?)", key, seeKind).Scan(&there); err != nil {
		return err
	}
	if !there {
		ctx, stop := context.WithTimeout(context.Background(), seeTime)
		defer stop()
		_, _, err := act.Do(ctx, app, act.Act{Kind: "member.see", Key: key, By: by, Input: key}, func(tx *act.Tx) (struct{}, error) {
			return struct{}{}, noteSighting(tx, seen, today)
		})
		if err != nil {
			return err
		}
	}
	s.know(today, key)
	return nil
}

func noteSighting(tx *act.Tx, seen web.Seen, on clock.Date) error {
	var member any
	if seen.Member > 0 {
		member = seen.Member
	}
	return tx.Exec("INSERT INTO sightings(act, member, action, via, why, fields, period, unit, date) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
		tx.ID(), member, string(seen.Action), seen.Via, seen.Why, seen.Fields, seen.Period, seen.Unit, string(on))
}

func (s *sightings) knows(day clock.Date, key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.day == day && s.written[key]
}

func (s *sightings) know(day clock.Date, key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.day != day || len(s.written) >= seenKept {
		s.day = day
		clear(s.written)
	}
	s.written[key] = true
}

// seeLater writes a sighting down while whoever looks reads on: a page is neither slower for it nor refused.
func seeLater(app core.App, by act.Actor, seen web.Seen) {
	s, today := sightingsOf(app), clock.Of(app).Today()
	if s.knows(today, keyOf(today, by, seen)) {
		return
	}
	s.mu.Lock()
	now := s.closing // the writer is about to go, and waits for requests only
	if !now {
		s.pending++
	}
	s.mu.Unlock()
	keep := func() {
		if err := See(app, by, seen); err != nil {
			app.Logger().Error("who saw a member's data could not be written down", "via", seen.Via, "member", seen.Member, "actor", by.ID, "error", err)
		}
	}
	if now {
		keep()
		return
	}
	routine.FireAndForget(func() {
		defer s.done()
		keep()
	})
}

func (s *sightings) done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pending--; s.pending == 0 {
		s.idle.Broadcast()
	}
}

// AwaitSightings waits until what was seen before is written, so that whoever asks now reads it too.
func AwaitSightings(app core.App) {
	s := sightingsOf(app)
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.pending > 0 {
		s.idle.Wait()
	}
}
