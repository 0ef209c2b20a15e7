package store

import (
	"fmt"
	"io"
	"net/http"

	"github.com/spf13/cobra"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/internal/words"
)

// Commands are the store's.
func Commands() []command.Spec {
	return []command.Spec{{Name: "import products", Use: "FILE", Help: "command.import.products", Args: cobra.ExactArgs(1), Files: true, Writes: true,
		Flags: []command.Flag{{Name: "dry-run", Bool: true, Help: "command.import.dry_run"}, {Name: "json", Bool: true, Help: "command.flag.json"}},
		Run: func(c *command.Call) (int, error) {
			result, err := ImportProducts(c.Ctx, c.App, act.ByConsole, c.Files[0].Name, c.Files[0].Data, c.Flags["dry-run"] == "true", c.Language(), c.Progress)
			if err != nil {
				return command.Failed, err
			}
			return tell(c, result)
		}}}
}

func tell(c *command.Call, result ImportResult) (exit int, err error) {
	if len(result.Rejected) > 0 {
		exit = command.Partial
		if result.Created+result.Updated+result.Unchanged == 0 {
			exit = command.Failed
		}
	}
	if c.JSON() {
		return exit, c.Print(result)
	}
	c.Say("import.summary", map[string]any{"read": result.Read, "created": result.Created, "updated": result.Updated,
		"unchanged": result.Unchanged, "rejected": len(result.Rejected)})
	for _, r := range result.Rejected {
		fmt.Fprintf(c.Out, "%s %d, %s: %s\n", words.Say(c.Language(), "import.row", nil), r.Row, r.Field, r.Message)
	}
	for _, r := range result.Warnings {
		fmt.Fprintf(c.Out, "%s %d, %s: %s (%s)\n", words.Say(c.Language(), "import.row", nil), r.Row, r.Field, r.Message, words.Say(c.Language(), "import.warning", nil))
	}
	return exit, nil
}

// maxUpload is a file and its form around it.
const maxUpload = command.MaxFile + 1<<20

// ImportRoute lets a manager import a catalogue from the office; ?dry_run=1 only tells.
func ImportRoute() web.Route {
	r := web.Raw(http.MethodPost, "/api/coop/import/products", web.Managers, "Import a catalogue (multipart field file).", func(c *web.Call) error {
		file, header, err := c.Request.FormFile("file")
		if err != nil {
			var bad fault.Input
			bad.Add("file", "input.file")
			return bad.Err()
		}
		defer file.Close()
		data, err := io.ReadAll(io.LimitReader(file, command.MaxFile+1))
		if err != nil {
			return fault.Bad("input.unreadable")
		}
		if len(data) > command.MaxFile {
			return fault.TooLarge("file.too_large", fault.Params{"file": header.Filename, "max": command.MaxFile >> 20})
		}
		result, err := ImportProducts(c.Request.Context(), c.App, c.By, header.Filename, data, c.Query("dry_run") == "1", c.Language(), nil)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, result)
	})
	r.MaxBody = maxUpload
	return r
}
