package opening

import (
	"net/http"
	"strings"

	"github.com/pocketbase/pocketbase/core"
	"github.com/spf13/cobra"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
)

// UndoInput is why an opening is taken back.
type UndoInput struct {
	Reason string `json:"reason"`
}

const maxReason = 500

func (in UndoInput) check() error {
	var bad fault.Input
	bad.Check(strings.TrimSpace(in.Reason) != "", "reason", "input.required")
	bad.Check(len(in.Reason) <= maxReason, "reason", "input.too_long", fault.Params{"max": maxReason})
	return bad.Err()
}

// Routes are the opening's. A treasurer tries a list; a manager puts it into the books.
func Routes(app core.App, stock Stock) []web.Route {
	list := web.Raw(http.MethodPost, "/api/coop/import/balances", web.Treasurers, "Import the opening balances (multipart fields file, date, id); ?dry_run=1 tries", func(c *web.Call) error {
		u, err := document.ReadUpload(c)
		if err != nil {
			return err
		}
		date, err := dateOf(u.Fields["date"])
		if err == nil && !u.DryRun && c.By.Role != act.Manager {
			err = fault.Forbidden("opening.manager_only")
		}
		if err != nil {
			return err
		}
		report, again, err := Import(c.Request.Context(), app, stock, c.By, u, date, c.Language())
		if err != nil {
			return err
		}
		if again {
			return c.JSON(http.StatusOK, report)
		}
		return c.JSON(http.StatusCreated, report)
	})
	list.Out, list.MaxBody = Report{}, -1
	return []web.Route{list,
		web.Get("/api/coop/opening", web.Bookkeepers, "Whether the opening balances are in, and whether they can be taken back", func(_ *web.Call) (State, error) {
			return StateOf(act.Read(app))
		}),
		web.Post("/api/coop/opening/undo", web.Managers, "Take the opening balances back, as long as nothing else was posted", func(c *web.Call, key string, in UndoInput) (State, bool, error) {
			if err := in.check(); err != nil {
				return State{}, false, err
			}
			return Undo(c.Request.Context(), app, stock, key, c.By, strings.TrimSpace(in.Reason))
		}),
	}
}

// dateOf reads the day of the opening; empty is today.
func dateOf(text string) (clock.Date, error) {
	date, ok := clock.ParseDate(text)
	var in fault.Input
	in.Check(ok || text == "", "date", "input.date")
	return date, in.Err()
}

// Commands are the opening's part of the command line.
func Commands(stock Stock) []command.Spec {
	return []command.Spec{{Name: "import balances", Use: "FILE", Help: "command.import.balances", Args: cobra.ExactArgs(1), Files: true, Writes: true,
		Flags: []command.Flag{{Name: "dry-run", Bool: true, Help: "command.import.dry_run"}, {Name: "date", Help: "command.import.balances.date"}, {Name: "json", Bool: true, Help: "command.flag.json"}},
		Run: func(c *command.Call) (int, error) {
			date, err := dateOf(c.Flags["date"])
			if err != nil {
				return command.Failed, err
			}
			list := document.Upload{Name: c.Files[0].Name, Data: c.Files[0].Data, DryRun: c.Flags["dry-run"] == "true"}
			report, _, err := Import(c.Ctx, c.App, stock, act.ByConsole, list, date, c.Language())
			if err != nil {
				return command.Failed, err
			}
			return report.print(c)
		}}}
}

// print says what came of a list, row by row where it is wrong.
func (r Report) print(c *command.Call) (int, error) {
	exit := command.Done
	if !r.OK() {
		exit = command.Failed
	}
	if c.JSON() {
		return exit, c.Print(r)
	}
	for _, p := range r.Rejected {
		c.Say("opening.row", fault.Params{"row": p.Row, "message": p.Message})
	}
	if r.More > 0 {
		c.Say("opening.more", fault.Params{"count": r.More})
	}
	for _, d := range r.Differences {
		c.Say("opening.difference", fault.Params{"account": d.Account, "name": d.Name, "stated": d.Stated.Format(), "found": d.Found.Format(), "difference": d.Difference.Format()})
	}
	c.Say("opening.sums", fault.Params{"read": r.Read, "debit": r.Debit.Format(), "credit": r.Credit.Format()})
	switch {
	case r.Done:
		c.Say("opening.done", fault.Params{"date": r.Date, "entries": r.Entries})
	case r.OK():
		c.Say("opening.ready", nil)
	default:
		c.Say("opening.refused", nil)
	}
	return exit, nil
}
