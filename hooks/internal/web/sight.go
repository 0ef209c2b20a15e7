package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
)

// Action is what somebody did with members' data.
type Action string

// What is done: one member's data was opened, many members stood in a list, data left as a file, data was changed
// by hand.
const (
	Opened   Action = "opened"
	Listed   Action = "listed"
	Exported Action = "exported"
	Changed  Action = "changed"
)

// Sight is what a route shows of members' data, and for what work: both codes have words of their own.
type Sight struct {
	Action   Action
	Via, Why string
}

// Seen is whose data an answer shows. Member 0: many members', those of the month's list (and its work unit) where
// Period names one, else anybody's.
type Seen struct {
	Sight
	Member       int64
	Fields       string // what was changed, field names parted by commas
	Period, Unit string
}

// Shows says that a route answers with members' data, so that each member can be told who saw theirs. Whose it was is
// the {number} of its path, or what the handler says with Saw.
func (r Route) Shows(action Action, via, why string) Route {
	r.Sight = &Sight{action, via, why}
	return r
}

// Saw says whose data the answer shows. A list of one person opens that person's data.
func (c *Call) Saw(member int64) {
	c.seen.Member = member
	if c.seen.Action == Listed {
		c.seen.Action = Opened
	}
}

// SawNobody says that the answer names no member after all.
func (c *Call) SawNobody() { c.nobody = true }

// SawList says that the answer shows the list of a month, of one work unit or (empty) of all.
func (c *Call) SawList(period, unit string) { c.seen.Period, c.seen.Unit = period, unit }

const sightsKey = "kpdk.sights"

// KeepSights says who writes down what was seen: now returns when it is durable, and of a file nothing goes out
// before; later does the same while whoever looks has the answer already.
func KeepSights(app core.App, now func(app core.App, by act.Actor, seen Seen) error, later func(app core.App, by act.Actor, seen Seen)) {
	app.Store().Set(sightsKey, sightKeeper{now, later})
}

type sightKeeper struct {
	now   func(app core.App, by act.Actor, seen Seen) error
	later func(app core.App, by act.Actor, seen Seen)
}

// witnessed answers and has it written down, unless members look at what is their own.
func (r Route) witnessed(c *Call) error {
	if c.By.Role == act.Member || c.By.Role == act.Nobody {
		return r.handle(c)
	}
	keeper, known := c.App.Store().Get(sightsKey).(sightKeeper)
	if !known {
		return errors.New("web: nobody keeps what was seen")
	}
	c.seen.Sight = *r.Sight
	if n, err := strconv.ParseInt(c.Request.PathValue("number"), 10, 64); err == nil && n > 0 {
		c.seen.Member = n
	}
	if r.Sight.Action == Exported {
		file := &witness{ResponseWriter: c.Response, keep: func() error {
			if c.nobody {
				return nil
			}
			return keeper.now(c.App, c.By, c.seen)
		}}
		c.Response = file
		err := r.handle(c)
		if file.failed != nil {
			c.Response = file.ResponseWriter
			return file.failed
		}
		return err
	}
	err := r.handle(c)
	if c.seen.Action == Opened && c.seen.Member == 0 {
		c.SawNobody()
	}
	if err == nil && !c.nobody && c.Status() < http.StatusBadRequest {
		keeper.later(c.App, c.By, c.seen)
	}
	return err
}

// witness lets nothing of a file out before it is written down who took it.
type witness struct {
	http.ResponseWriter
	keep   func() error
	asked  bool
	failed error
}

func (w *witness) ask(status int) error {
	if !w.asked && status < http.StatusBadRequest { // what is refused shows nothing
		w.failed = w.keep()
	}
	w.asked = true
	return w.failed
}

func (w *witness) WriteHeader(status int) {
	if w.ask(status) == nil {
		w.ResponseWriter.WriteHeader(status)
	}
}

func (w *witness) Write(b []byte) (int, error) {
	if err := w.ask(http.StatusOK); err != nil {
		return 0, err
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets what stands between reach the connection.
func (w *witness) Unwrap() http.ResponseWriter { return w.ResponseWriter }
