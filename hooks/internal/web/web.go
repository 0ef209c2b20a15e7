// Package web is the one way a room offers a route: who may call it, what goes in and out, and how a
// refusal is said. Every route is listed when it is bound; the list makes the OpenAPI document and is
// what the access test walks.
package web

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/words"
)

// MaxBody bounds a JSON body; routes that take files say their own limit.
const MaxBody = 1 << 20

// Roles that routes are offered to. A manager may call whatever any operator may.
var (
	Anyone      []act.Role
	Members     = []act.Role{act.Member}
	Cashiers    = []act.Role{act.Cashier, act.Manager}
	Warehouse   = []act.Role{act.Storekeeper, act.Manager}
	Treasurers  = []act.Role{act.Treasurer, act.Manager}
	Bookkeepers = []act.Role{act.Treasurer, act.Supervisor, act.Manager}
	Managers    = []act.Role{act.Manager}
)

// Route is one thing that a door offers. In and Out are samples of the JSON bodies, nil for none.
type Route struct {
	Method, Path string
	Roles        []act.Role // empty: open to all
	Summary      string     // one English sentence for the OpenAPI document
	In, Out      any
	MaxBody      int64 // 0: MaxBody
	Act          bool  // writes what happened: the body holds the key as "id"
	File         bool  // makes a file of what it takes
	Fresh        bool  // of money or identity: only for who proved a short while ago to be the person
	Sight        *Sight
	handle       func(c *Call) error
}

// Call is one request with the caller known.
type Call struct {
	*core.RequestEvent
	By     act.Actor
	seen   Seen
	nobody bool // of whom nothing was seen
}

// Language is the caller's.
func (c *Call) Language() string { return words.Pick(c.Request.Header.Get("Accept-Language")) }

// Number reads a number from the path or the query; absent is 0, nonsense is a fault of that field.
func (c *Call) Number(name string) (int64, error) {
	text := c.Request.PathValue(name)
	if text == "" {
		text = c.Request.URL.Query().Get(name)
	}
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		var in fault.Input
		in.Add(name, "input.number")
		return 0, in.Err()
	}
	return n, nil
}

// Limit reads ?limit=, bounded.
func (c *Call) Limit(usual, most int64) (int64, error) {
	n, err := c.Number("limit")
	if n == 0 {
		n = usual
	}
	return min(n, most), err
}

// Path reads a path value.
func (c *Call) Path(name string) string { return c.Request.PathValue(name) }

// Query reads a query value.
func (c *Call) Query(name string) string { return c.Request.URL.Query().Get(name) }

// Period reads a month from the path.
func (c *Call) Period() (clock.Period, error) {
	p, ok := clock.ParsePeriod(c.Path("period"))
	if !ok {
		var in fault.Input
		in.Add("period", "input.period")
		return "", in.Err()
	}
	return p, nil
}

// Get offers a reading route.
func Get[Out any](path string, roles []act.Role, summary string, f func(c *Call) (Out, error)) Route {
	return Route{Method: http.MethodGet, Path: path, Roles: roles, Summary: summary, Out: *new(Out), handle: func(c *Call) error {
		out, err := f(c)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, out)
	}}
}

// AsFresh makes a route one of money or identity: whoever has a session must have proved a short while
// ago, by a password, a code or a passkey, to be the person; else the refusal asks for that first.
func (r Route) AsFresh() Route {
	r.Fresh = true
	return r
}

const freshKey = "kpdk.fresh"

// AskFresh says who knows whether a caller is fresh.
func AskFresh(app core.App, fresh func(e *core.RequestEvent) (bool, error)) {
	app.Store().Set(freshKey, fresh)
}

// Raw offers a route that writes its own answer: a file, a picture.
func Raw(method, path string, roles []act.Role, summary string, f func(c *Call) error) Route {
	return Route{Method: method, Path: path, Roles: roles, Summary: summary, handle: f}
}

// Post offers an act: its JSON body holds the key as "id". The first answer is 201, a repeated one 200.
func Post[In, Out any](path string, roles []act.Role, summary string, f func(c *Call, key string, in In) (Out, bool, error)) Route {
	return Route{Method: http.MethodPost, Path: path, Roles: roles, Summary: summary, Act: true, In: *new(In), Out: *new(Out), handle: func(c *Call) error {
		key, in, err := read[In](c)
		if err != nil {
			return err
		}
		out, replayed, err := f(c, key, in)
		if err != nil {
			return err
		}
		if replayed {
			return c.JSON(http.StatusOK, out)
		}
		return c.JSON(http.StatusCreated, out)
	}}
}

// PostFile offers an act whose answer is a file, which the handler writes itself.
func PostFile[In any](path string, roles []act.Role, summary string, f func(c *Call, key string, in In) error) Route {
	return Route{Method: http.MethodPost, Path: path, Roles: roles, Summary: summary, Act: true, In: *new(In), handle: func(c *Call) error {
		key, in, err := read[In](c)
		if err != nil {
			return err
		}
		return f(c, key, in)
	}}
}

