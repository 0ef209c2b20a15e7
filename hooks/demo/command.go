package demo

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"time"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	"github.com/spf13/cobra"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
)

// Commands is the demo's own: it builds a co-op to look at and serves it.
func Commands() []command.Spec {
	flag := func(name, value string) command.Flag {
		return command.Flag{Name: name, Default: value, Help: "command.demo." + name}
	}
	yes := func(name string) command.Flag {
		return command.Flag{Name: name, Bool: true, Help: "command.demo." + name}
	}
	return []command.Spec{{Name: "demo", Help: "command.demo", Args: cobra.NoArgs, Founds: true, Run: run,
		Flags: []command.Flag{flag("http", "127.0.0.1:8090"), flag("members", "300"), flag("months", "6"), flag("seed", "1"), flag("today", ""), yes("fresh"), yes("build-only")}}}
}

func run(c *command.Call) (int, error) {
	plan, err := planOf(c)
	if err != nil {
		return command.Failed, err
	}
	serves := c.Flags["build-only"] != "true"
	var door net.Listener
	if serves { // before minutes of work, not after them
		if door, err = net.Listen("tcp", c.Flags["http"]); err != nil {
			return command.Failed, fault.Refused("demo.port_taken", fault.Params{"http": c.Flags["http"]})
		}
		defer door.Close()
	}
	if err := ready(c, plan); err != nil {
		return command.Failed, err
	}
	if err := tell(c); err != nil || !serves {
		return command.Done, err
	}
	c.Say("demo.say.stop", nil)
	return command.Done, serve(c.App, c.Flags["http"], door)
}

// planOf reads the flags. Without --today the story ends at this minute: an explicit day is told to its
// afternoon, and always the same.
func planOf(c *command.Call) (Plan, error) {
	var in fault.Input
	number := func(name string) uint64 {
		n, err := strconv.ParseUint(c.Flags[name], 10, 63)
		in.Check(err == nil, name, "input.number")
		return n
	}
	plan := Plan{Members: int(number("members")), Months: int(number("months")), Seed: number("seed"), Today: clock.Date(c.Flags["today"])}
	if err := in.Err(); err != nil {
		return plan, err
	}
	if plan.Today == "" {
		plan.Today, plan.Until = until(clock.Of(c.App))
	}
	return plan, plan.check()
}

// until is the day on which a story without a day of its own ends: today, up to this minute; before ten in the morning,
// when an office has nothing to show yet, the day before.
func until(c *clock.Clock) (clock.Date, time.Time) {
	now := c.Now()
	switch minute := now.In(c.Zone()).Hour()*60 + now.In(c.Zone()).Minute(); {
	case minute < 10*60:
		return c.Today().Add(-1), time.Time{}
	case minute < lastMinute:
		return c.Today(), now
	}
	return c.Today(), time.Time{}
}

// ready makes sure that the folder holds a whole demo.
func ready(c *command.Call, plan Plan) error {
	dir := c.App.DataDir()
	if command.Held(c.Ctx, dir) {
		return fault.Refused("demo.folder_held", fault.Params{"dir": dir})
	}
	held, err := look(c.App)
	if err != nil {
		return err
	}
	switch {
	case held == another:
		return fault.Refused("demo.folder_taken", fault.Params{"dir": dir})
	case held == finished && c.Flags["fresh"] != "true":
		c.Say("demo.say.as_is", fault.Params{"dir": dir})
		return nil
	case held == unfinished:
		c.Say("demo.say.unfinished", fault.Params{"dir": dir})
	}
	if held != nothing {
		if err := wipe(c.App); err != nil {
			return err
		}
	}
	return build(c, plan)
}

func build(c *command.Call, plan Plan) error {
	c.Say("demo.say.building", fault.Params{"dir": c.App.DataDir(), "members": plan.Members, "months": plan.Months, "today": plan.Today})
	start := time.Now()
	careful, err := act.Careless(c.App)
	if err != nil {
		return err
	}
	built, err := Build(c.Ctx, c.App, plan, c.Progress)
	if err := errors.Join(err, careful()); err != nil {
		return err
	}
	if err := writeLogins(c.App.DataDir(), built.Logins); err != nil {
		return err
	}
	c.Say("demo.say.built", fault.Params{"members": built.Members, "sales": built.Sales, "entries": built.Entries, "runs": built.Runs,
		"from": built.From, "to": plan.Today, "seconds": int(time.Since(start).Seconds() + 0.5)})
	c.Say("demo.say.verified", fault.Params{"seq": built.Head.Seq, "hash": built.Head.Hash[:8]})
	c.Say("demo.say.pin", fault.Params{"member": built.Logins[0].Identity, "pin": built.PIN})
	return nil
}

// tell prints the doors and the logins.
func tell(c *command.Call) error {
	logins, err := readLogins(c.App.DataDir())
	if err != nil {
		return err
	}
	base := address(c.Flags["http"])
	fmt.Fprintln(c.Out)
	c.Say("demo.say.door", fault.Params{"url": base + "/"})
	fmt.Fprintln(c.Out)
	for _, l := range logins {
		fmt.Fprintf(c.Out, "  %-34s %-12s %-24s %s\n", base+l.Door, l.Role, l.Identity, l.Password)
	}
	fmt.Fprintln(c.Out)
	c.Say("demo.say.logins", fault.Params{"file": filepath.Join(c.App.DataDir(), loginsFile)})
	return nil
}

// address is where a browser on this machine finds what listens there.
func address(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if ip := net.ParseIP(host); err != nil || host != "" && (ip == nil || !ip.IsUnspecified()) {
		return "http://" + listen
	}
	return "http://" + net.JoinHostPort("127.0.0.1", port)
}

// serve opens the doors. The port was taken before the building began, so that nobody else has it now.
func serve(app core.App, listen string, door net.Listener) error {
	if settings := app.Settings(); settings.Meta.AppURL != address(listen) {
		settings.Meta.AppURL = address(listen) // what the public page tells others to clone from
		if err := app.Save(settings); err != nil {
			return err
		}
	}
	app.OnServe().BindFunc(func(e *core.ServeEvent) error {
		e.Listener = door
		return e.Next()
	})
	if err := apis.Serve(app, apis.ServeConfig{HttpAddr: listen}); err != nil && err != http.ErrServerClosed {
		return err
	}
	return nil
}
