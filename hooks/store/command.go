package store

import (
	"net/http"

	"github.com/spf13/cobra"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/web"
)

// Commands are the store's.
func Commands() []command.Spec {
	return []command.Spec{{Name: "import products", Use: "FILE", Help: "command.import.products", Args: cobra.ExactArgs(1), Files: true, Writes: true,
		Flags: []command.Flag{{Name: "dry-run", Bool: true, Help: "command.import.dry_run"}, {Name: "json", Bool: true, Help: "command.flag.json"}},
		Run: func(c *command.Call) (int, error) {
			list := document.Upload{Name: c.Files[0].Name, Data: c.Files[0].Data, DryRun: c.Flags["dry-run"] == "true"}
			report, err := ImportProducts(c.Ctx, c.App, act.ByConsole, list, c.Language(), c.Progress)
			if err != nil {
				return command.Failed, err
			}
			return report.Exit(), report.Tell(c)
		}}}
}

// importRoute lets a manager import a catalogue from the office; ?dry_run=1 only tells.
func importRoute() web.Route {
	r := web.Raw(http.MethodPost, "/api/coop/import/products", web.Managers, "Import a catalogue (multipart field file).", func(c *web.Call) error {
		list, err := document.ReadUpload(c)
		if err != nil {
			return err
		}
		report, again, err := takeCatalogue(c.Request.Context(), c.App, c.By, list, c.Language(), nil)
		if err != nil {
			return err
		}
		if again {
			return c.JSON(http.StatusOK, report)
		}
		return c.JSON(http.StatusCreated, report)
	})
	r.Out, r.MaxBody = document.Report{}, -1
	return r
}