// Ask offers a question that needs a body but writes nothing.
func Ask[In, Out any](path string, roles []act.Role, summary string, f func(c *Call, in In) (Out, error)) Route {
	return Route{Method: http.MethodPost, Path: path, Roles: roles, Summary: summary, In: *new(In), Out: *new(Out), handle: func(c *Call) error {
		raw, err := body(c)
		if err != nil {
			return err
		}
		var in In
		if err := decode(raw, &in); err != nil {
			return err
		}
		out, err := f(c, in)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, out)
	}}
}

func body(c *Call) ([]byte, error) {
	raw, err := io.ReadAll(c.Request.Body)
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, fault.TooLarge("input.too_large", fault.Params{"max": tooLarge.Limit})
	}
	if err != nil {
		return nil, fault.Bad("input.unreadable")
	}
	return raw, nil
}

func read[In any](c *Call) (key string, in In, err error) {
	raw, err := body(c)
	if err != nil {
		return "", in, err
	}
	var head struct {
		ID string `json:"id"`
	}
	if err := decode(raw, &head); err != nil {
		return "", in, err
	}
	if !ulid.Valid(head.ID) {
		var problems fault.Input
		problems.Add("id", "input.ulid")
		return "", in, problems.Err()
	}
	return head.ID, in, decode(raw, &in)
}

// decode reads JSON and names the field that has the wrong type.
func decode(raw []byte, into any) error {
	err := json.Unmarshal(raw, into)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && wrong.Field != "" {
		var in fault.Input
		in.Add(wrong.Field, "input.type", fault.Params{"type": kindName(wrong.Type)})
		return in.Err()
	}
	if err != nil {
		return fault.Bad("input.json")
	}
	return nil
}

func kindName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Int, reflect.Int64:
		return "integer"
	case reflect.Bool:
		return "true/false"
	case reflect.Slice:
		return "list"
	case reflect.Struct, reflect.Map:
		return "object"
	default:
		return "text"
	}
}

const listKey = "kpdk.routes"

// worthGzip is where an answer is long enough, in bytes, for compressing to spare a phone something.
const worthGzip = 1200

// Bind adds routes to the server that starts and to the list.
func Bind(app core.App, se *core.ServeEvent, routes ...Route) {
	all, _ := app.Store().Get(listKey).([]Route)
	app.Store().Set(listKey, append(all, routes...))
	for _, r := range routes {
		limit := r.MaxBody
		if limit == 0 {
			limit = MaxBody
		}
		route := se.Router.Route(r.Method, r.Path, serve(r)).Bind(apis.SkipSuccessActivityLog(), apis.BodyLimit(limit))
		if r.Method == http.MethodGet {
			route.Bind(apis.GzipWithConfig(apis.GzipConfig{MinLength: worthGzip}))
		}
	}
}

// Routes lists what was bound.
func Routes(app core.App) []Route {
	all, _ := app.Store().Get(listKey).([]Route)
	return all
}

// Forget empties the list: a server that starts again binds again.
func Forget(app core.App) { app.Store().Remove(listKey) }

func serve(r Route) func(e *core.RequestEvent) error {
	return func(e *core.RequestEvent) error {
		c := &Call{RequestEvent: e, By: act.ActorOf(e.Auth)}
		if err := allowed(r.Roles, c.By); err != nil {
			return Refuse(e, err)
		}
		if err := confirmed(r, e); err != nil {
			return Refuse(e, err)
		}
		if r.TakesFiles() {
			if err := mayBring(e, c.By); err != nil {
				return Refuse(e, err)
			}
		}
		if r.Sight != nil {
			return Refuse(e, r.witnessed(c))
		}
		return Refuse(e, r.handle(c))
	}
}

func confirmed(r Route, e *core.RequestEvent) error {
	if !r.Fresh {
		return nil
	}
	fresh, known := e.App.Store().Get(freshKey).(func(e *core.RequestEvent) (bool, error))
	if !known {
		return errors.New("web: nobody knows who is fresh")
	}
	yes, err := fresh(e)
	if err == nil && !yes {
		err = fault.Forbidden("auth.confirm_first")
	}
	return err
}

func allowed(roles []act.Role, by act.Actor) error {
	switch {
	case len(roles) == 0 || slices.Contains(roles, by.Role):
		return nil
	case by.Role == act.Nobody:
		return fault.Unauthorized()
	default:
		return fault.Forbidden("auth.forbidden")
	}
}

// Refuse writes an error the one way errors are written; nil is no error.
func Refuse(e *core.RequestEvent, err error) error {
	if err == nil {
		return nil
	}
	shape := fault.Say(err, words.Pick(e.Request.Header.Get("Accept-Language")))
	if shape.Status >= http.StatusInternalServerError {
		e.App.Logger().Error("request failed", "route", e.Request.Pattern, "error", err.Error())
	}
	return e.JSON(shape.Status, shape)
}
